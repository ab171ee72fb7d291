"""Sends the result of a run to the channels whose conditions it meets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from shared.clock import Clock, Deadline, rfc3339
from shared.models.result import Result
from shared.models.wire import Request, Response, Sender
from shared.notifications import dingtalk, feishu, slack, webhook, wecom
from shared.notifications.channel import Channel
from shared.notifications.conditions import wanted
from shared.notifications.message import Message, message_of
from shared.notifications.post import Post
from shared.notifications.verdict import Verdict

if TYPE_CHECKING:
    from shared.models.operation import Operation

Report = Callable[[str, str, Mapping[str, object]], None]
"""Writes a log line: level, message and fields."""


class Kind(Protocol):
    """What each kind of channel provides.

    ``REPEATABLE``: whether a post may be repeated after its response was lost.
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
        """Return the signed post."""
        ...

    def verdict(self, response: Response, /) -> Verdict:
        """Return whether it was delivered."""
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
    """How many of a run's notifications were delivered.

    Parameters
    ----------
    sent: delivered messages.
    lost: messages that could not be delivered; each is in the log.
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
    operation: Operation | None = None,
) -> Delivery:
    """Send one message to each channel whose conditions a result meets, one after the other.

    A failure here neither changes the result nor raises: an undelivered message is logged as a
    warning and counted.

    Parameters
    ----------
    result: the run's, with its secrets redacted.
    channels: from :func:`shared.notifications.setting.channels_of`.
    sender: the transport.
    deadline: when the run must end; nothing is posted after it.
    clock, random, new_id: the time, a random number (0 to 1), a new ID for each message.
    report: writes a log line, which contains neither URL nor secret.
    operation: the one that ran, to name its service and what it lists; None if not known.
    """
    body = result.as_dict() if isinstance(result, Result) else result
    sent = lost = 0
    for channel in channels:
        if not wanted(channel.on, body, since_of(channel, clock)):
            continue
        post = Post(sender, deadline, clock, random)
        failure: str | None
        try:
            kind = KINDS[channel.kind]
            request = requests_of(channel, body, clock, new_id, operation)
            failure = post.deliver(request, kind.verdict, repeatable=kind.REPEATABLE)
        except Exception as error:  # noqa: BLE001 - a run never fails for its notification
            failure = type(error).__name__
        facts = {"channel": channel.number, "kind": channel.kind, "attempts": post.attempts}
        if failure is None:
            sent += 1
            report("info", "notification delivered", facts)
        else:
            lost += 1
            report("warning", "notification failed", {**facts, "code": failure})
    return Delivery(sent, lost)


def since_of(channel: Channel, clock: Clock) -> str:
    """Return the time that a channel's ``since_minutes`` goes back to, empty if it has none."""
    if channel.since_minutes is None:
        return ""
    return rfc3339(clock.now() - timedelta(minutes=channel.since_minutes))


def requests_of(
    channel: Channel,
    body: Mapping[str, object],
    clock: Clock,
    new_id: Callable[[], str],
    operation: Operation | None,
) -> Callable[[], Request]:
    """Return a function that builds the post of one message, newly signed on every call."""
    kind, message, message_id = KINDS[channel.kind], message_of(body, operation), new_id()
    return lambda: kind.request(channel, message, body, now=clock.now(), message_id=message_id)
