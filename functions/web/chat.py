"""Connects chat to the web app: its commands over HTTP, and the runs it deferred."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from functions.registry import load
from functions.web.bundle import operation_ids
from shared import chat
from shared.arrival import Visit
from shared.deferral import defer
from shared.door.reply import Reply
from shared.door.request import HttpRequest
from shared.models.operation import Operation


def operations() -> dict[str, Callable[[], Operation]]:
    """Return the loader of each operation of this bundle."""
    return {name: partial(load, name) for name in operation_ids()}


def receive(visit: Visit, request: HttpRequest, kind: str) -> Reply:
    """Return the reply to a request from a chat platform.

    Parameters
    ----------
    visit: the event it came with.
    request: as received.
    kind: the path below ``/chat/``.
    """
    office = chat.Office(operations(), partial(defer, visit=visit))
    return chat.receive(kind, request, visit, office)


def finish(event: object, visit: Visit) -> dict[str, object]:
    """Execute a deferred run, post the result, and return a summary.

    Parameters
    ----------
    event: of a direct invocation, as received from the platform.
    visit: its visit.
    """
    return chat.finish(event, visit, operations())
