"""A transport that injects a planned fault into each request and notes what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from local.emulator import Emulator
from local.emulator.faults import Fault, Line
from local.emulator.message import Received, Reply
from shared.errors import SyncError, TimedOut
from shared.models.http import Request, Response, Transport
from tests.support.clocks import FakeClock
from tests.support.provider_answer import Answer, action_of, answer_of, is_write

PATIENCE = 0.1
"""Seconds that a client really waits for a response that never comes."""

PATIENCE_OTHERWISE = 60.0
"""Seconds that it really waits for one that does: the run's time is that of the fake clock."""

SILENCE = 600.0


class PlannedFault(NamedTuple):
    """A fault of the emulator, and how long a client waits for it.

    Parameters
    ----------
    fault: the emulator's fault.
    is_slow: whether no complete response arrives in time.
    service: the only one that may have it, None for any.
    """

    fault: Fault
    is_slow: bool = False
    service: str | None = None

    def __repr__(self) -> str:
        return f"<{self.fault.name}>"


@dataclass(frozen=True)
class Step:
    """What happens around one request of a run.

    Parameters
    ----------
    event: what happens at the provider right before it; None for nothing.
    fault: what is wrong with its response; None for nothing.
    """

    event: Callable[[], object] | None = None
    fault: PlannedFault | None = None


class Exchange(NamedTuple):
    """One request and its answer.

    Parameters
    ----------
    request: as it was sent.
    received: the emulator's note of it, None if it did not arrive.
    answer: what the client may conclude.
    at: the fake clock's seconds after the answer.
    """

    request: Request
    received: Received | None
    answer: Answer
    at: float

    @property
    def action(self) -> str:
        """The provider's name of what it asks for."""
        return action_of(self.request)

    @property
    def writes(self) -> bool:
        """Whether it asks for the operation's effect."""
        return is_write(self.request)

    @property
    def processed(self) -> bool:
        """Whether the provider did the work."""
        return self.received is not None and self.received.processed

    @property
    def is_false(self) -> bool:
        """Whether the answer says that the work was done, which is not so."""
        return self.answer.good and not self.processed

    @property
    def has_other_clock(self) -> bool:
        """Whether the provider's clock was not the client's."""
        fault = None if self.received is None else self.received.fault
        return fault is not None and fault.startswith("clock off")

    @property
    def misleads(self) -> bool:
        """Whether it shows a state that the provider does not have."""
        return self.received is not None and self.received.fault in {"unknown state", "old state"}

    def __repr__(self) -> str:
        done = "done" if self.processed else "not done"
        return f"{self.action}{' (write)' * self.writes}: {self.answer}, {done}"


@dataclass
class Script:
    """The steps of a run and what came of them.

    Attributes
    ----------
    steps: one for each request, in order; the requests after the last one meet nothing odd.
    exchanges: the requests so far.
    """

    steps: list[Step] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)


class ObservedTransport:
    """Sends requests to the emulator, each with the next step of a script.

    Parameters
    ----------
    transport: sends them.
    emulator: receives them.
    clock: the client's, which the emulator's follows.
    script: returns the script of the current run.
    """

    def __init__(
        self,
        transport: Transport,
        emulator: Emulator,
        clock: FakeClock,
        script: Callable[[], Script],
    ) -> None:
        self._transport = transport
        self._emulator = emulator
        self._clock = clock
        self._script = script

    def send(
        self,
        request: Request,
        *,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
    ) -> Response:
        """Send a request once."""
        script = self._script()
        step = script.steps.pop(0) if script.steps else Step()
        if step.event is not None:
            step.event()
        planned, service = step.fault, self._service_of(request)
        if planned is not None and planned.service not in {None, service}:
            planned = None
        is_slow = planned is not None and planned.is_slow
        sent = threading.Event()
        if planned is not None:
            fault = announced(planned.fault, sent) if is_slow else planned.fault
            self._emulator.inject_fault(service, fault)
        self._emulator.clock_offset = self._clock.now().timestamp() - time.time()
        count = len(self._emulator.received)
        result: Response | SyncError
        try:
            result = self._transport.send(
                request,
                connect_seconds=PATIENCE_OTHERWISE,
                read_seconds=PATIENCE if is_slow else PATIENCE_OTHERWISE,
                total_seconds=PATIENCE_OTHERWISE,
            )
        except SyncError as error:
            result = error
        if isinstance(result, TimedOut):
            assert sent.wait(10)
            self._clock.spend(min(read_seconds, total_seconds))
        arrived = self._emulator.received.all()[count:]
        self._emulator.clear()
        answer = answer_of(action_of(request), result)
        script.exchanges.append(
            Exchange(request, arrived[0] if arrived else None, answer, self._clock.monotonic())
        )
        if isinstance(result, SyncError):
            raise result
        return result

    def _service_of(self, request: Request) -> str:
        """Return the emulated service that a request is sent to."""
        services = ("edas", "ehpc", "cwp", "oms", "modelarts", "iam")
        return next(name for name in services if self._emulator.url(name) == request.origin)


def announced(fault: Fault, reached: threading.Event) -> Fault:
    """Return a fault that tells when the service has done with the request.

    Parameters
    ----------
    fault: one that sends no complete response in time.
    reached: is set then.
    """

    def leave(line: Line, reply: Reply) -> bool:
        reached.set()
        return fault.leave(line, reply)

    return replace(fault, leave=leave)
