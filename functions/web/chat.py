"""Connects chat to the web app: its commands over HTTP, and the runs it deferred."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from functions.registry import load
from functions.web.bundle import operation_ids
from shared import chat
from shared.deferral import defer
from shared.http_trigger.request import HttpRequest
from shared.http_trigger.response import HttpResponse
from shared.invocation import Invocation
from shared.models.operation import Operation


def operations() -> dict[str, Callable[[], Operation]]:
    """Return the loader of each operation of this bundle."""
    return {name: partial(load, name) for name in operation_ids()}


def receive(invocation: Invocation, request: HttpRequest, kind: str) -> HttpResponse:
    """Return the reply to a request from a chat platform.

    Parameters
    ----------
    invocation: the event it came with.
    request: as received.
    kind: the path below ``/chat/``.
    """
    office = chat.Office(operations(), partial(defer, invocation=invocation))
    return chat.receive(kind, request, invocation, office)


def finish(invocation: Invocation) -> dict[str, object]:
    """Execute a deferred run, post the result, and return a summary.

    Parameters
    ----------
    invocation: a direct invocation.
    """
    return chat.finish(invocation, operations())
