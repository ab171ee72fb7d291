"""How many instructions a process takes: the one measure that a busy machine does not change."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from benchmarks.targets import Target


@dataclass(frozen=True, slots=True)
class Counter:
    """A tool that counts the instructions a process executes in user space.

    Parameters
    ----------
    name: for tables.
    wrap: from a file for the tool's report to the words before the command.
    pattern: finds the number in the report.
    """

    name: str
    wrap: Callable[[str], Sequence[str]]
    pattern: str

    def count(self, target: Target) -> int:
        """Run a process to its end and return its instructions.

        Raises
        ------
        RuntimeError: the process failed.
        """
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report"
            command = [*self.wrap(str(report)), *target.command]
            ended = subprocess.run(
                command, env=dict(target.environ), capture_output=True, check=False
            )
            if ended.returncode != 0:
                raise RuntimeError(f"{target.name} failed: {ended.stderr.decode()[-2000:]}")
            found = re.search(self.pattern, report.read_text())
        if found is None:
            raise RuntimeError(f"{self.name} reported no instructions")
        return int(found[1].replace(",", ""))


PERF = Counter(
    "perf",
    lambda report: ("perf", "stat", "-x;", "-o", report, "-e", "instructions:u", "--"),
    r"(?m)^(\d+);",
)
VALGRIND = Counter(
    # cachegrind without its cache counts the same as callgrind, half as slowly.
    "valgrind",
    lambda report: (
        *("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"),
        *("--vgdb=no", f"--log-file={report}"),
    ),
    r"I +refs: +([\d,]+)",
)


@lru_cache(maxsize=1)
def counter() -> Counter | None:
    """Return the first tool that counts on this machine, None if there is none.

    ``perf`` may be installed and yet find no counter in a virtual machine.
    """
    for tool in (PERF, VALGRIND):
        if shutil.which(tool.wrap("")[0]) is None:
            continue
        try:
            tool.count(Target("true", ("true",), {"PATH": "/usr/bin:/bin"}))
        except (OSError, RuntimeError):
            continue
        return tool
    return None
