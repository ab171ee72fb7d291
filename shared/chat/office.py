"""What the chat may use of the function it runs in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.chat.naming import Operations


@dataclass(frozen=True, slots=True)
class Office:
    """The operations of this bundle, and a way to have work done later.

    Parameters
    ----------
    operations: from an operation's id to what loads it.
    defer: has this function called again with an event; raises ``SyncError`` when it cannot.
    """

    operations: Operations
    defer: Callable[[Mapping[str, object]], object]
