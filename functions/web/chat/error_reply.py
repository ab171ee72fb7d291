"""Builds the reply to a command that failed, and its log fields."""

from __future__ import annotations

from typing import NamedTuple

from functions.web.chat import replies
from functions.web.chat.message import Reply
from shared.errors import SyncError
from shared.http_trigger.problem import HttpProblem
from shared.runner import stack_frames


class FailedCommand(NamedTuple):
    """A failed command.

    Parameters
    ----------
    reply: the reply to the sender.
    level: the log level.
    outcome: the reason, for the log; not redacted yet.
    frames: the stack frames of an unhandled exception, else None.
    """

    reply: Reply
    level: str
    outcome: str
    frames: list[str] | None = None


def failed_command(error: Exception, invocation_id: str | None) -> FailedCommand:
    """Return the failed command for an error.

    Parameters
    ----------
    error: the exception; anything but an ``HttpProblem`` or a ``SyncError`` is a bug.
    invocation_id: the ID of this invocation, None if there is none.
    """
    if isinstance(error, HttpProblem):
        return FailedCommand(replies.forbidden(error.detail), "warning", error.detail)
    if isinstance(error, SyncError):
        return FailedCommand(replies.rejected(error), "warning", error.message)
    reply = replies.internal_error(invocation_id)
    return FailedCommand(reply, "error", "internal error", stack_frames(error))
