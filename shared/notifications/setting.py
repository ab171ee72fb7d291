"""The setting ``NOTIFY``: a JSON list of channels, validated before anything is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from shared.errors import Misconfigured
from shared.models.address import NotAnAddressError, address_of
from shared.models.secret import Secret
from shared.notifications.channel import Channel
from shared.notifications.conditions import CONDITIONS, DEFAULT
from shared.notifications.webhook import keys_of
from shared.settings import Settings

KINDS = ("slack", "dingtalk", "feishu", "wecom", "webhook")
KEYS = ("kind", "url", "secret", "on", "since_minutes")
LONGEST_SINCE = 10_080
"""Minutes; a week."""

REFERENCE = "env:"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
TELLING_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,127}")
"""A name that may be shown: no secret consists of capitals only."""

HINT = (
    'Set NOTIFY to a JSON list such as [{"kind": "slack", "url": "env:SLACK_URL", '
    '"on": ["failed"]}]. Kinds: ' + ", ".join(KINDS) + ". Conditions: "
    f"{', '.join(CONDITIONS)}. The url must be https."
)


def channels_of(settings: Settings) -> tuple[Channel, ...]:
    """Return the channels of ``NOTIFY``, none if it is not set.

    Parameters
    ----------
    settings: also resolves the names after ``env:``.

    Raises
    ------
    Misconfigured: it is not valid; names every fault by entry and key, never a value.
    """
    setting = settings.secret("NOTIFY")
    if setting is None:
        return ()
    entries = entries_of(setting)
    if entries is None:
        raise Misconfigured("NOTIFY is not a JSON list", code="BadNotify", hint=HINT)
    faults: list[str] = []
    channels = [
        Entry(number, entry, settings, faults).channel()
        for number, entry in enumerate(entries, start=1)
    ]
    if faults:
        raise Misconfigured(f"NOTIFY: {'; '.join(faults)}", code="BadNotify", hint=HINT)
    return tuple(channel for channel in channels if channel is not None)


def entries_of(setting: Secret) -> list[object] | None:
    """Return the JSON list, None if it is none; the parser's own error would quote the text."""
    try:
        entries: object = json.loads(setting.reveal())
    except (ValueError, RecursionError):
        return None
    return entries if isinstance(entries, list) else None


class Entry:
    """Reads one entry, and collects what is wrong with it.

    Parameters
    ----------
    number: its position, from 1.
    given: its value.
    settings: resolves names after ``env:``.
    faults: the list that its faults are added to.
    """

    def __init__(self, number: int, given: object, settings: Settings, faults: list[str]) -> None:
        self._number = number
        self._given = given
        self._settings = settings
        self._faults = faults

    def channel(self) -> Channel | None:
        """Return the channel, None if something is wrong."""
        given = self._given
        if not isinstance(given, dict):
            self._fault("", "must be an object")
            return None
        before = len(self._faults)
        for key in given:
            if key not in KEYS:
                # An unknown key may be a URL in the wrong place.
                shown = key if re.fullmatch(r"[a-z_]{1,32}", key) else ""
                self._fault(shown, "is not a known key")
        kind = self._kind(given)
        url = self._text(given, "url", needed=True)
        secret = self._text(given, "secret")
        if url is not None:
            self._check("url", lambda: address_of(url.reveal()))
        if secret is not None and kind == "webhook":
            self._check("secret", lambda: keys_of(secret))
        on = self._on(given)
        since = self._since(given, on)
        if len(self._faults) > before or kind is None or url is None:
            return None
        return Channel(kind, url, secret, on, self._number, since)

    def _kind(self, given: Mapping[str, object]) -> str | None:
        kind = given.get("kind")
        if isinstance(kind, str) and kind in KINDS:
            return kind
        self._fault(
            "kind", f"must be one of {', '.join(KINDS)}" if "kind" in given else "is missing"
        )
        return None

    def _text(
        self, given: Mapping[str, object], key: str, *, needed: bool = False
    ) -> Secret | None:
        if key not in given:
            if needed:
                self._fault(key, "is missing")
            return None
        value = given[key]
        if not isinstance(value, str):
            self._fault(key, "must be a string")
            return None
        value = value.strip()
        if not value.startswith(REFERENCE):
            if not value:
                self._fault(key, "is empty")
            return Secret(value) if value else None
        name = value.removeprefix(REFERENCE)
        found = self._settings.secret_called(name) if NAME.fullmatch(name) else None
        if found is None:
            shown = f" ({name})" if TELLING_NAME.fullmatch(name) else ""
            self._fault(key, f"refers to a setting that is not set{shown}")
        return found

    def _on(self, given: Mapping[str, object]) -> frozenset[str]:
        if "on" not in given:
            return DEFAULT
        value = given["on"]
        if not isinstance(value, list) or not value:
            self._fault("on", "must be a non-empty list of conditions")
            return DEFAULT
        if not all(isinstance(word, str) and word in CONDITIONS for word in value):
            self._fault("on", f"must only contain {', '.join(CONDITIONS)}")
            return DEFAULT
        return frozenset(value)

    def _since(self, given: Mapping[str, object], on: frozenset[str]) -> int | None:
        if "since_minutes" not in given:
            return None
        value = given["since_minutes"]
        if type(value) is not int or not 1 <= value <= LONGEST_SINCE:
            self._fault("since_minutes", f"must be a whole number from 1 to {LONGEST_SINCE}")
            return None
        if "attention" not in on:
            self._fault("since_minutes", "only applies to the condition attention")
        return value

    def _check(self, key: str, read: Callable[[], object]) -> None:
        fault = ""
        try:
            read()
        except (NotAnAddressError, ValueError) as error:
            fault = str(error)
        if fault:
            self._fault(key, fault)

    def _fault(self, key: str, what: str) -> None:
        self._faults.append(f"entry {self._number}{f', {key}' if key else ''}: {what}")
