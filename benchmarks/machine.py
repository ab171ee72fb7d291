"""What the figures were measured on, without anything that names the machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

from benchmarks.instructions import counter
from benchmarks.sdk_packages import DISTRIBUTIONS

OURS = ("urllib3", "aws-lambda-powertools", "pydantic-core")


def processor() -> str:
    """Return the processor's model."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def describe() -> dict[str, object]:
    """Return processor, system, Python, tool and versions."""
    tool = counter()
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "instructions_by": tool.name if tool else None,
        "versions": {name: version(name) for name in (*OURS, *DISTRIBUTIONS.values())},
    }
