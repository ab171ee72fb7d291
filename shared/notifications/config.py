"""The setting ``NOTIFY``: a JSON list of channels, validated before anything is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from shared.errors import Misconfigured
from shared.models.secret import Secret
from shared.models.url import InvalidUrlError, parse_url
from shared.notifications.channel import Channel
from shared.notifications.conditions import CONDITIONS, DEFAULT_CONDITIONS
from shared.notifications.webhook import parse_secrets
from shared.settings import Settings

KINDS = ("slack", "dingtalk", "feishu", "wecom", "webhook")
KEYS = ("kind", "url", "secret", "on", "since_minutes")
MAX_SINCE_MINUTES = 10_080
"""Minutes; a week."""

ENV_PREFIX = "env:"
SETTING_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
SAFE_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,127}")
"""A name that may be shown: no secret consists of capitals, digits and underscores only."""

HINT = (
    'Set NOTIFY to a JSON list such as [{"kind": "slack", "url": "env:SLACK_URL", '
    '"on": ["failed"]}]. Kinds: ' + ", ".join(KINDS) + ". Conditions: "
    f"{', '.join(CONDITIONS)}. The url must be https."
)


def load_channels(settings: Settings) -> tuple[Channel, ...]:
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
    entries = parse_list(setting)
    if entries is None:
        raise Misconfigured("NOTIFY is not a JSON list", code="BadNotify", hint=HINT)
    errors: list[str] = []
    channels = [
        ChannelParser(number, entry, settings, errors).parse()
        for number, entry in enumerate(entries, start=1)
    ]
    if errors:
        raise Misconfigured(f"NOTIFY: {'; '.join(errors)}", code="BadNotify", hint=HINT)
    return tuple(channel for channel in channels if channel is not None)


def parse_list(setting: Secret) -> list[object] | None:
    """Return the JSON list, None if it is not one; the parser's own error would quote the text."""
    try:
        entries: object = json.loads(setting.get_secret_value())
    except (ValueError, RecursionError):
        return None
    return entries if isinstance(entries, list) else None


class ChannelParser:
    """Parses one entry and collects its errors.

    Parameters
    ----------
    number: its position, from 1.
    raw: its value, parsed from JSON.
    settings: resolves names after ``env:``.
    errors: the list that its errors are added to.
    """

    def __init__(self, number: int, raw: object, settings: Settings, errors: list[str]) -> None:
        self._number = number
        self._raw = raw
        self._settings = settings
        self._errors = errors

    def parse(self) -> Channel | None:
        """Return the channel, None if the entry is not valid."""
        raw = self._raw
        if not isinstance(raw, dict):
            self._add_error("", "must be an object")
            return None
        before = len(self._errors)
        for key in raw:
            if key not in KEYS:
                # An unknown key may be a URL in the wrong place.
                shown = key if re.fullmatch(r"[a-z_]{1,32}", key) else ""
                self._add_error(shown, "is not a known key")
        kind = self._kind(raw)
        url = self._text(raw, "url", required=True)
        secret = self._text(raw, "secret")
        if url is not None:
            self._check("url", lambda: parse_url(url.get_secret_value()))
        if secret is not None and kind == "webhook":
            self._check("secret", lambda: parse_secrets(secret))
        on = self._on(raw)
        since = self._since(raw, on)
        if len(self._errors) > before or kind is None or url is None:
            return None
        return Channel(kind, url, secret, on, self._number, since)

    def _kind(self, raw: Mapping[str, object]) -> str | None:
        kind = raw.get("kind")
        if isinstance(kind, str) and kind in KINDS:
            return kind
        self._add_error(
            "kind", f"must be one of {', '.join(KINDS)}" if "kind" in raw else "is missing"
        )
        return None

    def _text(
        self, raw: Mapping[str, object], key: str, *, required: bool = False
    ) -> Secret | None:
        if key not in raw:
            if required:
                self._add_error(key, "is missing")
            return None
        value = raw[key]
        if not isinstance(value, str):
            self._add_error(key, "must be a string")
            return None
        value = value.strip()
        if not value.startswith(ENV_PREFIX):
            if not value:
                self._add_error(key, "is empty")
            return Secret(value) if value else None
        name = value.removeprefix(ENV_PREFIX)
        secret = self._settings.secret_by_name(name) if SETTING_NAME.fullmatch(name) else None
        if secret is None:
            shown = f" ({name})" if SAFE_NAME.fullmatch(name) else ""
            self._add_error(key, f"refers to a setting that is not set{shown}")
        return secret

    def _on(self, raw: Mapping[str, object]) -> frozenset[str]:
        if "on" not in raw:
            return DEFAULT_CONDITIONS
        value = raw["on"]
        if not isinstance(value, list) or not value:
            self._add_error("on", "must be a non-empty list of conditions")
            return DEFAULT_CONDITIONS
        if not all(isinstance(word, str) and word in CONDITIONS for word in value):
            self._add_error("on", f"must only contain {', '.join(CONDITIONS)}")
            return DEFAULT_CONDITIONS
        return frozenset(value)

    def _since(self, raw: Mapping[str, object], on: frozenset[str]) -> int | None:
        if "since_minutes" not in raw:
            return None
        value = raw["since_minutes"]
        if type(value) is not int or not 1 <= value <= MAX_SINCE_MINUTES:
            self._add_error(
                "since_minutes", f"must be a whole number from 1 to {MAX_SINCE_MINUTES}"
            )
            return None
        if "attention" not in on:
            self._add_error("since_minutes", "only applies to the condition attention")
        return value

    def _check(self, key: str, parse: Callable[[], object]) -> None:
        try:
            parse()
        except (InvalidUrlError, ValueError) as error:
            self._add_error(key, str(error))

    def _add_error(self, key: str, message: str) -> None:
        self._errors.append(f"entry {self._number}{f', {key}' if key else ''}: {message}")
