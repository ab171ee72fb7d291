"""The number of examples of a property test: all by ``make test-long`` and in CI, else fewer."""

from __future__ import annotations

import os

LONG = os.environ.get("TEST_LONG") == "1"


def examples(count: int) -> int:
    """Return the number for this run, of a number that a long run tries."""
    return count if LONG else min(count, max(50, count * 3 // 20))
