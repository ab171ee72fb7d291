"""AWS Lambda: parsed events, and a context that knows the remaining time.

Source: the Lambda developer guide (python-context, services-cloudwatchevents) and
EventBridge Scheduler's user guide (managing-schedule-context-attributes).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.errors import Misconfigured
from shared.models.credentials import AccessKey
from shared.platforms.event import Event, is_http, non_empty_str
from shared.settings import Settings

SCHEDULERS = ("aws.events", "aws.scheduler")


class AwsLambda:
    """A function on AWS Lambda, which belongs to none of the three providers."""

    name = "AWS Lambda"
    provider: str | None = None

    def parse_event(self, event: object) -> Event:
        """Parse an event; EventBridge rules and schedules without input carry no parameters."""
        if isinstance(event, Mapping):
            if event.get("source") in SCHEDULERS and "detail-type" in event:
                return Event("timer", {})
            if is_http(event):
                return Event("http", event)
        return Event("direct", event)

    def settings(self, _context: Any, environ: Mapping[str, str]) -> Settings:
        """Return the settings: the function's environment variables."""
        return Settings.from_environ(environ)

    def invocation_id(self, context: Any) -> str | None:
        """Return ``aws_request_id``."""
        return non_empty_str(getattr(context, "aws_request_id", None))

    def timeout_seconds(self, context: Any, _settings: Settings) -> float | None:
        """Return ``get_remaining_time_in_millis`` in seconds."""
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        return float(remaining()) / 1000 if callable(remaining) else None

    def region(self, _context: Any, _settings: Settings) -> str | None:
        """Return None: an AWS region is not a region of any of the three providers."""
        return None

    def role_credentials(self, _context: Any, settings: Settings) -> AccessKey | None:
        """Return the execution role's temporary keys.

        They are only for AWS itself: ``provider`` is None, so no operation uses them.
        """
        key_id = settings.get("AWS_ACCESS_KEY_ID")
        secret = settings.secret("AWS_SECRET_ACCESS_KEY")
        token = settings.secret("AWS_SESSION_TOKEN")
        if not (key_id or secret or token):
            return None
        if key_id is None or secret is None or token is None:
            raise Misconfigured(
                "incomplete role credentials: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
                "AWS_SESSION_TOKEN must all be set",
                code="CredentialsHalfSet",
                hint="AWS Lambda sets all three; check what unsets one of them.",
            )
        return AccessKey(key_id, secret, token, "the function's role (Lambda environment)")
