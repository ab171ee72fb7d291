"""Where chat comes in: its commands over HTTP, and the runs it deferred to a second invocation."""

from __future__ import annotations

from collections.abc import Mapping

from shared.arrival import Visit
from shared.door.problem import Problem
from shared.door.reply import Reply
from shared.door.request import HttpRequest

KINDS = ("slack", "dingtalk")


def receive(kind: str, _request: HttpRequest, _visit: Visit) -> Reply:
    """Return the answer to what a chat platform posts.

    Parameters
    ----------
    kind: one of :data:`KINDS`.

    Raises
    ------
    Problem: the chat is not set up.
    """
    raise Problem(404, f"{kind} is not set up")


def finish(_event: Mapping[str, object], _visit: Visit) -> dict[str, object] | None:
    """Return what came of a deferred run; None where chat is not set up."""
    return None
