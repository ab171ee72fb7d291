"""Cases that mostly wait, run at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Case = TypeVar("Case")
Found = TypeVar("Found")


def side_by_side(run: Callable[[Case], Found], cases: Iterable[Case]) -> list[tuple[Case, Found]]:
    """Run each case in a thread of its own, and return what each returned, in their order.

    Parameters
    ----------
    run: runs a case, mostly waiting: the threads share one processor.
    cases: a dozen at most.
    """
    listed = list(cases)
    with ThreadPoolExecutor(len(listed)) as pool:
        return list(zip(listed, pool.map(run, listed), strict=True))
