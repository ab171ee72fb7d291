"""Posts one message, with retries."""

from __future__ import annotations

from collections.abc import Callable

from shared.client import retry
from shared.clock import Clock, Deadline
from shared.errors import BadResponse, SyncError
from shared.models.wire import Request, Response, Sender
from shared.notify.verdict import Verdict

LEAST_SECONDS = 0.2
"""With less time left nothing is posted: no response could arrive in time."""

CONNECT_SECONDS = 5.0
READ_SECONDS = 5.0
"""A chat responds within a second; the run's own response must not wait for one that hangs."""


class Post:
    """The delivery of one message.

    Parameters
    ----------
    sender: the transport.
    deadline: nothing is posted after it.
    clock, random: the time and a random number (0 to 1).

    Attributes
    ----------
    attempts: how often it was sent.
    """

    def __init__(
        self, sender: Sender, deadline: Deadline, clock: Clock, random: Callable[[], float]
    ) -> None:
        self.attempts = 0
        self._sender = sender
        self._deadline = deadline
        self._clock = clock
        self._random = random

    def deliver(
        self,
        request: Callable[[], Request],
        verdict: Callable[[Response], Verdict],
        *,
        repeatable: bool,
    ) -> str | None:
        """Return None if it was delivered, else a code for why it was not.

        Parameters
        ----------
        request: builds the post for each attempt, since receivers accept a signature only briefly.
        verdict: returns whether a response means that it was delivered.
        repeatable: whether it may be sent again after its response was lost.
        """
        while True:
            left = self._deadline.remaining()
            if left < LEAST_SECONDS:
                return "OutOfTime"
            built = request()
            self.attempts += 1
            asked: float | None = None
            try:
                response = self._sender.send(
                    built,
                    connect_seconds=CONNECT_SECONDS,
                    read_seconds=READ_SECONDS,
                    total_seconds=left,
                )
            except SyncError as error:
                failure, again = error.code, may_repeat(error, repeatable=repeatable)
            else:
                judged = verdict(response)
                if judged.fate == "delivered":
                    return None
                failure, again = judged.code, judged.fate == "throttled"
                asked = retry.retry_after_of(response, self._clock.now())
            if not (again and self._wait(asked)):
                return failure

    def _wait(self, asked: float | None) -> bool:
        if self.attempts >= retry.ATTEMPTS:
            return False
        seconds = retry.backoff(self.attempts, asked, self._random)
        if seconds is None or seconds + LEAST_SECONDS >= self._deadline.remaining():
            return False
        self._clock.sleep(seconds)
        return True


def may_repeat(error: SyncError, *, repeatable: bool) -> bool:
    """Return whether a post may be sent again after a transport error.

    One that may have arrived is repeated only if the receiver recognizes it by its ID: nobody
    wants the same message four times.
    """
    if not error.retryable or isinstance(error, BadResponse):
        return False
    return not getattr(error, "lost", False) or repeatable
