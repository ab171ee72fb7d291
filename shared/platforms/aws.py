"""AWS Lambda: parsed events, a context with attributes, the remaining time from it.

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
    """A function on AWS Lambda, which is none of the three providers' own cloud."""

    name = "AWS Lambda"
    provider: str | None = None

    def parse_event(self, event: object) -> Event:
        """An EventBridge rule and a Scheduler without input carry no parameters."""
        if isinstance(event, Mapping):
            if event.get("source") in SCHEDULERS and "detail-type" in event:
                return Event("timer", {})
            if is_http(event):
                return Event("http", event)
        return Event("direct", event)

    def settings(self, _context: Any, environ: Mapping[str, str]) -> Settings:
        """The settings are the function's environment variables."""
        return Settings.from_environ(environ)

    def invocation_id(self, context: Any) -> str | None:
        """Return ``aws_request_id``."""
        return non_empty_str(getattr(context, "aws_request_id", None))

    def timeout_seconds(self, context: Any, _settings: Settings) -> float | None:
        """Return what ``get_remaining_time_in_millis`` says, in seconds."""
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        return float(remaining()) / 1000 if callable(remaining) else None

    def region(self, _context: Any, _settings: Settings) -> str | None:
        """AWS's region is none of the three providers'."""
        return None

    def role_credentials(self, _context: Any, settings: Settings) -> AccessKey | None:
        """Return the execution role's temporary keys.

        They open nothing at the three providers, and with ``provider`` None no operation is
        given them: they are for AWS itself.
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
