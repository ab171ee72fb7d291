"""A deployment sends Function Compute what the vendor's SDK sends, header by header.

Both send to the same server on loopback, as in ``test_headers``.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from alibabacloud_fc20230330 import models
from alibabacloud_fc20230330.client import Client
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions

from local.deployment.client import PlatformClient
from local.deployment.fc import (
    bucket_triggers,
    function_url,
    functions,
    invocation,
    retries,
    timers,
    triggers,
)
from local.deployment.fc import requests as fc_requests
from local.deployment.fc.platform import PLATFORM
from local.deployment.models.bucket_trigger import BucketTrigger
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_log import FunctionLog
from local.deployment.models.function_parts import HttpUrl, Retries, Timer
from shared.errors import Conflict
from shared.models.flow import ApiCall, ApiResponse, Flow
from shared.models.operation import CallContext
from shared.models.secret import Secret
from shared.runtime import Runtime
from tests.support.wire import (
    DIFFERENCES,
    NOT_REQUIRED,
    Difference,
    differences,
    problems,
    recording_server,
)

KEY_ID, SECRET, TOKEN = "AKexampleid", "exampleSecret", "exampleToken"
REGION, NAME = "cn-hangzhou", "alibaba-synchronize-resource"
ZIP = b"example"
TIMER = Timer("cloud-sync", "CRON_TZ=Asia/Shanghai 0 7 * * * *", '{"type": "all"}')
EVENT = {"dry_run": True, "type": "all", "text": "看 %2F"}
VARIABLES = {"LOG_LEVEL": "INFO", "NOTIFY": "看"}
FUNCTION = ManagedFunction(
    name=NAME,
    runtime="python3.10",
    handler="synchronize_resource.handler",
    memory_mb=256,
    timeout_seconds=60,
    environment={key: Secret(value) for key, value in VARIABLES.items()},
    role=None,
    description="Synchronize EDAS",
)
SAME = {
    "handler": "synchronize_resource.handler",
    "memory_size": 256,
    "cpu": 0.25,
    "timeout": 60,
    "environment_variables": VARIABLES,
    "description": "Synchronize EDAS",
}
LOGGED = FUNCTION._replace(log=FunctionLog("example-project", "functions"))
LOG = {"project": "example-project", "logstore": "functions"}

CONFIG = json.dumps(
    {"cronExpression": TIMER.cron, "enable": TIMER.enabled, "payload": TIMER.message}
)

HTTP_CONFIG = json.dumps(
    {"authType": "anonymous", "disableURLInternet": False, "methods": ["GET", "HEAD", "POST"]}
)
BUCKET = BucketTrigger("photos", ("oss:ObjectCreated:PutObject",), prefix="2026/", own=True)
BUCKET_CONFIG = json.dumps(
    {
        "events": ["oss:ObjectCreated:PutObject"],
        "filter": {"key": {"prefix": "2026/", "suffix": ""}},
    }
)
PLACE = "cn-hangzhou:1000000000000001"
QUEUE = f"acs:mns:{PLACE}:/queues/cloud-sync-failed/messages"
BUCKET_TRIGGER = {
    "triggerName": "cloud-sync-bucket",
    "triggerType": "oss",
    "qualifier": "LATEST",
    "sourceArn": f"acs:oss:{PLACE}:photos",
    "triggerConfig": json.dumps({"events": ["oss:ObjectCreated:*"]}),
}
HTTP_TRIGGER = {
    "triggerName": "http",
    "triggerType": "http",
    "qualifier": "LATEST",
    "triggerConfig": json.dumps({"authType": "function", "methods": ["GET"]}),
}

MORE = {
    b"DELETE": {
        "content-length": Difference("the body's length", None, "a DELETE without a body has none")
    },
    b"invocations": {"signed x-fc-invocation-type": Difference("yes", None, NOT_REQUIRED)},
}
"""The further differences of requests that have a word in their first line."""


def with_log(client: Any) -> None:
    body = models.CreateFunctionInput(
        function_name=NAME,
        runtime="python3.10",
        code=code(),
        disk_size=512,
        instance_concurrency=1,
        internet_access=True,
        log_config=models.LogConfig(**LOG),
        **SAME,
    )
    client.create_function(models.CreateFunctionRequest(body=body))


def another_log(client: Any) -> None:
    client.get_function(NAME, models.GetFunctionRequest())
    log = models.LogConfig(**LOG)
    body = models.UpdateFunctionInput(role="", log_config=log, **SAME)
    client.update_function(NAME, models.UpdateFunctionRequest(body=body))


def code() -> models.InputCodeLocation:
    return models.InputCodeLocation(zip_file=b64encode(ZIP).decode())


def create(client: Any) -> None:
    body = models.CreateFunctionInput(
        function_name=NAME,
        runtime="python3.10",
        code=code(),
        disk_size=512,
        instance_concurrency=1,
        internet_access=True,
        **SAME,
    )
    client.create_function(models.CreateFunctionRequest(body=body))


def read(client: Any) -> None:
    client.get_function(NAME, models.GetFunctionRequest())
    client.get_async_invoke_config(NAME, models.GetAsyncInvokeConfigRequest())
    list_triggers(client)


def list_triggers(client: Any) -> None:
    client.list_triggers(NAME, models.ListTriggersRequest(limit=100))


def update_code(client: Any) -> None:
    body = models.UpdateFunctionInput(handler="synchronize_resource.handler", code=code())
    client.update_function(NAME, models.UpdateFunctionRequest(body=body))


def update_configuration(client: Any) -> None:
    body = models.UpdateFunctionInput(role="", **SAME)
    client.update_function(NAME, models.UpdateFunctionRequest(body=body))


def put_retries(client: Any) -> None:
    body = models.PutAsyncInvokeConfigInput(
        max_async_event_age_in_seconds=3600, max_async_retry_attempts=0
    )
    client.put_async_invoke_config(NAME, models.PutAsyncInvokeConfigRequest(body=body))


def create_timer(client: Any) -> None:
    body = models.CreateTriggerInput(
        trigger_name=TIMER.name, trigger_type="timer", trigger_config=CONFIG, qualifier="LATEST"
    )
    client.create_trigger(NAME, models.CreateTriggerRequest(body=body))


def update_timer(client: Any) -> None:
    body = models.UpdateTriggerInput(trigger_config=CONFIG, qualifier="LATEST")
    client.update_trigger(NAME, TIMER.name, models.UpdateTriggerRequest(body=body))


def delete_timer(client: Any) -> None:
    client.delete_trigger(NAME, TIMER.name)


def create_url(client: Any) -> None:
    list_triggers(client)
    body = models.CreateTriggerInput(
        trigger_name="cloud-sync-http",
        trigger_type="http",
        trigger_config=HTTP_CONFIG,
        qualifier="LATEST",
    )
    client.create_trigger(NAME, models.CreateTriggerRequest(body=body))


def update_url(client: Any) -> None:
    list_triggers(client)
    body = models.UpdateTriggerInput(trigger_config=HTTP_CONFIG, qualifier="LATEST")
    client.update_trigger(NAME, "http", models.UpdateTriggerRequest(body=body))


def put_bucket_retries(client: Any) -> None:
    failed = models.Destination(destination=QUEUE)
    body = models.PutAsyncInvokeConfigInput(
        max_async_event_age_in_seconds=86_400,
        max_async_retry_attempts=3,
        destination_config=models.DestinationConfig(on_failure=failed),
    )
    client.put_async_invoke_config(NAME, models.PutAsyncInvokeConfigRequest(body=body))


def create_bucket(client: Any) -> None:
    list_triggers(client)
    body = models.CreateTriggerInput(
        trigger_name="cloud-sync-bucket",
        trigger_type="oss",
        trigger_config=BUCKET_CONFIG,
        qualifier="LATEST",
        source_arn=f"acs:oss:{PLACE}:photos",
        invocation_role="acs:ram::1000000000000001:role/aliyunosseventnotificationrole",
    )
    client.create_trigger(NAME, models.CreateTriggerRequest(body=body))


def update_bucket(client: Any) -> None:
    list_triggers(client)
    body = models.UpdateTriggerInput(trigger_config=BUCKET_CONFIG, qualifier="LATEST")
    client.update_trigger(NAME, "cloud-sync-bucket", models.UpdateTriggerRequest(body=body))


def delete_bucket(client: Any) -> None:
    client.delete_trigger(NAME, "cloud-sync-bucket")


def delete_url(client: Any) -> None:
    list_triggers(client)
    client.delete_trigger(NAME, "http")


def delete(client: Any) -> None:
    list_triggers(client)
    client.delete_trigger(NAME, TIMER.name)
    client.delete_async_invoke_config(NAME, models.DeleteAsyncInvokeConfigRequest())
    client.delete_function(NAME)


def invoke(client: Any) -> None:
    client.invoke_function_with_options(
        NAME,
        models.InvokeFunctionRequest(body=json.dumps(EVENT)),
        models.InvokeFunctionHeaders(x_fc_invocation_type="Sync"),
        RuntimeOptions(),
    )


def for_account(flow: Flow[None]) -> Flow[None]:
    """Run a flow with the account's ID at hand, which another service is asked for."""
    reply: Any = None
    while True:
        try:
            step = flow.send(reply)
        except StopIteration:
            return
        if isinstance(step, ApiCall) and step.action == "GetCallerIdentity":
            body = {"AccountId": "1000000000000001", "Arn": "example", "IdentityType": "RAMUser"}
            reply = ApiResponse(body=body, status=200, request_id=None)
        else:
            reply = yield step


