"""Connects chat to the web app: commands over HTTP, and deferred runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from functions.registry import load
from functions.web.async_invoke import invoke_self_async
from functions.web.available_operations import operation_ids
from functions.web.chat.deferred_job import run_job
from functions.web.chat.webhook import handle_webhook
from shared.http_trigger.request import HttpRequest
from shared.http_trigger.response import HttpResponse
from shared.invocation import Invocation
from shared.models.operation import Operation


def operations() -> dict[str, Callable[[], Operation]]:
    """Return the loader of each operation of this bundle."""
    return {name: partial(load, name) for name in operation_ids()}


def handle_request(invocation: Invocation, request: HttpRequest, kind: str) -> HttpResponse:
    """Return the response to a request from a chat platform.

    Parameters
    ----------
    invocation: the invocation that the request belongs to.
    request: the request.
    kind: the path below ``/chat/``.
    """
    invoke_async = partial(invoke_self_async, invocation=invocation)
    return handle_webhook(kind, request, invocation, operations(), invoke_async)


def run_deferred(invocation: Invocation) -> dict[str, object]:
    """Execute a deferred run, post the result, and return a summary.

    Parameters
    ----------
    invocation: a direct invocation.
    """
    return run_job(invocation, operations())
