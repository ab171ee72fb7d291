"""Logs and metrics of a run: JSON log lines and one metrics line.

The only module that imports Powertools. No event, context, header or body is ever logged
as a whole, and every text is redacted first.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TextIO

from shared.models.result import Result
from shared.redaction import Redactor
from shared.settings import Settings
from shared.stub_imports import StubModule

# The logger imports the first for correlation IDs and the package the second for tracing, neither
# of which is used; metrics are off on most platforms and imported only if they are on.
with (
    StubModule("aws_lambda_powertools.utilities.jmespath_utils", "query"),
    StubModule("aws_lambda_powertools.tracing", "Tracer"),
    StubModule("aws_lambda_powertools.metrics", "Metrics", "single_metric"),
):
    from aws_lambda_powertools.logging import Logger
    from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

SERVICE = "cloud-sync"
NAMESPACE = "CloudSync"
REDACTOR = "redactor"
"""The field that carries a run's redactor to the formatter, which takes it out of the line."""

ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
"""Encodes a line as Powertools does; ``json.dumps`` would create an encoder for each line."""


if TYPE_CHECKING:
    _TextHandler = logging.StreamHandler[TextIO]
else:  # not subscriptable on Python 3.10
    _TextHandler = logging.StreamHandler


class _StandardOutput(_TextHandler):
    """Writes to the current standard output, which platforms and tests replace."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stdout

    @stream.setter
    def stream(self, _value: TextIO) -> None:
        raise AttributeError

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with escapes for what the output's encoding does not have."""
        line = super().format(record)
        try:
            line.encode(self.stream.encoding or "utf-8")
        except UnicodeEncodeError:
            return json.dumps(json.loads(line), separators=(",", ":"))
        return line


class _RedactingFormatter(LambdaPowertoolsFormatter):
    """Powertools' formatter, which redacts each line before it is written."""

    def serialize(self, log: Any) -> str:
        redactor: Redactor = log.pop(REDACTOR)
        return redactor.redact_json(log, ENCODE)


@lru_cache(maxsize=1)
def _logger() -> Logger:
    """Return the process's logger; the fields of a run go with its records, not with the logger."""
    formatter = _RedactingFormatter(
        json_deserializer=str,  # a message stays a text, even if it looks like JSON
        use_rfc3339=True,
        utc=True,
        log_record_order=["level", "message", "timestamp", "service"],
        service=SERVICE,
        location=None,
    )
    return Logger(
        service=SERVICE, level="INFO", logger_handler=_StandardOutput(), logger_formatter=formatter
    )


def level_number(name: str) -> int | None:
    """Return the number of a log level by any name that ``logging`` knows, None for another."""
    number: object = logging.getLevelName(name.upper())
    return number if isinstance(number, int) else None


class RunLogger:
    """Writes the log lines and metrics of one run.

    Parameters
    ----------
    settings: hold ``LOG_LEVEL`` and ``METRICS``.
    redactor: redacts the secrets.
    """

    def __init__(self, settings: Settings, redactor: Redactor) -> None:
        self._redactor = redactor
        self._fields: dict[str, object] = {}
        self._metrics = settings.get("METRICS") or ""
        level = level_number(settings.get("LOG_LEVEL") or "INFO")
        self._level = logging.INFO if level is None else level

    def bind(self, **fields: object) -> None:
        """Add these fields to every later line of the run."""
        self._fields.update(fields)

    def log(self, level: str, message: str, fields: Mapping[str, object]) -> None:
        """Write one line.

        Parameters
        ----------
        level: ``debug``, ``info``, ``warning`` or ``error``.
        message: one sentence.
        fields: further keys of the line; those that are None are left out.
        """
        number = logging.getLevelName(level.upper())
        if number < self._level:
            return
        logger = _logger()
        if number < logger.log_level:
            logger.setLevel(self._level)
        extra = {**self._fields, **fields, REDACTOR: self._redactor}
        getattr(logger, level)(message, extra=extra)

    def log_result(self, result: Result) -> None:
        """Write the last log line of a run."""
        fields: dict[str, object] = {
            "status": result.status,
            "trigger": result.trigger,
            "attempts": result.attempts,
            "duration_ms": result.duration_ms,
            "provider_request_ids": list(result.provider_request_ids),
        }
        if result.error is None:
            self.log("info", result.summary, fields)
            return
        error = result.error
        fields |= {
            "category": error.category,
            "code": error.code,
            "http_status": error.http_status,
            "retryable": error.retryable,
            "hint": error.hint,
        }
        self.log("error", result.summary, fields)

    def emit_metrics(
        self,
        result: Result,
        *,
        on_lambda: bool,
        cold: bool,
        provider_seconds: float,
        notifications_lost: int | None,
    ) -> None:
        """Write the metrics line (EMF), on Lambda or where ``METRICS`` is ``emf``.

        Parameters
        ----------
        result: the run's result.
        on_lambda: whether this is AWS Lambda.
        cold: whether it is the first run of the process.
        provider_seconds: time spent waiting for the provider.
        notifications_lost: undelivered messages, None if none were to be sent.
        """
        if self._metrics == "off" or not (on_lambda or self._metrics == "emf"):
            return
        # Imported here so that a cold start without metrics does not pay for it.
        from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

        metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
        metrics.add_dimension(name="operation", value=result.operation)
        failed = result.status == "failed"
        for name, unit, value in (
            ("SyncSucceeded", MetricUnit.Count, float(not failed)),
            ("SyncFailed", MetricUnit.Count, float(failed)),
            ("ProviderLatency", MetricUnit.Milliseconds, round(provider_seconds * 1000, 3)),
            ("Attempts", MetricUnit.Count, float(result.attempts)),
            ("ColdStart", MetricUnit.Count, float(cold)),
        ):
            metrics.add_metric(name=name, unit=unit, value=value)
        if notifications_lost is not None:
            metrics.add_metric(
                name="NotificationsLost", unit=MetricUnit.Count, value=float(notifications_lost)
            )
        metrics.flush_metrics()
