"""A monitor that raises the alarm if no run reports in time, e.g. Healthchecks or Uptime Kuma.

https://healthchecks.io/docs/http_api/
https://github.com/louislam/uptime-kuma: the monitor type Push
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shared.models.http import Request, Response
from shared.notifications.channel import Channel, DeliveryResult, from_http_status
from shared.notifications.conditions import failed
from shared.notifications.rendering import Message, single_line, truncate_to

IDEMPOTENT = True
"""Reporting the same run to a monitor twice does no harm."""

MAX_BODY_BYTES = 10_000
"""Self-hosted Healthchecks keeps 10 kB by default, healthchecks.io 100 kB."""

MAX_SUMMARY_LENGTH = 200
"""In characters; it is part of a URL, with up to twelve bytes for each."""

RATE_LIMITED = b"OK (rate limited)"
NOT_ACCEPTED = b"OK ("
"""Healthchecks also returns HTTP 200 for a ping that it drops, e.g. ``OK (not found)``."""


def build_request(
    channel: Channel,
    message: Message,
    result: Mapping[str, object],
    *,
    now: datetime,  # noqa: ARG001 - not signed; all kinds share this interface
    message_id: str,  # noqa: ARG001
) -> Request:
    """Return the report of a run, as the channel's monitor expects it."""
    if channel.style == "uptime_kuma":
        return uptime_kuma_push(channel, result)
    return healthchecks_ping(channel, message, result)


def healthchecks_ping(channel: Channel, message: Message, result: Mapping[str, object]) -> Request:
    """Return a POST to the ping URL, or to its ``/fail``, with the message as the body."""
    address = channel.address
    path = address.path.rstrip("/") + "/fail" if failed(result) else address.path
    text = truncate_to(message, lambda text: len(text.encode()), MAX_BODY_BYTES)
    headers = {"content-type": "text/plain; charset=utf-8"}
    return Request("POST", address.origin, path, address.query, headers, text.encode())


def uptime_kuma_push(channel: Channel, result: Mapping[str, object]) -> Request:
    """Return a GET of the push URL; its own ``status``, ``msg`` and ``ping`` are replaced."""
    summary = single_line(str(result.get("summary") or ""))
    report = {
        "status": "down" if failed(result) else "up",
        "msg": summary[:MAX_SUMMARY_LENGTH],
        "ping": str(result.get("duration_ms") or 0),
    }
    address = channel.address
    others = tuple(pair for pair in address.query if pair[0] not in report)
    return Request("GET", address.origin, address.path, (*others, *report.items()))


def delivery_result(response: Response) -> DeliveryResult:
    """Return whether a monitor took a report; it did for any 2xx but those that say otherwise."""
    body = response.body.strip()
    by_status = from_http_status(response)
    if by_status.status != "delivered" or not body.startswith(NOT_ACCEPTED):
        return by_status
    if body == RATE_LIMITED:
        return DeliveryResult("retryable", f"{by_status.code}, rate limited")
    return DeliveryResult("rejected", f"{by_status.code}, not accepted")
