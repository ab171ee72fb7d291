"""A deployment sends FunctionGraph what the vendor's SDK sends, header by header.

Both send to the same server on loopback, as in ``test_headers``.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkfunctiongraph import v2

from local.deployment.client import PlatformClient
from local.deployment.functiongraph import bucket_triggers, function_url
from local.deployment.functiongraph.platform import PLATFORM
from local.deployment.marker import VARIABLE
from local.deployment.models.bucket_trigger import BucketTrigger
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_log import FunctionLog
from local.deployment.models.function_parts import HttpUrl, Retries, Timer
from shared.models.flow import Flow
from shared.models.operation import CallContext
from shared.models.secret import Secret
from shared.runtime import Runtime
from tests.support.wire import DIFFERENCES, Difference, differences, problems, recording_server

KEY_ID, SECRET, TOKEN = "AKexampleid", "exampleSecret", "exampleToken"
PROJECT, REGION, NAME = "0000000000000000000000000000aa01", "cn-north-4", "huawei-start-sync-task"
URN = f"urn:fss:{REGION}:{PROJECT}:function:default:{NAME}"
ZIP = b"example"
PUBLIC, ENCRYPTED = {"LOG_LEVEL": "INFO", VARIABLE: "1_example"}, {"OMS_SRC_SK": "exampleSourceSk"}
TIMER = Timer("cloud-sync", "@every 15m", '{"wait_seconds": 10}')
RATE = Timer("cloud-sync", "15m", "", enabled=False)
EVENT = {"dry_run": True, "sync_task_id": "example-sync-task"}
FUNCTION = ManagedFunction(
    name=NAME,
    runtime="Python3.10",
    handler="start_sync_task.handler",
    memory_mb=256,
    timeout_seconds=60,
    environment={key: Secret(value) for key, value in (PUBLIC | ENCRYPTED).items()},
    role="cloud-sync-oms",
    description="Restart a task",
)
TRIGGER = {
    "trigger_id": "example-trigger",
    "trigger_type_code": "TIMER",
    "trigger_status": "ACTIVE",
    "event_data": {
        "name": TIMER.name,
        "schedule_type": "Cron",
        "schedule": TIMER.cron,
        "user_event": TIMER.message,
    },
}
GROUP = "0123456789abcdef0123456789abcdef"
URL = HttpUrl(authorized=False, group=GROUP)
API: dict[str, object] = {
    "name": "cloud_sync",
    "group_id": GROUP,
    "auth": "NONE",
    "env_id": "DEFAULT_ENVIRONMENT_RELEASE_ID",
    "env_name": "RELEASE",
    "protocol": "HTTPS",
    "path": "/",
    "match_mode": "SWA",
    "req_method": "ANY",
    "backend_type": "FUNCTION",
    "type": 1,
}
GATEWAY = {
    "trigger_id": "example-api",
    "trigger_type_code": "APIG",
    "trigger_status": "ACTIVE",
    "event_data": API,
}
BUCKET = BucketTrigger("photos", ("ObjectCreated",), prefix="2026/", own=True)
OBS: dict[str, object] = {
    "name": "cloud_sync",
    "bucket": "photos",
    "events": ["ObjectCreated"],
    "prefix": "2026/",
}
NOTIFICATION = {
    "trigger_id": "example-notification",
    "trigger_type_code": "OBS",
    "trigger_status": "ACTIVE",
    "event_data": {**OBS, "prefix": "2025/"},
}
SAME = {
    "func_name": NAME,
    "runtime": "Python3.10",
    "handler": "start_sync_task.handler",
    "memory_size": 256,
    "timeout": 60,
    "user_data": json.dumps(PUBLIC),
    "encrypted_user_data": json.dumps(ENCRYPTED),
    "xrole": "cloud-sync-oms",
    "description": "Restart a task",
    "enable_lts_log": True,
}
CODE = {
    "code_type": "zip",
    "code_filename": "function.zip",
    "func_code": v2.FuncCode(file=b64encode(ZIP).decode()),
}
LOG = {
    "group_id": "00000000-0000-4000-8000-000000000001",
    "group_name": "example-group",
    "stream_id": "00000000-0000-4000-8000-000000000002",
    "stream_name": "example-stream",
}
LOGGED = FUNCTION._replace(
    log=FunctionLog(LOG["group_id"], LOG["stream_id"], LOG["group_name"], LOG["stream_name"])
)
PLACE = {"function_urn": URN, "trigger_type_code": "TIMER", "trigger_id": "example-trigger"}

OF_DELETE = {
    "content-length": Difference("the body's length", None, "a DELETE without a body needs none")
}
"""The further difference of every DELETE: the SDK's HTTP library sends a length of 0."""


