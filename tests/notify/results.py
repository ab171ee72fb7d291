"""Results to tell of, and what telling them is done with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.clock import Deadline
from shared.errors import SyncError
from shared.models.result import ErrorBody, Result
from shared.models.secret import Secret
from shared.models.wire import Response
from shared.notify import Channel, Delivery, deliver
from tests.shared.client.fakes import FakeClock, FakeSender

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
    hint="Grant the identity modelarts:devserver:list.",
)


def result(**changes: Any) -> Result:
    """A quiet success, with whatever is wanted otherwise."""
    return Result(
        **{
            "schema_version": "1",
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
    """A failed run whose provider said this."""
    fields = {name: getattr(FORBIDDEN, name) for name in FORBIDDEN.declared}
    error = ErrorBody(**{**fields, "message": message})
    return result(
        **{"status": "failed", "summary": "SyncDevServers failed", "error": error, **changes}
    )


def fleet(*parts: Result, status: str = "partial", **data: object) -> Result:
    """A fleet's result over those of its targets."""
    return result(
        status=status,
        account=None,
        region=None,
        data={"counts": {}, "results": [part.as_dict() for part in parts], **data},
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
    """A channel that hears of everything, or on these conditions."""
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
class Told:
    """What came of telling, with everything about it to look at."""

    delivery: Delivery
    sender: FakeSender
    clock: FakeClock
    reports: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)

    @property
    def warnings(self) -> list[Mapping[str, object]]:
        """The facts of each warning."""
        return [facts for level, _, facts in self.reports if level == "warning"]


def tell(
    what: Result | Mapping[str, object],
    *channels: Channel,
    replies: list[Response | SyncError],
    limit: float | None = None,
    takes: float = 0.0,
    chance: float = 0.5,
) -> Told:
    """Deliver to channels whose receivers answer with these replies; the last one repeats."""
    clock = FakeClock()
    sender = FakeSender(clock, list(replies), takes)
    reports: list[tuple[str, str, Mapping[str, object]]] = []
    numbers = iter(range(1, 1000))
    delivery = deliver(
        what,
        channels,
        sender=sender,
        deadline=Deadline(clock, limit),
        clock=clock,
        random=lambda: chance,
        new_id=lambda: f"msg_example{next(numbers)}",
        report=lambda level, sentence, facts: reports.append((level, sentence, facts)),
    )
    return Told(delivery, sender, clock, reports)
