"""Replies to a clicked button: they replace its message, so that nobody clicks it again."""

from __future__ import annotations

from shared.chat.answer import Answer
from shared.chat.message import Callback
from shared.chat.platforms import Platform
from shared.chat.posting import Poster
from shared.invocation import Invocation

ANNOUNCE_SECONDS = 1.5
ANSWER_SECONDS = 3.0
"""Counted from the event's arrival, including the half second that a deadline reserves: Slack
waits 3 seconds for the acknowledgement, and starting a run in the background takes up to 2."""


class ClickReply:
    """Replies to one click.

    Parameters
    ----------
    platform: its platform.
    callback: the click's own.
    invocation: the event it came with.
    """

    def __init__(self, platform: Platform, callback: Callback, invocation: Invocation) -> None:
        self._poster = Poster(platform, callback, invocation)
        self._invocation = invocation
        self._shown: Answer | None = None

    def announce(self, answer: Answer) -> None:
        """Show a reply before the work starts, so that it cannot overwrite the result."""
        self._post(answer, ANNOUNCE_SECONDS)

    def show(self, answer: Answer) -> None:
        """Show the reply, unless it was announced."""
        if answer != self._shown:
            self._post(answer, ANSWER_SECONDS)

    def _post(self, answer: Answer, seconds: float) -> None:
        self._shown = answer
        deadline = self._invocation.limited_to(seconds).deadline
        self._poster.post(answer, 1, deadline, replaces=not answer.beside)
        if self._poster.failure:
            facts = {"lost": self._poster.failure, "frames": self._poster.frames}
            self._invocation.logger.log("error", "chat reply not delivered", facts)