def create(client: Any) -> None:
    body = v2.CreateFunctionRequestBody(package="default", type="v2", **SAME, **CODE)
    client.create_function(v2.CreateFunctionRequest(body=body))


def read(client: Any) -> None:
    client.show_function_config(v2.ShowFunctionConfigRequest(function_urn=URN))
    client.show_function_async_invoke_config(
        v2.ShowFunctionAsyncInvokeConfigRequest(function_urn=URN)
    )
    list_triggers(client)


def list_triggers(client: Any) -> None:
    client.list_function_triggers(v2.ListFunctionTriggersRequest(function_urn=URN))


def update_code(client: Any) -> None:
    body = v2.UpdateFunctionCodeRequestBody(**CODE)
    client.update_function_code(v2.UpdateFunctionCodeRequest(function_urn=URN, body=body))


def update_config(client: Any) -> None:
    body = v2.UpdateFunctionConfigRequestBody(**SAME)
    client.update_function_config(v2.UpdateFunctionConfigRequest(function_urn=URN, body=body))


def create_with_log(client: Any) -> None:
    log = v2.FuncLogConfig(**LOG)
    body = v2.CreateFunctionRequestBody(
        package="default", type="v2", log_config=log, **SAME, **CODE
    )
    client.create_function(v2.CreateFunctionRequest(body=body))


def update_log(client: Any) -> None:
    body = v2.UpdateFunctionConfigRequestBody(log_config=v2.FuncLogConfig(**LOG), **SAME)
    client.update_function_config(v2.UpdateFunctionConfigRequest(function_urn=URN, body=body))


def put_retries(client: Any) -> None:
    body = v2.UpdateFunctionAsyncInvokeConfigRequestBody(
        max_async_event_age_in_seconds=600, max_async_retry_attempts=0
    )
    client.update_function_async_invoke_config(
        v2.UpdateFunctionAsyncInvokeConfigRequest(function_urn=URN, body=body)
    )


def put_bucket_retries(client: Any) -> None:
    param = json.dumps({"bucket": "failed-photos", "prefix": f"{NAME}/", "expires": 0})
    failed = v2.FuncDestinationConfig(destination="OBS", param=param)
    body = v2.UpdateFunctionAsyncInvokeConfigRequestBody(
        max_async_event_age_in_seconds=86_400,
        max_async_retry_attempts=3,
        destination_config=v2.FuncAsyncDestinationConfig(on_failure=failed),
    )
    client.update_function_async_invoke_config(
        v2.UpdateFunctionAsyncInvokeConfigRequest(function_urn=URN, body=body)
    )


def create_bucket(client: Any) -> None:
    list_triggers(client)
    body = v2.CreateFunctionTriggerRequestBody(
        trigger_type_code="OBS",
        trigger_status="ACTIVE",
        event_type_code="MessageCreated",
        event_data=v2.TriggerEventDataRequestBody(**OBS),
    )
    client.create_function_trigger(v2.CreateFunctionTriggerRequest(function_urn=URN, body=body))


