"""FunctionGraph's flows: what they send, read and repeat, and how they fail."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from local.deployment.functiongraph.error_codes import ERROR_CODES
from local.deployment.functiongraph.functions import MAX_WAIT_SECONDS
from local.deployment.functiongraph.platform import PLATFORM
from local.deployment.functiongraph.requests import parse_response
from local.deployment.marker import VARIABLE
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_parts import Retries, Timer
from local.emulator.huawei_gateway import ERRORS
from shared.errors import Conflict, InvalidInput, NotFound, Rejected, SyncError, Unreachable
from shared.models.flow import Flow
from shared.models.http import Response
from shared.models.secret import Secret
from tests.support.operation_runner import CONTEXT, FlowRun, ProviderReply, run_flow

NAME = "huawei-start-sync-task"
URN = f"urn:fss:cn-north-4:exampleproject:function:default:{NAME}"
PATH = f"/v2/exampleproject/fgs/functions/{URN}"
TRIGGERS = f"/v2/exampleproject/fgs/triggers/{URN}"
TIMER = Timer("cloud-sync", "@every 15m", '{"wait_seconds": 10}')
FUNCTION = ManagedFunction(
    name=NAME,
    runtime="Python3.10",
    handler="start_sync_task.handler",
    memory_mb=256,
    timeout_seconds=60,
    environment={
        "LOG_LEVEL": Secret("INFO"),
        "OMS_SRC_SK": Secret("exampleSourceSk"),
        "OMS_PHOTOS_SRC_SK": Secret("examplePhotosSk"),
        VARIABLE: Secret("1_example_done_z"),
    },
    role="cloud-sync-oms",
    description="Restart a task",
    timers=(TIMER,),
)
CONFIG = {
    "func_urn": f"{URN}:latest",
    "runtime": "Python3.10",
    "handler": "start_sync_task.handler",
    "memory_size": 256,
    "timeout": 60,
    "user_data": '{"LOG_LEVEL": "INFO"}',
    "encrypted_user_data": '{"OMS_SRC_SK": ""}',
    "xrole": "cloud-sync-oms",
    "description": "Restart a task",
    "code_size": 7,
}
TRIGGER = {
    "trigger_id": "example-trigger",
    "trigger_type_code": "TIMER",
    "trigger_status": "ACTIVE",
    "event_data": {"name": TIMER.name, "schedule": TIMER.cron, "user_event": TIMER.message},
}
BUCKET_TRIGGER = {"trigger_id": "example-bucket", "trigger_type_code": "OBS", "event_data": {}}
NO_FUNCTION = NotFound("Not found the function", code="FSS.1051", http_status=404)


def run(flow: Flow[Any], *replies: ProviderReply) -> FlowRun:
    return run_flow(flow, *replies)


def rows(*triggers: object) -> dict[str, object]:
    return {"rows": list(triggers)}


def lost(error: SyncError) -> SyncError:
    """Return an error whose earlier attempt got no answer."""
    error.after_unknown_outcome = True
    return error


def sent(found: FlowRun) -> list[tuple[str, str]]:
    return [(call.method, call.path) for call in found.calls]


def test_a_function_is_read_with_its_retries_and_timers() -> None:
    retries = {"max_async_retry_attempts": 0, "max_async_event_age_in_seconds": 600}

    found = run(
        PLATFORM.read_function(NAME, CONTEXT),
        CONFIG,
        retries,
        rows(BUCKET_TRIGGER, TRIGGER),
    )

    function = cast("ManagedFunction", found.successful_outcome)
    assert sent(found) == [
        ("GET", f"{PATH}/config"),
        ("GET", f"{PATH}/async-invoke-config"),
        ("GET", TRIGGERS),
    ]
    assert function.environment == {"LOG_LEVEL": Secret("INFO"), "OMS_SRC_SK": Secret("")}
    assert function.hides_secrets
    assert function.retries == Retries(0, 600)
    assert function.timers == (TIMER._replace(id="example-trigger"),)
    assert (function.role, function.code_size, function.code_digest) == ("cloud-sync-oms", 7, None)


def test_what_is_not_set_is_read_as_nothing() -> None:
    config = {**CONFIG, "xrole": "", "user_data": "", "encrypted_user_data": None}

    found = run(
        PLATFORM.read_function(NAME, CONTEXT), config, NotFound("", code="FSS.0404"), rows()
    )

    function = cast("ManagedFunction", found.successful_outcome)
    assert (function.role, function.environment, function.retries) == (None, {}, None)


def test_a_function_that_is_not_there_is_none() -> None:
    found = run(PLATFORM.read_function(NAME, CONTEXT), NO_FUNCTION)

    assert found.outcome is None
    assert found.error is None


def test_a_404_of_the_gateway_is_not_a_missing_function() -> None:
    gateway = NotFound("The API does not exist", code="APIGW.0101", http_status=404)

    found = run(PLATFORM.read_function(NAME, CONTEXT), gateway)

    assert found.expected_error is gateway


def test_a_region_without_the_service_is_named() -> None:
    found = run(PLATFORM.read_function(NAME, CONTEXT), Unreachable("no such host"))

    assert found.expected_error.hint.startswith(
        "Check that FunctionGraph is available in cn-north-4"
    )


def test_the_project_is_looked_up_if_it_is_not_configured() -> None:
    project = {"projects": [{"id": "lookedup", "name": "cn-north-4"}]}

    found = run(
        PLATFORM.read_function(NAME, CONTEXT._replace(project_id=None)), project, NO_FUNCTION
    )

    assert found.actions == ["KeystoneListProjects", "ShowFunctionConfig"]
    assert found.calls[1].path.startswith("/v2/lookedup/fgs/functions/urn:fss:cn-north-4:lookedup:")


def test_only_what_is_known_to_be_no_secret_is_left_in_clear() -> None:
    found = run(PLATFORM.create_function(FUNCTION, b"example", CONTEXT), CONFIG)

    body = found.calls[0].body
    assert body is not None
    assert set(json.loads(str(body["user_data"]))) == {"LOG_LEVEL", VARIABLE}
    encrypted = cast("Secret", body["encrypted_user_data"])
    assert json.loads(encrypted.get_secret_value()) == {
        "OMS_SRC_SK": "exampleSourceSk",
        "OMS_PHOTOS_SRC_SK": "examplePhotosSk",
    }
    assert "exampleSourceSk" not in repr(found.calls[0])


@pytest.mark.parametrize("code", ["FSS.1061", "FSS.0409"])
def test_a_function_that_a_lost_answer_made_is_no_conflict(code: str) -> None:
    flow = PLATFORM.create_function(FUNCTION, b"example", CONTEXT)

    assert run(flow, lost(Conflict("exists", code=code))).error is None


def test_a_name_that_is_taken_is_a_conflict() -> None:
    taken = Conflict("exists", code="FSS.1061")

    found = run(PLATFORM.create_function(FUNCTION, b"example", CONTEXT), taken)

    assert found.expected_error is taken


@pytest.mark.parametrize("flow", [PLATFORM.create_function, PLATFORM.update_code])
def test_a_zip_that_is_too_large_is_refused_before_it_is_sent(flow: Any) -> None:
    found = run(flow(FUNCTION, bytes(PLATFORM.max_zip_bytes + 1), CONTEXT))

    assert isinstance(found.expected_error, InvalidInput)
    assert found.calls == []


def test_a_timer_as_it_is_wanted_is_left_alone() -> None:
    found = run(PLATFORM.put_timer(NAME, TIMER, CONTEXT), rows(TRIGGER))

    assert found.writes == []


def test_a_timer_is_only_switched_where_nothing_else_differs() -> None:
    off = TIMER._replace(enabled=False)

    found = run(PLATFORM.put_timer(NAME, off, CONTEXT), rows(TRIGGER), None)

    (write,) = found.writes
    assert (write.method, write.path) == ("PUT", f"{TRIGGERS}/TIMER/example-trigger")
    assert write.body == {"trigger_status": "DISABLED"}


def test_a_changed_timer_is_deleted_first_since_names_are_unique() -> None:
    other = TIMER._replace(cron="1h")

    found = run(PLATFORM.put_timer(NAME, other, CONTEXT), rows(TRIGGER), None, None)

    assert sent(found)[1:] == [
        ("DELETE", f"{TRIGGERS}/TIMER/example-trigger"),
        ("POST", TRIGGERS),
    ]
    body = cast("Any", found.calls[2].body)
    assert body["event_data"]["schedule_type"] == "Rate"


def test_timers_of_other_names_are_left_alone() -> None:
    other = {**TRIGGER, "event_data": {"name": "by-hand"}}

    found = run(PLATFORM.put_timer(NAME, TIMER, CONTEXT), rows(other), None)

    assert found.actions == ["ListFunctionTriggers", "CreateFunctionTrigger"]
    assert run(PLATFORM.delete_timer(NAME, TIMER.name, CONTEXT), rows(other)).writes == []


def test_a_timer_that_a_lost_answer_made_is_no_conflict() -> None:
    exists = lost(Rejected("exists", code="FSS.1307"))

    assert run(PLATFORM.put_timer(NAME, TIMER, CONTEXT), rows(), exists).error is None


def test_a_timer_that_is_gone_is_deleted() -> None:
    gone = NotFound("", code="FSS.1140")

    assert run(PLATFORM.delete_timer(NAME, TIMER.name, CONTEXT), NO_FUNCTION).error is None
    assert run(PLATFORM.delete_timer(NAME, TIMER.name, CONTEXT), rows(TRIGGER), gone).error is None


def test_a_function_that_is_gone_is_deleted() -> None:
    assert run(PLATFORM.delete_function(NAME, CONTEXT), NO_FUNCTION).error is None


def test_a_function_that_is_still_being_made_is_waited_for() -> None:
    busy = Rejected("still being created", code="FSS.0400", http_status=400)

    found = run(PLATFORM.delete_function(NAME, CONTEXT), busy, busy, None)

    assert found.error is None
    assert len(found.pauses) == 2


def test_a_function_that_is_never_made_is_not_waited_for_forever() -> None:
    busy = Rejected("still being created", code="FSS.0400", http_status=400)

    found = run(PLATFORM.delete_function(NAME, CONTEXT), *[busy] * 16)

    assert found.expected_error is busy
    assert sum(pause.seconds for pause in found.pauses) == MAX_WAIT_SECONDS


def test_a_run_returns_what_the_function_returned() -> None:
    reply = {"status": 200, "result": '{"status": "planned"}', "log": "", "request_id": "r"}

    found = run(PLATFORM.invoke(NAME, {"dry_run": True}, CONTEXT), reply)

    assert cast("Any", found.successful_outcome) == {"status": "planned"}
    assert ("X-CFF-Request-Version", "v1") in found.calls[0].headers


def test_a_function_that_raises_is_a_failure() -> None:
    reply = {"status": 500, "result": "no module named example", "request_id": "r"}

    found = run(PLATFORM.invoke(NAME, {}, CONTEXT), reply)

    assert found.expected_error.code == "FunctionFailed"
    assert "no module named example" in found.expected_error.message


def test_a_result_that_is_not_json_is_a_bad_response() -> None:
    reply = {"status": 200, "result": "not JSON"}

    error = run(PLATFORM.invoke(NAME, {}, CONTEXT), reply).expected_error

    assert (error.category, error.retryable) == ("bad_response", False)


@pytest.mark.parametrize("key", ["user_data", "encrypted_user_data"])
def test_variables_that_are_not_json_are_a_bad_response(key: str) -> None:
    found = run(
        PLATFORM.read_function(NAME, CONTEXT),
        {**CONFIG, key: '["exampleSourceSk"]'},
        {},
        rows(),
    )

    assert found.expected_error.category == "bad_response"
    assert "exampleSourceSk" not in found.expected_error.message


@pytest.mark.parametrize("body", [b"[]", b'[{"trigger_id": "a"}]'])
def test_a_response_that_is_an_array_is_an_object_with_rows(body: bytes) -> None:
    call = run(PLATFORM.delete_timer(NAME, TIMER.name, CONTEXT), rows()).calls[0]

    parsed = parse_response(call, Response(200, {}, body), json.loads)

    assert parsed.body == {"rows": json.loads(body)}


def faults(**changes: Any) -> dict[str, str]:
    return dict(PLATFORM.faults_of(FUNCTION._replace(**changes)))


@pytest.mark.parametrize(
    "cron",
    [
        "15m",
        "60m",
        "24h",
        "30d",
        "@every 15m",
        "@every 2h30m",
        "0 10 2 * * ?",
        "0 10 2 * *",
        "CRON_TZ=Asia/Shanghai 0 0/5 12-14 ? * MON-FRI",
    ],
)
def test_what_functiongraph_takes_has_no_fault(cron: str) -> None:
    assert faults(timers=(TIMER._replace(cron=cron),)) == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "1st"}, "name_prefix"),
        ({"name": "a" * 61}, "name_prefix"),
        ({"memory_mb": 384}, "memory_mb"),
        ({"timeout_seconds": 2}, "timeout_seconds"),
        ({"description": "a" * 513}, "description"),
        ({"environment": {f"OMS_{n}_SK": Secret("") for n in range(21)}}, "secrets"),
        ({"environment": {"LOG_LEVEL": Secret("a" * 4096)}}, "settings"),
        ({"timers": (TIMER._replace(message="a" * 2048),)}, "parameters"),
        *(
            ({"timers": (TIMER._replace(cron=cron),)}, "schedule")
            for cron in ("61m", "25h", "31d", "every 15m", "rate(15 minutes)", "0 10 2 * * * *", "")
        ),
    ],
)
def test_what_functiongraph_would_refuse_is_a_fault(changes: dict[str, Any], field: str) -> None:
    assert list(faults(**changes)) == [field]


def test_every_code_that_a_deployment_may_get_has_a_hint() -> None:
    by_the_emulator = {code for code in ERRORS if code.startswith("FSS.")}
    # What no deployment sends: another content type, trigger, URN, file name or package.
    never = {"FSS.0406", "FSS.0413", "FSS.1004", "FSS.1006", "FSS.1012", "FSS.1013", "FSS.1019"}
    never |= {"FSS.1101", "FSS.1131", "FSS.1201", "FSS.1309", "FSS.1319"}

    assert by_the_emulator - never <= set(ERROR_CODES)


def test_the_hint_on_a_missing_right_names_the_policy_file() -> None:
    for code in ("FSS.0403", "FSS.1126", "APIGW.0302"):
        assert "deploy/policies/huawei/deploy_functiongraph.json" in ERROR_CODES[code].hint
