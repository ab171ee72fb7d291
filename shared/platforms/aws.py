"""AWS Lambda: parsed events, a context with attributes, the remaining time from it.

Source: the Lambda developer guide (python-context, services-cloudwatchevents) and
EventBridge Scheduler's user guide (managing-schedule-context-attributes).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.models.identity import Keys
from shared.platforms.incoming import Incoming, is_http, text_of
from shared.settings import Settings

SCHEDULERS = ("aws.events", "aws.scheduler")


class AwsLambda:
    """A function on AWS Lambda, which is none of the three providers' own cloud."""

    name = "AWS Lambda"
    provider: str | None = None

    def open(self, event: object) -> Incoming:
        """An EventBridge rule and a Scheduler without input carry no parameters."""
        if isinstance(event, Mapping):
            if event.get("source") in SCHEDULERS and "detail-type" in event:
                return Incoming("timer", {})
            if is_http(event):
                return Incoming("http", event)
        return Incoming("direct", event)

    def settings(self, _context: Any, environ: Mapping[str, str]) -> Settings:
        """The settings are the function's environment variables."""
        return Settings.of_environment(environ)

    def invocation_id(self, context: Any) -> str | None:
        """Return ``aws_request_id``."""
        return text_of(getattr(context, "aws_request_id", None))

    def limit(self, context: Any, _settings: Settings) -> float | None:
        """Return what ``get_remaining_time_in_millis`` says, in seconds."""
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        return float(remaining()) / 1000 if callable(remaining) else None

    def region(self, _context: Any, _settings: Settings) -> str | None:
        """AWS's region is none of the three providers'."""
        return None

    def role(self, _context: Any, _settings: Settings) -> Keys | None:
        """AWS's role is none of the three providers'."""
        return None
