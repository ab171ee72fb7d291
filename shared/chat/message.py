"""A message from a chat, in the same form for every platform."""

from __future__ import annotations

from dataclasses import dataclass

from shared.chat.grammar import Command
from shared.models.secret import Secret


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who sent it, and where.

    Parameters
    ----------
    platform: ``slack`` or ``dingtalk``.
    tenant: Slack's workspace (``T…``), DingTalk's organization (``ding…``).
    user: the platform's ID of the person.
    channel: the platform's ID of the channel.
    """

    platform: str
    tenant: str
    user: str
    channel: str


@dataclass(frozen=True, slots=True)
class Callback:
    """Where late replies may be posted.

    Parameters
    ----------
    url: a secret: whoever knows it can post there.
    expires: seconds since 1970.
    """

    url: Secret
    expires: float


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Parameters
    ----------
    speaker: who sent it, and where.
    text: the command, without the platform's own escapes.
    message_id: the same whenever the platform delivers the same message again.
    callback: where late replies go, None if the platform named no URL.
    address: what a person writes before a command, e.g. ``/cloud-sync ``; empty where it is a
        mention, which cannot be pasted.
    clicked: the command of a button, None for a message that a person wrote.
    """

    speaker: Speaker
    text: str
    message_id: str
    callback: Callback | None
    address: str
    clicked: Command | None = None
