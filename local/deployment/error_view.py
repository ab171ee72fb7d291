"""How a failed call, or a description with faults, is shown."""

from __future__ import annotations

from local.console import Console
from local.deployment.description.description import DescriptionError
from shared.errors import SyncError

RUN_AGAIN = "Run the same command again: what was done is not repeated."
CORRECT_AND_RUN_AGAIN = (
    "Correct the cause, then run the same command again: what was done is not repeated."
)


def show_error(error: SyncError, console: Console) -> None:
    """Print why a call failed, and what to do about it."""
    console.fill(f"{error.code}: {error.message}", 4)
    if error.hint:
        console.fill(error.hint, 4)
    if error.request_id:
        console.fill(f"request ID {error.request_id}", 4)


def show_faults(error: DescriptionError, console: Console) -> None:
    """Say what is wrong with a description."""
    console.complain(f"{error.path} cannot be used:")
    for place, reason in error.faults:
        console.complain(f"  {place}: {reason}" if place else f"  {reason}")
