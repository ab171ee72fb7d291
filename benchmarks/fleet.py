"""``python -m benchmarks.fleet``: many targets in one run, against the emulator.

What it prints is in docs/fleets.md. Every figure is a ratio or a count of one run.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from functions.registry import load
from local.emulator import Emulator, Received, faults
from shared.entrypoint import handle
from shared.runtime import Runtime

EDAS = "alibaba.edas.SynchronizeResource"
CWP = "tencent.cwp.SyncMachines"
KEY_SETTINGS = "ALIBABA_CLOUD_ACCESS_KEY"

ACCOUNTS, REGIONS = 40, 20
TARGETS, DELAY, CONCURRENCY = 200, 0.1, 32
LIMIT = 20
"""CWP's, in requests per second, action and account."""

Json = dict[str, Any]


def run(operation_id: str, event: Json, environ: Mapping[str, str]) -> Json:
    """Return the result of an event with targets, without its log."""
    runtime = Runtime(environ={**environ, "LOG_LEVEL": "CRITICAL"})
    return dict(handle(load(operation_id), event, None, runtime))


@contextmanager
def accounts_file(provider: str, environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield settings with an accounts file of 40 accounts in 20 regions, each with its own keys.

    Parameters
    ----------
    provider: the accounts' provider.
    environ: the settings, whose keys every account gets under its own prefix.
    """
    regions = [f"cn-region-{number:02}" for number in range(1, REGIONS + 1)]
    names = [f"account-{number:02}" for number in range(1, ACCOUNTS + 1)]
    prefixes = {name: name.upper().replace("-", "") for name in names}
    entries = {
        name: {"provider": provider, "regions": regions, "settings_prefix": prefix}
        for name, prefix in prefixes.items()
    }
    keys = {name: value for name, value in environ.items() if name.startswith(KEY_SETTINGS)}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "accounts.json"
        file.write_text(json.dumps({"accounts": entries}), "utf-8")
        yield {
            **environ,
            **{f"{prefix}_{key}": keys[key] for prefix in prefixes.values() for key in keys},
            "ACCOUNTS_FILE": str(file),
        }


def with_faults() -> None:
    """Run for 40 accounts and 20 regions each, with faults in a tenth of the targets."""
    count = 0

    def every_tenth(_request: Received) -> bool:
        nonlocal count
        count += 1
        return count % 10 == 0

    with Emulator() as emulator:
        fault = faults.error("Forbidden", status=403)
        emulator.inject_fault("edas", fault, times=None, when=every_tenth)
        # One request for each target: EDAS lists no RAM users to look at.
        event = {"targets": {"accounts": ["account-*"]}, "type": "ram", "max_concurrency": 32}
        with accounts_file("alibaba", emulator.environment()) as environ:
            result = run(EDAS, event, environ)
        sent = len(emulator.received)
    print(f"status: {result['status']}")
    print(f"summary: {result['summary']}")
    print(f"counts: {json.dumps(result['data']['counts'])}; requests: {sent}")
    print(f"{len(result['data']['results'])} results in {result['duration_ms'] / 1000:.1f} s")


def concurrent() -> None:
    """Run for 200 targets, of which each waits 100 ms for its response."""
    ideal = math.ceil(TARGETS / CONCURRENCY) * DELAY
    with Emulator() as emulator:
        emulator.inject_fault("edas", faults.delayed(DELAY), times=None)
        event = {
            "targets": {"regions": [f"cn-region-{number}" for number in range(TARGETS)]},
            "type": "ram",
            "max_concurrency": CONCURRENCY,
        }
        result = run(EDAS, event, emulator.environment())
    seconds = result["duration_ms"] / 1000
    print(
        f"{result['data']['counts']['succeeded']} targets at {DELAY * 1000:.0f} ms, "
        f"{CONCURRENCY} at a time: {seconds:.2f} s, {seconds / ideal:.2f} x the ideal {ideal:.1f} s"
    )


def rate() -> None:
    """Run for many targets in one process, and in four that divide the limit."""
    for processes, share in ((1, None), (4, LIMIT / 4)):
        with Emulator() as emulator:
            emulator.tencent.requests_per_second = None
            words = [str(100 // processes), json.dumps(share)]
            command = [sys.executable, "-m", "benchmarks.fleet", "--caller", *words]
            environ = json.dumps(emulator.environment())
            children = [
                subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
                for _ in range(processes)
            ]
            for child in children:
                if child.stdin is not None:
                    child.stdin.write(environ)
                    child.stdin.close()
            for child in children:
                child.wait()
            if any(child.returncode for child in children):
                raise RuntimeError("a calling process failed")
            times = sorted(request.time for request in emulator.received.of("cwp"))
        print(
            f"{processes} process{'es' if processes > 1 else ''}: {len(times)} requests in "
            f"{times[-1] - times[0]:.1f} s, at most {most_per_second(times)} in any second"
        )


def most_per_second(times: Sequence[float]) -> int:
    """Return how many of these times there are in one second at the most."""
    return max(sum(start <= time < start + 1 for time in times) for start in times)


def caller(targets: int, share: float | None) -> None:
    """Run for so many targets with the settings from standard input."""
    event: Json = {
        "targets": {"regions": [f"ap-region-{number}" for number in range(targets)]},
        "sync": False,
    }
    if share is not None:
        event["max_calls_per_second"] = share
    result = run(CWP, event, json.loads(sys.stdin.read()))
    if result["data"]["counts"] != {"idle": targets}:
        raise RuntimeError(result["summary"])


def memory() -> None:
    """Compare the most memory of a run for one target with that of one for ten thousand."""
    with Emulator() as emulator:
        environ = emulator.environment()
    peaks = {}
    for targets in (1, 1, 10_000):
        tracemalloc.start()
        event = {
            "targets": {"regions": [f"cn-region-{number}" for number in range(targets)]},
            "type": "ram",
            "dry_run": True,
        }
        result = run(EDAS, event, environ)
        peaks[targets] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        if result["data"]["counts"] != {"planned": targets}:
            raise RuntimeError(result["summary"])
    more = (peaks[10_000] - peaks[1]) / 2**20
    print(f"10,000 targets take {more:.1f} MB more than one")


PARTS: Mapping[str, Callable[[], None]] = {
    "faults": with_faults,
    "concurrency": concurrent,
    "rate": rate,
    "memory": memory,
}


def main(words: Sequence[str] | None = None) -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet", description=__doc__)
    parser.add_argument("--only", choices=list(PARTS), metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--caller", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.caller:
        targets, share = options.caller
        caller(int(targets), json.loads(share))
        return 0
    for name in [options.only] if options.only else PARTS:
        started = time.monotonic()
        print(f"{name}:")
        PARTS[name]()
        print(f"({time.monotonic() - started:.0f} s)", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
