"""One fresh process run to its end, and what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass

from benchmarks.subjects import Subject


class ProcessFailedError(Exception):
    """A measured process did not do its work; what it said last is the message."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one process cost.

    Parameters
    ----------
    cpu_ms: user and system time, milliseconds.
    wall_ms: from its start to its end, milliseconds.
    peak_mb: its highest resident memory (VmHWM), MB of 1,024 kB; 0 where it did not tell.
    said: the last line on its standard error.
    """

    cpu_ms: float
    wall_ms: float
    peak_mb: float
    said: str


def run(subject: Subject) -> Spent:
    """Run a process to its end; its standard output goes nowhere.

    Raises
    ------
    ProcessFailedError: it ended with another code than 0.
    """
    began = time.perf_counter()
    with subprocess.Popen(
        subject.command,
        env=dict(subject.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        if process.stderr is None:
            raise ProcessFailedError("no way to hear the process")
        words = process.stderr.read().decode(errors="replace").strip()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise ProcessFailedError(f"{subject.name}: {words[-2000:]}")
    said = words.rpartition("\n")[2]
    # The peak that wait4 tells can be the parent's, from before the program was loaded.
    peak = int(said.split()[1]) / 1024 if said.startswith("done ") else 0.0
    return Spent((usage.ru_utime + usage.ru_stime) * 1000, wall * 1000, peak, said)


def told(subject: Subject) -> dict[str, float]:
    """Run a process that measures itself, and return what it tells as JSON."""
    figures: dict[str, float] = json.loads(run(subject).said)
    return figures
