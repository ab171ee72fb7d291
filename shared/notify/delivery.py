"""Sends what a run has to say to the channels that want to hear it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared import retry
from shared.clock import Clock, Deadline
from shared.errors import BadResponse, SyncError
from shared.models.result import Result
from shared.models.wire import Request, Response, Sender
from shared.notify import dingtalk, feishu, slack, webhook, wecom
from shared.notify.channel import Channel
from shared.notify.conditions import wanted
from shared.notify.message import Message, message_of
from shared.notify.verdict import Verdict

LEAST_SECONDS = 0.2
"""With less time left nothing is posted: a receipt could hardly come."""

CONNECT_SECONDS = 5.0
READ_SECONDS = 5.0
"""A chat answers within a second; the run's own answer must not wait for one that hangs."""

Report = Callable[[str, str, Mapping[str, object]], None]
"""From a level, a sentence and its facts to the log."""


class Kind(Protocol):
    """What each kind of channel knows.

    ``REPEATABLE``: whether a post may be repeated when its answer was lost.
    """

    @property
    def REPEATABLE(self) -> bool: ...  # noqa: N802 - a constant of a module

    def request(
        self,
        channel: Channel,
        message: Message,
        result: Mapping[str, object],
        /,
        *,
        now: datetime,
        message_id: str,
    ) -> Request:
        """Return the post, its body as it was signed."""
        ...

    def verdict(self, response: Response, /) -> Verdict:
        """Return what became of it."""
        ...


KINDS: Mapping[str, Kind] = {
    "slack": slack,
    "dingtalk": dingtalk,
    "feishu": feishu,
    "wecom": wecom,
    "webhook": webhook,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a run's notifications.

    Parameters
    ----------
    sent: how many channels took theirs.
    lost: how many did not; each was reported.
    """

    sent: int = 0
    lost: int = 0


def deliver(
    result: Result | Mapping[str, object],
    channels: tuple[Channel, ...],
    *,
    sender: Sender,
    deadline: Deadline,
    clock: Clock,
    random: Callable[[], float],
    new_id: Callable[[], str],
    report: Report,
) -> Delivery:
    """Tell the channels whose conditions a result meets, each once, in turn.

    Nothing that goes wrong here changes the result or raises: a message that stays
    undelivered is reported as a warning and counted.

    Parameters
    ----------
    result: the run's, scrubbed of its secrets.
    channels: from :func:`shared.notify.setting.channels_of`.
    sender: the transport.
    deadline: when the run must be over; nothing is posted after it.
    clock, random, new_id: time, chance (0 to 1), a fresh id for each message.
    report: where facts worth a log line go; they hold neither URL nor secret.
    """
    body = result.as_dict() if isinstance(result, Result) else result
    sent = lost = 0
    for channel in channels:
        if not wanted(channel.on, body):
            continue
        post = Post(channel, body, sender, deadline, clock, random, new_id)
        failure: str | None
        try:
            failure = post.deliver()
        except Exception as error:  # noqa: BLE001 - a run never fails for its notification
            failure = type(error).__name__
        facts = {"channel": channel.number, "kind": channel.kind, "attempts": post.attempts}
        if failure is None:
            sent += 1
            report("info", "notification delivered", facts)
        else:
            lost += 1
            report("warning", "notification lost", {**facts, "code": failure})
    return Delivery(sent, lost)


class Post:
    """One message to one channel, tried until it is delivered or there is no point.

    Parameters
    ----------
    channel: where to.
    body: the result as JSON object.
    sender, deadline, clock, random, new_id: as in :func:`deliver`.
    """

    def __init__(
        self,
        channel: Channel,
        body: Mapping[str, object],
        sender: Sender,
        deadline: Deadline,
        clock: Clock,
        random: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self.attempts = 0
        self._channel = channel
        self._body = body
        self._sender = sender
        self._deadline = deadline
        self._clock = clock
        self._random = random
        self._new_id = new_id

    def deliver(self) -> str | None:
        """Return None when it was delivered, else a word for why it was not."""
        kind = KINDS[self._channel.kind]
        message = message_of(self._body)
        message_id = self._new_id()
        while True:
            left = self._deadline.remaining()
            if left < LEAST_SECONDS:
                return "OutOfTime"
            # Signed anew for every attempt: the receivers' windows are short.
            request = kind.request(
                self._channel, message, self._body, now=self._clock.now(), message_id=message_id
            )
            self.attempts += 1
            asked: float | None = None
            try:
                response = self._sender.send(
                    request,
                    connect_seconds=CONNECT_SECONDS,
                    read_seconds=READ_SECONDS,
                    total_seconds=left,
                )
            except SyncError as error:
                failure, again = error.code, may_repeat(error, kind)
            else:
                verdict = kind.verdict(response)
                if verdict.fate == "delivered":
                    return None
                failure, again = verdict.code, verdict.fate == "throttled"
                asked = retry.asked_to_wait(response, self._clock.now())
            if not (again and self._wait(asked)):
                return failure

    def _wait(self, asked: float | None) -> bool:
        if self.attempts >= retry.ATTEMPTS:
            return False
        seconds = retry.delay(self.attempts, asked, self._random)
        if seconds is None or seconds + LEAST_SECONDS >= self._deadline.remaining():
            return False
        self._clock.sleep(seconds)
        return True


def may_repeat(error: SyncError, kind: Kind) -> bool:
    """Return whether a post that met a transport's error may be sent again.

    One that may have arrived is repeated only where the receiver knows it by its id: nobody
    wants the same alarm four times.
    """
    if not error.retryable or isinstance(error, BadResponse):
        return False
    return not getattr(error, "lost", False) or kind.REPEATABLE