def replace_bucket(client: Any) -> None:
    list_triggers(client)
    delete_bucket(client)
    body = v2.CreateFunctionTriggerRequestBody(
        trigger_type_code="OBS",
        trigger_status="ACTIVE",
        event_type_code="MessageCreated",
        event_data=v2.TriggerEventDataRequestBody(**OBS),
    )
    client.create_function_trigger(v2.CreateFunctionTriggerRequest(function_urn=URN, body=body))


def delete_bucket(client: Any) -> None:
    place = {"function_urn": URN, "trigger_type_code": "OBS", "trigger_id": "example-notification"}
    client.delete_function_trigger(v2.DeleteFunctionTriggerRequest(**place))


def replace_timer(client: Any) -> None:
    list_triggers(client)
    client.delete_function_trigger(v2.DeleteFunctionTriggerRequest(**PLACE))
    data = v2.TriggerEventDataRequestBody(
        name=RATE.name, schedule_type="Rate", schedule=RATE.cron, user_event=RATE.message
    )
    body = v2.CreateFunctionTriggerRequestBody(
        trigger_type_code="TIMER",
        trigger_status="DISABLED",
        event_type_code="MessageCreated",
        event_data=data,
    )
    client.create_function_trigger(v2.CreateFunctionTriggerRequest(function_urn=URN, body=body))


def switch_timer(client: Any) -> None:
    list_triggers(client)
    body = v2.UpdateTriggerRequestBody(trigger_status="DISABLED")
    client.update_trigger(v2.UpdateTriggerRequest(**PLACE, body=body))


def delete_timer(client: Any) -> None:
    list_triggers(client)
    client.delete_function_trigger(v2.DeleteFunctionTriggerRequest(**PLACE))


def create_url(client: Any) -> None:
    list_triggers(client)
    body = v2.CreateFunctionTriggerRequestBody(
        trigger_type_code="APIG",
        trigger_status="ACTIVE",
        event_type_code="APICreated",
        event_data=v2.TriggerEventDataRequestBody(**API),
    )
    client.create_function_trigger(v2.CreateFunctionTriggerRequest(function_urn=URN, body=body))


def replace_url(client: Any) -> None:
    list_triggers(client)
    place = {"function_urn": URN, "trigger_type_code": "APIG", "trigger_id": "example-api"}
    client.delete_function_trigger(v2.DeleteFunctionTriggerRequest(**place))
    body = v2.CreateFunctionTriggerRequestBody(
        trigger_type_code="APIG",
        trigger_status="ACTIVE",
        event_type_code="APICreated",
        event_data=v2.TriggerEventDataRequestBody(**{**API, "auth": "IAM"}),
    )
    client.create_function_trigger(v2.CreateFunctionTriggerRequest(function_urn=URN, body=body))


def delete_url(client: Any) -> None:
    list_triggers(client)
    place = {"function_urn": URN, "trigger_type_code": "APIG", "trigger_id": "example-api"}
    client.delete_function_trigger(v2.DeleteFunctionTriggerRequest(**place))


def delete(client: Any) -> None:
    client.delete_function(v2.DeleteFunctionRequest(function_urn=URN))


def invoke(client: Any) -> None:
    client.invoke_function(
        v2.InvokeFunctionRequest(function_urn=URN, x_cff_request_version="v1", body=EVENT)
    )


@dataclass(frozen=True)
class Case:
    """The same requests from both sides: by the vendor's client, and by a flow."""

    sdk: Callable[[Any], None]
    flow: Callable[[CallContext], Flow[Any]]
    requests: int = 1
    more: tuple[Mapping[str, object], ...] = ()


