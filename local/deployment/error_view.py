"""How a failed call is shown."""

from __future__ import annotations

from local.console import Console
from shared.errors import SyncError


def show_error(error: SyncError, console: Console) -> None:
    """Print why a call failed, and what to do about it."""
    console.fill(f"{error.code}: {error.message}", 4)
    if error.hint:
        console.fill(error.hint, 4)
    if error.request_id:
        console.fill(f"request ID {error.request_id}", 4)
