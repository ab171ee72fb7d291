"""Huawei FunctionGraph: a context with getters, one of which returns the user's settings.

Source: Huawei's FunctionGraph developer guide (functiongraph_02_0502) and the open-source
runtimes, whose remaining time mixes seconds and milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.errors import Misconfigured
from shared.models.credentials import AccessKey
from shared.models.secret import Secret
from shared.platforms.event import Event, is_http, non_empty_str, timer_event
from shared.settings import USER_SETTINGS, Settings, environment_source, make_source

MIN_CREDIBLE_REMAINING_MS = 1000
"""A lower remaining time at the start is in seconds, not milliseconds: the minimum timeout is
3 s."""


class FunctionGraph:
    """A function on Huawei FunctionGraph."""

    name = "FunctionGraph"
    provider = "huawei"

    def parse_event(self, event: object) -> Event:
        """Parse an event; a timer's parameters are JSON text in ``user_event``."""
        if isinstance(event, Mapping):
            if event.get("trigger_type") == "TIMER" and "trigger_name" in event:
                return timer_event(event.get("user_event"), "user_event")
            if is_http(event):
                return Event("http", event)
        return Event("direct", event)

    def settings(self, context: Any, environ: Mapping[str, str]) -> Settings:
        """Return the settings: the function's user data, then the process environment."""
        get_user_data: Callable[[str], object] = getattr(context, "getUserData", _no_user_data)

        def user_data(name: str) -> str | None:
            try:
                value = get_user_data(name)
            except Exception:  # noqa: BLE001 - as in call_getter
                return None
            return value if isinstance(value, str) else None

        try:
            values = {name: value for name in USER_SETTINGS if (value := get_user_data(name))}
        except Exception:  # noqa: BLE001 - as in call_getter; other names may be readable
            values = {name: user_data(name) for name in USER_SETTINGS}
        return Settings(make_source("user data", values, user_data), environment_source(environ))

    def invocation_id(self, context: Any) -> str | None:
        """Return the value of ``getRequestID``."""
        return non_empty_str(call_getter(context, "getRequestID"))

    def timeout_seconds(self, context: Any, settings: Settings) -> float | None:
        """Return the configured timeout, or the remaining time if it is credible and less."""
        configured = settings.get("RUNTIME_TIMEOUT")
        limit: float | None = None
        try:
            limit = float(configured) if configured else None
        except ValueError:
            limit = None
        remaining = call_getter(context, "getRemainingTimeInMilliSeconds")
        if not isinstance(remaining, int | float) or remaining <= 0:
            return limit
        if remaining < MIN_CREDIBLE_REMAINING_MS:
            return float(remaining) if limit is None else limit
        return remaining / 1000 if limit is None else min(limit, remaining / 1000)

    def region(self, _context: Any, _settings: Settings) -> str | None:
        """Return None: FunctionGraph does not provide the function's region."""
        return None

    def role_credentials(self, context: Any, _settings: Settings) -> AccessKey | None:
        """Return the agency's temporary keys from the context."""
        key_id = non_empty_str(call_getter(context, "getSecurityAccessKey"))
        secret = non_empty_str(call_getter(context, "getSecuritySecretKey"))
        token = non_empty_str(call_getter(context, "getSecurityToken"))
        if not (key_id or secret):
            return None
        if key_id is None or secret is None or token is None:
            raise Misconfigured(
                "incomplete agency credentials: FunctionGraph provided only some of the keys",
                code="CredentialsHalfSet",
                hint="Check that the function's agency is delegated to FunctionGraph and "
                "may assume roles, then publish a new version.",
            )
        return AccessKey(
            key_id, Secret(secret), Secret(token), "the function's agency (FunctionGraph context)"
        )


def _no_user_data(_name: str) -> None:
    """Return no user data, for a runtime without it."""


def call_getter(context: Any, name: str, *arguments: str) -> object:
    """Return the value of a context's getter, None if the runtime lacks it or it fails."""
    method = getattr(context, name, None)
    if not callable(method):
        return None
    try:
        return method(*arguments)
    except Exception:  # noqa: BLE001 - without an agency, some runtimes raise errors of any type
        return None