CASES = {
    "create": Case(create, lambda at: PLATFORM.create_function(FUNCTION, ZIP, at)),
    "read": Case(read, lambda at: PLATFORM.read_function(NAME, at), requests=3),
    "code": Case(update_code, lambda at: PLATFORM.update_code(FUNCTION, ZIP, at)),
    "configuration": Case(update_config, lambda at: PLATFORM.update_configuration(FUNCTION, at)),
    "create with a log": Case(
        create_with_log, lambda at: PLATFORM.create_function(LOGGED, ZIP, at)
    ),
    "another log": Case(update_log, lambda at: PLATFORM.update_configuration(LOGGED, at)),
    "retries": Case(put_retries, lambda at: PLATFORM.put_retries(NAME, Retries(0, 600), at)),
    "another schedule": Case(
        replace_timer, lambda at: PLATFORM.put_timer(NAME, RATE, at), requests=3
    ),
    "the timer's status": Case(
        switch_timer,
        lambda at: PLATFORM.put_timer(NAME, TIMER._replace(enabled=False), at),
        requests=2,
    ),
    "no timer": Case(
        delete_timer, lambda at: PLATFORM.delete_timer(NAME, TIMER.name, at), requests=2
    ),
    "a URL": Case(create_url, lambda at: function_url.put_url(NAME, URL, at), requests=2),
    "another URL": Case(
        replace_url,
        lambda at: function_url.put_url(NAME, URL._replace(authorized=True), at),
        requests=3,
        more=(GATEWAY,),
    ),
    "no URL": Case(
        delete_url, lambda at: function_url.delete_url(NAME, at), requests=2, more=(GATEWAY,)
    ),
    "retries of a bucket": Case(
        put_bucket_retries,
        lambda at: PLATFORM.put_retries(NAME, Retries(3, 86_400, "failed-photos"), at),
    ),
    "a bucket": Case(
        create_bucket, lambda at: bucket_triggers.put_bucket(NAME, BUCKET, None, at), requests=2
    ),
    "another bucket": Case(
        replace_bucket,
        lambda at: bucket_triggers.put_bucket(NAME, BUCKET, None, at),
        requests=3,
        more=(NOTIFICATION,),
    ),
    "no bucket": Case(
        delete_bucket,
        lambda at: bucket_triggers.delete_bucket(
            NAME, BUCKET._replace(id="example-notification"), at
        ),
    ),
    "delete": Case(delete, lambda at: PLATFORM.delete_function(NAME, at)),
    "invoke": Case(invoke, lambda at: PLATFORM.invoke(NAME, EVENT, at)),
}


def response_to(path: str, *, more: tuple[Mapping[str, object], ...] = ()) -> object:
    """Return the response to both sides, by path."""
    if unquote(path).endswith(f"/triggers/{URN}"):
        return [TRIGGER, *more]
    return {"status": 200, "result": "null"}


def requests_of(case: Case, token: str | None) -> tuple[list[bytes], list[bytes]]:
    """Return the requests of the vendor's client and ours."""
    with recording_server(partial(response_to, more=case.more)) as (endpoint, received):
        credentials = BasicCredentials(KEY_ID, SECRET, PROJECT)
        credentials = credentials.with_security_token(token) if token else credentials
        builder = v2.FunctionGraphClient.new_builder().with_credentials(credentials)
        case.sdk(builder.with_endpoint(f"http://{endpoint}").build())
        theirs = list(received)
        received.clear()
        environ = {
            "HUAWEI_FUNCTIONGRAPH_ENDPOINT_URL": f"http://{endpoint}",
            "HUAWEICLOUD_SDK_AK": KEY_ID,
            "HUAWEICLOUD_SDK_SK": SECRET,
            **({"HUAWEICLOUD_SDK_SECURITY_TOKEN": token} if token else {}),
        }
        process = Runtime(environ=environ)
        client = PlatformClient(PLATFORM, REGION, PROJECT, process)
        client.run(case.flow(client.context))
    return theirs, received


@pytest.mark.parametrize("token", [None, TOKEN], ids=["permanent keys", "temporary keys"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_requests_differ_from_the_sdks_only_as_listed(case: Case, token: str | None) -> None:
    theirs, ours = requests_of(case, token)

    assert len(theirs) == len(ours) == case.requests
    for one, other in zip(theirs, ours, strict=True):
        listed = {**DIFFERENCES["huawei"], **(OF_DELETE if one.startswith(b"DELETE") else {})}
        assert problems(differences(one, other), listed) == []
