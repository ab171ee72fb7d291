"""The contexts of the four platforms, with the documented members and no others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from shared import entrypoint
from shared.models.operation import Operation
from shared.runtime import Runtime
from tests.support.repository import ROOT

EVENTS = ROOT / "events"


@dataclass
class AwsContext:
    """AWS Lambda's ``LambdaContext``."""

    aws_request_id: str = "aws-request"
    log_group_name: str = "/aws/lambda/example"
    log_stream_name: str = "example-stream"
    function_name: str = "example"
    memory_limit_in_mb: str = "256"
    function_version: str = "$LATEST"
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:111122223333:function:example"
    tenant_id: object = None
    client_context: object = None
    identity: object = None
    remaining: int = 30_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining


@dataclass
class FcCredentials:
    """The role's temporary keys on runtimes up to Python 3.10."""

    access_key_id: str | None = "STS.exampleRoleId"
    access_key_secret: str | None = "exampleRoleSecret"
    security_token: str | None = "exampleRoleToken"


@dataclass
class FcFunction:
    """What Function Compute tells of the function; the time-out is in seconds."""

    name: str = "example"
    handler: str = "index.handler"
    memory: int = 256
    timeout: Any = 60


@dataclass
class FcContext:
    """Function Compute's context of Python 3.12: no credentials, no service."""

    request_id: str = "fc-request"
    function: FcFunction = field(default_factory=FcFunction)
    region: str = "cn-hangzhou"
    account_id: str = "111122223333"
    log_project: str = "example"
    log_store: str = "example"


@dataclass
class FcContext310(FcContext):
    """Function Compute's context of Python 3.10, with the role's keys."""

    credentials: FcCredentials = field(default_factory=FcCredentials)


def scf_context(**changes: object) -> dict[str, object]:
    """Return SCF's context, which is a dict."""
    return {
        "memory_limit_in_mb": 128,
        "time_limit_in_ms": 3000,
        "request_id": "scf-request",
        "environment": "{}",
        "environ": "",
        "function_version": "$LATEST",
        "function_name": "example",
        "namespace": "default",
        "tencentcloud_region": "ap-guangzhou",
        "tencentcloud_appid": "1250000000",
        "tencentcloud_uin": "100000000000",
        **changes,
    }


@dataclass
class FunctionGraphContext:
    """FunctionGraph's context: getters only."""

    user_data: Mapping[str, str] = field(default_factory=dict)
    remaining: Any = 30_000
    access: str | None = "exampleAgencyId"
    secret: str | None = "exampleAgencySecret"
    token: str | None = "exampleAgencyToken"

    def getRequestID(self) -> str:  # noqa: N802 - the platform's spelling, here and below
        return "fg-request"

    def getRemainingTimeInMilliSeconds(self) -> Any:  # noqa: N802
        return self.remaining

    def getUserData(self, key: str) -> str | None:  # noqa: N802
        return self.user_data.get(key)

    def getSecurityAccessKey(self) -> str | None:  # noqa: N802
        return self.access

    def getSecuritySecretKey(self) -> str | None:  # noqa: N802
        return self.secret

    def getSecurityToken(self) -> str | None:  # noqa: N802
        return self.token


class FunctionGraphWithoutTime:
    """A runtime that lacks the remaining time and fails where there is no agency."""

    def getRequestID(self) -> str:  # noqa: N802
        return "fg-request"

    def getUserData(self, key: str) -> str | None:  # noqa: N802
        return None

    def getSecurityAccessKey(self) -> str:  # noqa: N802
        msg = "no agency"
        raise RuntimeError(msg)

    getSecuritySecretKey = getSecurityAccessKey  # noqa: N815
    getSecurityToken = getSecurityAccessKey  # noqa: N815


def fail_on_transport(*_settings: object) -> NoReturn:
    """Stand where a transport is made: a dry run makes none."""
    msg = "a dry run opens no connection"
    raise AssertionError(msg)


DRY = {"DEFAULT_PARAMETERS": '{"dry_run": true}'}


def run_dry(
    operation: Operation,
    event: object,
    context: object = None,
    environ: Mapping[str, str] | None = None,
    defaults: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Run one event dry, from the platform's hands to the result."""
    lying_under = {"dry_run": True, **(defaults or {})}
    process = Runtime(
        environ={"DEFAULT_PARAMETERS": json.dumps(lying_under), **(environ or {})},
        home=Path(__file__).parent / "no-such-home",
        transport_factory=fail_on_transport,
    )
    return dict(entrypoint.handle(operation, event, context, process))


def sample(path: str) -> Any:
    """Return one of the project's sample events."""
    return json.loads((EVENTS / path).read_text("utf-8"))


def as_bytes(event: object) -> bytes:
    """Return an event as Function Compute hands it in."""
    return json.dumps(event).encode()
