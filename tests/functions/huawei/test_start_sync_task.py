"""OMS: look, start what is stopped, look; the keys in the start are other people's."""

from __future__ import annotations

from typing import Any

import pytest

from functions.huawei.models import StartSyncTaskParams
from functions.huawei.start_sync_task import OPERATION, get_task, start, with_storage_keys
from shared import validation
from shared.errors import (
    BadResponse,
    DeadlineExceeded,
    Forbidden,
    Misconfigured,
    NotFound,
    Rejected,
    SyncError,
    TimedOut,
    Unavailable,
)
from shared.models.flow import ApiCall
from shared.models.secret import Secret
from tests.support.operation_runner import CONTEXT, NOW, FlowRun, ProviderReply, keys_of, run

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


def begin(*replies: ProviderReply, wait: float = 0) -> FlowRun:
    return run(OPERATION, {**GIVEN, "wait_seconds": float(wait)}, *replies)


def lost() -> SyncError:
    return TimedOut("no answer", outcome_unknown=True)


def refused(*, after_unknown_outcome: bool = False) -> SyncError:
    error = Rejected("example", code="OMS.0000", http_status=400)
    error.after_unknown_outcome = after_unknown_outcome
    return error


def read(given: dict[str, object]) -> StartSyncTaskParams:
    params: StartSyncTaskParams = validation.parse_parameters(given, {}, OPERATION)
    return params


def test_a_task_that_synchronizes_is_unchanged_and_not_started() -> None:
    driven = begin(SYNCHRONIZING)
    assert driven.successful_outcome.status == "unchanged"
    assert driven.successful_outcome.data["triggered"] is False
    assert not driven.writes


def test_a_stopped_task_is_started_and_read() -> None:
    driven = begin(STOPPED, None, SYNCHRONIZING)
    assert driven.successful_outcome.status == "succeeded"
    assert driven.actions == ["ShowSyncTask", "StartSyncTask", "ShowSyncTask"]
    data = driven.successful_outcome.data
    assert (data["state_before"], data["state_after"]) == ("STOPPED", "SYNCHRONIZING")
    assert data["triggered"] is True


def test_a_task_that_is_still_stopped_after_the_start_is_accepted() -> None:
    driven = begin(STOPPED, None, STOPPED)
    assert driven.successful_outcome.status == "accepted"
    assert driven.successful_outcome.data["state_after"] == "STOPPED"


def test_waiting_ends_when_the_task_synchronizes() -> None:
    driven = begin(STOPPED, None, STOPPED, STOPPED, SYNCHRONIZING, wait=60)
    assert driven.successful_outcome.status == "succeeded"
    assert len(driven.writes) == 1


def test_a_wait_that_runs_out_is_accepted() -> None:
    assert begin(STOPPED, None, STOPPED, STOPPED, wait=1).successful_outcome.status == "accepted"


def test_an_unknown_task_is_not_found_and_nothing_is_started() -> None:
    driven = begin(NotFound("example", http_status=404))
    assert driven.expected_error.category == "not_found"
    assert not driven.writes


def test_a_forbidden_first_read_does_not_prevent_the_start() -> None:
    driven = begin(Forbidden("example", http_status=403), None)
    assert driven.successful_outcome.status == "accepted"
    assert driven.successful_outcome.data["state_before"] is None
    assert "oms:synctask:get" in str(driven.successful_outcome.data["hint"])
    assert driven.actions == ["ShowSyncTask", "StartSyncTask"]


def test_a_refused_start_without_a_read_fails_and_names_the_missing_permission() -> None:
    driven = begin(Forbidden("example", http_status=403), refused())
    assert driven.expected_error.code == "OMS.0000"
    assert "oms:synctask:get" in driven.expected_error.hint


def test_a_start_without_a_read_and_without_a_response_is_not_sent_again() -> None:
    driven = begin(Forbidden("example", http_status=403), lost())
    assert driven.expected_error.category == "timeout"
    assert len(driven.writes) == 1


@pytest.mark.parametrize("error", [Unavailable("example", http_status=503), lost()])
def test_any_other_failed_first_read_starts_nothing(error: SyncError) -> None:
    driven = begin(error)
    assert driven.expected_error is error
    assert not driven.writes


def test_a_refused_start_of_a_task_that_now_synchronizes_is_not_a_failure() -> None:
    driven = begin(STOPPED, refused(), SYNCHRONIZING)
    assert driven.successful_outcome.status == "unchanged"
    assert driven.successful_outcome.data["triggered"] is False


def test_a_refused_start_of_a_task_that_stays_stopped_fails() -> None:
    driven = begin(STOPPED, refused(), STOPPED)
    assert driven.expected_error.code == "OMS.0000"
    assert driven.expected_error.data["state_after"] == "STOPPED"


def test_a_refused_start_that_cannot_be_checked_fails_as_refused() -> None:
    assert begin(STOPPED, refused(), Unavailable("example")).expected_error.code == "OMS.0000"


def test_a_start_refused_otherwise_than_by_400_fails_at_once() -> None:
    driven = begin(STOPPED, Forbidden("example", http_status=403))
    assert driven.expected_error.category == "forbidden"
    assert driven.expected_error.data["state_before"] == "STOPPED"


def test_a_start_without_a_response_that_had_an_effect_is_not_sent_again() -> None:
    driven = begin(STOPPED, lost(), SYNCHRONIZING, SYNCHRONIZING)
    assert driven.successful_outcome.status == "succeeded"
    assert driven.successful_outcome.data["triggered"] is True
    assert len(driven.writes) == 1


