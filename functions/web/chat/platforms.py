"""The chat platforms; another one is one more file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from functions.web.chat import dingtalk, slack, slack_block_actions
from functions.web.chat.message import Message, Reply
from shared.http_trigger.request import HttpRequest
from shared.models.http import Response
from shared.models.secret import Secret
from shared.notifications.channel import DeliveryResult
from shared.settings import Settings


class ChatPlatform(Protocol):
    """What each platform's module provides.

    ``SECRET``: the setting with the signing secret; if it is unset, the platform is off.
    ``ENDPOINT``: the setting whose URL replaces the platform's own for late replies.
    ``ORIGIN``: the only origin that late replies are posted to.
    ``POSTS``: the maximum number of messages of a late reply.
    """

    @property
    def SIGNING_SECRET_SETTING(self) -> str: ...  # noqa: N802 - constants of a module
    @property
    def BASE_URL_SETTING(self) -> str: ...  # noqa: N802
    @property
    def CALLBACK_ORIGIN(self) -> str: ...  # noqa: N802
    @property
    def MAX_MESSAGES(self) -> int: ...  # noqa: N802

    def handshake(self, request: HttpRequest, body: bytes, /) -> dict[str, object] | None:
        """Return the reply to a request that needs no signature, None for a message."""
        ...

    def verify(self, request: HttpRequest, body: bytes, secret: Secret, now: datetime, /) -> None:
        """Raise ``Problem`` unless the platform sent it within the tolerance."""
        ...

    def messages(
        self, reply: Reply, most: int, /, *, replaces: bool = False
    ) -> list[Mapping[str, object]]:
        """Return a reply in the platform's format, in at most so many messages."""
        ...

    def delivery_result(self, response: Response, /) -> DeliveryResult:
        """Return whether a late reply was delivered."""
        ...


PLATFORMS: Mapping[str, ChatPlatform] = {"slack": slack, "dingtalk": dingtalk}

MessageReader = Callable[[HttpRequest, bytes, Settings, datetime], Message]
"""Returns the message; raises ``Problem`` or ``Misconfigured`` if there is none."""

PATHS: Mapping[str, tuple[ChatPlatform, MessageReader]] = {
    "slack": (slack, slack.read),
    "slack/interactive": (slack, slack_block_actions.read),
    "dingtalk": (dingtalk, dingtalk.read),
}
"""Each path below ``/chat/``: its platform, and what reads its messages."""
