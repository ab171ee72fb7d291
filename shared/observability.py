"""Logs and metrics of a run: JSON log lines and one metrics line.

The only module that imports Powertools. No event, context, header or body is ever logged
as a whole, and every text is redacted first.
"""

from __future__ import annotations

import json
import logging
import math
import sys
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TextIO

from shared.cold_start.stub_imports import StubModule
from shared.models.result import Result
from shared.redaction import Redactor
from shared.settings import Settings

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
REDACT = "redact"
"""The field that carries what redacts a line to the formatter, which takes it out of the line."""

ENUMERATED_FIELDS = frozenset({"level", "timestamp", "service", "status", "trigger", "category"})
"""The fields whose values are always words of ours."""

ENCODE = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str
).encode
"""Encodes a line as Powertools does; ``json.dumps`` would create an encoder for each line."""

MAX_INTEGER_BITS = 1024
"""Above it, an integer is not written in full; Python refuses one of more than 4,300 digits."""

MAX_LEVELS = 20
"""How many levels of lists and objects a logged value has at the most."""


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
        redact: Callable[[Mapping[str, object]], str] = log.pop(REDACT)
        return redact(log)


_CREATION = threading.Lock()


def _logger() -> Logger:
    """Return the process's logger; the fields of a run go with its records, not with the logger.

    Powertools would hand a second thread the first one's logger before it has a formatter.
    """
    with _CREATION:
        return _created_logger()


@lru_cache(maxsize=1)
def _created_logger() -> Logger:
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


def encodable(value: Any, levels: int) -> Any:
    """Return a value that JSON can express: no NaN, nothing too deep, no integer of many digits.

    Parameters
    ----------
    value: a field of a log line.
    levels: how many levels of lists and objects are kept.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and value.bit_length() > MAX_INTEGER_BITS:
        return f"an integer of {value.bit_length()} bits"
    if not isinstance(value, Mapping | list | tuple):
        return value
    if levels == 0:
        return "…"
    if isinstance(value, Mapping):
        return {
            key if isinstance(key, str) else str(encodable(key, 0)): encodable(item, levels - 1)
            for key, item in value.items()
        }
    return [encodable(item, levels - 1) for item in value]


def level_number(name: str) -> int | None:
    """Return the number of a log level by any name of ``logging`` or AWS Lambda, else None.

    The lowest is that of debug lines, which are the lowest that are written: with 0, which
    ``logging`` calls NOTSET, a logger has the level of the root logger.
    """
    if name.upper() == "TRACE":  # AWS Lambda's name for its lowest level
        return logging.DEBUG
    number: object = logging.getLevelName(name.upper())
    return max(number, logging.DEBUG) if isinstance(number, int) else None


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

    def copy(self, redactor: Redactor, **fields: object) -> RunLogger:
        """Return a logger with the same fields and these, and with another redactor."""
        other = object.__new__(RunLogger)
        other._redactor = redactor
        other._fields = {**self._fields, **fields}
        other._metrics = self._metrics
        other._level = self._level
        return other

    def bind(self, **fields: object) -> None:
        """Add these fields to every later line of the run.

        Their values are words of ours or verified names, and are not redacted: a caller that
        passes its own name as a secret must not be able to remove it from the log.
        """
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
        trusted = ENUMERATED_FIELDS.union(self._fields.keys() - fields.keys())

        def redact(line: Mapping[str, object]) -> str:
            try:
                return self._redactor.redact_json(line, ENCODE, trusted)
            except (ValueError, RecursionError):  # a caller's argument may be any value
                return self._redactor.redact_json(encodable(line, MAX_LEVELS), ENCODE, trusted)

        extra = {**self._fields, **fields, REDACT: redact}
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
            level = "warning" if result.status == "partial" else "info"
            self.log(level, result.summary, fields)
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
        targets: tuple[int, int] | None = None,
        by_account: bool = False,
    ) -> None:
        """Write the metrics line (EMF), on Lambda or where ``METRICS`` is ``emf``.

        Parameters
        ----------
        result: the run's result.
        on_lambda: whether this is AWS Lambda.
        cold: whether it is the first run of the process.
        provider_seconds: time spent waiting for the provider.
        notifications_lost: undelivered messages, None if none were to be sent.
        targets: how many targets did not fail, and how many did; None if it is a run of one.
        by_account: whether the account is a dimension too.
        """
        if self._metrics == "off" or not (on_lambda or self._metrics == "emf"):
            return
        # Imported here so that a cold start without metrics does not pay for it.
        from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
        from aws_lambda_powertools.metrics.functions import is_metrics_disabled

        metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
        metrics.add_dimension(name="operation", value=result.operation)
        if by_account and result.account is not None:
            metrics.add_dimension(name="account", value=result.account)
        failed = result.status == "failed"
        succeeded_count, failed_count = targets or (int(not failed), int(failed))
        for name, unit, value in (
            ("SyncSucceeded", MetricUnit.Count, float(succeeded_count)),
            ("SyncFailed", MetricUnit.Count, float(failed_count)),
            ("ProviderLatency", MetricUnit.Milliseconds, round(provider_seconds * 1000, 3)),
            ("Attempts", MetricUnit.Count, float(result.attempts)),
            ("ColdStart", MetricUnit.Count, float(cold)),
        ):
            metrics.add_metric(name=name, unit=unit, value=value)
        if notifications_lost is not None:
            metrics.add_metric(
                name="NotificationsLost", unit=MetricUnit.Count, value=float(notifications_lost)
            )
        # One call, as Powertools' flush_metrics prints the line and its end one after the other:
        # of two threads, both could be in one line, which CloudWatch would not read.
        if not is_metrics_disabled():
            line = json.dumps(metrics.serialize_metric_set(), separators=(",", ":"))
            sys.stdout.write(f"{line}\n")
