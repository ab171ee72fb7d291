"""Posts a reply to the URL that the platform named for it."""

from __future__ import annotations

from shared.chat import callback as callbacks
from shared.chat.answer import Answer
from shared.chat.message import Callback
from shared.chat.platforms import Platform
from shared.clock import Deadline
from shared.errors import SyncError
from shared.invocation import Invocation
from shared.notifications.delivery import send_with_retries
from shared.runner import stack_frames


class Poster:
    """Posts to one callback.

    Parameters
    ----------
    platform: its platform.
    callback: checked by :func:`shared.chat.callback.callback_of`.
    invocation: the event that is being answered.

    Attributes
    ----------
    posted: how many messages were delivered.
    failure: why the last reply was not delivered whole, empty if it was.
    frames: where in our code it failed, empty if it was not our code.
    """

    def __init__(self, platform: Platform, callback: Callback, invocation: Invocation) -> None:
        self.posted = 0
        self.failure = ""
        self.frames: list[str] = []
        self._platform = platform
        self._callback = callback
        self._invocation = invocation

    def post(self, answer: Answer, most: int, deadline: Deadline, *, replaces: bool) -> None:
        """Post a reply; never raises.

        Parameters
        ----------
        answer: the reply.
        most: the maximum number of messages.
        deadline: nothing is posted after it.
        replaces: whether it replaces the message with the clicked button.
        """
        self.failure = ""
        try:
            for body in self._platform.messages(answer, most, replaces=replaces):
                self.failure = self._deliver(body, deadline)
                if self.failure:
                    return
                self.posted += 1
        except SyncError as error:
            self.failure = error.message
        except Exception as error:  # noqa: BLE001 - the run is not to fail with its reply
            self.failure, self.frames = "internal error", stack_frames(error)

    def _deliver(self, body: callbacks.Body, deadline: Deadline) -> str:
        process, settings = self._invocation.runtime, self._invocation.settings
        if process.clock.now().timestamp() >= self._callback.expires:
            return "the response URL has expired"
        request = callbacks.request(self._callback, self._platform.ENDPOINT, settings, body)
        outcome = send_with_retries(
            lambda: request,
            self._platform.delivery_result,
            idempotent=False,
            transport=process.transport(settings),
            deadline=deadline,
            clock=process.clock,
            random=process.random,
        )
        return outcome.failure or ""
