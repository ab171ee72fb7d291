"""``make soak``: many invocations in one warm process, while the accounts' keys rotate.

Exit code 0: everything held; 1: something did not; 2: the command is wrong.
"""

from __future__ import annotations

import argparse
import sys

from tests.soak.process import Soak


def main() -> int:
    """Run the command, and return its exit code."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--invocations", type=int, default=100_000, help="default 100000")
    parser.add_argument("--threads", type=int, default=64, help="at once (default 64)")
    parser.add_argument("--accounts", type=int, default=8, help="1 to 9 (default 8)")
    given = parser.parse_args()
    if given.invocations < 100 or given.threads < 1 or not 1 <= given.accounts <= 9:
        parser.error("at least 100 invocations, one thread, and 1 to 9 accounts")
    soak = Soak(given.invocations, given.threads, given.accounts)
    problems = soak.run(progress=lambda text: print(text, file=sys.stderr, flush=True))
    print(soak.summary())
    for problem in problems:
        print(f"\n{problem}")
    print("\nEverything held." if not problems else f"\n{len(problems)} violations.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
