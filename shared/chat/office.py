"""What chat needs from the function it runs in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.chat.naming import Operations


@dataclass(frozen=True, slots=True)
class Office:
    """The operations of this bundle, and a way to run in the background.

    Parameters
    ----------
    operations: the loader of each operation, by its ID.
    defer: invokes this function again with an event; raises ``SyncError`` if that fails.
    """

    operations: Operations
    defer: Callable[[Mapping[str, object]], object]
