"""Alibaba Function Compute 3.0: events are always bytes.

Source: Alibaba's documentation of event handlers, the Python context, environment variables
and event formats.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.errors import InvalidInput
from shared.models.credentials import AccessKey
from shared.models.secret import Secret
from shared.platforms.event import (
    MAX_EVENT_BYTES,
    Event,
    is_http,
    non_empty_str,
    read_json,
    timer_event,
    too_large,
)
from shared.settings import Settings


class FunctionCompute:
    """A function on Alibaba Function Compute."""

    name = "Function Compute"
    provider = "alibaba"

    def parse_event(self, event: object) -> Event:
        """Parse an event; a timer's parameters are JSON text in ``payload``."""
        size = 0
        if isinstance(event, bytes | bytearray):
            size = len(event)
            try:
                event = read_json(bytes(event), "the event") if event.strip() else {}
            except InvalidInput as error:
                return Event("direct", {}, error)
        if isinstance(event, Mapping):
            if "triggerName" in event and "triggerTime" in event:
                return timer_event(event.get("payload"), "payload")
            if is_http(event):
                return Event("http", event)
        if size > MAX_EVENT_BYTES:
            return Event("direct", {}, too_large("the event"))
        return Event("direct", event)

    def settings(self, _context: Any, environ: Mapping[str, str]) -> Settings:
        """Return the settings: the function's environment variables."""
        return Settings.from_environ(environ)

    def invocation_id(self, context: Any) -> str | None:
        """Return ``request_id``."""
        return non_empty_str(getattr(context, "request_id", None))

    def timeout_seconds(self, context: Any, _settings: Settings) -> float | None:
        """Return the function's configured timeout, measured from here."""
        seconds = getattr(getattr(context, "function", None), "timeout", None)
        try:
            return float(seconds) if seconds is not None else None
        except (TypeError, ValueError):
            return None

    def region(self, context: Any, settings: Settings) -> str | None:
        """Return ``FC_REGION``, else the context's region."""
        return settings.get("FC_REGION") or non_empty_str(getattr(context, "region", None))

    def role_credentials(self, context: Any, _settings: Settings) -> AccessKey | None:
        """Return the context's credentials, which only runtimes up to Python 3.10 provide.

        Newer runtimes provide the role's keys in the environment variables that the vendor's SDKs
        use, so they are found there.
        """
        credentials = getattr(context, "credentials", None)
        key_id = non_empty_str(getattr(credentials, "access_key_id", None))
        secret = non_empty_str(getattr(credentials, "access_key_secret", None))
        token = non_empty_str(getattr(credentials, "security_token", None))
        if not (key_id and secret and token):
            return None
        return AccessKey(key_id, Secret(secret), Secret(token), "the function's role (FC context)")
