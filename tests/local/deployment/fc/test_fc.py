"""Function Compute's flows: what they send, read and repeat, and how they fail."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from local.deployment.fc.calls import MAX_WAIT_SECONDS
from local.deployment.fc.error_codes import ERROR_CODES
from local.deployment.fc.function_url import URL_NAME, put_url, read_url
from local.deployment.fc.functions import (
    create_function,
    delete_function,
    read_function,
    update_code,
    update_configuration,
)
from local.deployment.fc.invocation import invoke
from local.deployment.fc.platform import PLATFORM
from local.deployment.fc.retries import put_retries, read_retries
from local.deployment.fc.timers import put_timer
from local.deployment.fc.triggers import delete_trigger, list_triggers
from local.deployment.marker import VARIABLE
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_parts import HttpUrl, Retries, Timer
from local.emulator.fc_errors import ERRORS
from shared.errors import (
    BadResponse,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    SyncError,
    TimedOut,
    Unreachable,
)
from shared.models.flow import Flow
from shared.models.operation import CallContext
from shared.models.secret import Secret
from tests.support.operation_runner import NOW, FlowRun, ProviderReply, run_flow

NAME = "alibaba-synchronize-resource"
PATH = f"/2023-03-30/functions/{NAME}"
CONTEXT = CallContext("cn-hangzhou", None, "direct", NOW)
TIMER = Timer("cloud-sync", "@every 15m", '{"type": "all"}')
FUNCTION = ManagedFunction(
    name=NAME,
    runtime="python3.10",
    handler="synchronize_resource.handler",
    memory_mb=256,
    timeout_seconds=60,
    environment={"LOG_LEVEL": Secret("INFO"), VARIABLE: Secret("1_example_done_z")},
    role="cloud-sync-edas",
    description="Synchronize EDAS",
    timers=(TIMER,),
)
SHOWN = {
    "functionName": NAME,
    "functionId": "example-id",
    "runtime": "python3.10",
    "handler": "synchronize_resource.handler",
    "memorySize": 256,
    "timeout": 60,
    "environmentVariables": {"LOG_LEVEL": "INFO"},
    "role": "acs:ram::1000000000000001:role/cloud-sync-edas",
    "description": "Synchronize EDAS",
    "codeSize": 7,
    "codeChecksum": "11051210869376104954",
    "state": "Active",
    "lastUpdateStatus": "Successful",
}
CONFIG = {"cronExpression": TIMER.cron, "enable": True, "payload": TIMER.message}
TRIGGER = {
    "triggerName": TIMER.name,
    "triggerId": "example-trigger",
    "triggerType": "timer",
    "triggerConfig": json.dumps(CONFIG),
}
OTHER_TRIGGER = {"triggerName": "http", "triggerType": "http", "triggerConfig": "not JSON"}
ACCOUNT = {
    "AccountId": "1000000000000001",
    "IdentityType": "RAMUser",
    "Arn": "acs:ram::1000000000000001:user/example",
}
NO_FUNCTION = NotFound("does not exist", code="FunctionNotFound", http_status=404)
NO_RETRIES = NotFound("does not exist", code="AsyncConfigNotExists", http_status=404)
BUSY = Conflict("is being updated", code="ConcurrentUpdateError", http_status=409)


def run(flow: Flow[Any], *replies: ProviderReply) -> FlowRun:
    return run_flow(flow, *replies)


def rows(*triggers: object, **more: object) -> dict[str, object]:
    return {"triggers": list(triggers), **more}


def lost(error: SyncError) -> SyncError:
    """Return an error whose earlier attempt got no answer."""
    error.after_unknown_outcome = True
    return error


def sent(found: FlowRun) -> list[tuple[str, str]]:
    return [(call.method, call.path) for call in found.calls]


def test_a_function_is_read_with_its_retries_and_timers() -> None:
    retries = {"maxAsyncRetryAttempts": 0, "maxAsyncEventAgeInSeconds": 3600}

    found = run(read_function(NAME, CONTEXT), SHOWN, retries, rows(OTHER_TRIGGER, TRIGGER))

    function = cast("ManagedFunction", found.successful_outcome)
    assert sent(found) == [
        ("GET", PATH),
        ("GET", f"{PATH}/async-invoke-config"),
        ("GET", f"{PATH}/triggers"),
    ]
    assert function.environment == {"LOG_LEVEL": Secret("INFO")}
    assert not function.hides_secrets
    assert function.retries == Retries(0, 3600)
    assert function.timers == (TIMER._replace(id="example-trigger"),)
    assert (function.role, function.code_size) == ("cloud-sync-edas", 7)
    assert function.code_digest == "crc64 11051210869376104954"


def test_what_is_not_set_is_read_as_the_documented_default() -> None:
    shown = {"runtime": "python3.10", "role": ""}

    found = run(read_function(NAME, CONTEXT), shown, NO_RETRIES, rows())

    function = cast("ManagedFunction", found.successful_outcome)
    assert (function.role, function.environment, function.code_digest) == (None, {}, None)
    assert function.retries == Retries(3, 86_400)


def test_a_retry_that_is_not_set_has_its_default() -> None:
    replies = SHOWN, {"maxAsyncRetryAttempts": 1}, rows()

    found = run(read_function(NAME, CONTEXT), *replies)

    assert cast("ManagedFunction", found.successful_outcome).retries == Retries(1, 86_400)


def test_a_function_that_is_not_there_is_none() -> None:
    found = run(read_function(NAME, CONTEXT), NO_FUNCTION)

    assert (found.outcome, found.error) == (None, None)


def test_another_404_is_not_a_missing_function() -> None:
    gateway = NotFound("no such API", code="InvalidApi.NotFound", http_status=404)

    assert run(read_function(NAME, CONTEXT), gateway).expected_error is gateway


def test_a_region_without_the_service_is_named() -> None:
    found = run(read_function(NAME, CONTEXT), Unreachable("no such host"))

    assert found.expected_error.hint.startswith(
        "Check that Function Compute is available in cn-hangzhou"
    )


@pytest.mark.parametrize("flow", [read_retries(NAME), list_triggers(NAME)])
def test_an_error_that_is_none_of_the_expected_ones_is_passed_on(flow: Flow[Any]) -> None:
    forbidden = Forbidden("no", code="AccessDenied")

    assert run(flow, forbidden).expected_error is forbidden


def test_a_function_that_is_still_changed_is_waited_for() -> None:
    busy = {**SHOWN, "lastUpdateStatus": "InProgress"}
    pending = {**SHOWN, "state": "Pending"}

    found = run(read_function(NAME, CONTEXT), pending, busy, SHOWN, NO_RETRIES, rows())

    assert found.error is None
    assert len(found.pauses) == 2


def test_a_function_that_is_never_done_is_not_waited_for_forever() -> None:
    busy = {**SHOWN, "state": "Pending"}

    found = run(read_function(NAME, CONTEXT), *[busy] * 61)

    assert isinstance(found.expected_error, TimedOut)
    assert sum(pause.seconds for pause in found.pauses) == MAX_WAIT_SECONDS


def http_trigger(name: str, **changes: object) -> dict[str, object]:
    config = {"authType": "anonymous", "methods": ["POST", "GET", "HEAD"], **changes}
    return {
        "triggerName": name,
        "triggerId": f"id-of-{name}",
        "triggerType": "http",
        "qualifier": "LATEST",
        "triggerConfig": json.dumps(config),
        "httpTrigger": {"urlInternet": f"https://{name}.example.com"},
    }


def test_the_url_is_that_of_the_deployments_own_trigger_or_else_of_one_made_by_hand() -> None:
    by_hand, own = http_trigger("by-hand"), http_trigger(URL_NAME)
    of_version = {**http_trigger("a-version"), "qualifier": "1"}

    for triggers, name in (
        ((by_hand, own, of_version), URL_NAME),
        ((by_hand,), "by-hand"),
    ):
        found = run(read_url(NAME, CONTEXT), rows(TRIGGER, *triggers))

        url = cast("HttpUrl", found.successful_outcome)
        assert url.compared == HttpUrl(authorized=False)
        assert (url.url, url.name) == (f"https://{name}.example.com", name)
    for reply in (rows(of_version), NO_FUNCTION):
        none = run(read_url(NAME, CONTEXT), reply)
        assert (none.outcome, none.error) == (None, None)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"authType": "function"}, HttpUrl(authorized=True)),
        ({"authType": None}, HttpUrl(authorized=True)),
        ({"authType": "jwt"}, HttpUrl(authorized=True, differs="authType jwt")),
        ({"methods": None}, HttpUrl(authorized=False, differs="methods none")),
        ({"disableURLInternet": True}, HttpUrl(authorized=False, differs="off")),
        ({"corsConfig": {"maxAge": 1}}, HttpUrl(authorized=False, differs="CORS on")),
    ],
)
def test_what_a_deployment_would_change_of_a_url_is_read(
    changes: dict[str, object], wanted: HttpUrl
) -> None:
    trigger = http_trigger("by-hand", **changes)

    found = cast("HttpUrl", run(read_url(NAME, CONTEXT), rows(trigger)).successful_outcome)

    assert found.compared == wanted


def test_a_url_whose_configuration_cannot_be_read_is_made_anew_only_where_asked() -> None:
    found = run(read_url(NAME, CONTEXT), rows(OTHER_TRIGGER)).successful_outcome

    assert cast("HttpUrl", found).compared == HttpUrl(authorized=True, differs="methods none")


def test_a_trigger_of_another_type_that_has_the_urls_name_is_left_alone() -> None:
    taken = Conflict("exists", code="TriggerAlreadyExists", http_status=409)
    url = HttpUrl(authorized=False)

    found = run(put_url(NAME, url, CONTEXT), rows(TRIGGER), taken)

    assert isinstance(found.error, Conflict)
    assert sent(found)[-1] == ("POST", f"{PATH}/triggers")
    assert run(put_url(NAME, url, CONTEXT), rows(TRIGGER), lost(taken)).error is None


def test_all_pages_of_triggers_are_read() -> None:
    first, second = rows(OTHER_TRIGGER, nextToken="cloud-sync"), rows(TRIGGER)

    found = run(list_triggers(NAME), first, second)

    assert cast("Any", found.successful_outcome) == [OTHER_TRIGGER, TRIGGER]
    assert found.calls[1].query == (("limit", "100"), ("nextToken", "cloud-sync"))


def test_a_page_that_leads_to_itself_is_not_read_forever() -> None:
    page = rows(TRIGGER, nextToken="cloud-sync")

    assert len(run(list_triggers(NAME), page, page).calls) == 2


@pytest.mark.parametrize("config", ["not JSON", "[]", 1])
def test_a_timer_that_is_not_json_is_a_bad_response(config: object) -> None:
    trigger = {**TRIGGER, "triggerConfig": config}

    found = run(read_function(NAME, CONTEXT), SHOWN, NO_RETRIES, rows(trigger))

    assert isinstance(found.expected_error, BadResponse)


def test_a_new_function_has_the_arn_of_its_role() -> None:
    found = run(create_function(FUNCTION, b"example", CONTEXT), ACCOUNT, SHOWN)

    body = cast("Any", found.calls[1].body)
    assert found.actions == ["GetCallerIdentity", "CreateFunction"]
    assert body["role"] == "acs:ram::1000000000000001:role/cloud-sync-edas"
    assert body["code"] == {"zipFile": "ZXhhbXBsZQ=="}
    assert (body["cpu"], body["diskSize"]) == (0.25, 512)
    assert "INFO" not in repr(found.calls[1])


def test_no_role_needs_no_account() -> None:
    function = FUNCTION._replace(role=None)

    found = run(update_configuration(function, CONTEXT), SHOWN)

    assert found.actions == ["UpdateFunction"]
    assert cast("Any", found.calls[0].body)["role"] == ""


def test_a_function_that_a_lost_answer_made_is_no_conflict() -> None:
    exists = lost(Conflict("exists", code="FunctionAlreadyExists"))

    found = run(create_function(FUNCTION, b"example", CONTEXT), ACCOUNT, exists, SHOWN)

    assert found.error is None


def test_a_name_that_is_taken_is_a_conflict() -> None:
    taken = Conflict("exists", code="FunctionAlreadyExists")

    found = run(create_function(FUNCTION, b"example", CONTEXT), ACCOUNT, taken)

    assert found.expected_error is taken


def test_a_change_that_fails_later_is_a_conflict() -> None:
    failed = {**SHOWN, "lastUpdateStatus": "Failed", "lastUpdateStatusReason": "no such layer"}
    busy = {**SHOWN, "lastUpdateStatus": "InProgress"}

    found = run(update_code(FUNCTION, b"example", CONTEXT), busy, failed)

    assert isinstance(found.expected_error, Conflict)
    assert "no such layer" in found.expected_error.message


@pytest.mark.parametrize("flow", [create_function, update_code])
def test_a_zip_that_is_too_large_is_refused_before_it_is_sent(flow: Any) -> None:
    found = run(flow(FUNCTION, bytes(PLATFORM.max_zip_bytes + 1), CONTEXT))

    assert isinstance(found.expected_error, InvalidInput)
    assert found.calls == []


def test_a_change_waits_for_another_one() -> None:
    found = run(put_retries(NAME, Retries(0, 3600), CONTEXT), BUSY, BUSY, {})

    assert found.error is None
    assert len(found.pauses) == 2


def test_a_change_does_not_wait_for_another_one_forever() -> None:
    found = run(put_retries(NAME, Retries(0, 3600), CONTEXT), *[BUSY] * 61)

    assert found.expected_error is BUSY


def test_a_timer_that_is_there_is_updated() -> None:
    exists = Conflict("exists", code="TriggerAlreadyExists")

    found = run(put_timer(NAME, TIMER, CONTEXT), exists, TRIGGER)

    assert sent(found) == [
        ("POST", f"{PATH}/triggers"),
        ("PUT", f"{PATH}/triggers/cloud-sync"),
    ]
    for call in found.calls:
        assert json.loads(cast("Any", call.body)["triggerConfig"]) == CONFIG


def test_a_timer_that_cannot_be_made_is_an_error() -> None:
    wrong = InvalidInput("cronExpression", code="InvalidArgument")

    assert run(put_timer(NAME, TIMER, CONTEXT), wrong).expected_error is wrong


@pytest.mark.parametrize("code", ["TriggerNotFound", "FunctionNotFound"])
def test_a_timer_that_is_gone_is_deleted(code: str) -> None:
    gone = NotFound("gone", code=code)

    assert run(delete_trigger(NAME, TIMER.name, CONTEXT), gone).error is None


def test_a_function_is_deleted_after_all_that_keeps_it() -> None:
    found = run(
        delete_function(NAME, CONTEXT),
        rows(OTHER_TRIGGER, TRIGGER),
        None,
        None,
        NO_RETRIES,
        None,
    )

    assert sent(found)[1:] == [
        ("DELETE", f"{PATH}/triggers/http"),
        ("DELETE", f"{PATH}/triggers/cloud-sync"),
        ("DELETE", f"{PATH}/async-invoke-config"),
        ("DELETE", PATH),
    ]


def test_a_function_that_is_gone_is_deleted() -> None:
    assert run(delete_function(NAME, CONTEXT), NO_FUNCTION).error is None


def test_what_cannot_be_deleted_is_an_error() -> None:
    forbidden = Forbidden("no", code="AccessDenied")

    for replies in ((forbidden,), (rows(TRIGGER), forbidden)):
        assert run(delete_function(NAME, CONTEXT), *replies).expected_error is forbidden


def test_a_run_returns_what_the_function_returned() -> None:
    found = run(invoke(NAME, {"dry_run": True}, CONTEXT), {"result": {"status": "planned"}})

    assert cast("Any", found.successful_outcome) == {"status": "planned"}
    assert found.calls[0].headers == (("x-fc-invocation-type", "Sync"),)


def test_every_code_that_a_deployment_may_get_has_a_hint() -> None:
    # A deployment starts no asynchronous run.
    assert set(ERRORS) - {"RequestTooLarge"} <= set(ERROR_CODES)


def test_the_hint_on_a_missing_right_names_the_policy_file() -> None:
    assert "deploy/policies/alibaba/deploy_fc.json" in ERROR_CODES["AccessDenied"].hint


def test_a_persons_links_name_the_function() -> None:
    found = {each.what: each.url for each in PLATFORM.places("cn-hangzhou", NAME)}

    assert set(found) == {"log", "schedule", "alarm"}
    assert f"/cn-hangzhou/functions/{NAME}" in found["log"]
