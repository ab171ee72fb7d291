"""Which modules a process has imported when its work is done."""

from __future__ import annotations

import subprocess
from dataclasses import replace

from benchmarks.fresh import ProcessFailedError
from benchmarks.targets import Target

_LISTING = """
import sys
script = sys.argv[1]
sys.argv = sys.argv[1:]
sys.path[0] = script.rpartition("/")[0]
exec(compile(open(script, encoding="utf-8").read(), script, "exec"))
sys.stderr.write(" ".join(sorted(sys.modules)))
"""


def imported(target: Target) -> frozenset[str]:
    """Return the modules of a measured script's process, those of the interpreter included.

    Raises
    ------
    ProcessFailedError: the process failed.
    """
    python, *words = target.command
    listing = replace(target, command=(python, "-c", _LISTING, *words))
    ended = subprocess.run(
        listing.command, env=dict(listing.environ), capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        raise ProcessFailedError(f"{target.name}: {ended.stderr[-2000:]}")
    return frozenset(ended.stderr.rpartition("\n")[2].split())
