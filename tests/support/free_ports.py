"""Ports for tests that must know them in advance."""

from __future__ import annotations

import os
import socket

from local.emulator.server import ENDPOINT_SETTINGS

FIRST = 20_000
"""Below 32768, where Linux begins to take ports for outgoing connections."""

EACH = 1_000
"""How many each worker of pytest-xdist has to itself, so that two never choose the same."""


def free_base() -> int:
    """Return a port followed by as many free ones as there are emulated services."""
    count = len(ENDPOINT_SETTINGS) + 1
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    start = FIRST + worker % 10 * EACH
    for base in range(start, start + EACH - count, count):
        try:
            for number in range(base, base + count):
                socket.create_server(("127.0.0.1", number)).close()
        except OSError:
            continue
        return base
    raise AssertionError(f"no {count} free ports in a row from {start} on")
