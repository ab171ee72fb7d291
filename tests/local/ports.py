"""Free ports in a row, for what serves at fixed ones."""

from __future__ import annotations

import os
import socket

FIRST = 20_000
"""Below the ports that the system itself hands out."""

EACH = 1_000
"""How many each worker of pytest-xdist has to itself, so that two never choose the same."""


def free_ports(count: int) -> int:
    """Return the first of some free ports in a row."""
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
