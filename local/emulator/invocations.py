"""Asynchronous invocations, as all four platforms offer them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Invocation:
    """One asynchronous run that a platform accepted.

    Parameters
    ----------
    platform: the emulated service: ``lambda``, ``fc``, ``scf`` or ``functiongraph``.
    function: the function's name.
    qualifier: the version or alias that was named, None if none was.
    payload: the event's bytes as they came.
    request_id: the run's id, which the answer named.
    handler: that of the function that was deployed under the name, None if none was.
    outcome: what the run returned or raised; done at once where nobody runs anything.
    """

    platform: str
    function: str
    qualifier: str | None
    payload: bytes = field(repr=False)
    request_id: str
    handler: str | None = None
    outcome: Future[object] = field(default_factory=Future, repr=False, compare=False)

    @property
    def event(self) -> Any:
        """The event; raises ``ValueError`` if it is not JSON."""
        return json.loads(self.payload)


Invoke = Callable[[Invocation], object]
"""Runs a function for one invocation, and returns what the function returned."""


class Invocations:
    """The runs accepted so far, each in a thread of its own.

    Parameters
    ----------
    invoke: runs a function; None only notes that one was asked to run.
    """

    def __init__(self, invoke: Invoke | None = None) -> None:
        self._invoke = invoke
        self._lock = threading.Lock()
        self._begun: list[Invocation] = []

    def run_by(self, invoke: Invoke) -> None:
        """Set what runs the functions from now on."""
        self._invoke = invoke

    def begin(self, invocation: Invocation) -> None:
        """Record a run and start it."""
        with self._lock:
            self._begun.append(invocation)
        if self._invoke is None:
            invocation.outcome.set_result(None)
            return
        name = f"invocation-{invocation.platform}-{invocation.function}"
        run = threading.Thread(
            target=self._run, args=(self._invoke, invocation), name=name, daemon=True
        )
        run.start()

    def run(self, invocation: Invocation) -> object:
        """Record a run, run it here, and return what it returned; raises what it raised."""
        with self._lock:
            self._begun.append(invocation)
        if self._invoke is None:
            invocation.outcome.set_result(None)
        else:
            self._run(self._invoke, invocation)
        return invocation.outcome.result()

    def all(self) -> list[Invocation]:
        """Return a copy of the list as it is now."""
        with self._lock:
            return list(self._begun)

    def _run(self, invoke: Invoke, invocation: Invocation) -> None:
        try:
            result = invoke(invocation)
        except BaseException as error:  # noqa: BLE001 - raised again to whoever asks for the outcome
            invocation.outcome.set_exception(error)
        else:
            invocation.outcome.set_result(result)
