"""FunctionGraph: the vendor's client manages functions at the emulator."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkfunctiongraph import v2

from local.deployment.functiongraph.platform import PLATFORM
from local.emulator import Emulator
from local.emulator import keys as known
from local.emulator.huawei import PROJECT
from tests.support.zips import zip_of

NAME = "huawei-start-sync-task"
URN = f"urn:fss:cn-north-4:{PROJECT}:function:default:{NAME}"
ZIP = zip_of({"start_sync_task.py": "# example"})
OTHER_ZIP = zip_of({"start_sync_task.py": "# another example"})

Call = Callable[[Any], object]


def client_of(emulator: Emulator) -> Any:
    key = known.HUAWEI
    credentials = BasicCredentials(key.access_key_id, key.secret, PROJECT)
    builder = v2.FunctionGraphClient.new_builder().with_credentials(credentials)
    return builder.with_endpoint(emulator.url("functiongraph")).build()


def function(**changes: object) -> v2.CreateFunctionRequest:
    fields: dict[str, object] = {
        "func_name": NAME,
        "package": "default",
        "type": "v2",
        "runtime": "Python3.10",
        "handler": "start_sync_task.handler",
        "memory_size": 256,
        "timeout": 60,
        "description": "Restart a task",
        "xrole": "cloud-sync-oms",
        "user_data": '{"LOG_LEVEL": "INFO"}',
        "encrypted_user_data": '{"OMS_SRC_SK": "exampleSourceSk"}',
        "enable_lts_log": True,
        "code_type": "zip",
        "code_filename": "function.zip",
        "func_code": v2.FuncCode(file=b64encode(ZIP).decode()),
        **changes,
    }
    return v2.CreateFunctionRequest(body=v2.CreateFunctionRequestBody(**fields))


def config(**changes: object) -> v2.UpdateFunctionConfigRequest:
    fields: dict[str, object] = {
        "func_name": NAME,
        "runtime": "Python3.10",
        "handler": "start_sync_task.handler",
        "memory_size": 512,
        "timeout": 120,
        **changes,
    }
    body = v2.UpdateFunctionConfigRequestBody(**fields)
    return v2.UpdateFunctionConfigRequest(function_urn=URN, body=body)


def code(text: str = b64encode(OTHER_ZIP).decode(), kind: str = "zip") -> Any:
    body = v2.UpdateFunctionCodeRequestBody(
        code_type=kind, code_filename="function.zip", func_code=v2.FuncCode(file=text)
    )
    return v2.UpdateFunctionCodeRequest(function_urn=URN, body=body)


def timer(kind: str = "TIMER", **changes: object) -> v2.CreateFunctionTriggerRequest:
    data: dict[str, object] = {
        "name": "cloud-sync",
        "schedule_type": "Cron",
        "schedule": "@every 15m",
        "user_event": '{"sync_task_id": "example"}',
        **changes,
    }
    body = v2.CreateFunctionTriggerRequestBody(
        trigger_type_code=kind,
        trigger_status="ACTIVE",
        event_type_code="MessageCreated",
        event_data=v2.TriggerEventDataRequestBody(**data),
    )
    return v2.CreateFunctionTriggerRequest(function_urn=URN, body=body)


def test_the_client_makes_a_function_and_reads_it_back(emulator: Emulator) -> None:
    client = client_of(emulator)
    made = client.create_function(function())

    read = client.show_function_config(v2.ShowFunctionConfigRequest(function_urn=URN))

    for each in (made, read):
        assert (each.func_urn, each.func_name) == (f"{URN}:latest", NAME)
        assert (each.runtime, each.handler) == ("Python3.10", "start_sync_task.handler")
        assert (each.memory_size, each.timeout, each.type) == (256, 60, "v2")
        assert (each.xrole, each.enable_lts_log) == ("cloud-sync-oms", True)
        assert json.loads(each.user_data) == {"LOG_LEVEL": "INFO"}
        assert json.loads(each.encrypted_user_data) == {"OMS_SRC_SK": ""}
        assert (each.code_size, each.digest) == (len(ZIP), hashlib.sha512(ZIP).hexdigest())
    assert emulator.huawei.functiongraph.named(NAME).environment == {
        "LOG_LEVEL": "INFO",
        "OMS_SRC_SK": "exampleSourceSk",
    }


def test_the_client_changes_code_and_configuration(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())

    client.update_function_code(code())
    client.update_function_config(config())

    read = client.show_function_config(v2.ShowFunctionConfigRequest(function_urn=URN))
    shown = client.show_function_code(v2.ShowFunctionCodeRequest(function_urn=f"{URN}:latest"))
    assert (read.memory_size, read.timeout) == (512, 120)
    assert read.digest == shown.digest == hashlib.sha512(OTHER_ZIP).hexdigest()
    # What an update leaves out stays.
    assert emulator.huawei.functiongraph.named(NAME).secrets == {"OMS_SRC_SK": "exampleSourceSk"}
    assert read.xrole == "cloud-sync-oms"


GROUP, STREAM, OTHER = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))


def log(**fields: object) -> v2.FuncLogConfig:
    return v2.FuncLogConfig(**{"group_id": GROUP, "stream_id": STREAM, **fields})


def test_the_client_sets_a_log_and_an_update_without_one_keeps_it(emulator: Emulator) -> None:
    client = client_of(emulator)
    request = v2.ShowFunctionConfigRequest(function_urn=URN)
    client.create_function(function(log_config=log(group_name="example", stream_name="example")))
    client.update_function_config(config())

    read = client.show_function_config(request)
    assert (read.log_group_id, read.log_stream_id) == (GROUP, STREAM)

    client.update_function_config(config(log_config=log(stream_id=OTHER)))
    read = client.show_function_config(request)
    assert (read.log_group_id, read.log_stream_id) == (GROUP, OTHER)
    assert read.enable_lts_log is True


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"group_id": "example"}, (400, "FSS.0400")),
        ({"stream_id": None}, (400, "FSS.0400")),
        ({"group_name": 1}, (400, "FSS.0400")),
        ({"stream_id": OTHER}, (404, "FSS.0404")),
        ({"group_id": OTHER}, (404, "FSS.0404")),
    ],
)
def test_a_log_that_is_malformed_or_not_there_is_refused(
    emulator: Emulator, fields: dict[str, object], answer: tuple[int, str]
) -> None:
    emulator.huawei.functiongraph.log_streams = {GROUP: {STREAM}}
    client = client_of(emulator)
    client.create_function(function(log_config=log()))

    wrong = config(log_config=log(**fields))

    assert refused(lambda: client.update_function_config(wrong)) == answer
    assert emulator.huawei.functiongraph.named(NAME).config["log_stream_id"] == STREAM


def test_the_client_makes_switches_and_deletes_a_timer(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    made = client.create_function_trigger(timer())
    listing = v2.ListFunctionTriggersRequest(function_urn=URN)

    (listed,) = client.list_function_triggers(listing).body
    assert (listed.trigger_id, listed.trigger_status) == (made.trigger_id, "ACTIVE")
    assert (listed.event_data.name, listed.event_data.schedule) == ("cloud-sync", "@every 15m")
    assert listed.event_data.user_event == '{"sync_task_id": "example"}'
    place = {"function_urn": URN, "trigger_type_code": "TIMER", "trigger_id": made.trigger_id}
    off = v2.UpdateTriggerRequestBody(trigger_status="DISABLED")
    assert client.update_trigger(v2.UpdateTriggerRequest(**place, body=off)).trigger_status == (
        "DISABLED"
    )
    client.delete_function_trigger(v2.DeleteFunctionTriggerRequest(**place))
    assert not client.list_function_triggers(listing).body


def test_the_client_sets_retries_and_reads_them_back(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    body = v2.UpdateFunctionAsyncInvokeConfigRequestBody(
        max_async_event_age_in_seconds=600, max_async_retry_attempts=0
    )
    client.update_function_async_invoke_config(
        v2.UpdateFunctionAsyncInvokeConfigRequest(function_urn=URN, body=body)
    )

    read = client.show_function_async_invoke_config(
        v2.ShowFunctionAsyncInvokeConfigRequest(function_urn=URN)
    )

    assert (read.max_async_event_age_in_seconds, read.max_async_retry_attempts) == (600, 0)


def test_the_client_runs_a_function_and_waits_for_it(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    emulator.invocations.run_by(lambda run: {"status": "planned", "event": run.event})

    ran = client.invoke_function(
        v2.InvokeFunctionRequest(
            function_urn=URN, x_cff_request_version="v1", body={"dry_run": True}
        )
    )

    assert ran.status == 200
    assert json.loads(ran.result) == {"status": "planned", "event": {"dry_run": True}}


def test_the_client_deletes_a_function_with_its_timers(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    client.create_function_trigger(timer())

    client.delete_function(v2.DeleteFunctionRequest(function_urn=URN))

    assert emulator.huawei.functiongraph.by_urn == {}
    assert refused(lambda: client.delete_function(v2.DeleteFunctionRequest(function_urn=URN))) == (
        404,
        "FSS.1051",
    )


def refused(call: Callable[[], object]) -> tuple[int, str]:
    """Return the status and code with which a call is refused."""
    with pytest.raises(ServiceResponseException) as caught:
        call()
    return caught.value.status_code, caught.value.error_code


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"func_name": "1-starts-with-a-digit"}, (400, "FSS.1002")),
        ({"func_name": "a" * 61}, (400, "FSS.1002")),
        ({"package": ""}, (400, "FSS.1004")),
        ({"runtime": "Python4"}, (400, "FSS.1005")),
        ({"handler": "handler"}, (400, "FSS.1003")),
        ({"memory_size": 300}, (400, "FSS.1007")),
        ({"timeout": 2}, (400, "FSS.1008")),
        ({"description": "a" * 513}, (400, "FSS.1019")),
        ({"user_data": "not JSON"}, (400, "FSS.1009")),
        ({"user_data": '{"NAME": 1}'}, (400, "FSS.1009")),
        ({"user_data": json.dumps({f"N{n}": "" for n in range(21)})}, (400, "FSS.1017")),
        ({"encrypted_user_data": json.dumps({"N": "a" * 4096})}, (400, "FSS.1018")),
        ({"code_type": "tar"}, (400, "FSS.1006")),
        ({"code_filename": None}, (400, "FSS.1013")),
        ({"func_code": None}, (400, "FSS.1012")),
        ({"func_code": v2.FuncCode(file="not Base64")}, (400, "FSS.1011")),
        ({"func_code": v2.FuncCode(file="ZXhhbXBsZQ==")}, (400, "FSS.1011")),
        ({"xrole": "without-trust"}, (403, "FSS.1121")),
    ],
)
def test_a_function_that_is_not_as_documented_is_refused(
    emulator: Emulator, changes: dict[str, object], answer: tuple[int, str]
) -> None:
    emulator.huawei.functiongraph.agencies = {"cloud-sync-oms"}
    client = client_of(emulator)

    assert refused(lambda: client.create_function(function(**changes))) == answer
    assert emulator.huawei.functiongraph.by_urn == {}


def test_a_name_that_is_taken_and_a_used_up_quota_are_refused(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    emulator.huawei.functiongraph.quota = 1

    assert refused(lambda: client.create_function(function())) == (409, "FSS.1061")
    other = function(func_name="another")
    assert refused(lambda: client.create_function(other)) == (403, "FSS.1041")


@pytest.mark.parametrize(
    ("request_", "code_"),
    [
        (timer("LTS"), "FSS.1101"),
        (timer(name="1"), "FSS.1319"),
        (timer(schedule="rate(15 minutes)"), "FSS.1109"),
        (timer(schedule="0 10 2 * * * *"), "FSS.1109"),
        (timer(schedule_type="Rate", schedule="61m"), "FSS.1109"),
        (timer(schedule_type="Rate", schedule="@every 15m"), "FSS.1109"),
        (timer(schedule_type=None), "FSS.1109"),
        (timer(user_event="a" * 2048), "FSS.1109"),
    ],
)
def test_a_timer_that_is_not_as_documented_is_refused(
    emulator: Emulator, request_: Any, code_: str
) -> None:
    client = client_of(emulator)
    client.create_function(function())

    assert refused(lambda: client.create_function_trigger(request_))[1] == code_


def bucket(status: str = "ACTIVE", **changes: object) -> v2.CreateFunctionTriggerRequest:
    data = {"name": "cloud_sync", "bucket": "photos", "events": ["ObjectCreated"], **changes}
    body = v2.CreateFunctionTriggerRequestBody(
        trigger_type_code="OBS",
        trigger_status=status,
        event_type_code="MessageCreated",
        event_data=v2.TriggerEventDataRequestBody(**data),
    )
    return v2.CreateFunctionTriggerRequest(function_urn=URN, body=body)


def test_the_client_makes_lists_and_deletes_the_trigger_of_a_bucket(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    made = client.create_function_trigger(bucket(prefix="2026/", suffix=".jpg"))
    client.create_function_trigger(bucket(name="others", prefix="2025/"))
    listing = v2.ListFunctionTriggersRequest(function_urn=URN)

    listed, _others = client.list_function_triggers(listing).body

    assert (listed.trigger_id, listed.trigger_type_code) == (made.trigger_id, "OBS")
    data = listed.event_data
    assert (data.name, data.bucket, data.events) == ("cloud_sync", "photos", ["ObjectCreated"])
    assert (data.prefix, data.suffix) == ("2026/", ".jpg")
    place = {"function_urn": URN, "trigger_type_code": "OBS", "trigger_id": made.trigger_id}
    client.delete_function_trigger(v2.DeleteFunctionTriggerRequest(**place))
    assert len(client.list_function_triggers(listing).body) == 1


@pytest.mark.parametrize(
    ("request_", "code_"),
    [
        (bucket(name="1"), "FSS.1319"),
        (bucket(bucket="Photos"), "FSS.0400"),
        (bucket(bucket="unknown"), "FSS.0400"),
        (bucket(events=[]), "FSS.0400"),
        (bucket(events=["s3:ObjectCreated:*"]), "FSS.0400"),
        (bucket(prefix=1), "FSS.0400"),
        (bucket(schedule="@every 15m"), "FSS.0400"),
        (bucket("ON"), "FSS.0400"),
        (bucket(prefix="2027/"), "FSS.1307"),
        (bucket(name="another", prefix="2026/12/"), "FSS.0400"),
    ],
)
def test_a_bucket_that_is_not_as_documented_or_reports_twice_is_refused(
    emulator: Emulator, request_: Any, code_: str
) -> None:
    emulator.huawei.functiongraph.buckets = {"photos"}
    client = client_of(emulator)
    client.create_function(function())
    client.create_function_trigger(bucket(prefix="2026/"))

    assert refused(lambda: client.create_function_trigger(request_))[1] == code_


API: dict[str, object] = {
    "name": "cloud_sync",
    "group_id": "0123456789abcdef0123456789abcdef",
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


def api(status: str = "ACTIVE", **changes: object) -> v2.CreateFunctionTriggerRequest:
    body = v2.CreateFunctionTriggerRequestBody(
        trigger_type_code="APIG",
        trigger_status=status,
        event_type_code="APICreated",
        event_data=v2.TriggerEventDataRequestBody(**{**API, **changes}),
    )
    return v2.CreateFunctionTriggerRequest(function_urn=URN, body=body)


def test_the_client_makes_and_deletes_an_api_with_an_address(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    made = client.create_function_trigger(api())
    listing = v2.ListFunctionTriggersRequest(function_urn=URN)

    (listed,) = client.list_function_triggers(listing).body

    assert (listed.trigger_id, listed.trigger_type_code) == (made.trigger_id, "APIG")
    for name, value in API.items():
        assert getattr(listed.event_data, name) == value
    assert listed.event_data.invoke_url == f"https://{listed.event_data.sl_domain}/"
    place = {"function_urn": URN, "trigger_type_code": "APIG", "trigger_id": made.trigger_id}
    client.delete_function_trigger(v2.DeleteFunctionTriggerRequest(**place))
    assert not client.list_function_triggers(listing).body


@pytest.mark.parametrize(
    "request_",
    [
        api(group_id=None),
        api(group_id="an-unknown-group"),
        api(group_id="unknown"),
        api(auth="OPEN"),
        api(name="cloud-sync"),
        api(path="web"),
        api(protocol="FTP"),
        api(req_method="ALL"),
        api(match_mode="REGEX"),
        api(env_id=None),
        api(type=3),
        api("DISABLED"),
    ],
)
def test_an_api_that_is_not_as_documented_is_refused(emulator: Emulator, request_: Any) -> None:
    emulator.huawei.functiongraph.api_groups = {str(API["group_id"])}
    client = client_of(emulator)
    client.create_function(function())

    assert refused(lambda: client.create_function_trigger(request_)) == (400, "FSS.0400")


def test_a_second_api_of_a_name_or_a_path_and_a_switch_are_refused(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    made = client.create_function_trigger(api())

    assert refused(lambda: client.create_function_trigger(api()))[1] == "FSS.1307"
    other = api(name="another")
    assert refused(lambda: client.create_function_trigger(other))[1] == "FSS.0400"
    off = v2.UpdateTriggerRequest(
        function_urn=URN,
        trigger_type_code="APIG",
        trigger_id=made.trigger_id,
        body=v2.UpdateTriggerRequestBody(trigger_status="DISABLED"),
    )
    assert refused(lambda: client.update_trigger(off))[1] == "FSS.0400"


@pytest.mark.parametrize(
    "schedule",
    [
        ("Rate", "15m"),
        ("Rate", "24h"),
        ("Cron", "@every 2h30m"),
        ("Cron", "0 10 2 * * ?"),
        ("Cron", "0 10 2 * *"),
        ("Cron", "CRON_TZ=Asia/Shanghai 0 0/5 12-14 ? * MON-FRI"),
    ],
)
def test_a_documented_schedule_is_taken(emulator: Emulator, schedule: tuple[str, str]) -> None:
    client = client_of(emulator)
    client.create_function(function())
    kind, text = schedule

    assert client.create_function_trigger(timer(schedule_type=kind, schedule=text)).trigger_id


def test_a_second_timer_of_a_name_and_an_eleventh_are_refused(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    client.create_function_trigger(timer())

    assert refused(lambda: client.create_function_trigger(timer()))[1] == "FSS.1307"
    for number in range(9):
        client.create_function_trigger(timer(name=f"timer-{number}"))
    last = timer(name="one-more")
    assert refused(lambda: client.create_function_trigger(last))[1] == "FSS.1306"


CALLS: dict[str, Call] = {
    "function:create": lambda client: client.create_function(function(func_name="another")),
    "function:getConfig": lambda client: client.show_function_config(
        v2.ShowFunctionConfigRequest(function_urn=URN)
    ),
    "function:updateCode": lambda client: client.update_function_code(code()),
    "function:updateConfig": lambda client: client.update_function_config(config()),
    "function:delete": lambda client: client.delete_function(
        v2.DeleteFunctionRequest(function_urn=URN)
    ),
    "function:invoke": lambda client: client.invoke_function(
        v2.InvokeFunctionRequest(function_urn=URN, body={})
    ),
    "trigger:create": lambda client: client.create_function_trigger(timer()),
    "trigger:list": lambda client: client.list_function_triggers(
        v2.ListFunctionTriggersRequest(function_urn=URN)
    ),
    "trigger:update": lambda client: client.update_trigger(
        v2.UpdateTriggerRequest(
            function_urn=URN,
            trigger_type_code="TIMER",
            trigger_id="example",
            body=v2.UpdateTriggerRequestBody(trigger_status="ACTIVE"),
        )
    ),
    "trigger:delete": lambda client: client.delete_function_trigger(
        v2.DeleteFunctionTriggerRequest(
            function_urn=URN, trigger_type_code="TIMER", trigger_id="example"
        )
    ),
}


def test_every_permission_of_the_deployment_has_a_call() -> None:
    assert {f"functiongraph:{right}" for right in CALLS} == set(PLATFORM.permissions)


@pytest.mark.parametrize("right", CALLS)
def test_a_call_without_its_permission_is_refused(emulator: Emulator, right: str) -> None:
    client = client_of(emulator)
    client.create_function(function())
    emulator.huawei.denied.add(f"functiongraph:{right}")

    assert refused(lambda: CALLS[right](client)) == (403, "APIGW.0302")


@pytest.mark.parametrize("urn", ["example", URN.replace(PROJECT, "another-project"), f"{URN}:1"])
def test_a_urn_that_names_no_function_is_refused(emulator: Emulator, urn: str) -> None:
    client = client_of(emulator)
    client.create_function(function())

    status, _code = refused(
        lambda: client.show_function_config(v2.ShowFunctionConfigRequest(function_urn=urn))
    )
    assert status in {400, 404}
