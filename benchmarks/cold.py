"""``python -m benchmarks.cold``: the instructions of our cold starts, quickly.

For whoever works on them; the whole comparison is ``python -m benchmarks``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import provider, targets
from benchmarks.instructions import counter
from functions.registry import OPERATIONS


def main() -> int:
    """Print one line for each operation: millions of instructions, least to most."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cold", description=__doc__)
    names = {
        **{short: long for long, short in targets.SHORT.items()},
        **{i: i for i in OPERATIONS},
    }
    parser.add_argument("--operation", action="append", choices=list(names), metavar="NAME")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tls", action="store_true", help="over TLS, system trust store")
    parser.add_argument("--sdk", action="store_true", help="the vendor's SDK too")
    parser.add_argument("--aws", action="store_true", help="on AWS Lambda, with its metrics line")
    options = parser.parse_args()
    tool = counter()
    if tool is None:
        print("neither perf nor valgrind counts instructions here", file=sys.stderr)
        return 2
    chosen = [names[name] for name in options.operation or OPERATIONS]
    with tempfile.TemporaryDirectory() as folder:
        tls = Path(folder) if options.tls else None
        with provider.running(tls) as settings:
            rows = [("python -c pass", targets.bare())]
            for name in chosen:
                rows.append((name, targets.ours(name, settings, on_lambda=options.aws)))
                if options.sdk:
                    rows.append((f"  {name}, SDK", targets.sdk(name, settings)))
            print(f"M instructions ({tool.name}), Python {sys.version.split()[0]}")
            for name, target in rows:
                tool.count(target)  # writes the bytecode
                counts = sorted(tool.count(target) / 1e6 for _ in range(options.runs))
                print(f"{name:40} {counts[0]:8.1f} … {counts[-1]:.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
