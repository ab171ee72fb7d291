"""Kills a process at a request to the emulator."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from subprocess import Popen
from typing import NamedTuple

from local.emulator import Emulator
from local.emulator.faults import Fault, Line, hang_up, pass_through
from local.emulator.message import Received, Reply
from local.emulator.server import ENDPOINT_SETTINGS

BEFORE = "before the work"
AFTER = "after the work"
ANSWERED = "after the response"
MOMENTS = (BEFORE, AFTER, ANSWERED)


class Kill(NamedTuple):
    """When a process is killed.

    Parameters
    ----------
    request: at which of its requests, counted from 1 over all services.
    moment: one of :data:`MOMENTS`: before the provider has done the work, when it has, or when
        its response is sent too.
    """

    request: int
    moment: str


class Killer:
    """Kills a worker with SIGKILL at one of its requests; None for never."""

    def __init__(self, kill: Kill | None) -> None:
        self._kill = kill
        self._lock = threading.Lock()
        self._received = 0
        self.worker: Popen[bytes] | None = None

    def watch(self, emulator: Emulator) -> None:
        """Wait for the request at each of the emulator's services."""
        emulator.clear()
        if self._kill is None:
            return
        due = self._kill.request

        def is_due(_: Received) -> bool:
            with self._lock:
                self._received += 1
                return self._received == due

        for service in ENDPOINT_SETTINGS:
            emulator.inject_fault(
                service, fault_of(self._kill.moment, self._end), times=None, when=is_due
            )

    def _end(self) -> None:
        assert self.worker is not None
        self.worker.kill()


def fault_of(moment: str, end: Callable[[], None]) -> Fault:
    """Return the fault that ends the client at a moment."""

    def leave(line: Line, reply: Reply) -> bool:
        if moment == ANSWERED:
            pass_through(line, reply)
        end()
        return False

    if moment == ANSWERED:
        return Fault(f"killed {moment}", leave=leave)
    return replace(hang_up(work=moment == AFTER), name=f"killed {moment}", leave=leave)
