"""What somebody said to us in a chat, in the same words for every platform."""

from __future__ import annotations

from dataclasses import dataclass

from shared.models.secret import Secret


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said it, and where.

    Parameters
    ----------
    platform: ``slack`` or ``dingtalk``.
    tenant: Slack's workspace (``T…``), DingTalk's organization (``ding…``).
    user: the platform's id of the person.
    channel: the platform's id of the room.
    """

    platform: str
    tenant: str
    user: str
    channel: str


@dataclass(frozen=True, slots=True)
class Callback:
    """Where late answers may be posted.

    Parameters
    ----------
    url: who knows it can post there, so it is a secret.
    expires: seconds since 1970.
    """

    url: Secret
    expires: float


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Parameters
    ----------
    speaker: who, and where.
    text: the command, without the platform's own escapes.
    message_id: the same whenever the platform delivers the same message again.
    callback: where late answers go, None where the platform named no place.
    address: what a person writes before a command, e.g. ``/cloud-sync ``; empty where it is a
        mention, which cannot be pasted.
    """

    speaker: Speaker
    text: str
    message_id: str
    callback: Callback | None
    address: str
