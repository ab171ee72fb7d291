"""Commands from chats: who may speak, what is understood, and what is answered.

``receive`` answers a platform's request, ``finish`` does what was put off. Only an HTTP event of
a chat platform, or a deferred run, makes a function import it.
"""

from __future__ import annotations

from shared.chat.deferred import finish
from shared.chat.office import Office
from shared.chat.receive import receive

__all__ = ["Office", "finish", "receive"]
