"""Asks pip for wheels that run on the platforms, whatever this machine is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.bundling.problem import BundleError

LINUX = ("manylinux2014_x86_64", "manylinux_2_17_x86_64")
"""What every platform's system is new enough for: SCF's CentOS 7 is the oldest."""

UNREACHED = ("Connection", "NameResolution", "Temporary failure", "timed out", "Network is")


def download(wanted: Sequence[str], minor: int, into: Path, environ: Mapping[str, str]) -> None:
    """Download wheels for Linux on x86_64.

    Parameters
    ----------
    wanted: what, in pip's own arguments.
    minor: of the Python 3 they are for.
    into: the folder.
    environ: pip's environment: where it downloads from is its own setting.

    Raises
    ------
    BundleError: there is no pip, no such wheel, a wrong hash, or no connection.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--retries", "2", "--dest", str(into)]
    command += ["--implementation", "cp", "--python-version", f"3.{minor}"]
    command += ["--only-binary", ":all:"]
    for platform in LINUX:
        command += ["--platform", platform]
    ran = subprocess.run(  # noqa: S603 - this Python's own pip
        [*command, *wanted],
        check=False,
        capture_output=True,
        text=True,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
    )
    if ran.returncode != 0:
        raise BundleError(reason(ran.stdout + ran.stderr, minor))


def reason(output: str, minor: int) -> str:
    """Return what a failed pip wrote, as one sentence and what to do.

    Parameters
    ----------
    output: all that it wrote.
    minor: of the Python 3 that the wheels are for.
    """
    if "No module named pip" in output:
        return f"this Python has no pip: run {sys.executable} -m ensurepip"
    errors = [line.strip() for line in output.splitlines() if line.strip().startswith("ERROR:")]
    detail = (errors or output.strip().splitlines() or ["no output"])[0]
    if "DO NOT MATCH THE HASHES" in output:
        lines = output.partition("DO NOT MATCH THE HASHES")[2].splitlines()
        named = [line.strip() for line in lines if "==" in line]
        what = (named or ["a package"])[0].partition(" from ")[0]
        return (
            f"hash mismatch: {what} is not what the lock file says. Do not use it; "
            "if the release is meant to change, run make lock and look at the difference."
        )
    if any(sign in output for sign in UNREACHED):
        return f"pip could not reach its package index, and the wheels are not cached: {detail}"
    if "No matching distribution" in output or "Could not find a version" in output:
        return (
            f"no wheel for Linux x86_64 and Python 3.{minor} where pip looks "
            f"(or it could not look): {detail}"
        )
    return f"pip failed: {detail}"