def only_update(flow: Flow[None]) -> Flow[None]:
    """Run a flow that creates a timer as if it were there: send only the second call."""
    next(flow)
    error = Conflict("exists", code=triggers.TRIGGER_EXISTS)
    reply = yield flow.throw(error)
    try:
        flow.send(reply)
    except StopIteration:
        return


@dataclass(frozen=True)
class Case:
    """The same requests from both sides: by the vendor's client, and by a flow.

    Parameters
    ----------
    sdk, flow: the sides.
    requests: how many each side sends.
    triggers: those that the function has.
    """

    sdk: Callable[[Any], None]
    flow: Callable[[CallContext], Flow[Any]]
    requests: int = 1
    triggers: tuple[Mapping[str, object], ...] = (
        {"triggerName": TIMER.name, "triggerType": "timer", "triggerConfig": CONFIG},
    )


WITH_URL = (HTTP_TRIGGER,)
CASES = {
    "create": Case(create, lambda at: functions.create_function(FUNCTION, ZIP, at)),
    "read": Case(read, lambda at: functions.read_function(NAME, at), requests=3),
    "code": Case(update_code, lambda at: functions.update_code(FUNCTION, ZIP, at)),
    "configuration": Case(
        update_configuration, lambda at: functions.update_configuration(FUNCTION, at)
    ),
    "create with a log": Case(with_log, lambda at: functions.create_function(LOGGED, ZIP, at)),
    "another log": Case(
        another_log, lambda at: functions.update_configuration(LOGGED, at), requests=2
    ),
    "retries": Case(put_retries, lambda at: retries.put_retries(NAME, Retries(0, 3600), at)),
    "timer": Case(create_timer, lambda at: timers.put_timer(NAME, TIMER, at)),
    "another timer": Case(update_timer, lambda at: only_update(timers.put_timer(NAME, TIMER, at))),
    "no timer": Case(delete_timer, lambda at: triggers.delete_trigger(NAME, TIMER.name, at)),
    "url": Case(
        create_url, lambda at: function_url.put_url(NAME, HttpUrl(authorized=False), at), 2
    ),
    "another url": Case(
        update_url,
        lambda at: function_url.put_url(NAME, HttpUrl(authorized=False), at),
        2,
        WITH_URL,
    ),
    "retries of a bucket": Case(
        put_bucket_retries,
        lambda at: for_account(
            retries.put_retries(NAME, Retries(3, 86_400, "cloud-sync-failed"), at)
        ),
    ),
    "bucket": Case(
        create_bucket, lambda at: for_account(bucket_triggers.put_bucket(NAME, BUCKET, None, at)), 2
    ),
    "another bucket filter": Case(
        update_bucket,
        lambda at: bucket_triggers.put_bucket(NAME, BUCKET, None, at),
        2,
        (BUCKET_TRIGGER,),
    ),
    "no bucket": Case(
        delete_bucket,
        lambda at: bucket_triggers.delete_bucket(
            NAME, BUCKET._replace(name="cloud-sync-bucket"), at
        ),
    ),
    "no url": Case(delete_url, lambda at: function_url.delete_url(NAME, at), 2, WITH_URL),
    "delete": Case(delete, lambda at: functions.delete_function(NAME, at), requests=4),
    "invoke": Case(invoke, lambda at: invocation.invoke(NAME, EVENT, at)),
}


