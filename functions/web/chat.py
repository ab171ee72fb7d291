"""Where chat comes in: its commands over HTTP, and the runs it deferred to a second invocation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from functions.catalog import load
from functions.web.bundle import operation_ids
from shared import chat
from shared.arrival import Visit
from shared.deferral import defer
from shared.door.reply import Reply
from shared.door.request import HttpRequest
from shared.models.operation import Operation


def operations() -> dict[str, Callable[[], Operation]]:
    """Return what loads each operation of this bundle."""
    return {name: partial(load, name) for name in operation_ids()}


def receive(visit: Visit, request: HttpRequest, kind: str) -> Reply:
    """Return the answer to what a chat platform posts.

    Parameters
    ----------
    visit, request: what came, and with which event.
    kind: the platform, as the path names it.
    """
    office = chat.Office(operations(), partial(defer, visit=visit))
    return chat.receive(kind, request, visit, office)


def finish(event: object, visit: Visit) -> dict[str, object]:
    """Do what was put off, post the answer, and return a summary.

    Parameters
    ----------
    event: of a direct call, as the platform handed it in.
    visit: its visit.
    """
    return chat.finish(event, visit, operations())
