"""``python -m benchmarks``: ours beside the vendors' SDKs, in one run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import bundles, cold_starts, document, listing, machine, signing, warm
from benchmarks.chart import chart
from benchmarks.figures import Row
from benchmarks.plan import Plan, quick
from benchmarks.targets import PROJECT_FOLDER

MEASUREMENTS: Mapping[str, Callable[[Plan], list[Row]]] = {
    "cold": cold_starts.over_http,
    "tls": cold_starts.over_tls,
    "warm": warm.warm,
    "signing": signing.signing,
    "size": bundles.sizes,
    "bundles": bundles.starts,
    "listing": listing.listing,
}

RESULTS = PROJECT_FOLDER / "benchmarks" / "results.json"
DOCUMENT = PROJECT_FOLDER / "docs" / "performance.md"
CHART = PROJECT_FOLDER / "docs" / "performance.svg"

EPILOG = """\
A whole run without --quick takes about a quarter of an hour and writes benchmarks/results.json,
the table in docs/performance.md, and docs/performance.svg; any other run only prints.
"""


def say(text: str) -> None:
    """Show on standard error what is under way."""
    print(text, file=sys.stderr, flush=True)


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write the files."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, epilog=EPILOG
    )
    parser.add_argument("--quick", action="store_true", help="few runs, for a first look")
    parser.add_argument(
        "--only",
        action="append",
        choices=list(MEASUREMENTS),
        metavar="NAME",
        help="only " + ", ".join(MEASUREMENTS) + "; may be given several times",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results here too")
    options = parser.parse_args(words)
    plan = quick(say) if options.quick else Plan(say=say)
    rows: list[Row] = []
    for name in options.only or MEASUREMENTS:
        rows += MEASUREMENTS[name](plan)
    print(document.screen(rows))
    described = machine.describe()
    results = json.dumps({"machine": described, "rows": [row.as_dict() for row in rows]}, indent=1)
    if options.json is not None:
        options.json.write_text(results + "\n", encoding="utf-8")
    if not options.quick and options.only is None:
        RESULTS.write_text(results + "\n", encoding="utf-8")
        CHART.write_text(chart(rows), encoding="utf-8")
        text = DOCUMENT.read_text(encoding="utf-8")
        table = document.markdown(rows, described)
        DOCUMENT.write_text(document.replaced(text, table), encoding="utf-8")
    missed = [row for row in rows if row.met is False]
    print(f"\n{len([row for row in rows if row.met])} goals met, {len(missed)} not met")
    return 0


if __name__ == "__main__":
    sys.exit(main())
