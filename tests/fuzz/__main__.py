"""Fuzzes the handlers: ``python -m tests.fuzz [--seconds 60] [TARGET …]``.

Shows the progress of each target, saves an input that fails under ``build/fuzz``, and says how to
reproduce it. What was reached before is kept in ``build/fuzz/TARGET/corpus`` and built upon.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from tests.support.repository import ROOT

TARGETS = (
    "operation_events",
    "operation_requests",
    "web_app",
    "chat_messages",
    "odd_settings",
    "decoders",
)
FOLDER = ROOT / "build" / "fuzz"
MAX_BYTES = 65_536
MAX_SECONDS_PER_INPUT = 30
SHOW_SECONDS = 5.0

STATUS = re.compile(r"^#(\d+)\s+(\w+)\s+cov: (\d+) .*?corp: (\d+)/\S+.*?exec/s: (\d+)")


class Findings(NamedTuple):
    """What fuzzing a target showed.

    Parameters
    ----------
    executions: how many inputs were run.
    coverage: how many edges of the code were reached.
    inputs: the saved inputs that fail.
    is_complete: whether the target ended by its time limit or by a finding.
    """

    executions: int
    coverage: int
    inputs: list[Path]
    is_complete: bool


def main() -> int:
    """Fuzz the targets, or reproduce one input; return 1 if anything fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for all targets together")
    parser.add_argument("--reproduce", type=Path, metavar="FILE", help="run one saved input")
    arguments = parser.parse_args()
    chosen = arguments.targets or list(TARGETS)
    if not set(chosen) <= set(TARGETS):
        parser.error(f"the targets are {', '.join(TARGETS)}")
    if arguments.reproduce:
        for target in chosen:
            importlib.import_module(f"tests.fuzz.{target}").fuzz(arguments.reproduce.read_bytes())
        return 0
    seconds = max(1, arguments.seconds // len(chosen))
    found = {target: fuzz(target, seconds) for target in chosen}
    print("\nTARGET               EXECUTIONS  EDGES  FINDINGS")
    for target, each in found.items():
        print(f"{target:<20} {each.executions:>10,}  {each.coverage:>5}  {len(each.inputs):>8}")
    for target, each in found.items():
        for path in each.inputs:
            print(f"\n{target}: {path.relative_to(ROOT)}; to reproduce:")
            print(f"  .venv/bin/python -m tests.fuzz {target} --reproduce {path.relative_to(ROOT)}")
    return 0 if all(not each.inputs and each.is_complete for each in found.values()) else 1


def fuzz(target: str, seconds: int) -> Findings:
    """Fuzz one target for some seconds, or until it fails, and show its progress."""
    folder = FOLDER / target
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    write_seeds(target, corpus)
    known = set(folder.iterdir())
    command = [
        *(sys.executable, "-m", "tests.fuzz.instrumented", target, str(corpus)),
        f"-max_total_time={seconds}",
        f"-max_len={MAX_BYTES}",
        f"-timeout={MAX_SECONDS_PER_INPUT}",
        f"-artifact_prefix={folder}/",
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
    ]
    print(f"\n== {target}, {seconds} s", flush=True)
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace",
    )  # fmt: skip
    executions = coverage = 0
    tail: list[str] = []
    shown = time.monotonic()
    assert process.stdout is not None
    for line in process.stdout:
        status = STATUS.match(line)
        if status is None:
            tail = [*tail[-60:], line]
            continue
        executions, coverage = int(status[1]), int(status[3])
        if time.monotonic() - shown >= SHOW_SECONDS:
            shown = time.monotonic()
            print(
                f"{executions:>10,} executions, {status[5]}/s, {coverage} edges, "
                f"{status[4]} inputs kept",
                flush=True,
            )
    code = process.wait()
    inputs = sorted(path for path in set(folder.iterdir()) - known if path.is_file())
    total = re.search(r"number_of_executed_units: (\d+)", "".join(tail))
    if inputs or code:
        print("".join(tail))
    return Findings(int(total[1]) if total else executions, coverage, inputs, code == 0)


def write_seeds(target: str, corpus: Path) -> None:
    """Write the target's own first inputs into its corpus."""
    for seed in importlib.import_module(f"tests.fuzz.{target}").SEEDS:
        (corpus / f"seed-{hashlib.sha256(seed).hexdigest()[:16]}").write_bytes(seed)


if __name__ == "__main__":
    sys.exit(main())
