"""Ports for tests that must know them beforehand."""

from __future__ import annotations

import random
import socket

import pytest

from local.emulator.server import ENDPOINT_SETTINGS


def free_base() -> int:
    """Return a port with as many free ones behind it as there are emulated services.

    Below 32768, so that no outgoing connection takes one meanwhile; at random, so that test runs
    beside each other seldom meet.
    """
    needed = len(ENDPOINT_SETTINGS) + 1
    for _ in range(50):
        base = random.randrange(10_000, 32_000)
        try:
            for number in range(base, base + needed):
                socket.create_server(("127.0.0.1", number)).close()
        except OSError:
            continue
        return base
    pytest.skip(f"no {needed} free ports in a row")
