"""What a measured process says of itself when its work is done."""

from __future__ import annotations

import sys


def peak_kilobytes() -> int:
    """Return the process's peak resident memory (VmHWM), kB; 0 where Linux's file is not."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def done() -> None:
    """Say that the work is done, and the peak memory; the measuring process waits for it."""
    sys.stderr.write(f"done {peak_kilobytes()}\n")
