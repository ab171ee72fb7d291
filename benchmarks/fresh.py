"""Runs one fresh process to its end, and measures its cost."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass

from benchmarks.targets import Target


class ProcessFailedError(Exception):
    """A measured process failed; the message is the end of its standard error."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one process.

    Parameters
    ----------
    cpu_ms: user and system time, milliseconds.
    wall_ms: from its start to its end, milliseconds.
    peak_mb: its highest resident memory (VmHWM), MB of 1,024 kB; 0 if it did not report it.
    last_line: the last line on its standard error.
    """

    cpu_ms: float
    wall_ms: float
    peak_mb: float
    last_line: str


def run(target: Target) -> Cost:
    """Run a process to its end; its standard output is discarded.

    Raises
    ------
    ProcessFailedError: its exit code is not 0.
    """
    began = time.perf_counter()
    with subprocess.Popen(
        target.command,
        env=dict(target.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        if process.stderr is None:
            raise ProcessFailedError("the process has no standard error")
        output = process.stderr.read().decode(errors="replace").strip()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise ProcessFailedError(f"{target.name}: {output[-2000:]}")
    last_line = output.rpartition("\n")[2]
    # The peak that wait4 returns can be the parent's, from before the program was loaded.
    peak = int(last_line.split()[1]) / 1024 if last_line.startswith("done ") else 0.0
    return Cost((usage.ru_utime + usage.ru_stime) * 1000, wall * 1000, peak, last_line)


def run_and_read(target: Target) -> dict[str, float]:
    """Run a process that measures itself, and return the JSON that it prints."""
    figures: dict[str, float] = json.loads(run(target).last_line)
    return figures
