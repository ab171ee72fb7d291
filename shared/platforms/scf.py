"""Tencent Serverless Cloud Function: the context is a dict.

Source: Tencent's documentation of SCF's Python handler, environment variables and trigger
messages (583/9708, 583/31927).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.errors import Misconfigured
from shared.models.credentials import AccessKey
from shared.platforms.event import Event, is_http, non_empty_str, timer_event
from shared.settings import Settings


class TencentScf:
    """A function on Tencent SCF."""

    name = "SCF"
    provider = "tencent"

    def parse_event(self, event: object) -> Event:
        """Parse an event; a timer's parameters are JSON text in ``Message``."""
        if isinstance(event, Mapping):
            if event.get("Type") == "Timer" and "TriggerName" in event:
                return timer_event(event.get("Message"), "Message")
            if is_http(event):
                return Event("http", event)
        return Event("direct", event)

    def settings(self, _context: Any, environ: Mapping[str, str]) -> Settings:
        """Return the settings: the function's environment variables."""
        return Settings.from_environ(environ)

    def invocation_id(self, context: Any) -> str | None:
        """Return ``request_id``."""
        return non_empty_str(context.get("request_id"))

    def timeout_seconds(self, context: Any, _settings: Settings) -> float | None:
        """Return the function's configured timeout, measured from here."""
        milliseconds = context.get("time_limit_in_ms")
        return milliseconds / 1000 if isinstance(milliseconds, int | float) else None

    def region(self, context: Any, _settings: Settings) -> str | None:
        """Return the context's ``tencentcloud_region``."""
        return non_empty_str(context.get("tencentcloud_region"))

    def role_credentials(self, _context: Any, settings: Settings) -> AccessKey | None:
        """Return the keys that SCF injects for the function's execution role."""
        key_id = settings.get("TENCENTCLOUD_SECRETID")
        secret = settings.secret("TENCENTCLOUD_SECRETKEY")
        token = settings.secret("TENCENTCLOUD_SESSIONTOKEN")
        if not (key_id or secret or token):
            return None
        if key_id is None or secret is None:
            raise Misconfigured(
                "incomplete role credentials: TENCENTCLOUD_SECRETID and "
                "TENCENTCLOUD_SECRETKEY must both be set",
                code="CredentialsHalfSet",
                hint="SCF sets both; check whether the function's settings overwrite one.",
            )
        return AccessKey(key_id, secret, token, "the function's role (SCF environment)")
