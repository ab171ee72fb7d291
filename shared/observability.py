"""Logs and metrics of a run: JSON log lines and one metrics line.

The only module that imports Powertools. No event, context, header or body is ever logged
as a whole, and every text is redacted first.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
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
LEVELS: Mapping[str, int] = {
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARNING": logging.WARNING,
    "ERROR": logging.ERROR,
    "CRITICAL": logging.CRITICAL,
}


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


class _Line(LambdaPowertoolsFormatter):
    """Formats a record like Powertools: its message and its fields, without any secret.

    The records here have no exception, no arguments and no keys except the fields, so
    Powertools' search for them is skipped, which halves the time per line.
    """

    def format(self, record: logging.LogRecord) -> str:
        facts: Mapping[str, object] = record.__dict__["facts"]
        redactor: Redactor = record.__dict__["redactor"]
        line: dict[str, Any] = {
            "level": record.levelname,
            "message": record.msg,
            "timestamp": self.formatTime(record),
            "service": SERVICE,
            **{name: fact for name, fact in facts.items() if fact is not None},
        }
        return redactor.redact_json(line, ENCODE)


_loggers: list[logging.Logger] = []


def _logger() -> logging.Logger:
    if not _loggers:
        Logger(
            service=SERVICE,
            level="INFO",
            logger_handler=_StandardOutput(),
            logger_formatter=_Line(use_rfc3339=True, utc=True),
        )
        _loggers.append(logging.getLogger(SERVICE))  # Powertools has now set it up
    return _loggers[0]


class RunLogger:
    """Writes the log lines and metrics of one run.

    Parameters
    ----------
    settings: hold ``LOG_LEVEL`` and ``METRICS``.
    redactor: redacts the secrets.
    """

    def __init__(self, settings: Settings, redactor: Redactor) -> None:
        self._redactor = redactor
        self._facts: dict[str, object] = {}
        self._metrics = settings.get("METRICS") or ""
        level = (settings.get("LOG_LEVEL") or "INFO").upper()
        self._level = LEVELS.get(level, logging.INFO)
        if settings.get("AWS_LAMBDA_FUNCTION_NAME"):
            trace = os.environ.get("_X_AMZN_TRACE_ID", "")
            self._facts["xray_trace_id"] = trace.partition(";")[0].removeprefix("Root=") or None

    def bind(self, **facts: object) -> None:
        """Add these fields to every later line of the run."""
        self._facts.update(facts)

    def log(self, level: str, sentence: str, facts: Mapping[str, object]) -> None:
        """Write one line; ``level`` is debug, info, warning or error."""
        number = LEVELS[level.upper()]
        if number < self._level:
            return
        logger = _logger()
        extra = {"facts": {**self._facts, **facts}, "redactor": self._redactor}
        # Not info() and the like, which look for the caller's file and line.
        record = logger.makeRecord(SERVICE, number, "", 0, sentence, (), None, extra=extra)
        logger.handle(record)

    def log_result(self, result: Result) -> None:
        """Write the last log line of a run."""
        facts: dict[str, object] = {
            "status": result.status,
            "trigger": result.trigger,
            "attempts": result.attempts,
            "duration_ms": result.duration_ms,
            "provider_request_ids": list(result.provider_request_ids),
        }
        if result.error is None:
            self.log("info", result.summary, facts)
            return
        error = result.error
        facts |= {
            "category": error.category,
            "code": error.code,
            "http_status": error.http_status,
            "retryable": error.retryable,
            "hint": error.hint,
        }
        self.log("error", result.summary, facts)

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
