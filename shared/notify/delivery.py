"""Sends what a run has to say to the channels that want to hear it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.clock import Clock, Deadline
from shared.models.result import Result
from shared.models.wire import Request, Response, Sender
from shared.notify import dingtalk, feishu, slack, webhook, wecom
from shared.notify.channel import Channel
from shared.notify.conditions import wanted
from shared.notify.message import Message, message_of
from shared.notify.post import Post
from shared.notify.verdict import Verdict

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
        post = Post(sender, deadline, clock, random)
        failure: str | None
        try:
            kind = KINDS[channel.kind]
            request = requests_of(channel, body, clock, new_id)
            failure = post.deliver(request, kind.verdict, repeatable=kind.REPEATABLE)
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


def requests_of(
    channel: Channel, body: Mapping[str, object], clock: Clock, new_id: Callable[[], str]
) -> Callable[[], Request]:
    """Return what builds the post of one message, signed anew every time it is called."""
    kind, message, message_id = KINDS[channel.kind], message_of(body), new_id()
    return lambda: kind.request(channel, message, body, now=clock.now(), message_id=message_id)
