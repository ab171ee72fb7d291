"""Replies to a clicked button; they replace its message, so that no one clicks it again."""

from __future__ import annotations

from functions.web.chat.message import Reply, ResponseUrl
from functions.web.chat.platforms import ChatPlatform
from functions.web.chat.posting import Poster
from shared.invocation import Invocation

ANNOUNCE_SECONDS = 1.5
REPLY_SECONDS = 3.0
"""Counted from the start of the invocation, including the half second that a deadline reserves:
Slack waits 3 seconds for the acknowledgement, and queueing a run takes up to 2."""


class ButtonReply:
    """Replies to one click.

    Parameters
    ----------
    platform: its platform.
    response_url: the URL in the click.
    invocation: the invocation that handles it.
    """

    def __init__(
        self, platform: ChatPlatform, response_url: ResponseUrl, invocation: Invocation
    ) -> None:
        self._poster = Poster(platform, response_url, invocation)
        self._invocation = invocation
        self._announced: Reply | None = None

    def announce(self, reply: Reply) -> None:
        """Show a reply before the work starts, so that it cannot overwrite the result."""
        self._post(reply, ANNOUNCE_SECONDS)

    def show(self, reply: Reply) -> None:
        """Show the reply, unless it was announced."""
        if reply != self._announced:
            self._post(reply, REPLY_SECONDS)

    def _post(self, reply: Reply, seconds: float) -> None:
        self._announced = reply
        deadline = self._invocation.limited_to(seconds).deadline
        self._poster.post(reply, 1, deadline, replaces=not reply.keeps_original)
        if self._poster.failure:
            fields = {"lost": self._poster.failure, "frames": self._poster.frames}
            self._invocation.logger.log("error", "chat reply not delivered", fields)
