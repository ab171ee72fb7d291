"""The chat platforms, each in its own module, and their common interface."""

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
    """The interface of each platform's module."""

    @property
    def SIGNING_SECRET_SETTING(self) -> str:  # noqa: N802 - a constant of a module
        """The setting with the signing secret; if it is unset, the platform is off."""
        ...

    @property
    def BASE_URL_SETTING(self) -> str:  # noqa: N802
        """The setting whose URL replaces the platform's own for late replies."""
        ...

    @property
    def CALLBACK_ORIGIN(self) -> str:  # noqa: N802
        """The only origin that late replies are posted to."""
        ...

    @property
    def MAX_MESSAGES(self) -> int:  # noqa: N802
        """The maximum number of messages in a late reply."""
        ...

    def handshake(self, request: HttpRequest, body: bytes, /) -> dict[str, object] | None:
        """Return the response to a request without a signature, None for a message."""
        ...

    def verify(self, request: HttpRequest, body: bytes, secret: Secret, now: datetime, /) -> None:
        """Raise ``HttpProblem`` unless the platform sent the request within the tolerance."""
        ...

    def messages(
        self, reply: Reply, most: int, /, *, replaces: bool = False
    ) -> list[Mapping[str, object]]:
        """Return a reply in the platform's format, in at most ``most`` messages."""
        ...

    def delivery_result(self, response: Response, /) -> DeliveryResult:
        """Return whether a late reply was delivered."""
        ...


PLATFORMS: Mapping[str, ChatPlatform] = {"slack": slack, "dingtalk": dingtalk}

MessageReader = Callable[[HttpRequest, bytes, Settings, datetime], Message]
"""Returns the message; raises ``HttpProblem`` or ``Misconfigured`` if there is none."""

PATHS: Mapping[str, tuple[ChatPlatform, MessageReader]] = {
    "slack": (slack, slack.read),
    "slack/interactive": (slack, slack_block_actions.read),
    "dingtalk": (dingtalk, dingtalk.read),
}
"""Path below ``/chat/`` -> its platform, and the function that reads its messages."""
