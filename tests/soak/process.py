"""The warm process under test: what it uses at the beginning and at the end."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import TextIOBase
from random import Random

from local.table import Column, render
from shared.runtime import Runtime
from tests.soak.invocations import environ_of, make_invocation, run_invocation
from tests.soak.provider import Provider, Traffic

STEPS = 20
"""The keys rotate, and the numbers are noted, so many times; the first step warms up."""

ONE_BY_ONE = 5
"""In so many of these steps, one invocation follows another instead of running at once."""

MAX_GROWTH_BYTES = 4 * 1024 * 1024
MAX_SHOWN = 10
COLUMNS = (
    Column("invocations", right=True),
    Column("threads", right=True),
    Column("per second", right=True),
    Column("requests", right=True),
    Column("connections", right=True),
    Column("memory, MiB", right=True),
    Column("threads left", right=True),
    Column("files", right=True),
)


@dataclass(frozen=True, slots=True)
class Step:
    """The numbers after one step.

    Parameters
    ----------
    invocations: so far.
    at_once: how many ran at the same time.
    seconds: of the step.
    traffic: of the step.
    memory: resident bytes of the process.
    threads, files: of the process, when nothing runs.
    """

    invocations: int
    at_once: int
    seconds: float
    traffic: Traffic
    memory: int
    threads: int
    files: int


class Nowhere(TextIOBase):
    """Takes the log, and keeps nothing."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        return len(text)


class Soak:
    """Runs invocations in this process.

    Parameters
    ----------
    invocations: how many in all.
    threads: how many at once.
    accounts: how many accounts they are for.
    """

    def __init__(self, invocations: int, threads: int, accounts: int) -> None:
        self._per_step = max(1, invocations // STEPS)
        self._threads = threads
        self._accounts = accounts
        self.steps: list[Step] = []

    def run(self, progress: Callable[[str], object] = lambda _: None) -> list[str]:
        """Run them all, and return what did not hold."""
        problems: list[str] = []
        process = Runtime()
        with Provider(self._accounts) as provider, redirect_stdout(Nowhere()):
            for number in range(STEPS):
                provider.rotate(number)
                at_once = 1 if number % (STEPS // ONE_BY_ONE) == 1 else self._threads
                problems += self._step(number, at_once, process, provider)
                progress(f"{self.steps[-1].invocations:,} of {self._per_step * STEPS:,}")
        return problems + self._changes()

    def _step(self, number: int, at_once: int, process: Runtime, provider: Provider) -> list[str]:
        environs = [
            environ_of(provider.environ, account, self._accounts, number)
            for account in range(self._accounts)
        ]

        def run(seed: int) -> str | None:
            asked = make_invocation(Random(seed), self._accounts)
            try:
                return run_invocation(asked, environs[asked.account], process)
            except Exception as error:  # noqa: BLE001 - it is what is looked for
                return f"{asked} raised {error!r}"

        first = number * self._per_step
        started = time.monotonic()
        with ThreadPoolExecutor(at_once) as pool:
            found = list(pool.map(run, range(first, first + self._per_step)))
        seconds = time.monotonic() - started
        gc.collect()
        traffic = provider.traffic()
        self.steps.append(
            Step(
                invocations=first + self._per_step,
                at_once=at_once,
                seconds=seconds,
                traffic=traffic,
                memory=resident_bytes(),
                threads=threading.active_count(),
                files=len(os.listdir("/proc/self/fd")),
            )
        )
        return [each for each in found if each is not None][:MAX_SHOWN] + traffic.foreign

    def _changes(self) -> list[str]:
        """Return what grew after the first steps, and where connections were not reused."""
        # One step with all threads and one without are the warm-up.
        early, last = self.steps[2], self.steps[-1]
        problems = []
        if last.memory > early.memory + MAX_GROWTH_BYTES:
            problems.append(f"memory grew by {(last.memory - early.memory) / 2**20:.1f} MiB")
        if last.threads > early.threads:
            problems.append(f"{last.threads - early.threads} threads are left")
        if last.files > early.files + self._threads:
            problems.append(f"{last.files - early.files} files or sockets are left")
        problems += [
            f"{step.traffic.connections} connections for {step.traffic.requests} requests, "
            "one after another"
            for step in self.steps
            if step.at_once == 1 and step.traffic.connections > 10
        ]
        return problems

    def summary(self) -> str:
        """Return the numbers of all steps as a table."""
        rows = [
            (
                f"{step.invocations:,}",
                f"{step.at_once}",
                f"{self._per_step / step.seconds:,.0f}",
                f"{step.traffic.requests:,}",
                f"{step.traffic.connections}",
                f"{step.memory / 2**20:.1f}",
                f"{step.threads}",
                f"{step.files}",
            )
            for step in self.steps
        ]
        return render(COLUMNS, rows, width=100)


def resident_bytes() -> int:
    """Return how much memory this process has."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
