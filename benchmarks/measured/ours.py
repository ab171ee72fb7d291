"""One timer event through a handler that ships, in a process of its own.

``python ours.py MODULE EVENT``: the handler's module, and the event as JSON text as the
operation's own platform hands it in. Settings and keys come from the environment.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

LIMIT_SECONDS = 60


class FunctionComputeFunction:
    """What Function Compute tells of the function."""

    timeout = LIMIT_SECONDS


class FunctionComputeContext:
    """Function Compute's context, as far as it is read; the keys are in the environment."""

    request_id = "00000000-0000-4000-8000-000000000001"
    function = FunctionComputeFunction()


class FunctionGraphContext:
    """FunctionGraph's context, as far as it is read; settings and keys are in the environment."""

    def getRequestID(self) -> str:  # noqa: N802 - the platform's name, as below
        """Return the id of this invocation."""
        return "00000000-0000-4000-8000-000000000001"

    def getRemainingTimeInMilliSeconds(self) -> int:  # noqa: N802
        """Return the time left."""
        return LIMIT_SECONDS * 1000

    def getUserData(self, _key: str) -> None:  # noqa: N802
        """Return nothing: there is no user data."""


class LambdaContext:
    """AWS Lambda's context, as far as it is read."""

    aws_request_id = "00000000-0000-4000-8000-000000000001"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time left."""
        return LIMIT_SECONDS * 1000


Arrival = tuple[object, Any]
"""Event and context."""


def on_function_compute(text: str) -> Arrival:
    """Function Compute hands in bytes."""
    return text.encode(), FunctionComputeContext()


def on_scf(text: str) -> Arrival:
    """SCF hands in a parsed event and a dictionary."""
    return json.loads(text), {
        "request_id": "00000000-0000-4000-8000-000000000001",
        "time_limit_in_ms": LIMIT_SECONDS * 1000,
        "tencentcloud_region": "ap-guangzhou",
    }


def on_lambda(text: str) -> Arrival:
    """AWS Lambda hands in a parsed event."""
    return json.loads(text), LambdaContext()


def on_functiongraph(text: str) -> Arrival:
    """FunctionGraph hands in a parsed event."""
    return json.loads(text), FunctionGraphContext()


def platform() -> Callable[[str], Arrival]:
    """Return how the platform of this environment hands in an event."""
    for name, hands_in in (
        ("FC_FUNCTION_NAME", on_function_compute),
        ("TENCENTCLOUD_RUNENV", on_scf),
        ("AWS_LAMBDA_FUNCTION_NAME", on_lambda),
    ):
        if name in os.environ:
            return hands_in
    return on_functiongraph


if __name__ == "__main__":
    handler = import_module(sys.argv[1]).handler
    result = handler(*platform()(sys.argv[2]))
    if result["error"] is not None or result["attempts"] < 1:
        sys.exit(f"no answered call: {result['summary']}")

    from memory import done  # type: ignore[import-not-found] # beside this file

    done()
