"""OMS: the request that starts a task; the keys in it belong to other parties."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.huawei.models import StartSyncTaskParams
from functions.huawei.start_sync_task import OPERATION, defaults_from_settings, start
from functions.huawei.storage_keys import with_storage_keys
from functions.huawei.sync_task import get_task
from shared import validation
from shared.errors import InvalidInput, Misconfigured, Rejected
from shared.models.flow import ApiCall
from shared.models.operation import CallContext
from shared.models.secret import Secret
from tests.support.operation_runner import (
    CONTEXT,
    NOW,
    FlowRun,
    ProviderReply,
    keys_of,
    run_operation,
)
from tests.support.platform_contexts import run_dry

KEYS: dict[str, object] = {
    "src_ak": "exampleSrcAk",
    "src_sk": "exampleSrcSecret",
    "dst_ak": "exampleDstAk",
    "dst_sk": "exampleDstSecret",
}
GIVEN: dict[str, object] = {"sync_task_id": "example-task", **KEYS}
TASK = {
    "src_cloud_type": "AWS",
    "src_region": "eu-west-1",
    "src_bucket": "example-source",
    "dst_region": "cn-north-4",
    "dst_bucket": "example-target",
    "create_time": 1_600_000_000_000,
    "last_start_time": 1_600_000_100_500,
    "monthly_acceptance_request": 11,
    "monthly_success_object": 7,
    "monthly_failure_object": 1,
    "monthly_skip_object": 3,
    "monthly_size": 4096,
}
STOPPED = {"status": "STOPPED", **TASK}
SYNCHRONIZING = {"status": "SYNCHRONIZING", **TASK}
NO_FAILURES = {"statistic_datas": [{"data_type": "FAILURE", "data": []}]}


def begin(*replies: ProviderReply) -> FlowRun:
    """Run with these replies, the last look at the failed objects excepted."""
    return run_with(GIVEN, *replies)


def run_with(
    parameters: dict[str, object], *replies: ProviderReply, context: CallContext = CONTEXT
) -> FlowRun:
    result = run_operation(OPERATION, parameters, *replies, NO_FAILURES, context=context)
    if result.error is not None:
        assert result.unused_replies.pop() is NO_FAILURES
    else:
        assert result.calls.pop().action == "ListSyncTaskStatistic"
    return result


def read(parameters: dict[str, object]) -> StartSyncTaskParams:
    params: StartSyncTaskParams = validation.parse_parameters(parameters, {}, OPERATION)
    return params


def test_the_data_of_one_task_has_no_others() -> None:
    data = begin(STOPPED, None, SYNCHRONIZING).successful_outcome.data
    assert (data["tasks"], data["left_out"]) == ([], [])


def test_the_data_has_buckets_regions_times_and_counters() -> None:
    data = begin(SYNCHRONIZING).successful_outcome.data
    assert set(data) == set(keys_of(OPERATION))
    for name in set(TASK) - {"create_time", "last_start_time"}:
        assert data[name] == TASK[name]
    assert data["created_at"] == "2020-09-13T12:26:40.000Z"
    assert data["last_start_time"] == "2020-09-13T12:28:20.500Z"


@pytest.mark.parametrize("value", [None, "7", 1.5, [], True])
def test_fields_of_another_type_are_null(value: object) -> None:
    raw = {"status": "SYNCHRONIZING", "monthly_size": value, "create_time": value}
    data = begin({**raw, "src_bucket": 5}).successful_outcome.data
    assert (data["monthly_size"], data["created_at"], data["src_bucket"]) == (None, None, None)


# Which project


NOWHERE = CONTEXT._replace(project_id=None)


def test_the_projects_id_is_looked_up_when_it_is_not_given() -> None:
    found = {"projects": [{"id": "found", "name": "cn-north-4"}, {"id": "x", "name": "other"}]}
    result = run_with(GIVEN, found, SYNCHRONIZING, context=NOWHERE)
    assert result.successful_outcome.status == "unchanged"
    assert result.calls[0].service.name == "iam"
    assert (result.calls[0].path, result.calls[0].query) == (
        "/v3/projects",
        (("name", "cn-north-4"),),
    )
    assert result.calls[0].cache_if is not None
    assert not result.calls[0].writes
    assert result.calls[1].path.startswith("/v2/found/")


@pytest.mark.parametrize(
    "projects",
    [[], [{"id": "x", "name": "other"}], [{"name": "cn-north-4"}], [7]],
)
def test_no_project_of_that_name_is_misconfigured(projects: list[object]) -> None:
    result = run_operation(OPERATION, GIVEN, {"projects": projects}, context=NOWHERE)
    assert isinstance(result.expected_error, Misconfigured)
    assert "cn-north-4" in result.expected_error.message


def test_several_projects_of_that_name_are_misconfigured_and_named() -> None:
    several = [{"id": "first", "name": "cn-north-4"}, {"id": "second", "name": "cn-north-4"}]
    result = run_operation(OPERATION, GIVEN, {"projects": several}, context=NOWHERE)
    assert isinstance(result.expected_error, Misconfigured)
    assert "first" in result.expected_error.message
    assert "second" in result.expected_error.message


@pytest.mark.parametrize("project", ["../../v3/users", "a/b", "", "a?b"])
def test_a_looked_up_id_that_would_redirect_the_request_is_not_used(project: str) -> None:
    body = {"projects": [{"id": project, "name": "cn-north-4"}]}
    assert run_operation(OPERATION, GIVEN, body, context=NOWHERE).error is not None


@pytest.mark.parametrize("body", [None, {}, {"projects": {}}])
def test_an_answer_of_iam_without_projects_fails_the_run(body: Any) -> None:
    result = run_operation(OPERATION, GIVEN, body, context=NOWHERE)
    assert result.error is not None
    assert not result.writes


def test_the_events_project_overrides_the_settings() -> None:
    result = run_with({**GIVEN, "project_id": "named"}, SYNCHRONIZING)
    assert result.calls[0].path == "/v2/named/sync-tasks/example-task"


# What is sent


def test_the_read_is_the_documented_request() -> None:
    call = get_task("example-task", "exampleproject", NOW)
    assert (call.method, call.path) == ("GET", "/v2/exampleproject/sync-tasks/example-task")
    assert call.query == (("query_time", "1795292669123"),)
    assert call.body is None
    assert not call.writes
    assert call.on_unknown_outcome == "retry"


def test_the_start_is_the_documented_request() -> None:
    call = start(read(GIVEN), "exampleproject")
    assert (call.service.name, call.action, call.method) == ("oms", "StartSyncTask", "POST")
    assert call.path == "/v2/exampleproject/sync-tasks/example-task/start"
    assert call.query == ()
    assert revealed(call) == KEYS
    assert call.writes
    assert call.on_unknown_outcome == "raise"


def revealed(call: ApiCall) -> dict[str, object]:
    assert call.body is not None
    return {
        name: value.get_secret_value() if isinstance(value, Secret) else value
        for name, value in call.body.items()
    }


def test_what_was_not_given_is_not_sent_and_null_never() -> None:
    call = start(read({"sync_task_id": "t", "source_keys": "none"}), "exampleproject")
    assert call.body == {}


def test_every_optional_field_travels_under_the_pages_name() -> None:
    kms = "0123abcd-0000-0000-0000-000000000000"
    more: dict[str, object] = {
        "source_cdn_authentication_key": "exampleCdnKey",
        "src_crypto_type": "KMS",
        "src_kms_key_id": kms,
        "dst_crypto_type": "DEFAULT",
        "dst_kms_key_id": kms,
        "source_cdn_crypto_type": "KMS",
        "source_cdn_kms_key_id": kms,
    }
    assert revealed(start(read({**GIVEN, **more}), "p")) == {**KEYS, **more}


def test_no_secret_is_in_the_repr_of_a_call_or_of_the_parameters() -> None:
    params = read({**GIVEN, "source_cdn_authentication_key": "exampleCdnKey"})
    shown = repr(params) + repr(start(params, "p")) + str(start(params, "p").body)
    for value in (*KEYS.values(), "exampleCdnKey"):
        assert str(value) not in shown


def test_no_secret_is_in_an_outcome_or_an_error() -> None:
    shown = repr(begin(STOPPED, None, SYNCHRONIZING).successful_outcome)
    failed = begin(
        *(STOPPED, Rejected("example", code="OMS.0000", http_status=400), STOPPED)
    ).expected_error
    shown += repr(failed) + repr(failed.data) + failed.message + failed.hint
    assert not [value for value in KEYS.values() if str(value) in shown]


# Where the storage keys come from

SET = {
    "OMS_SRC_AK": "setSrcAk",
    "OMS_SRC_SK": "setSrcSecret",
    "OMS_DST_AK": "setDstAk",
    "OMS_DST_SK": "setDstSecret",
}


def filled(parameters: dict[str, object], settings: dict[str, str]) -> dict[str, object]:
    """The body of the start once the parameters were completed from the settings."""

    def secret(name: str) -> Secret | None:
        return Secret(settings[name]) if name in settings else None

    params = with_storage_keys(read({"sync_task_id": "t", **parameters}), secret, settings.get)
    return revealed(start(params, "p"))


def test_the_storage_keys_come_from_the_settings() -> None:
    assert filled({}, SET) == {
        "src_ak": "setSrcAk",
        "src_sk": "setSrcSecret",
        "dst_ak": "setDstAk",
        "dst_sk": "setDstSecret",
    }


def test_a_listed_task_takes_the_keys_of_its_own_prefix() -> None:
    own = {name.replace("OMS_", "OMS_PHOTOS_"): f"own{value}" for name, value in SET.items()}
    listed = {"OMS_TASKS": '{"t": {"keys": "OMS_PHOTOS"}, "other": {"keys": "OMS_FILMS"}}'}
    body = filled({}, {**SET, **own, **listed})
    assert body == {name: f"own{value}" for name, value in filled({}, SET).items()}


def test_a_listed_task_without_its_own_keys_does_not_use_another_tasks() -> None:
    listed = {"OMS_TASKS": '{"t": {"keys": "OMS_PHOTOS"}}'}
    with pytest.raises(Misconfigured, match="OMS_PHOTOS_SRC_AK"):
        filled({}, {**SET, **listed})


def test_a_pair_in_the_event_overrides_the_settings_and_is_not_mixed() -> None:
    body = filled({"src_ak": "givenAk", "src_sk": "givenSecret"}, SET)
    assert (body["src_ak"], body["src_sk"]) == ("givenAk", "givenSecret")
    assert (body["dst_ak"], body["dst_sk"]) == ("setDstAk", "setDstSecret")


@pytest.mark.parametrize("missing", sorted(SET))
def test_an_incomplete_pair_is_misconfigured_and_named(missing: str) -> None:
    rest = {name: value for name, value in SET.items() if name != missing}
    with pytest.raises(Misconfigured, match=missing):
        filled({}, rest)


def test_a_url_list_task_needs_no_source_keys_and_sends_none() -> None:
    body = filled({"source_keys": "none"}, SET)
    assert body == {"dst_ak": "setDstAk", "dst_sk": "setDstSecret"}


@pytest.mark.parametrize("character", list("<>&\"'\\"))
@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_key_with_a_character_that_oms_refuses_is_invalid(name: str, character: str) -> None:
    wrong = f"secretPart{character}"
    with pytest.raises(InvalidInput) as caught:
        read({**GIVEN, name: wrong})
    assert f"{name}: use characters other than" in caught.value.message
    assert "secretPart" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("character", list("<>&\"'\\"))
@pytest.mark.parametrize("name", sorted(SET))
def test_a_setting_with_a_character_that_oms_refuses_is_named_without_its_value(
    name: str, character: str
) -> None:
    with pytest.raises(Misconfigured) as caught:
        filled({}, {**SET, name: f"secretPart{character}"})
    assert caught.value.code == "BadStorageKeys"
    assert name in caught.value.message
    assert name in caught.value.hint
    assert "secretPart" not in caught.value.message + caught.value.hint


def test_other_characters_are_sent_as_they_are() -> None:
    assert filled({}, {**SET, "OMS_SRC_SK": "a/b+c=é %"})["src_sk"] == "a/b+c=é %"


def test_a_task_that_is_listed_without_source_keys_needs_none() -> None:
    listed = {"OMS_TASKS": '{"t": {"source_keys": "none"}}'}
    assert defaults_from_settings({"sync_task_id": "t"}, listed.get) == {"source_keys": "none"}
    with_keys = {"sync_task_id": "t", "src_ak": "a", "src_sk": "b"}
    assert defaults_from_settings(with_keys, listed.get) == {}


def test_an_empty_cdn_key_is_left_out() -> None:
    body = filled({"source_cdn_authentication_key": ""}, SET)
    assert "source_cdn_authentication_key" not in body


def test_the_cdn_key_comes_from_the_settings_too() -> None:
    body = filled({}, {**SET, "OMS_SOURCE_CDN_AUTHENTICATION_KEY": "exampleCdnKey"})
    assert body["source_cdn_authentication_key"] == "exampleCdnKey"


def test_a_dry_run_does_without_storage_keys() -> None:
    body = filled({"dry_run": True}, {})
    assert set(body) == set(KEYS)


@pytest.mark.parametrize("task", [7, 10**5_000, ["t"], {"t": 1}, None], ids=type)
def test_a_task_id_that_is_not_a_string_is_in_no_list(task: object) -> None:
    tasks = json.dumps({"7": {"region": "cn-north-4"}})
    assert defaults_from_settings({"sync_task_id": task}, {"OMS_TASKS": tasks}.get) == {}


def test_a_deep_task_id_is_invalid_input() -> None:
    deep: object = "t"
    for _ in range(100_000):
        deep = [deep]
    result = run_dry(OPERATION, {"sync_task_id": deep, "source_keys": "none"})
    assert result["error"]["category"] == "invalid_input"
