"""Events and contexts of the four platforms, for runs on a developer's machine.

Each function returns a :class:`Call`: the event and the context in the platform's own
shape, and the process environment the platform would have prepared, its role's temporary
keys where that platform puts them.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from local.emulator.huawei import PROJECT
from local.emulator.keys import AWS_ROLE

LIMIT_SECONDS = 60
MOMENT = "2026-11-21T02:00:00Z"
TIMER = "example-nightly"

Parameters = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a handler.

    Parameters
    ----------
    platform: its name, for people.
    event, context: what the handler is called with.
    environ: the process environment there.
    """

    platform: str
    event: object
    context: Any
    environ: Mapping[str, str]


def aws(
    function: str,
    parameters: Parameters,
    environ: Mapping[str, str],
    *,
    timer: bool,
    limit_seconds: float = LIMIT_SECONDS,
) -> Call:
    """AWS Lambda; its timer is EventBridge Scheduler, whose input is the event itself."""
    request_id = str(uuid.uuid4())
    context = SimpleNamespace(
        aws_request_id=request_id,
        function_name=function,
        function_version="$LATEST",
        invoked_function_arn=f"arn:aws:lambda:eu-west-1:111122223333:function:{function}",
        memory_limit_in_mb="256",
        get_remaining_time_in_millis=lambda: round(limit_seconds * 1000),
    )
    event = {"trigger": "timer", **parameters} if timer else dict(parameters)
    return Call(
        "AWS Lambda",
        event,
        context,
        {
            **environ,
            "AWS_LAMBDA_FUNCTION_NAME": function,
            "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": AWS_ROLE.access_key_id,
            "AWS_SECRET_ACCESS_KEY": AWS_ROLE.secret,
            "AWS_SESSION_TOKEN": AWS_ROLE.token or "",
        },
    )


def function_compute(
    function: str,
    parameters: Parameters,
    environ: Mapping[str, str],
    *,
    timer: bool,
    limit_seconds: float = LIMIT_SECONDS,
) -> Call:
    """Alibaba Function Compute 3.0 with Python 3.10: bytes, the role's keys in the context."""
    settings = dict(environ)
    region = settings.pop("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou")
    context = SimpleNamespace(
        request_id=str(uuid.uuid4()).upper(),
        region=region,
        account_id="1000000000000000",
        function=SimpleNamespace(
            name=function, handler="index.handler", memory=256, timeout=limit_seconds
        ),
        service=SimpleNamespace(name="", qualifier="LATEST", version_id=""),
        credentials=SimpleNamespace(
            access_key_id=settings.get("ALIBABA_CLOUD_ACCESS_KEY_ID"),
            access_key_secret=settings.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
            security_token=settings.get("ALIBABA_CLOUD_SECURITY_TOKEN"),
        ),
    )
    event: object = dict(parameters)
    if timer:
        event = {"triggerTime": MOMENT, "triggerName": TIMER, "payload": json.dumps(parameters)}
    return Call(
        "Function Compute",
        json.dumps(event).encode(),
        context,
        {
            **settings,
            "FC_FUNCTION_NAME": function,
            "FC_REGION": region,
            "FC_ACCOUNT_ID": "1000000000000000",
        },
    )


def scf(
    function: str,
    parameters: Parameters,
    environ: Mapping[str, str],
    *,
    timer: bool,
    limit_seconds: float = LIMIT_SECONDS,
) -> Call:
    """Tencent SCF: a dict for a context, the role's keys under SCF's own names."""
    settings = dict(environ)
    region = settings.pop("TENCENTCLOUD_REGION", "ap-guangzhou")
    for mine, theirs in (
        ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRETID"),
        ("TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_SECRETKEY"),
        ("TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SESSIONTOKEN"),
    ):
        if mine in settings:
            settings[theirs] = settings.pop(mine)
    context = {
        "memory_limit_in_mb": 256,
        "time_limit_in_ms": round(limit_seconds * 1000),
        "request_id": str(uuid.uuid4()),
        "environment": "{}",
        "environ": "",
        "function_version": "$LATEST",
        "function_name": function,
        "namespace": "default",
        "tencentcloud_region": region,
        "tencentcloud_appid": "1250000000",
        "tencentcloud_uin": "100000000000",
    }
    event: object = dict(parameters)
    if timer:
        event = {
            "Type": "Timer",
            "TriggerName": TIMER,
            "Time": MOMENT,
            "Message": json.dumps(parameters),
        }
    return Call("SCF", event, context, {**settings, "TENCENTCLOUD_RUNENV": "SCF"})


class FunctionGraphContext:
    """FunctionGraph's getters.

    Parameters
    ----------
    user_data: the user's settings, which are in no environment variable there.
    keys: the agency's temporary keys: id, secret, token.
    function: the function's name.
    limit_seconds: the function's time limit.
    """

    def __init__(
        self,
        user_data: Mapping[str, str],
        keys: tuple[str, str, str],
        function: str = "",
        limit_seconds: float = LIMIT_SECONDS,
    ) -> None:
        self._user_data = dict(user_data)
        self._keys = keys
        self._function = function
        self._limit_seconds = limit_seconds
        self._request_id = str(uuid.uuid4())

    def getRequestID(self) -> str:  # noqa: N802 - the platform's name, as those below
        """Return the id of this invocation."""
        return self._request_id

    def getUserData(self, key: str) -> str | None:  # noqa: N802
        """Return one of the user's settings."""
        return self._user_data.get(key)

    def getRemainingTimeInMilliSeconds(self) -> int:  # noqa: N802
        """Return the time left."""
        return round(self._limit_seconds * 1000)

    def getFunctionName(self) -> str:  # noqa: N802
        """Return the function's name."""
        return self._function

    def getPackage(self) -> str:  # noqa: N802
        """Return the application that the function is in."""
        return "default"

    def getVersion(self) -> str:  # noqa: N802
        """Return the version that runs."""
        return "latest"

    def getProjectID(self) -> str:  # noqa: N802
        """Return the function's project."""
        return PROJECT

    def getSecurityAccessKey(self) -> str:  # noqa: N802
        """Return the agency's temporary key id."""
        return self._keys[0]

    def getSecuritySecretKey(self) -> str:  # noqa: N802
        """Return the agency's temporary secret."""
        return self._keys[1]

    def getSecurityToken(self) -> str:  # noqa: N802
        """Return the agency's temporary token."""
        return self._keys[2]


def functiongraph(
    function: str,
    parameters: Parameters,
    environ: Mapping[str, str],
    *,
    timer: bool,
    limit_seconds: float = LIMIT_SECONDS,
) -> Call:
    """Huawei FunctionGraph: settings and the agency's keys behind the context's getters."""
    user_data = dict(environ)
    keys = (
        user_data.pop("HUAWEICLOUD_SDK_AK", ""),
        user_data.pop("HUAWEICLOUD_SDK_SK", ""),
        user_data.pop("HUAWEICLOUD_SDK_SECURITY_TOKEN", ""),
    )
    event: object = dict(parameters)
    if timer:
        event = {
            "version": "v1.0",
            "time": MOMENT,
            "trigger_type": "TIMER",
            "trigger_name": TIMER,
            "user_event": json.dumps(parameters),
        }
    context = FunctionGraphContext(user_data, keys, function, limit_seconds)
    return Call("FunctionGraph", event, context, {"RUNTIME_TIMEOUT": f"{limit_seconds:g}"})