def requests_of(case: Case, token: str | None) -> tuple[list[bytes], list[bytes]]:
    """Return the requests of the vendor's client and ours."""

    def response_to(path: str) -> object:
        listed = path.partition("?")[0].endswith("/triggers")
        return {"triggers": list(case.triggers)} if listed else {}

    with recording_server(response_to) as (endpoint, received):
        config = Config(
            access_key_id=KEY_ID,
            access_key_secret=SECRET,
            security_token=token,
            endpoint=endpoint,
            protocol="HTTP",
        )
        case.sdk(Client(config))
        theirs = list(received)
        received.clear()
        environ = {
            "ALIBABA_FC_ENDPOINT_URL": f"http://{endpoint}",
            "ALIBABA_CLOUD_ACCESS_KEY_ID": KEY_ID,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET,
            **({"ALIBABA_CLOUD_SECURITY_TOKEN": token} if token else {}),
        }
        client = PlatformClient(PLATFORM, REGION, None, Runtime(environ=environ))
        client.run(case.flow(client.context))
    return theirs, received


@pytest.mark.parametrize("token", [None, TOKEN], ids=["permanent keys", "temporary keys"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_requests_differ_from_the_sdks_only_as_listed(case: Case, token: str | None) -> None:
    theirs, ours = requests_of(case, token)

    assert len(theirs) == len(ours) == case.requests
    for one, other in zip(theirs, ours, strict=True):
        listed = dict(DIFFERENCES["alibaba"])
        for word, more in MORE.items():
            if word in one.partition(b"\r\n")[0]:
                listed |= more
        assert problems(differences(one, other), listed) == []


@pytest.mark.parametrize("region", ["cn-hangzhou", "eu-central-1", "me-central-1", "us-east-1"])
def test_the_host_is_the_sdks(region: str) -> None:
    config = Config(access_key_id=KEY_ID, access_key_secret=SECRET, region_id=region)

    assert fc_requests.host_of(region, lambda _name: None) == Client(config)._endpoint


def test_the_hosts_that_break_the_rule_are_the_sdks() -> None:
    config = Config(access_key_id=KEY_ID, access_key_secret=SECRET, region_id=REGION)
    # One of its hosts ends with a tab.
    theirs = {region: host.strip() for region, host in Client(config)._endpoint_map.items()}

    ours = {region: fc_requests.host_of(region, lambda _name: None) for region in theirs}

    assert ours == theirs
