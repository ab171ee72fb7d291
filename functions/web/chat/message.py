"""A message from a chat and the reply to it, independent of the platform."""

from __future__ import annotations

from dataclasses import dataclass

from functions.web.chat.parser import Command
from shared.models.secret import Secret


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a message, and where.

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

    def log_fields(self) -> dict[str, object]:
        """Return who sent a message, and where, as fields of a log line."""
        return {
            "chat": self.platform,
            "tenant": self.tenant,
            "user": self.user,
            "channel": self.channel,
        }


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """The URL to which late replies are posted.

    Parameters
    ----------
    url: a secret: anyone who knows it can post there.
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
    response_url: where late replies go, None if the platform provided no URL.
    command_prefix: what a person types before a command, e.g. ``/cloud-sync ``; empty if it is a
        mention, which cannot be pasted.
    clicked_command: the command of a clicked button, None for a typed message.
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
    lines: the most important first, since lines that do not fit are dropped from the end. Parts
        may be marked with :func:`functions.web.chat.bold.bold`.
    command: a command that must be shown unchanged: letters, digits, dots and spaces.
    confirmation_code: the code in ``command``, for platforms with buttons.
    keeps_original: whether it must never replace the message that it replies to.
    """

    lines: tuple[str, ...]
    command: str = ""
    confirmation_code: str = ""
    keeps_original: bool = False


CONFIRM_INSTRUCTION = "To confirm, send this message:"
"""Precedes a command that must be copied."""
