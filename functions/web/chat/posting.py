"""Posts a reply to a response URL."""

from __future__ import annotations

from functions.web.chat.message import Reply, ResponseUrl
from functions.web.chat.platforms import ChatPlatform
from functions.web.chat.response_url import MessageBody, build_post
from shared.clock import Deadline
from shared.errors import SyncError
from shared.invocation import Invocation
from shared.notifications.delivery import send_with_retries
from shared.runner import stack_frames


class Poster:
    """Posts to one response URL.

    Parameters
    ----------
    platform: its platform.
    response_url: from :func:`functions.web.chat.response_url.validate_response_url`.
    invocation: the current invocation.

    Attributes
    ----------
    posted: how many messages were delivered.
    failure: why the last reply was not delivered completely, empty if it was.
    frames: the stack frames of an unhandled exception, empty if there was none.
    """

    def __init__(
        self, platform: ChatPlatform, response_url: ResponseUrl, invocation: Invocation
    ) -> None:
        self.posted = 0
        self.failure = ""
        self.frames: list[str] = []
        self._platform = platform
        self._response_url = response_url
        self._invocation = invocation

    def post(self, reply: Reply, max_messages: int, deadline: Deadline, *, replaces: bool) -> None:
        """Post a reply; never raises.

        Parameters
        ----------
        reply: the reply.
        max_messages: the maximum number of messages.
        deadline: nothing is posted after it.
        replaces: whether it replaces the message with the clicked button.
        """
        self.failure = ""
        try:
            for body in self._platform.messages(reply, max_messages, replaces=replaces):
                self.failure = self._deliver(body, deadline)
                if self.failure:
                    return
                self.posted += 1
        except SyncError as error:
            self.failure = error.message
        except Exception as error:  # noqa: BLE001 - the run must not fail with its reply
            self.failure, self.frames = "internal error", stack_frames(error)

    def _deliver(self, body: MessageBody, deadline: Deadline) -> str:
        runtime, settings = self._invocation.runtime, self._invocation.settings
        if runtime.clock.now().timestamp() >= self._response_url.expires:
            return "the response URL has expired"
        request = build_post(self._response_url, self._platform.BASE_URL_SETTING, settings, body)
        outcome = send_with_retries(
            lambda: request,
            self._platform.delivery_result,
            idempotent=False,
            transport=runtime.transport(settings),
            deadline=deadline,
            clock=runtime.clock,
            random=runtime.random,
        )
        return outcome.failure or ""
