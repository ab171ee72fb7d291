"""Commands from chat platforms: authentication, permissions, parsing, and replies.

``receive`` answers a platform's request, ``finish`` executes a deferred run. A function imports
this package only for an HTTP event of a chat platform, or for a deferred run.
"""

from __future__ import annotations

from shared.chat.deferred import finish
from shared.chat.office import Office
from shared.chat.receive import receive

__all__ = ["Office", "finish", "receive"]
