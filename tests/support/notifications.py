"""Results to send notifications about, channels, and a delivery to fake receivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.registry import load
from shared import notifications
from shared.clock import Deadline
from shared.errors import SyncError
from shared.models.http import Response
from shared.models.result import ErrorBody, Result
from shared.models.secret import Secret
from shared.notifications import Channel, Delivery
from tests.support.api_client import FakeTransport
from tests.support.clocks import FakeClock

SERVERS = "huawei.modelarts.SyncDevServers"
EDAS = "alibaba.edas.SynchronizeResource"
EHPC = "alibaba.ehpc.SynchronizeApp"
CWP = "tencent.cwp.SyncMachines"
OMS = "huawei.oms.StartSyncTask"

FORBIDDEN = ErrorBody(
    category="forbidden",
    code="ModelArts.0001",
    message="The identity may not do this.",
    http_status=403,
    retryable=False,
    hint="Grant the identity modelarts:devserver:listByUser.",
)


def needing_attention(*ids: str) -> list[dict[str, str | None]]:
    """Return what ``data.attention`` lists for servers in the state ERROR without a name."""
    return [{"id": each, "name": None, "why": "ERROR"} for each in ids]


def result(**changes: Any) -> Result:
    """Return a success without findings, with these fields changed."""
    return Result(
        **{
            "schema_version": "2",
            "operation": SERVERS,
            "status": "succeeded",
            "summary": "3 DevServers refreshed",
            "provider": "huawei",
            "account": "default",
            "region": "cn-north-4",
            "data": {},
            "error": None,
            "provider_request_ids": ("49082d4a-71b4",),
            "attempts": 1,
            "trigger": "timer",
            "invocation_id": "00000000-0000-4000-8000-00000000aaaa",
            "started_at": "2026-11-21T20:24:29.123Z",
            "duration_ms": 812,
            **changes,
        }
    )


def failure(message: str = FORBIDDEN.message, **changes: Any) -> Result:
    """Return a failed run, with the provider's error message and these fields changed."""
    fields = {name: getattr(FORBIDDEN, name) for name in FORBIDDEN._fields}
    error = ErrorBody(**{**fields, "message": message})
    return result(
        **{"status": "failed", "summary": "SyncDevServers failed", "error": error, **changes}
    )


def several(*results: Result, status: str = "succeeded", **data: Any) -> Result:
    """Return the result of several targets."""
    counts: dict[str, int] = {}
    for each in results:
        counts[each.status] = counts.get(each.status, 0) + 1
    first = results[0]
    return result(
        operation=first.operation,
        provider=first.provider,
        status=status,
        summary="the summary",
        account=None,
        region=None,
        error=first.error if status == "failed" else None,
        provider_request_ids=(),
        data={
            "counts": counts,
            "results": [each.as_dict() for each in results],
            "results_shortened": 0,
            "results_left_out": 0,
            "attention_count": 0,
            "not_started": [],
            "not_started_count": 0,
            "continue_with": None,
            **data,
        },
    )


URLS = {
    "slack": "https://hooks.slack.example/services/T00EXAMPLE/B00EXAMPLE/exampleToken000001",
    "dingtalk": "https://oapi.dingtalk.example/robot/send?access_token=exampleToken000002",
    "feishu": "https://open.feishu.example/open-apis/bot/v2/hook/example-token-000003",
    "wecom": "https://qyapi.wecom.example/cgi-bin/webhook/send?key=example-key-000004",
    "webhook": "https://receiver.example/hooks/example-hook-000005?v=1",
}
SECRETS = {
    "dingtalk": "SECexampleSecret000002",
    "feishu": "exampleSecret000003",
    "webhook": "whsec_ZXhhbXBsZSBzaWduaW5nIGtleQ==",
}
KINDS = tuple(URLS)

GOOD = {
    "slack": Response(200, {}, b"ok"),
    "dingtalk": Response(200, {}, b'{"errcode":0,"errmsg":"ok"}'),
    "feishu": Response(200, {}, b'{"code":0,"msg":"success","data":{}}'),
    "wecom": Response(200, {}, b'{"errcode":0,"errmsg":"ok"}'),
    "webhook": Response(204),
}


def channel(kind: str, *on: str, number: int = 1, since_minutes: int | None = None) -> Channel:
    """Return a channel for every run, or for the runs that meet these conditions."""
    secret = SECRETS.get(kind)
    return Channel(
        kind,
        Secret(URLS[kind]),
        Secret(secret) if secret else None,
        frozenset(on or ("always",)),
        number,
        since_minutes,
    )


@dataclass
class DeliveryFixture:
    """One delivery to fake receivers, with everything that it used."""

    delivery: Delivery
    transport: FakeTransport
    clock: FakeClock
    log_lines: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)

    @property
    def warnings(self) -> list[Mapping[str, object]]:
        """The fields of each warning."""
        return [fields for level, _, fields in self.log_lines if level == "warning"]


def deliver(
    sent: Result | Mapping[str, object],
    *channels: Channel,
    responses: list[Response | SyncError],
    limit: float | None = None,
    response_seconds: float = 0.0,
    random_value: float = 0.5,
) -> DeliveryFixture:
    """Deliver a result to channels whose receivers return these responses.

    Parameters
    ----------
    sent: the result.
    channels: where to.
    responses: one for each post; the last one repeats.
    limit: seconds until the deadline, None for no deadline.
    response_seconds: seconds until each response.
    random_value: what the random numbers are.
    """
    clock = FakeClock()
    transport = FakeTransport(clock, list(responses), response_seconds)
    log_lines: list[tuple[str, str, Mapping[str, object]]] = []
    numbers = iter(range(1, 1000))
    body = sent.as_dict() if isinstance(sent, Result) else sent
    delivery = notifications.deliver(
        sent,
        channels,
        operation=load(str(body["operation"])),
        transport=transport,
        deadline=Deadline(clock, limit),
        clock=clock,
        random=lambda: random_value,
        new_id=lambda: f"msg_example{next(numbers)}",
        log=lambda level, message, fields: log_lines.append((level, message, fields)),
    )
    return DeliveryFixture(delivery, transport, clock, log_lines)
