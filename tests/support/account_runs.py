"""Runs of named accounts, at a provider whose STS and service are one fake transport."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from shared.errors import Forbidden, SyncError, Unauthenticated, Unavailable
from shared.invocation import Invocation
from shared.models._core_schemas import COMMON_FIELDS, COMMON_FORMATS
from shared.models.credentials import AccessKey, Anonymous, AuthToken, Credentials
from shared.models.flow import ApiCall, ApiResponse, Flow, Service, call_api
from shared.models.http import JsonParser, Request, Response
from shared.models.operation import CallContext, Operation, Provider
from shared.models.parameter_schema import ParameterSchema
from shared.models.result import Outcome, Result
from shared.models.role import Role, RoleSession
from shared.models.secret import Secret
from shared.runner import RunReport, run_operation
from shared.runtime import Runtime
from tests.support.clocks import FakeClock

STS = Service("sts", "STS", ("ALIBABA_STS_ENDPOINT_URL",), lambda *_: "sts.example.test")
SERVICE = Service("own", "Example", ("EDAS_ENDPOINT_URL",), lambda *_: "service.example.test")
KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "exampleFunctionKey",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "exampleFunctionSecret",
    "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou",
}
ERRORS: Mapping[int, type[SyncError]] = {401: Unauthenticated, 403: Forbidden, 503: Unavailable}


def sign(
    call: ApiCall,
    origin: str,
    credentials: Credentials,
    _context: CallContext,
    _now: datetime,
    _nonce: str,
) -> Request:
    """Return a request that shows which keys signed it."""
    if isinstance(credentials, Anonymous):
        return Request(call.method, origin, call.path, call.query, {"x-key": ""})
    assert not isinstance(credentials, AuthToken)
    token = credentials.token.get_secret_value() if credentials.token else ""
    headers = {
        "x-key": credentials.access_key_id,
        "x-secret": credentials.secret.get_secret_value(),
        "x-token": token,
    }
    return Request(call.method, origin, call.path, call.query, headers)


def parse_response(_call: ApiCall, response: Response, parse: JsonParser) -> ApiResponse:
    """Return the body of a 200, and raise the error of any other status."""
    if response.status != 200:
        raise ERRORS[response.status]("rejected by the example", http_status=response.status)
    return ApiResponse(parse(response.body), 200, "example-request")


def assume_role(role: Role, name: str, _context: CallContext) -> Flow[RoleSession]:
    """Assume a role with one request, which says what was asked for."""
    token = role.oidc.token.get_secret_value() if role.oidc else ""
    query = (("role", role.name), ("session", name), ("oidc", token))
    response = yield from call_api(ApiCall(STS, "AssumeRole", "GET", "/", query))
    body = response.body
    keys = AccessKey(body["id"], Secret(body["secret"]), Secret(body["token"]), "STS")
    return RoleSession(keys, datetime.fromisoformat(body["expires_at"]), body["caller"])


def look(_params: Any, _context: CallContext) -> Flow[Outcome]:
    """Send one request to the service."""
    yield from call_api(ApiCall(SERVICE, "Look", "GET"))
    return Outcome("succeeded", "done", {"looked": True})


PROVIDER = Provider(
    "alibaba", "ALIBABA_CLOUD_REGION_ID", sign, parse_response, assume_role=assume_role
)
OPERATION = Operation(
    id="alibaba.example.Look",
    function="alibaba-look",
    title="An example",
    docs_url="https://example.test/page",
    service=SERVICE,
    provider=PROVIDER,
    params=ParameterSchema(COMMON_FIELDS, {}, frozenset(), COMMON_FORMATS),
    flow=look,
    effect="changes nothing",
    min_timeout_seconds=10,
)


class FakeProvider:
    """Answers as the provider's STS and its service; keeps what it received.

    Parameters
    ----------
    clock: ours; the provider's is ``clock_ahead`` seconds ahead of it.

    Attributes
    ----------
    duration_seconds: how long a session is valid.
    sts_status, service_status: what is answered; 200 is a success.
    sts_seconds: how long STS takes.
    before_sts: called in STS's place before it answers.
    """

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.clock_ahead = 0.0
        self.duration_seconds = 3600.0
        self.sts_status = 200
        self.service_status = 200
        self.sts_seconds = 0.0
        self.before_sts: Callable[[], None] = lambda: None
        self.assumed: list[dict[str, str]] = []
        self.sts_keys: list[str] = []
        self.service_requests: list[tuple[str, str, str]] = []
        self.expiry: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the provider's time."""
        return self.clock.now() + timedelta(seconds=self.clock_ahead)

    def send(
        self,
        request: Request,
        *,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
    ) -> Response:
        if request.origin == "https://service.example.test":
            return self._serve(request)
        with self._lock:
            number = len(self.assumed) + 1
            self.assumed.append(dict(request.query))
            self.sts_keys.append(request.headers["x-key"])
        self.before_sts()
        self.clock.spend(min(self.sts_seconds, total_seconds))
        headers = {"date": format_datetime(self.now())}
        if self.sts_status != 200:
            return Response(self.sts_status, headers)
        expires_at = self.now() + timedelta(seconds=self.duration_seconds)
        key = f"STS.example-{number:04}"
        with self._lock:
            self.expiry[key] = expires_at
        body = {
            "id": key,
            "secret": f"exampleSessionSecret{number:04}",
            "token": f"exampleSessionToken{number:04}",
            "expires_at": expires_at.isoformat(),
            "caller": f"assumed-role/{dict(request.query)['role']}",
        }
        return Response(200, headers, json.dumps(body).encode())

    def _serve(self, request: Request) -> Response:
        headers = request.headers
        with self._lock:
            self.service_requests.append(
                (headers["x-key"], headers["x-secret"], headers["x-token"])
            )
            expires_at = self.expiry.get(headers["x-key"])
        if expires_at is not None:
            left = (expires_at - self.now()).total_seconds()
            assert left > 60, f"keys with {left} s left were used"
        return Response(self.service_status, {}, b"{}")


class AccountRuns:
    """One warm process with an accounts file.

    Parameters
    ----------
    folder: where the file is.
    accounts: the file's accounts; None for no file.
    """

    def __init__(self, folder: Path, accounts: Mapping[str, Any] | None) -> None:
        self.clock = FakeClock()
        self.provider = FakeProvider(self.clock)
        self.environ = dict(KEYS)
        self.path = folder / "accounts.json"
        if accounts is not None:
            self.write(accounts)
            self.environ["ACCOUNTS_FILE"] = str(self.path)
        self.runtime = Runtime(
            environ=self.environ,
            home=folder,
            clock=self.clock,
            random=lambda: 0.0,
            transport_factory=lambda *_network: self.provider,
        )

    def write(self, accounts: Mapping[str, Any]) -> None:
        """Write the accounts file."""
        self.path.write_text(json.dumps({"accounts": accounts}), encoding="utf-8")

    def invocation(self, event: Mapping[str, object]) -> Invocation:
        """Return an invocation for an event."""
        return Invocation.from_event(dict(event), None, self.runtime)

    def report(self, operation: Operation = OPERATION, **event: object) -> RunReport:
        """Return the report of one run."""
        return run_operation(operation, self.invocation(event))

    def result(self, operation: Operation = OPERATION, **event: object) -> Result:
        """Return the result of one run."""
        return self.report(operation, **event).result


def role(name: str, **more: object) -> dict[str, object]:
    """Return an account with a role that the function's own keys assume."""
    return {"provider": "alibaba", "role": {"arn": f"acs:ram::1:role/{name}", **more}}
