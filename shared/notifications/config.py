"""The setting ``NOTIFY``: a JSON list of channels, validated before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, get_args

from shared.models.secret import Secret
from shared.models.url import parse_url
from shared.notifications.channel import Channel, Kind
from shared.notifications.conditions import CONDITIONS, DEFAULT_CONDITIONS
from shared.notifications.webhook import parse_secrets
from shared.settings import Settings
from shared.settings.json_entries import Fault, JsonSetting, parse_entries

ENV_PREFIX = "env:"
SETTING_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
SAFE_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,127}")
"""A name that may be shown: no secret consists of capitals, digits and underscores only."""

NOTIFY = JsonSetting(
    name="NOTIFY",
    container=list,
    code="BadNotify",
    hint='Set NOTIFY to a JSON list such as [{"kind": "slack", "url": "env:SLACK_URL", '
    f'"on": ["failed"]}}]. Kinds: {", ".join(get_args(Kind))}. Conditions: '
    f"{', '.join(CONDITIONS)}. The url must be https.",
)

NOT_OF_HEARTBEATS = ("secret", "on", "since_minutes")
"""A heartbeat is sent after every run, and its URL is the secret."""


def load_channels(settings: Settings) -> tuple[Channel, ...]:
    """Return the channels of ``NOTIFY``, none if it is not set.

    Parameters
    ----------
    settings: also resolves the names after ``env:``.

    Raises
    ------
    Misconfigured: it is not valid; names every fault by entry and key, never a value.
    """
    text = settings.secret_value("NOTIFY")
    if text is None:
        return ()
    from shared.notifications._core_schemas import (
        CHANNEL_ENTRY,
    )  # chat needs the package without it

    entries = parse_entries(NOTIFY, text, CHANNEL_ENTRY, partial(channel_faults, settings))
    return tuple(
        to_channel(number, entry.values, settings) for number, entry in enumerate(entries, start=1)
    )


def channel_faults(settings: Settings, _key: str, given: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the faults of a channel's texts, or of the settings they refer to, and of its keys.

    Parameters
    ----------
    settings: resolves the names after ``env:``.
    given: the channel; what is faulty by itself is None.
    """
    for name in ("url", "secret"):
        if given.get(name) is None:
            continue
        try:
            text = resolve(given[name], settings)
            if name == "url":
                parse_url(text.get_secret_value())
            elif given.get("kind") == "webhook":
                parse_secrets(text)
        except ValueError as error:
            yield name, str(error)
    yield from misplaced_keys(given)


def misplaced_keys(given: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the keys that have no effect for a channel's kind or conditions."""
    if given.get("kind") == "heartbeat":
        for name in NOT_OF_HEARTBEATS:
            if name in given:
                yield name, "does not apply to the kind heartbeat"
        return
    if "style" in given:
        yield "style", "only applies to the kind heartbeat"
    conditions = given.get("on") or DEFAULT_CONDITIONS
    if given.get("since_minutes") is not None and "attention" not in conditions:
        yield "since_minutes", "only applies to the condition attention"


def resolve(text: str, settings: Settings) -> Secret:
    """Return a text, or the value of the setting that it refers to.

    Raises
    ------
    ValueError: that setting is not set; the message is a phrase.
    """
    text = text.strip()
    if not text.startswith(ENV_PREFIX):
        return Secret(text)
    name = text.removeprefix(ENV_PREFIX)
    secret = settings.secret_by_name(name) if SETTING_NAME.fullmatch(name) else None
    if secret is None:
        shown = f" ({name})" if SAFE_NAME.fullmatch(name) else ""
        raise ValueError(f"refers to a setting that is not set{shown}")
    return secret


def to_channel(number: int, values: Mapping[str, Any], settings: Settings) -> Channel:
    """Return the channel of a valid entry.

    Parameters
    ----------
    number: its position, from 1.
    values: the entry's.
    settings: resolves the names after ``env:``.
    """
    url, secret = values["url"], values["secret"]
    return Channel(
        kind=values["kind"],
        url=resolve(url, settings),
        secret=None if secret is None else resolve(secret, settings),
        on=frozenset(["always"] if values["kind"] == "heartbeat" else values["on"]),
        number=number,
        since_minutes=values["since_minutes"],
        style=values["style"],
    )
