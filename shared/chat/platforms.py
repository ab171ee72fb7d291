"""The chat platforms, as a list one can read; another one is one more file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from shared.chat import dingtalk, slack
from shared.chat.answer import Answer
from shared.chat.message import Message
from shared.door.request import HttpRequest
from shared.models.secret import Secret
from shared.models.wire import Response
from shared.notify.verdict import Verdict
from shared.settings import Settings


class Platform(Protocol):
    """What each platform's module knows.

    ``SECRET``: the setting with what its messages are signed with; unset, there is no platform.
    ``ENDPOINT``: the setting whose URL stands in for its own when late answers are posted.
    ``ORIGIN``: the only origin that late answers are posted to.
    ``POSTS``: how many messages a late answer may take.
    """

    @property
    def SECRET(self) -> str: ...  # noqa: N802 - constants of a module
    @property
    def ENDPOINT(self) -> str: ...  # noqa: N802
    @property
    def ORIGIN(self) -> str: ...  # noqa: N802
    @property
    def POSTS(self) -> int: ...  # noqa: N802

    def greeting(self, request: HttpRequest, body: bytes, /) -> dict[str, object] | None:
        """Return the reply to what is no message and needs no signature, None for the rest."""
        ...

    def verify(self, request: HttpRequest, body: bytes, secret: Secret, now: datetime, /) -> None:
        """Raise ``Problem`` unless the platform sent it, and lately."""
        ...

    def read(
        self, request: HttpRequest, body: bytes, settings: Settings, now: datetime, /
    ) -> Message:
        """Return the message; raises ``Problem`` or ``Misconfigured`` where there is none."""
        ...

    def messages(self, answer: Answer, most: int, /) -> list[Mapping[str, object]]:
        """Return an answer in the platform's shape, in at most so many messages."""
        ...

    def verdict(self, response: Response, /) -> Verdict:
        """Return what became of a late answer."""
        ...


PLATFORMS: Mapping[str, Platform] = {"slack": slack, "dingtalk": dingtalk}
