"""Function Compute: the vendor's client manages functions at the emulator."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_fc20230330 import models
from alibabacloud_fc20230330.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import RuntimeOptions

from local.deployment.digests import crc64_digest
from local.deployment.fc.platform import PLATFORM
from local.emulator import Emulator, Key
from local.emulator import keys as known
from local.emulator.fc_functions import FcFunction
from tests.support.deployer import Deployer
from tests.support.zips import zip_of

NAME = "alibaba-synchronize-resource"
ARN = "acs:ram::1000000000000001:role/cloud-sync-edas"
ZIP = zip_of({"synchronize_resource.py": "# example"})
OTHER_ZIP = zip_of({"synchronize_resource.py": "# another example"})
TIMER = {"cronExpression": "@every 15m", "enable": True, "payload": '{"type": "all"}'}

HTTP: dict[str, object] = {
    "auth_type": "anonymous",
    "disable_urlinternet": False,
    "methods": ["GET", "HEAD", "POST"],
}

Call = Callable[[Any], object]


def client_of(emulator: Emulator, key: Key = known.ALIBABA) -> Any:
    return Client(
        Config(
            access_key_id=key.access_key_id,
            access_key_secret=key.secret,
            security_token=key.token,
            endpoint=emulator.address("fc"),
            protocol="HTTP",
        )
    )


def code(zip_bytes: bytes = ZIP, **more: object) -> models.InputCodeLocation:
    return models.InputCodeLocation(zip_file=b64encode(zip_bytes).decode(), **more)


def function(**changes: object) -> models.CreateFunctionRequest:
    fields: dict[str, object] = {
        "function_name": NAME,
        "runtime": "python3.10",
        "handler": "synchronize_resource.handler",
        "memory_size": 256,
        "cpu": 0.25,
        "disk_size": 512,
        "timeout": 60,
        "description": "Synchronize EDAS",
        "role": ARN,
        "environment_variables": {"LOG_LEVEL": "INFO"},
        "code": code(),
        **changes,
    }
    return models.CreateFunctionRequest(body=models.CreateFunctionInput(**fields))


def update(**changes: object) -> models.UpdateFunctionRequest:
    return models.UpdateFunctionRequest(body=models.UpdateFunctionInput(**changes))


def trigger(name: str = "cloud-sync", **changes: object) -> models.CreateTriggerRequest:
    fields: dict[str, object] = {
        "trigger_name": name,
        "trigger_type": "timer",
        "trigger_config": json.dumps(TIMER),
        **changes,
    }
    return models.CreateTriggerRequest(body=models.CreateTriggerInput(**fields))


def timer(**changes: object) -> models.UpdateTriggerRequest:
    text = json.dumps({**TIMER, **changes})
    return models.UpdateTriggerRequest(body=models.UpdateTriggerInput(trigger_config=text))


def http_trigger(**changes: object) -> models.CreateTriggerRequest:
    config = models.HTTPTriggerConfig(**{**HTTP, **changes}).to_map()
    return trigger("web", trigger_type="http", trigger_config=json.dumps(config))


def bucket(name: str = "photos", **changes: object) -> models.CreateTriggerRequest:
    config = {
        "events": ["oss:ObjectCreated:PutObject"],
        "filter": models.Filter(key=models.Key(prefix="2026/", suffix=".jpg")).to_map(),
    }
    fields: dict[str, object] = {
        "trigger_type": "oss",
        "trigger_config": json.dumps({**config, **changes.pop("config", {})}),  # type: ignore[dict-item]
        "source_arn": f"acs:oss:cn-hangzhou:1000000000000001:{name}",
        "invocation_role": "acs:ram::1000000000000001:role/aliyunosseventnotificationrole",
        **changes,
    }
    return trigger("new-objects", **fields)


def async_config(attempts: int = 0, age: int = 3600) -> models.PutAsyncInvokeConfigRequest:
    body = models.PutAsyncInvokeConfigInput(
        max_async_retry_attempts=attempts, max_async_event_age_in_seconds=age
    )
    return models.PutAsyncInvokeConfigRequest(body=body)


def invoke(client: Any, kind: str | None = "Sync", event: str = '{"dry_run": true}') -> Any:
    return client.invoke_function_with_options(
        NAME,
        models.InvokeFunctionRequest(body=event),
        models.InvokeFunctionHeaders(x_fc_invocation_type=kind),
        RuntimeOptions(),
    )


def deployed(emulator: Emulator) -> FcFunction:
    return emulator.alibaba.function_compute.at()[NAME]


@pytest.mark.parametrize("key", [known.ALIBABA, known.ALIBABA_TEMPORARY])
def test_the_client_makes_a_function_and_reads_it_back(emulator: Emulator, key: Key) -> None:
    client = client_of(emulator, key)
    made = client.create_function(function()).body

    read = client.get_function(NAME, models.GetFunctionRequest()).body

    for each in (made, read):
        assert (each.function_name, each.runtime) == (NAME, "python3.10")
        assert each.function_arn == f"acs:fc:cn-hangzhou:1000000000000001:functions/{NAME}"
        assert (each.memory_size, each.cpu, each.timeout, each.disk_size) == (256, 0.25, 60, 512)
        assert (each.role, each.environment_variables) == (ARN, {"LOG_LEVEL": "INFO"})
        assert (each.code_size, f"crc64 {each.code_checksum}") == (len(ZIP), crc64_digest(ZIP))
        assert (each.state, each.last_update_status) == ("Active", "Successful")
    assert deployed(emulator).environment == {"LOG_LEVEL": "INFO"}


def test_the_client_changes_a_part_and_the_rest_stays(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())

    client.update_function(NAME, update(memory_size=512, cpu=0.5))
    checksum = crc64_digest(OTHER_ZIP).removeprefix("crc64 ")
    client.update_function(NAME, update(code=code(OTHER_ZIP, checksum=checksum)))

    read = client.get_function(NAME, models.GetFunctionRequest()).body
    assert (read.memory_size, read.timeout, read.role) == (512, 60, ARN)
    assert read.code_checksum == checksum
    assert deployed(emulator).zip_bytes == OTHER_ZIP


def log(**fields: object) -> models.LogConfig:
    return models.LogConfig(**{"project": "example-project", "logstore": "functions", **fields})


def test_the_client_sets_a_log_and_an_update_without_one_keeps_it(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function(log_config=log(enable_request_metrics=True)))
    client.update_function(NAME, update(memory_size=512, cpu=0.5))

    read = client.get_function(NAME, models.GetFunctionRequest()).body.log_config
    assert (read.project, read.logstore) == ("example-project", "functions")
    assert (read.enable_request_metrics, read.enable_instance_metrics) == (True, None)

    client.update_function(NAME, update(log_config=log(logstore="other_functions")))
    read = client.get_function(NAME, models.GetFunctionRequest()).body.log_config
    assert (read.project, read.logstore) == ("example-project", "other_functions")


def test_a_function_has_no_log_of_its_own(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())

    assert client.get_function(NAME, models.GetFunctionRequest()).body.log_config is None


def test_the_client_reads_the_log_that_a_deployment_names(
    emulator: Emulator, tmp_path: Path
) -> None:
    deployer = Deployer(emulator, tmp_path, platform="fc")
    deployer.describe(
        'name = "production"\n[platforms.fc]\nregion = "cn-hangzhou"\nrole = "cloud-sync-edas"\n'
        '[platforms.fc.log]\nproject = "example-project"\nlogstore = "functions"\n'
        f'[platforms.fc.functions.{NAME}]\nschedule = "@every 1h"\n'
        'parameters = { type = "all" }\n'
    )

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    read = client_of(emulator).get_function(NAME, models.GetFunctionRequest()).body
    assert (read.log_config.project, read.log_config.logstore) == ("example-project", "functions")


@pytest.mark.parametrize(
    "fields",
    [
        {"project": "Example"},
        {"project": None},
        {"project": 1},
        {"logstore": ""},
        {"logstore": "functions-"},
        {"logstore": "a" * 64},
        {"enable_request_metrics": "yes"},
        {"project": "another-project"},
        {"logstore": "others"},
    ],
)
def test_a_log_that_is_malformed_or_not_there_is_refused(
    emulator: Emulator, fields: dict[str, object]
) -> None:
    emulator.alibaba.function_compute.logstores = {"example-project": {"functions"}}
    client = client_of(emulator)
    client.create_function(function(log_config=log()))

    wrong = update(log_config=log(**fields))

    assert refused(lambda: client.update_function(NAME, wrong)) == (400, "InvalidArgument")
    assert deployed(emulator).config["logConfig"]["logstore"] == "functions"


def test_a_role_that_may_not_write_the_log_is_refused(emulator: Emulator) -> None:
    emulator.alibaba.function_compute.log_writers = {"another"}
    client = client_of(emulator)

    found = refused(lambda: client.create_function(function(log_config=log())))

    assert found == (403, "AccessDenied")


def test_a_change_under_way_is_shown_and_keeps_another_one_waiting(emulator: Emulator) -> None:
    client = client_of(emulator)
    emulator.alibaba.function_compute.looks = 1

    assert client.create_function(function()).body.state == "Pending"
    busy = refused(lambda: client.update_function(NAME, update(timeout=90)))
    assert busy == (409, "ConcurrentUpdateError")
    client.get_function(NAME, models.GetFunctionRequest())
    client.update_function(NAME, update(timeout=90))


def test_the_client_makes_lists_changes_and_deletes_timers(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    made = client.create_trigger(NAME, trigger()).body
    client.create_trigger(NAME, trigger("another"))

    first = client.list_triggers(NAME, models.ListTriggersRequest(limit=1)).body
    following = models.ListTriggersRequest(limit=1, next_token=first.next_token)
    second = client.list_triggers(NAME, following).body
    assert [each.trigger_name for each in first.triggers] == ["another"]
    assert [each.trigger_id for each in second.triggers] == [made.trigger_id]
    assert second.next_token is None
    prefixed = client.list_triggers(NAME, models.ListTriggersRequest(prefix="cloud")).body
    assert [each.trigger_name for each in prefixed.triggers] == ["cloud-sync"]

    client.update_trigger(NAME, "cloud-sync", timer(enable=False))
    read = client.get_trigger(NAME, "cloud-sync").body
    assert json.loads(read.trigger_config) == {**TIMER, "enable": False}
    client.delete_trigger(NAME, "cloud-sync")
    assert list(deployed(emulator).triggers) == ["another"]


def test_the_client_makes_an_http_trigger_that_has_a_url_and_keeps_it(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    client.create_trigger(NAME, trigger())
    made = client.create_trigger(NAME, http_trigger()).body

    assert re.fullmatch(r"https://\w+\.cn-hangzhou\.fcapp\.run", made.http_trigger.url_internet)
    listed = client.list_triggers(NAME, models.ListTriggersRequest()).body.triggers
    assert [(each.trigger_type, each.http_trigger is None) for each in listed] == [
        ("timer", True),
        ("http", False),
    ]
    config = models.HTTPTriggerConfig(auth_type="function", methods=["PUT"]).to_map()
    changed = models.UpdateTriggerInput(trigger_config=json.dumps(config))
    client.update_trigger(NAME, "web", models.UpdateTriggerRequest(body=changed))
    read = client.get_trigger(NAME, "web").body
    assert (read.http_trigger.url_internet, json.loads(read.trigger_config)) == (
        made.http_trigger.url_internet,
        {"authType": "function", "methods": ["PUT"]},
    )
    assert refused(lambda: client.update_trigger(NAME, "web", timer())) == (400, "InvalidArgument")
    client.delete_trigger(NAME, "web")
    assert list(deployed(emulator).triggers) == ["cloud-sync"]


def test_the_client_reads_the_url_that_a_deployment_makes(
    emulator: Emulator, tmp_path: Path
) -> None:
    deployer = Deployer(emulator, tmp_path, {"TOKENS": "exampleBearerToken"}, platform="fc")
    deployer.describe(
        'name = "production"\n[platforms.fc]\nregion = "cn-hangzhou"\n[platforms.fc.web]\n'
        'operations = "alibaba"\n[platforms.fc.web.secrets]\nHTTP_BEARER_TOKENS = "env:TOKENS"\n'
    )
    deployer.build("web", "web-alibaba-fc")

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    read = client_of(emulator).get_trigger("alibaba-web", "cloud-sync-http").body
    assert f"  url       {read.http_trigger.url_internet}\n" in ended.out
    found = models.HTTPTriggerConfig().from_map(json.loads(read.trigger_config))
    assert {name: getattr(found, name) for name in HTTP} == HTTP


@pytest.mark.parametrize(
    "changes",
    [
        {"auth_type": "NONE"},
        {"methods": []},
        {"methods": None},
        {"methods": "GET"},
        {"methods": ["get"]},
        {"disable_urlinternet": "false"},
        {"auth_config": 1},
    ],
)
def test_an_http_trigger_that_is_not_as_documented_is_refused(
    emulator: Emulator, changes: dict[str, object]
) -> None:
    client = client_of(emulator)
    client.create_function(function())

    found = refused(lambda: client.create_trigger(NAME, http_trigger(**changes)))

    assert found == (400, "InvalidArgument")
    assert deployed(emulator).triggers == {}


@pytest.mark.parametrize("field", ["auth", "corsConfig"])
def test_a_field_that_an_http_trigger_does_not_have_is_refused(
    emulator: Emulator, field: str
) -> None:
    client = client_of(emulator)
    client.create_function(function())
    config = json.dumps({"methods": ["GET"], field: "example"})
    request = trigger("web", trigger_type="http", trigger_config=config)

    assert refused(lambda: client.create_trigger(NAME, request)) == (400, "InvalidArgument")


def test_the_client_makes_reads_changes_and_deletes_the_trigger_of_a_bucket(
    emulator: Emulator,
) -> None:
    client = client_of(emulator)
    client.create_function(function())
    client.create_trigger(NAME, bucket())

    read = client.get_trigger(NAME, "new-objects").body
    assert (read.trigger_type, read.source_arn) == (
        "oss",
        "acs:oss:cn-hangzhou:1000000000000001:photos",
    )
    assert read.invocation_role.endswith(":role/aliyunosseventnotificationrole")
    config = models.OSSTriggerConfig().from_map(json.loads(read.trigger_config))
    assert config.events == ["oss:ObjectCreated:PutObject"]
    assert (config.filter.key.prefix, config.filter.key.suffix) == ("2026/", ".jpg")

    changed = models.OSSTriggerConfig(events=["oss:ObjectCreated:*"]).to_map()
    body = models.UpdateTriggerInput(trigger_config=json.dumps(changed))
    client.update_trigger(NAME, "new-objects", models.UpdateTriggerRequest(body=body))
    read = client.get_trigger(NAME, "new-objects").body
    assert json.loads(read.trigger_config) == {"events": ["oss:ObjectCreated:*"]}
    client.delete_trigger(NAME, "new-objects")
    assert deployed(emulator).triggers == {}


@pytest.mark.parametrize(
    "request_",
    [
        bucket("Photos"),
        bucket("unknown"),
        bucket(source_arn=None),
        bucket(source_arn="acs:oss:cn-beijing:1000000000000001:photos"),
        bucket(source_arn="acs:oss:cn-hangzhou:2000000000000002:photos"),
        bucket(invocation_role=None),
        bucket(invocation_role="aliyunosseventnotificationrole"),
        bucket(config={"events": []}),
        bucket(config={"events": ["ObjectCreated"]}),
        bucket(config={"filter": {"key": {"prefix": 1}}}),
        bucket(config={"filter": {"key": {"infix": "a"}}}),
        bucket(config={"enable": True}),
    ],
)
def test_a_bucket_that_is_not_as_documented_is_refused(
    emulator: Emulator, request_: models.CreateTriggerRequest
) -> None:
    emulator.alibaba.function_compute.buckets = {"photos"}
    client = client_of(emulator)
    client.create_function(function())

    found = refused(lambda: client.create_trigger(NAME, request_))

    assert found == (400, "InvalidArgument")
    assert deployed(emulator).triggers == {}


def test_the_client_sets_what_keeps_a_failed_event(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    queue = "acs:mns:cn-hangzhou:1000000000000001:/queues/failed/messages"

    def put(destination: object) -> None:
        failed = models.DestinationConfig(on_failure=models.Destination(destination=destination))
        body = models.PutAsyncInvokeConfigInput(destination_config=failed)
        client.put_async_invoke_config(NAME, models.PutAsyncInvokeConfigRequest(body=body))

    put(queue)
    read = client.get_async_invoke_config(NAME, models.GetAsyncInvokeConfigRequest()).body
    assert read.destination_config.on_failure.destination == queue
    assert refused(lambda: put("failed")) == (400, "InvalidArgument")


def test_the_client_sets_retries_reads_and_deletes_them(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    client.put_async_invoke_config(NAME, async_config())

    read = client.get_async_invoke_config(NAME, models.GetAsyncInvokeConfigRequest()).body

    assert (read.max_async_retry_attempts, read.max_async_event_age_in_seconds) == (0, 3600)
    client.delete_async_invoke_config(NAME, models.DeleteAsyncInvokeConfigRequest())
    for call in (CALLS["GetFunctionAsyncInvokeConfig"], CALLS["DeleteFunctionAsyncInvokeConfig"]):
        assert refused(lambda: call(client)) == (404, "AsyncConfigNotExists")  # noqa: B023


def test_the_client_runs_a_function_and_waits_for_it(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    emulator.invocations.run_by(lambda run: {"status": "planned", "event": run.event})

    for kind in ("Sync", None):
        ran = invoke(client, kind)
        assert json.loads(ran.body.read()) == {"status": "planned", "event": {"dry_run": True}}
        assert "x-fc-error-type" not in ran.headers


def test_what_a_function_raises_is_in_a_header(emulator: Emulator) -> None:
    def broken(_run: object) -> object:
        msg = "example"
        raise ImportError(msg)

    client = client_of(emulator)
    client.create_function(function())
    emulator.invocations.run_by(broken)

    ran = invoke(client)

    assert ran.headers["x-fc-error-type"] == "UnhandledInvocationError"
    assert json.loads(ran.body.read()) == {"errorMessage": "example", "errorType": "ImportError"}


def test_the_client_deletes_a_function_only_after_its_triggers(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    client.create_trigger(NAME, trigger())

    assert refused(lambda: client.delete_function(NAME)) == (409, "FunctionNotEmpty")
    client.delete_trigger(NAME, "cloud-sync")
    client.delete_function(NAME)

    assert emulator.alibaba.function_compute.at() == {}
    assert refused(lambda: client.delete_function(NAME)) == (404, "FunctionNotFound")


def refused(call: Callable[[], object]) -> tuple[int, str]:
    """Return the status and code with which a call is refused."""
    with pytest.raises(AlibabaCloudException) as caught:
        call()
    error: Any = caught.value
    assert error.request_id
    return error.status_code, error.code


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"function_name": "1-starts-with-a-digit"}, "InvalidArgument"),
        ({"function_name": "a" * 65}, "InvalidArgument"),
        ({"function_name": None}, "InvalidArgument"),
        ({"runtime": "python4"}, "InvalidArgument"),
        ({"handler": "handler"}, "InvalidArgument"),
        ({"memory_size": 200, "cpu": 0.2}, "InvalidArgument"),
        ({"memory_size": 64, "cpu": 0.05}, "InvalidArgument"),
        ({"memory_size": None}, "InvalidArgument"),
        ({"cpu": None}, "InvalidArgument"),
        ({"cpu": 0.22}, "InvalidArgument"),
        ({"cpu": 0.5}, "InvalidArgument"),
        ({"memory_size": 2048}, "InvalidArgument"),
        ({"disk_size": 1024}, "InvalidArgument"),
        ({"timeout": 0}, "InvalidArgument"),
        ({"timeout": 86_401}, "InvalidArgument"),
        ({"description": 1}, "InvalidArgument"),
        ({"environment_variables": {"FC_REGION": "a"}}, "InvalidArgument"),
        ({"environment_variables": {"1ST": "a"}}, "InvalidArgument"),
        ({"environment_variables": ["NAME"]}, "InvalidArgument"),
        ({"environment_variables": {"NAME": 1}}, "InvalidArgument"),
        ({"environment_variables": {"NAME": "a" * 4096}}, "InvalidArgument"),
        ({"role": "cloud-sync-edas"}, "InvalidArgument"),
        ({"role": "acs:ram::2000000000000002:role/cloud-sync-edas"}, "InvalidArgument"),
        ({"code": None}, "InvalidArgument"),
        ({"code": models.InputCodeLocation(zip_file="not Base64")}, "InvalidArgument"),
        ({"code": models.InputCodeLocation(zip_file="ZXhhbXBsZQ==")}, "InvalidArgument"),
        ({"code": models.InputCodeLocation(oss_bucket_name="example")}, "InvalidArgument"),
        ({"code": code(checksum="1")}, "InvalidArgument"),
        ({"role": ARN.replace("edas", "without-trust")}, "AccessDenied"),
    ],
)
def test_a_function_that_is_not_as_documented_is_refused(
    emulator: Emulator, changes: dict[str, object], answer: str
) -> None:
    emulator.alibaba.function_compute.roles = {"cloud-sync-edas"}
    client = client_of(emulator)

    status, found = refused(lambda: client.create_function(function(**changes)))

    assert (status, found) == (403 if answer == "AccessDenied" else 400, answer)
    assert emulator.alibaba.function_compute.at() == {}


def test_an_update_that_is_not_as_documented_changes_nothing(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())

    for changes in ({"cpu": 1}, {"handler": "handler"}, {"role": "cloud-sync-edas"}):
        assert refused(lambda: client.update_function(NAME, update(**changes))) == (  # noqa: B023
            400,
            "InvalidArgument",
        )
    assert deployed(emulator).config["cpu"] == 0.25


def test_a_name_that_is_taken_and_a_used_up_quota_are_refused(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    emulator.alibaba.function_compute.quota = 1

    assert refused(lambda: client.create_function(function())) == (409, "FunctionAlreadyExists")
    other = function(function_name="another")
    assert refused(lambda: client.create_function(other)) == (400, "LimitExceededError")


def test_another_account_has_other_functions(emulator: Emulator) -> None:
    other = Key("LTAIexampleother", "exampleOtherSecret", account="other")
    emulator.alibaba.keys.add(other)
    client_of(emulator).create_function(function())

    found = refused(
        lambda: client_of(emulator, other).get_function(NAME, models.GetFunctionRequest())
    )

    assert found == (404, "FunctionNotFound")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "1"},
        {"trigger_type": "http"},
        {"trigger_type": "oss"},
        {"trigger_config": None},
        {"trigger_config": "not JSON"},
        {"trigger_config": "[]"},
        {"trigger_config": json.dumps({**TIMER, "cron": "0 0 4 * * *"})},
        {"trigger_config": json.dumps({**TIMER, "cronExpression": "15m"})},
        {"trigger_config": json.dumps({**TIMER, "cronExpression": "0 10 2 * *"})},
        {"trigger_config": json.dumps({**TIMER, "cronExpression": "0 10 2 * * * *"})},
        {"trigger_config": json.dumps({**TIMER, "enable": "true"})},
        {"trigger_config": json.dumps({**TIMER, "payload": {"type": "all"}})},
        {"trigger_config": json.dumps({**TIMER, "payload": "a" * 131_073})},
        {"qualifier": "1"},
    ],
)
def test_a_timer_that_is_not_as_documented_is_refused(
    emulator: Emulator, changes: dict[str, Any]
) -> None:
    client = client_of(emulator)
    client.create_function(function())

    found = refused(lambda: client.create_trigger(NAME, trigger(**changes)))

    assert found == (400, "InvalidArgument")
    assert deployed(emulator).triggers == {}


@pytest.mark.parametrize(
    "cron", ["@every 4m", "@every 1.5h", "0 0 4 * * *", "CRON_TZ=Asia/Shanghai 0 0 4 1 * ?"]
)
def test_a_documented_schedule_is_taken(emulator: Emulator, cron: str) -> None:
    client = client_of(emulator)
    client.create_function(function())
    client.create_trigger(NAME, trigger())

    client.update_trigger(NAME, "cloud-sync", timer(cronExpression=cron))

    assert deployed(emulator).triggers["cloud-sync"].parsed["cronExpression"] == cron


def test_a_second_timer_of_a_name_and_an_eleventh_are_refused(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    client.create_trigger(NAME, trigger())

    assert refused(lambda: client.create_trigger(NAME, trigger())) == (409, "TriggerAlreadyExists")
    for number in range(9):
        client.create_trigger(NAME, trigger(f"timer-{number}"))
    last = trigger("one-more")
    assert refused(lambda: client.create_trigger(NAME, last)) == (400, "LimitExceededError")


def test_a_trigger_that_is_not_there_is_not_found(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())

    for name in ("UpdateTrigger", "DeleteTrigger"):
        assert refused(lambda: CALLS[name](client)) == (404, "TriggerNotFound")  # noqa: B023


@pytest.mark.parametrize(("attempts", "age"), [(9, 60), (-1, 60), (0, 0), (0, 604_801)])
def test_retries_that_are_not_as_documented_are_refused(
    emulator: Emulator, attempts: int, age: int
) -> None:
    client = client_of(emulator)
    client.create_function(function())

    found = refused(lambda: client.put_async_invoke_config(NAME, async_config(attempts, age)))

    assert found == (400, "InvalidArgument")


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_that_is_not_as_documented_is_refused(emulator: Emulator, limit: int) -> None:
    client = client_of(emulator)
    client.create_function(function())
    request = models.ListTriggersRequest(limit=limit)

    assert refused(lambda: client.list_triggers(NAME, request)) == (400, "InvalidArgument")


def test_a_version_that_was_not_published_is_not_found(emulator: Emulator) -> None:
    client = client_of(emulator)
    client.create_function(function())
    request = models.GetFunctionRequest(qualifier="1")

    assert refused(lambda: client.get_function(NAME, request)) == (404, "FunctionNotFound")


CALLS: dict[str, Call] = {
    "CreateFunction": lambda client: client.create_function(function(function_name="another")),
    "GetFunction": lambda client: client.get_function(NAME, models.GetFunctionRequest()),
    "UpdateFunction": lambda client: client.update_function(NAME, update(timeout=90)),
    "DeleteFunction": lambda client: client.delete_function(NAME),
    "CreateTrigger": lambda client: client.create_trigger(NAME, trigger()),
    "ListTriggers": lambda client: client.list_triggers(NAME, models.ListTriggersRequest()),
    "UpdateTrigger": lambda client: client.update_trigger(NAME, "cloud-sync", timer()),
    "DeleteTrigger": lambda client: client.delete_trigger(NAME, "cloud-sync"),
    "PutFunctionAsyncInvokeConfig": lambda client: client.put_async_invoke_config(
        NAME, async_config()
    ),
    "GetFunctionAsyncInvokeConfig": lambda client: client.get_async_invoke_config(
        NAME, models.GetAsyncInvokeConfigRequest()
    ),
    "DeleteFunctionAsyncInvokeConfig": lambda client: client.delete_async_invoke_config(
        NAME, models.DeleteAsyncInvokeConfigRequest()
    ),
    "InvokeFunction": invoke,
}
"""Right -> a call that needs it."""


def test_every_permission_of_the_deployment_has_a_call() -> None:
    assert {f"fc:{right}" for right in CALLS} | {"ram:PassRole"} == set(PLATFORM.permissions)


@pytest.mark.parametrize("right", CALLS)
def test_a_call_without_its_permission_is_refused(emulator: Emulator, right: str) -> None:
    client = client_of(emulator)
    client.create_function(function())
    emulator.alibaba.denied.add(f"fc:{right}")

    assert refused(lambda: CALLS[right](client)) == (403, "AccessDenied")


def test_a_role_needs_the_right_to_pass_it(emulator: Emulator) -> None:
    client = client_of(emulator)
    emulator.alibaba.denied.add("ram:PassRole")

    assert refused(lambda: client.create_function(function())) == (403, "AccessDenied")
    client.create_function(function(role=None))


@pytest.mark.parametrize("right", [each for each in CALLS if each != "CreateFunction"])
def test_a_function_that_is_not_there_is_not_found(emulator: Emulator, right: str) -> None:
    assert refused(lambda: CALLS[right](client_of(emulator))) == (404, "FunctionNotFound")
