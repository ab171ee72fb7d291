"""The chat platforms; another one is one more file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from shared.chat import dingtalk, slack, slack_click
from shared.chat.answer import Answer
from shared.chat.message import Message
from shared.http_trigger.request import HttpRequest
from shared.models.http import Response
from shared.models.secret import Secret
from shared.notifications.channel import DeliveryResult
from shared.settings import Settings


class Platform(Protocol):
    """What each platform's module provides.

    ``SECRET``: the setting with the signing secret; if it is unset, the platform is off.
    ``ENDPOINT``: the setting whose URL replaces the platform's own for late replies.
    ``ORIGIN``: the only origin that late replies are posted to.
    ``POSTS``: the maximum number of messages of a late reply.
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
        """Return the reply to a request that needs no signature, None for a message."""
        ...

    def verify(self, request: HttpRequest, body: bytes, secret: Secret, now: datetime, /) -> None:
        """Raise ``Problem`` unless the platform sent it within the tolerance."""
        ...

    def messages(
        self, answer: Answer, most: int, /, *, replaces: bool = False
    ) -> list[Mapping[str, object]]:
        """Return a reply in the platform's format, in at most so many messages."""
        ...

    def delivery_result(self, response: Response, /) -> DeliveryResult:
        """Return whether a late reply was delivered."""
        ...


PLATFORMS: Mapping[str, Platform] = {"slack": slack, "dingtalk": dingtalk}

Read = Callable[[HttpRequest, bytes, Settings, datetime], Message]
"""Returns the message; raises ``Problem`` or ``Misconfigured`` if there is none."""

PATHS: Mapping[str, tuple[Platform, Read]] = {
    "slack": (slack, slack.read),
    "slack/interactive": (slack, slack_click.read),
    "dingtalk": (dingtalk, dingtalk.read),
}
"""Each path below ``/chat/``: its platform, and what reads its messages."""
