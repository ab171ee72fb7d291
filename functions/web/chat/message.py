"""A message from a chat and the reply to it, in the same form for every platform."""

from __future__ import annotations

from dataclasses import dataclass

from functions.web.chat.parser import Command
from shared.models.secret import Secret


@dataclass(frozen=True, slots=True)
class Sender:
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
class ResponseUrl:
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
    sender: who sent it, and where.
    text: the command, without the platform's own escapes.
    message_id: the same whenever the platform delivers the same message again.
    callback: where late replies go, None if the platform named no URL.
    address: what a person writes before a command, e.g. ``/cloud-sync ``; empty where it is a
        mention, which cannot be pasted.
    clicked: the command of a button, None for a message that a person wrote.
    """

    sender: Sender
    text: str
    message_id: str
    response_url: ResponseUrl | None
    command_prefix: str
    clicked_command: Command | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply in plain text.

    Parameters
    ----------
    lines: the most important first: what does not fit is left out from the end. Parts may be
        marked with :func:`functions.web.chat.bold.bold`.
    copied: a command that must arrive letter for letter; letters, digits, dots and spaces.
    code: the confirmation code in ``copied``, for platforms with buttons.
    beside: whether it must never replace the message that it answers.
    """

    lines: tuple[str, ...]
    command: str = ""
    confirmation_code: str = ""
    keeps_original: bool = False


CONFIRM_INSTRUCTION = "To confirm, send this message:"
"""Stands before a command that must be copied."""
