"""What failed before the first change was made: reading, or planning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import SyncError


class FailedStepError(Exception):
    """A step before the first change failed.

    Parameters
    ----------
    what: what failed, e.g. ``The account could not be read``.
    error: why.
    """

    def __init__(self, what: str, error: SyncError) -> None:
        super().__init__(f"{what}: {error.message}")
        self.what = what
        self.error = error


@contextmanager
def step(what: str) -> Iterator[None]:
    """Name the step in which a call fails.

    Parameters
    ----------
    what: as :attr:`FailedStepError.what`.

    Raises
    ------
    FailedStepError: a call failed.
    """
    try:
        yield
    except SyncError as error:
        raise FailedStepError(what, error) from error
