"""Many calls in one warm process, one thread, one kept connection.

``python warm.py CALLS ours MODULE EVENT`` or ``python warm.py CALLS edas``: prints on standard
error the calls a second and each call's median time in microseconds, as JSON. Standard output
takes the log.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from statistics import median
from typing import Any

from shared.client.rate_limit import RateLimiter, Slot

WARM_UP = 200


class NoLimit(RateLimiter):
    """No waiting for CWP's 20 calls a second: the SDK does not wait either."""

    def acquire(self, *arguments: Any) -> Slot | None:
        return RateLimiter().acquire(*arguments)


def ours(module: str, event: str) -> Callable[[], Any]:
    """Return our handler with an event: from what the platform hands in to the result."""
    from ours import platform  # type: ignore[import-not-found] # beside this file

    from shared.entrypoint import handle
    from shared.runtime import Runtime

    operation = import_module(module).OPERATION
    parameters, context = platform()(event)  # the platform's work, done once
    process = Runtime()
    process.rate_limiter = NoLimit()

    def once() -> None:
        result = handle(operation, parameters, context, process)
        if result["error"] is not None:
            sys.exit(str(result["summary"]))

    return once


def sdk(module: str) -> Callable[[], Any]:
    """Return the bare call of an SDK's client."""
    target = import_module(module)
    client = target.connect()
    return lambda: target.call(client)


def measure(once: Callable[[], Any], calls: int) -> dict[str, float]:
    """Return calls a second and the median call's microseconds, after a warm-up."""
    for _ in range(min(WARM_UP, calls)):
        once()
    took: list[float] = []
    began = time.perf_counter()
    for _ in range(calls):
        start = time.perf_counter()
        once()
        took.append(time.perf_counter() - start)
    seconds = time.perf_counter() - began
    return {"calls_per_second": calls / seconds, "median_us": median(took) * 1e6}


if __name__ == "__main__":
    calls, who, *more = sys.argv[1:]
    once = ours(*more) if who == "ours" else sdk(who)
    sys.stderr.write(json.dumps(measure(once, int(calls))) + "\n")
