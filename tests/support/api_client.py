"""An API client with a fake clock and a fake transport."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from functions.alibaba.edas import EDAS
from functions.huawei.provider import IAM
from shared.client.api_client import ApiClient, CredentialsOf
from shared.client.rate_limit import RateLimiter
from shared.clock import Deadline
from shared.errors import PROVIDER_ERRORS, SyncError, Unauthenticated
from shared.invocation import Invocation
from shared.models._core_schemas import COMMON_FIELDS, COMMON_FORMATS
from shared.models.credentials import AccessKey, Credentials
from shared.models.error_code import category_of_status
from shared.models.flow import ApiCall, ApiResponse, Flow, Service, call_api
from shared.models.http import JsonParser, Request, Response
from shared.models.operation import CallContext, Operation, Provider
from shared.models.parameter_schema import ParameterSchema
from shared.models.result import Outcome
from shared.models.secret import Secret
from shared.observability import RunLogger
from shared.redaction import Redactor
from shared.runtime import Runtime
from shared.runtime.response_cache import ResponseCache
from shared.settings import Settings
from tests.support.clocks import EPOCH, FakeClock

KEYS = AccessKey("LTAIexampleid", Secret("exampleSecret"), None, "a test")
OTHER_KEYS = AccessKey("LTAIotherexample", Secret("otherExampleSecret"), None, "a test")
TARGET = CallContext(region="cn-hangzhou", project_id=None, trigger="direct", now=EPOCH)


@dataclass(frozen=True)
class SentRequest:
    """One request that was sent, and when."""

    request: Request
    at: float
    read_seconds: float
    total_seconds: float


@dataclass
class FakeTransport:
    """Returns responses from a list; the last one repeats.

    Parameters
    ----------
    clock: is advanced by ``response_seconds`` for each response.
    replies: responses, or errors to raise.
    response_seconds: how long each response takes, unless the request times out first.
    """

    clock: FakeClock
    replies: list[Response | SyncError]
    response_seconds: float = 0.0
    sent: list[SentRequest] = field(default_factory=list)

    def send(
        self,
        request: Request,
        *,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
    ) -> Response:
        self.sent.append(SentRequest(request, self.clock.monotonic(), read_seconds, total_seconds))
        self.clock.spend(min(self.response_seconds, total_seconds))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, SyncError):
            raise reply
        return reply


def sign(
    call: ApiCall,
    origin: str,
    credentials: Credentials,
    target: CallContext,
    now: datetime,
    nonce: str,
) -> Request:
    """Return a request that shows what it was signed with."""
    headers = {"x-now": now.isoformat(), "x-nonce": nonce}
    return Request(call.method, origin, call.path, call.query, headers)


def read(call: ApiCall, response: Response, parse: JsonParser) -> ApiResponse:
    """Return a response for 2xx; raise the error of any other status."""
    request_id = response.headers.get("x-request-id")
    if response.status < 300:
        body = parse(response.body) if response.body else {"status": response.status}
        return ApiResponse(body, response.status, request_id)
    error = PROVIDER_ERRORS[category_of_status(response.status)](
        "example", http_status=response.status, request_id=request_id
    )
    if isinstance(error, Unauthenticated):
        error.expired_signature = response.body == b"expired"
    raise error


OWN_SERVICE: Service = EDAS
OTHER_SERVICE: Service = IAM


def read_call(**changes: Any) -> ApiCall:
    """Return a call that reads, with these fields changed."""
    return ApiCall(**{"service": OWN_SERVICE, "action": "Look", "method": "GET", **changes})


def flow_of(call: ApiCall) -> Callable[[], Flow[Outcome]]:
    """Return an operation's flow with one call."""

    def steps() -> Flow[Outcome]:
        api_response = yield from call_api(call)
        return Outcome(
            "succeeded", "done", {"after_unknown_outcome": api_response.after_unknown_outcome}
        )

    return steps


class FakeLogger(RunLogger):
    """Records the level and the message of each log line."""

    def __init__(self) -> None:
        super().__init__(Settings(), Redactor([]))
        self.lines: list[tuple[str, str]] = []

    def log(self, level: str, sentence: str, _facts: Mapping[str, object]) -> None:
        self.lines.append((level, sentence))


@dataclass
class ClientFixture:
    """An API client, and what it used."""

    client: ApiClient
    clock: FakeClock
    transport: FakeTransport
    log_lines: list[tuple[str, str]]
    redactor: Redactor

    @property
    def nonces(self) -> list[str]:
        """The nonce of each request sent."""
        return [sent.request.headers["x-nonce"] for sent in self.transport.sent]

    @property
    def signed_at(self) -> list[datetime]:
        """The time that each request was signed with."""
        return [datetime.fromisoformat(s.request.headers["x-now"]) for s in self.transport.sent]


def client_for(
    *replies: Response | SyncError,
    limit: float | None = None,
    reserve: float = 0.0,
    reserved_for: str = "the answer",
    set_by: str = "",
    response_seconds: float = 0.0,
    random_value: float = 0.5,
    credentials: Credentials | CredentialsOf = KEYS,
    response_cache: ResponseCache | None = None,
    rate_limit: RateLimiter | None = None,
    clock: FakeClock | None = None,
    context: CallContext = TARGET,
) -> ClientFixture:
    """Return a client whose transport returns these replies."""
    clock = clock or FakeClock()
    transport = FakeTransport(clock, list(replies), response_seconds)
    nonces = iter(range(10_000))
    operation = Operation(
        id="example.service.Action",
        function="example-action",
        title="An example",
        docs_url="https://example.test/page",
        service=OWN_SERVICE,
        provider=Provider("example", "HUAWEICLOUD_REGION", sign, read),
        params=ParameterSchema(COMMON_FIELDS, {}, frozenset(), COMMON_FORMATS),
        flow=lambda _params, _target: flow_of(read_call())(),
        effect="nothing",
        min_timeout_seconds=45,
    )
    runtime = Runtime(
        environ={},
        clock=clock,
        random=lambda: random_value,
        nonce=lambda: f"nonce-{next(nonces)}",
        transport_factory=lambda *_network: transport,
    )
    runtime.rate_limiter = rate_limit or runtime.rate_limiter
    runtime.response_cache = response_cache or runtime.response_cache
    logger = FakeLogger()
    invocation = Invocation.from_event({}, None, runtime)
    invocation.logger = logger
    invocation.deadline = Deadline(
        clock, limit, reserve=reserve, set_by=set_by, reserved_for=reserved_for
    )
    client = ApiClient(operation, context, credentials, invocation)
    return ClientFixture(client, clock, transport, logger.lines, invocation.redactor)


def response(status: int = 200, body: bytes = b"", **headers: str) -> Response:
    """Return a response; underscores in header names are replaced by hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, named, body)