def test_a_start_without_a_response_that_had_no_effect_is_sent_again() -> None:
    driven = begin(STOPPED, lost(), STOPPED, None, SYNCHRONIZING)
    assert driven.successful_outcome.status == "succeeded"
    assert len(driven.writes) == 2


def test_a_start_without_a_response_that_cannot_be_checked_fails() -> None:
    error = lost()
    assert begin(STOPPED, error, Unavailable("example")).expected_error is error


def test_starts_that_never_get_a_response_do_not_go_on_for_ever() -> None:
    replies: list[ProviderReply] = [STOPPED]
    for _ in range(10):
        replies += [lost(), STOPPED]
    driven = begin(*replies)
    assert driven.error is not None
    assert driven.error.category == "timeout"
    assert len(driven.writes) <= 4


@pytest.mark.parametrize("look", [Unavailable("example"), lost(), DeadlineExceeded("example")])
def test_a_failed_read_after_the_start_does_not_fail_the_run(look: SyncError) -> None:
    driven = begin(STOPPED, None, look)
    assert driven.successful_outcome.status == "accepted"
    assert driven.successful_outcome.data["triggered"] is True
    assert driven.successful_outcome.warnings


def test_a_garbled_read_after_the_start_does_not_fail_the_run() -> None:
    assert begin(STOPPED, None, {"state": 1}).successful_outcome.status == "accepted"


def test_an_unknown_state_is_started_and_does_not_fail_the_run() -> None:
    driven = begin({"status": "RESTING"}, None, {"status": "WAKING"})
    assert driven.successful_outcome.status == "accepted"
    assert driven.successful_outcome.data["state_after"] == "WAKING"


@pytest.mark.parametrize("body", [None, {}, {"status": ""}, {"status": 3}])
def test_a_first_read_without_a_state_is_a_bad_response(body: Any) -> None:
    driven = begin(body)
    assert isinstance(driven.expected_error, BadResponse)
    assert not driven.writes


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
    driven = run(OPERATION, GIVEN, found, SYNCHRONIZING, context=NOWHERE)
    assert driven.successful_outcome.status == "unchanged"
    assert driven.calls[0].service.name == "iam"
    assert (driven.calls[0].path, driven.calls[0].query) == (
        "/v3/projects",
        (("name", "cn-north-4"),),
    )
    assert driven.calls[0].cache_if is not None
    assert not driven.calls[0].writes
    assert driven.calls[1].path.startswith("/v2/found/")


@pytest.mark.parametrize(
    "projects",
    [[], [{"id": "x", "name": "other"}], [{"name": "cn-north-4"}], [7]],
)
def test_no_project_of_that_name_is_misconfigured(projects: list[object]) -> None:
    driven = run(OPERATION, GIVEN, {"projects": projects}, context=NOWHERE)
    assert isinstance(driven.expected_error, Misconfigured)
    assert "cn-north-4" in driven.expected_error.message


def test_several_projects_of_that_name_are_misconfigured_and_named() -> None:
    several = [{"id": "first", "name": "cn-north-4"}, {"id": "second", "name": "cn-north-4"}]
    driven = run(OPERATION, GIVEN, {"projects": several}, context=NOWHERE)
    assert isinstance(driven.expected_error, Misconfigured)
    assert "first" in driven.expected_error.message
    assert "second" in driven.expected_error.message


@pytest.mark.parametrize("project", ["../../v3/users", "a/b", "", "a?b"])
def test_a_looked_up_id_that_would_redirect_the_request_is_not_used(project: str) -> None:
    body = {"projects": [{"id": project, "name": "cn-north-4"}]}
    assert run(OPERATION, GIVEN, body, context=NOWHERE).error is not None


@pytest.mark.parametrize("body", [None, {}, {"projects": {}}])
def test_an_answer_of_iam_without_projects_fails_the_run(body: Any) -> None:
    driven = run(OPERATION, GIVEN, body, context=NOWHERE)
    assert driven.error is not None
    assert not driven.writes


def test_the_events_project_overrides_the_settings() -> None:
    driven = run(OPERATION, {**GIVEN, "project_id": "named"}, SYNCHRONIZING)
    assert driven.calls[0].path == "/v2/named/sync-tasks/example-task"


# What is sent


def test_the_read_is_the_documented_request() -> None:
    call = get_task(read(GIVEN), "exampleproject", NOW)
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
    failed = begin(STOPPED, refused(), STOPPED).expected_error
    shown += repr(failed) + repr(failed.data) + failed.message + failed.hint
    assert not [value for value in KEYS.values() if str(value) in shown]


# Where the storage keys come from

SET = {
    "OMS_SRC_AK": "setSrcAk",
    "OMS_SRC_SK": "setSrcSecret",
    "OMS_DST_AK": "setDstAk",
    "OMS_DST_SK": "setDstSecret",
}


def filled(given: dict[str, object], settings: dict[str, str]) -> dict[str, object]:
    """The body of the start once the parameters were completed from the settings."""

    def secret(name: str) -> Secret | None:
        return Secret(settings[name]) if name in settings else None

    params = with_storage_keys(read({"sync_task_id": "t", **given}), secret, settings.get)
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


def test_an_empty_cdn_key_is_left_out() -> None:
    body = filled({"source_cdn_authentication_key": ""}, SET)
    assert "source_cdn_authentication_key" not in body


def test_the_cdn_key_comes_from_the_settings_too() -> None:
    body = filled({}, {**SET, "OMS_SOURCE_CDN_AUTHENTICATION_KEY": "exampleCdnKey"})
    assert body["source_cdn_authentication_key"] == "exampleCdnKey"


def test_a_dry_run_does_without_storage_keys() -> None:
    body = filled({"dry_run": True}, {})
    assert set(body) == set(KEYS)
