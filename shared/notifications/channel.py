"""A channel: where to send notifications, under what conditions, and what its response means."""

from __future__ import annotations

import json
import re
from typing import Literal, NamedTuple

from shared.models.http import Response
from shared.models.secret import Secret
from shared.models.url import ParsedUrl, parse_url

MIN_SECRET_LENGTH = 8
"""In characters; a shorter part of a URL is a common word or a short number, not a secret."""

TOKEN = re.compile(r"(?=.*[0-9])[A-Za-z0-9_=+-]{8,}|[A-Za-z0-9_=+-]{16,}")
"""A path segment that looks randomly generated, unlike the name of a page."""

Kind = Literal["slack", "dingtalk", "feishu", "wecom", "webhook", "heartbeat"]

Style = Literal["healthchecks", "uptime_kuma"]
"""Whose format the reports to a monitor have."""

DeliveryStatus = Literal["delivered", "retryable", "rejected"]


class Channel(NamedTuple):
    """One entry of the setting ``NOTIFY``.

    Parameters
    ----------
    kind: whose format the posts have.
    url: where to post; anyone who knows the URL of an incoming webhook can post to it.
    secret: the key that signs the posts, None for unsigned posts.
    on: the conditions under which a message is sent.
    number: the entry's position in the setting, from 1; identifies the channel in the log.
    since_minutes: how recently something must have changed to meet the condition
        ``attention``; None for no limit.
    style: whose format a heartbeat has.
    """

    kind: str
    url: Secret
    secret: Secret | None
    on: frozenset[str]
    number: int = 1
    since_minutes: int | None = None
    style: str = "healthchecks"

    @property
    def address(self) -> ParsedUrl:
        """The parsed URL; it was validated when the setting was read."""
        return parse_url(self.url.get_secret_value())


class DeliveryResult(NamedTuple):
    """The result of one post, by its response.

    Parameters
    ----------
    status: ``retryable`` if the receiver is throttling or unavailable.
    code: the receiver's number or this project's code, for the log; never its text.
    """

    status: DeliveryStatus
    code: str


def secrets_of(channel: Channel) -> tuple[Secret, ...]:
    """Return every secret of a channel, to be redacted from all output.

    These are the whole URL, its path, the path segments and query values that look like tokens,
    and the signing secrets, each with and without its prefix.
    """
    address = channel.address
    texts = [channel.url.get_secret_value()]
    if len(address.path) >= MIN_SECRET_LENGTH:
        texts.append(address.path)
    texts += [part for part in address.path.split("/") if TOKEN.fullmatch(part)]
    texts += [value for _, value in address.query if len(value) >= MIN_SECRET_LENGTH]
    if channel.secret is not None:
        secret = channel.secret.get_secret_value()
        texts += [secret, *secret.split()]
        texts += [part.removeprefix("whsec_") for part in secret.split()]
    return tuple(Secret(text) for text in dict.fromkeys(texts))


def from_http_status(response: Response) -> DeliveryResult:
    """Return the result by the HTTP status alone; 2xx is delivered."""
    code = f"HTTP{response.status}"
    if 200 <= response.status < 300:
        return DeliveryResult("delivered", code)
    if response.status == 429 or response.status >= 500:
        return DeliveryResult("retryable", code)
    return DeliveryResult("rejected", code)


def from_body_code(response: Response, key: str, retryable_codes: frozenset[int]) -> DeliveryResult:
    """Return the result by the number in a JSON response; 0 under HTTP 200 is delivered.

    Parameters
    ----------
    response: from one of the Chinese chats, which also return HTTP 200 for errors.
    key: ``errcode`` or ``code``.
    retryable_codes: the numbers of temporary errors.
    """
    by_status = from_http_status(response)
    code = parse_json_object(response).get(key)
    if not isinstance(code, int) or isinstance(code, bool):
        if by_status.status == "delivered":
            return DeliveryResult("rejected", "NotJson")
        return by_status
    if code in retryable_codes:
        return DeliveryResult("retryable", f"{key} {code}")
    if by_status.status == "retryable":
        return by_status
    if code == 0 and response.status == 200:
        return DeliveryResult("delivered", f"{key} 0")
    return DeliveryResult("rejected", f"{key} {code}" if code else by_status.code)


def parse_json_object(response: Response) -> dict[str, object]:
    """Return a response's JSON object, empty if the body is not one."""
    try:
        body: object = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
