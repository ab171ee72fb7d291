"""The reply to a command that failed, and what the log says about it."""

from __future__ import annotations

from typing import NamedTuple

from functions.web.chat import replies
from functions.web.chat.message import Reply
from shared.errors import SyncError
from shared.http_trigger.problem import HttpProblem
from shared.runner import stack_frames


class FailedCommand(NamedTuple):
    """Why a command failed.

    Parameters
    ----------
    reply: what the sender sees.
    level: the log level.
    outcome: the reason for the log; the redactor still has to see it.
    frames: the stack frames of an unhandled exception, else None.
    """

    reply: Reply
    level: str
    outcome: str
    frames: list[str] | None = None


def failed_command(error: Exception, invocation_id: str | None) -> FailedCommand:
    """Return the reply to an error.

    Parameters
    ----------
    error: what was raised; anything but an ``HttpProblem`` or a ``SyncError`` is a bug.
    invocation_id: of this invocation, None if there is none.
    """
    if isinstance(error, HttpProblem):
        return FailedCommand(replies.forbidden(error.detail), "warning", error.detail)
    if isinstance(error, SyncError):
        return FailedCommand(replies.rejected(error), "warning", error.message)
    reply = replies.internal_error(invocation_id)
    return FailedCommand(reply, "error", "internal error", stack_frames(error))
