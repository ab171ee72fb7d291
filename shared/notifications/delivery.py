"""Sends the result of a run to the channels whose conditions it meets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from shared.client import retry
from shared.clock import MIN_REQUEST_SECONDS, Clock, Deadline, rfc3339
from shared.errors import BadResponse, SyncError
from shared.models.http import Request, Response, Transport
from shared.models.operation import Operation
from shared.models.result import Result
from shared.notifications import dingtalk, feishu, heartbeat, slack, webhook, wecom
from shared.notifications.channel import Channel, DeliveryResult
from shared.notifications.conditions import matches
from shared.notifications.rendering import Message, render

CONNECT_SECONDS = 5.0
READ_SECONDS = 5.0
"""Chats respond within a second; a receiver that hangs must not delay the end of the run."""

LogFn = Callable[[str, str, Mapping[str, object]], None]
"""Writes a log line: level, message and fields."""


class ChannelKind(Protocol):
    """The interface of each kind of channel.

    ``IDEMPOTENT``: whether a post may be repeated if it got no response.
    """

    @property
    def IDEMPOTENT(self) -> bool: ...  # noqa: N802 - a constant of a module

    def build_request(
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

    def delivery_result(self, response: Response, /) -> DeliveryResult:
        """Return whether a post was delivered."""
        ...


CHANNEL_KINDS: Mapping[str, ChannelKind] = {
    "slack": slack,
    "dingtalk": dingtalk,
    "feishu": feishu,
    "wecom": wecom,
    "webhook": webhook,
    "heartbeat": heartbeat,
}


class Delivery(NamedTuple):
    """How many of a run's notifications were delivered.

    Parameters
    ----------
    sent: delivered messages.
    failed: messages that could not be delivered; each is in the log.
    """

    sent: int = 0
    failed: int = 0


class SendOutcome(NamedTuple):
    """The outcome of sending one message.

    Parameters
    ----------
    failure: an error code, None if the message was delivered.
    attempts: the number of attempts.
    """

    failure: str | None
    attempts: int


def deliver(
    result: Result | Mapping[str, object],
    channels: tuple[Channel, ...],
    *,
    operation: Operation,
    transport: Transport,
    deadline: Deadline,
    clock: Clock,
    random: Callable[[], float],
    new_id: Callable[[], str],
    log: LogFn,
) -> Delivery:
    """Send one message to each channel whose conditions a result meets, one after the other.

    A failure here neither changes the result nor raises: an undelivered message is logged as a
    warning and counted.

    Parameters
    ----------
    result: the run's, with its secrets redacted.
    channels: from :func:`shared.notifications.config.load_channels`.
    operation: the operation that ran.
    transport: the transport.
    deadline: when the run must end; nothing is posted after it.
    clock, random, new_id: the time, a random number (0 to 1), a new ID for each message.
    log: writes a log line, which contains neither URL nor secret.
    """
    body = result.as_dict() if isinstance(result, Result) else result
    sent = failed = 0
    for channel in channels:
        if not matches(channel.on, body, operation, since_of(channel, clock)):
            continue
        fields: dict[str, object] = {"channel": channel.number, "kind": channel.kind}
        failure: str | None
        try:
            kind = CHANNEL_KINDS[channel.kind]
            failure, fields["attempts"] = send_with_retries(
                request_builder(channel, body, operation, clock, new_id),
                kind.delivery_result,
                idempotent=kind.IDEMPOTENT,
                transport=transport,
                deadline=deadline,
                clock=clock,
                random=random,
            )
        except Exception as error:  # noqa: BLE001 - a run never fails because of a notification
            failure = type(error).__name__
        if failure is None:
            sent += 1
            log("info", "notification delivered", fields)
        else:
            failed += 1
            log("warning", "notification failed", {**fields, "code": failure})
    return Delivery(sent, failed)


def since_of(channel: Channel, clock: Clock) -> str:
    """Return the time that a channel's ``since_minutes`` goes back to, empty if it has none."""
    if channel.since_minutes is None:
        return ""
    return rfc3339(clock.now() - timedelta(minutes=channel.since_minutes))


def request_builder(
    channel: Channel,
    body: Mapping[str, object],
    operation: Operation,
    clock: Clock,
    new_id: Callable[[], str],
) -> Callable[[], Request]:
    """Return a function that builds the post of one message, signed anew on every call."""
    kind, message, message_id = CHANNEL_KINDS[channel.kind], render(body, operation), new_id()
    return lambda: kind.build_request(
        channel, message, body, now=clock.now(), message_id=message_id
    )


def send_with_retries(
    build_request: Callable[[], Request],
    delivery_result: Callable[[Response], DeliveryResult],
    *,
    idempotent: bool,
    transport: Transport,
    deadline: Deadline,
    clock: Clock,
    random: Callable[[], float],
) -> SendOutcome:
    """Send one message, with retries while the receiver is throttling or unavailable.

    Parameters
    ----------
    build_request: called for each attempt, since receivers accept a signature only briefly.
    delivery_result: returns whether a response means that the message was delivered.
    idempotent: whether it may be sent again if it got no response.
    transport: the transport.
    deadline: nothing is sent after it.
    clock, random: the time and a random number (0 to 1).
    """
    for attempt in range(1, retry.ATTEMPTS + 1):
        time_left = deadline.remaining()
        if time_left < MIN_REQUEST_SECONDS:
            return SendOutcome("OutOfTime", attempt - 1)
        request = build_request()
        retry_after: float | None = None
        try:
            response = transport.send(
                request,
                connect_seconds=CONNECT_SECONDS,
                read_seconds=READ_SECONDS,
                total_seconds=time_left,
            )
        except SyncError as error:
            failure, retryable = error.code, should_retry(error, idempotent=idempotent)
        else:
            status, failure = delivery_result(response)
            if status == "delivered":
                return SendOutcome(None, attempt)
            retryable = status == "retryable"
            retry_after = retry.retry_after_of(response, clock.now())
        if not retryable or attempt == retry.ATTEMPTS:
            break
        delay = retry.backoff(attempt, retry_after, random)
        if delay is None or delay + MIN_REQUEST_SECONDS >= deadline.remaining():
            break
        clock.sleep(delay)
    return SendOutcome(failure, attempt)


def should_retry(error: SyncError, *, idempotent: bool) -> bool:
    """Return whether a post may be sent again after a transport error.

    A post that may have arrived is only repeated if the receiver recognizes duplicates by their
    ID: no one wants the same message four times.
    """
    if not error.retryable or isinstance(error, BadResponse):
        return False
    return not error.outcome_unknown or idempotent
