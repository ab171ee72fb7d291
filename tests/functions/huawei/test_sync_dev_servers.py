"""ModelArts: page after page, however the totals change, and no larger than a result may be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from functions.huawei.models import SyncDevServersParams
from functions.huawei.sync_dev_servers import (
    OPERATION,
    estimate_json_size,
    json_size,
    sync_dev_servers,
)
from shared.errors import BadResponse, DeadlineExceeded, SyncError, Unavailable
from tests.support.operation_runner import CONTEXT, FlowRun, ProviderReply, keys_of, run_operation


def server(number: int, status: str = "RUNNING", **more: object) -> dict[str, Any]:
    return {"id": f"server-{number:05}", "name": f"name-{number}", "status": status, **more}


def page(servers: Sequence[object], total: object) -> dict[str, object]:
    return {"current": 0, "pages": 1, "size": len(servers), "total": total, "data": list(servers)}


def sync(
    parameters: Mapping[str, object], *replies: ProviderReply, trigger: str = "direct"
) -> FlowRun:
    return run_operation(OPERATION, parameters, *replies, trigger=trigger)


def windows(result: FlowRun) -> list[tuple[str, str]]:
    """Offset and limit of each call."""
    queries = [dict(call.query) for call in result.calls]
    return [(query["offset"], query["limit"]) for query in queries]


def ids(result: FlowRun) -> list[str]:
    servers: Any = result.successful_outcome.data["servers"]
    return [item["id"] for item in servers]


def only_server(raw: Mapping[str, object]) -> dict[str, Any]:
    """The only server of a result."""
    servers: Any = sync({}, page([raw], 1)).successful_outcome.data["servers"]
    assert len(servers) == 1
    found: dict[str, Any] = servers[0]
    return found


FLEET = [server(number) for number in range(2500)]


def test_one_page_that_holds_all_is_succeeded() -> None:
    result = sync({}, page([server(1), server(2)], 2))
    assert result.successful_outcome.status == "succeeded"
    assert result.successful_outcome.data["complete"] is True
    assert ids(result) == ["server-00001", "server-00002"]


def test_the_data_has_the_promised_keys() -> None:
    assert set(sync({}, page([], 0)).successful_outcome.data) == set(keys_of(OPERATION))


def test_without_servers_the_run_succeeds_too() -> None:
    result = sync({}, page([], 0))
    assert result.successful_outcome.status == "succeeded"
    assert result.successful_outcome.data["total"] == 0
    assert result.successful_outcome.data["complete"] is True
    assert len(result.calls) == 1


def test_every_page_is_read_a_thousand_at_a_time() -> None:
    pages = [page(FLEET[start : start + 1000], 2500) for start in (0, 1000, 2000)]
    result = sync({}, *pages)
    assert windows(result) == [("0", "1000"), ("1000", "1000"), ("2000", "1000")]
    assert result.successful_outcome.data["total"] == 2500
    assert result.successful_outcome.data["complete"] is True
    assert len(ids(result)) == 2500


def test_a_page_smaller_than_requested_is_followed_by_the_next() -> None:
    result = sync({}, page(FLEET[:400], 1000), page(FLEET[400:1000], 1000))
    assert windows(result)[1][0] == "400"
    assert result.successful_outcome.data["complete"] is True


def test_a_total_that_grows_while_paging_is_followed() -> None:
    result = sync(
        {}, page(FLEET[:1000], 1001), page(FLEET[1000:2000], 2001), page(FLEET[2000:2001], 2001)
    )
    assert result.successful_outcome.data["total"] == 2001
    assert result.successful_outcome.data["complete"] is True


def test_a_total_that_shrinks_while_paging_ends_it() -> None:
    result = sync({}, page(FLEET[:1000], 2500), page(FLEET[1000:1200], 1200))
    assert result.successful_outcome.data["total"] == 1200
    assert result.successful_outcome.data["complete"] is True


def test_an_empty_page_ends_the_paging_and_is_reported_as_incomplete() -> None:
    result = sync({}, page(FLEET[:1000], 2500), page([], 2500))
    assert result.successful_outcome.status == "succeeded"
    assert result.successful_outcome.data["complete"] is False
    assert len(result.calls) == 2


def test_a_page_with_known_servers_only_ends_the_paging() -> None:
    result = sync({}, page(FLEET[:1000], 2500), page(FLEET[:1000], 2500))
    assert result.successful_outcome.data["complete"] is False
    assert len(ids(result)) == 1000


def test_a_server_on_two_pages_is_listed_once() -> None:
    pages = [page(FLEET[:1000], 1500), page([FLEET[999], *FLEET[1000:1499]], 1500)]
    result = sync({}, *pages)
    assert len(ids(result)) == len(set(ids(result))) == 1499
    assert result.successful_outcome.data["complete"] is False


def test_only_limit_reads_one_page_from_the_start() -> None:
    result = sync({"limit": 10}, page(FLEET[:10], 2500))
    assert windows(result) == [("0", "10")]
    assert result.successful_outcome.data["total"] == 2500
    assert result.successful_outcome.data["complete"] is False


def test_limit_and_offset_read_one_page_from_there() -> None:
    result = sync({"limit": 10, "offset": 20}, page(FLEET[20:30], 2500))
    assert windows(result) == [("20", "10")]


def test_only_offset_reads_from_there_to_the_end() -> None:
    result = sync({"offset": 500}, page(FLEET[500:1500], 2500), page(FLEET[1500:], 2500))
    assert windows(result) == [("500", "1000"), ("1500", "1000")]
    assert result.successful_outcome.data["total"] == 2500


def test_the_total_of_all_pages_is_the_number_listed() -> None:
    assert sync({}, page(FLEET[:3], 7), page([], 7)).successful_outcome.data["total"] == 3


def test_states_are_counted() -> None:
    servers = [server(1), server(2), server(3, "STOPPED"), server(4, "NEWLY_INVENTED")]
    data = sync({}, page(servers, 4)).successful_outcome.data
    assert data["by_status"] == {"RUNNING": 2, "STOPPED": 1, "NEWLY_INVENTED": 1}


@pytest.mark.parametrize("status", ["ERROR", "CREATE_FAILED", "NEW_FAILED", "DELETE_FAILED"])
def test_failed_servers_need_attention(status: str) -> None:
    data = sync({}, page([server(1), server(2, status)], 2)).successful_outcome.data
    assert data["attention"] == [{"id": "server-00002", "name": "name-2", "why": status}]


@pytest.mark.parametrize("status", ["RUNNING", "STOPPED", "CREATING", "NEWLY_INVENTED"])
def test_servers_that_did_not_fail_need_no_attention(status: str) -> None:
    assert sync({}, page([server(1, status)], 1)).successful_outcome.data["attention"] == []


@pytest.mark.parametrize(
    ("status", "health"),
    [
        ("RUNNING", "running"),
        ("STOPPED", "stopped"),
        ("CREATING", "changing"),
        ("STARTING", "changing"),
        ("STOPPING", "changing"),
        ("REBOOTING", "changing"),
        ("CHANGINGOS", "changing"),
        ("REINSTALLINGOS", "changing"),
        ("DELETING", "changing"),
        ("ERROR", "failed"),
        ("CREATE_FAILED", "failed"),
        ("START_FAILED", "failed"),
        ("STOP_FAILED", "failed"),
        ("REBOOT_FAILED", "failed"),
        ("CHANGINGOS_FAILED", "failed"),
        ("REINSTALLINGOS_FAILED", "failed"),
        ("DELETE_FAILED", "failed"),
        ("NEWLY_INVENTED", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
        (7, "unknown"),
    ],
)
def test_every_state_has_a_health(status: object, health: str) -> None:
    assert only_server({"id": "a", "status": status})["health"] == health


MIXED = [server(1), server(2, "ERROR")]


@pytest.mark.parametrize(
    ("trigger", "wanted", "shown"),
    [
        ("direct", None, 2),
        ("http", None, 2),
        ("timer", None, 1),
        ("workflow", None, 1),
        ("direct", "attention", 1),
        ("direct", "none", 0),
        ("timer", "all", 2),
        ("timer", "none", 0),
        ("workflow", "all", 2),
    ],
)
def test_how_many_servers_are_shown_depends_on_the_trigger(
    trigger: str, wanted: str | None, shown: int
) -> None:
    parameters = {} if wanted is None else {"include_servers": wanted}
    result = sync(parameters, page(MIXED, 2), trigger=trigger)
    assert len(ids(result)) == shown
    assert result.successful_outcome.data["total"] == 2
    assert result.successful_outcome.data["attention"] == [
        {"id": "server-00002", "name": "name-2", "why": "ERROR"}
    ]
    assert result.successful_outcome.data["truncated"] is False


def test_a_result_too_large_for_a_timer_is_truncated_and_says_so() -> None:
    servers = [server(number, order_id="o" * 400) for number in range(1000)]
    result = sync({"include_servers": "all"}, page(servers, 1000), trigger="timer")
    data = result.successful_outcome.data
    assert data["truncated"] is True
    assert data["complete"] is True
    assert data["total"] == 1000
    assert 0 < len(ids(result)) < 1000
    assert len(json.dumps(dict(data))) < 256 * 1024


def test_a_few_hundred_servers_fit_a_timers_result() -> None:
    result = sync({"include_servers": "all"}, page(FLEET[:300], 300), trigger="timer")
    assert result.successful_outcome.data["truncated"] is False
    assert len(ids(result)) == 300


@pytest.mark.parametrize("include", ["all", "attention", "none"])
@pytest.mark.parametrize("trigger", ["timer", "workflow"])
def test_however_many_servers_failed_the_result_fits_and_counts_them(
    trigger: str, include: str
) -> None:
    servers = [server(number, "ERROR") for number in range(20_000)]
    pages = [page(servers[start : start + 1000], 20_000) for start in range(0, 20_000, 1000)]
    outcome = sync({"include_servers": include}, *pages, trigger=trigger).successful_outcome
    data: Any = outcome.data
    assert data["attention_count"] == 20_000
    listed = [item["id"] for item in data["attention"]]
    assert listed == [item["id"] for item in servers[: len(listed)]]
    assert 400 < len(listed) < 20_000
    assert "20000 need attention" in outcome.summary
    assert len(json.dumps(dict(data))) < 256 * 1024


def test_a_failed_server_without_an_id_is_counted() -> None:
    data = sync({}, page([server(1), {"status": "ERROR"}], 2)).successful_outcome.data
    assert (data["attention"], data["attention_count"]) == ([], 1)


def test_a_provider_that_invents_statuses_does_not_make_the_result_grow() -> None:
    servers = [server(number, f"{number:04}" * 500) for number in range(1000)]
    data: Any = sync({}, page(servers, 1000), trigger="timer").successful_outcome.data
    assert sum(data["by_status"].values()) == 1000
    assert data["by_status"]["other"] == 960
    assert len(json.dumps(dict(data))) < 256 * 1024


@pytest.mark.parametrize("letter", ["x", "服", "\U0001f600"])
@pytest.mark.parametrize("trigger", ["timer", "workflow"])
def test_no_states_names_and_fields_together_make_a_result_too_large(
    trigger: str, letter: str
) -> None:
    servers = [
        server(number, f"{number:04}{letter * 85}_FAILED", name=letter * 200, order_id=letter * 200)
        for number in range(1000)
    ]
    outcome = sync({"include_servers": "all"}, page(servers, 1000), trigger=trigger)
    data: Any = outcome.successful_outcome.data
    assert data["attention_count"] == sum(data["by_status"].values()) == 1000
    assert len(json.dumps([dict(data), outcome.successful_outcome.summary])) < 254 * 1024


def test_a_direct_result_stays_below_the_platforms_six_megabytes() -> None:
    servers = [server(number, order_id="o" * 9000) for number in range(1000)]
    data = sync({}, page(servers, 1000)).successful_outcome.data
    assert data["truncated"] is True
    assert len(json.dumps(dict(data))) < 6_000_000


@pytest.mark.parametrize(
    "name",
    ["plain", "a, b: c", 'in "quotes"', "back\\slash", "é" * 20, "\U0001f600", "\ud800", "\x01"],
)
def test_a_server_takes_no_more_bytes_than_estimated(name: str) -> None:
    """The platforms serialize a result as ``json.dumps`` does, and reject one that is too large."""
    volumes = [{"size": 500, "type": name, "evs_type": None, "evs_id": True}]
    raw: Any = only_server({**server(1), "name": name, "volumes": volumes})
    size = len(json.dumps(raw))
    assert json_size(raw) == size
    assert len(json.dumps([raw])) <= estimate_json_size([raw]) <= size + 20


# What the result has of a server

SERVER: dict[str, Any] = {
    **server(1),
    "flavor": "example.flavor",
    "charging_mode": "PRE_PAID",
    "category": "SERVER",
    "create_at": 1_600_000_000_000,
    "update_at": 1_600_000_100_500,
    "cloud_server": {"id": "cs", "type": "BMS", "hps_id": "h", "hps_ecs_id": "he"},
    "server_hps": {"id": "hps", "name": "hps-name"},
    "image": {
        "image_id": "img",
        "name": "image-name",
        "arch": "ARM",
        "server_type": "BMS",
        "status": "ACTIVE",
    },
    "vpc_id": "vpc",
    "subnet_id": "subnet",
    "key_pair_name": "pair",
    "order_id": "order",
    "endpoints": [
        {
            "dev_service": "SSH",
            "uri": "ssh://root@192.0.2.7:22",
            "allowed_access_ips": ["192.0.2.0/24"],
            "extensions": {"link": "https://example.test/capability"},
        }
    ],
    "volumes": [{"size": 100, "type": "ROOT", "evs_type": "SSD", "evs_id": "evs"}],
}

SHOWN = (
    "id name status health flavor charging_mode category server_type cloud_server_id hps_id "
    "hps_ecs_id server_hps image vpc_id subnet_id key_pair_name order_id created_at updated_at "
    "private_ips endpoints volumes"
)


def test_a_server_is_shown_with_the_contracts_keys() -> None:
    found = only_server(SERVER)
    assert set(found) == set(SHOWN.split())
    assert (found["server_type"], found["cloud_server_id"]) == ("BMS", "cs")
    assert (found["hps_id"], found["hps_ecs_id"]) == ("h", "he")
    assert found["created_at"] == "2020-09-13T12:26:40.000Z"
    assert found["updated_at"] == "2020-09-13T12:28:20.500Z"
    assert found["private_ips"] == ["192.0.2.7"]
    assert found["volumes"] == SERVER["volumes"]


def test_a_server_with_almost_no_fields_has_the_same_keys() -> None:
    assert set(only_server({"id": "a"})) == set(SHOWN.split())


@pytest.mark.parametrize("key", ["image", "server_image_response"])
def test_the_image_is_found_under_both_of_its_names(key: str) -> None:
    raw = {name: value for name, value in SERVER.items() if name != "image"}
    assert only_server({**raw, key: SERVER["image"]})["image"] == {
        "id": "img",
        "name": "image-name",
        "arch": "ARM",
        "server_type": "BMS",
        "status": "ACTIVE",
    }


def test_an_image_in_both_places_is_merged() -> None:
    raw = {name: value for name, value in SERVER.items() if name != "image"}
    image = {"image_id": "img", "name": None}
    other = {"image_id": "other", "name": "image-name", "arch": "ARM"}
    shown = only_server({**raw, "image": image, "server_image_response": other})["image"]
    assert (shown["id"], shown["name"], shown["arch"]) == ("img", "image-name", "ARM")


def test_endpoints_in_both_places_are_merged() -> None:
    endpoints = [{"service": "SSH", "uri": "ssh://192.0.2.1:22"}]
    others = [
        {"dev_service": "SSH", "uri": "ssh://192.0.2.1:22", "allowed_access_ips": ["192.0.2.7"]},
        {"dev_service": "NOTEBOOK", "uri": "https://192.0.2.2/"},
        {"dev_service": "NONE"},
    ]
    shown = only_server({"id": "a", "endpoints": endpoints, "endpoints_response": others})
    assert shown["endpoints"] == [
        {
            "dev_service": "SSH",
            "service": "SSH",
            "uri": "ssh://192.0.2.1:22",
            "allowed_access_ips": ["192.0.2.7"],
        },
        {"dev_service": "NOTEBOOK", "uri": "https://192.0.2.2/"},
        {"dev_service": "NONE"},
    ]
    assert shown["private_ips"] == ["192.0.2.1", "192.0.2.2"]


def test_endpoints_are_shown_without_their_extensions() -> None:
    assert "extensions" not in json.dumps(only_server(SERVER))


def test_the_other_spelling_of_endpoints_is_shown_without_extensions_too() -> None:
    link = "https://example.test/capability"
    raw = {
        "id": "a",
        "endpoints_response": [
            {"dev_service": "SSH", "extensions": {"link": link}, "ssh_keys": ["pair"]}
        ],
    }
    shown = only_server(raw)
    assert shown["endpoints"][0]["dev_service"] == "SSH"
    assert link not in json.dumps(shown)


@pytest.mark.parametrize(
    ("uri", "addresses"),
    [
        ("ssh://192.0.2.7:22", ["192.0.2.7"]),
        ("192.0.2.7", ["192.0.2.7"]),
        ("192.0.2.7:22", ["192.0.2.7"]),
        ("https://[2001:db8::1]:8888/lab", ["2001:db8::1"]),
        ("https://name.example.test", []),
        ("http://[broken", []),
        ("", []),
        (None, []),
    ],
)
def test_addresses_come_from_the_endpoints_uris(uri: object, addresses: list[str]) -> None:
    assert only_server({"id": "a", "endpoints": [{"uri": uri}]})["private_ips"] == addresses


@pytest.mark.parametrize("key", sorted(set(SERVER) - {"id", "status"}))
@pytest.mark.parametrize("value", [None, 3, "text", [1], {"a": 1}])
def test_no_field_of_another_type_fails_a_run(key: str, value: object) -> None:
    assert only_server({**SERVER, key: value})["id"] == "server-00001"


def test_unknown_fields_do_not_fail_a_run() -> None:
    assert only_server({**SERVER, "brand_new": {"deep": [1]}})["id"] == "server-00001"


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"total": 1},
        {"data": []},
        {"total": 1, "data": None},
        {"total": 1, "data": {}},
        {"total": 1, "data": [7]},
        {"total": "1", "data": []},
        {"total": None, "data": []},
        {"total": True, "data": []},
    ],
)
def test_an_answer_of_another_shape_is_a_bad_response(body: Any) -> None:
    assert isinstance(sync({}, body).expected_error, BadResponse)


# Failures


@pytest.mark.parametrize(
    "error", [Unavailable("example"), DeadlineExceeded("example", outcome_unknown=True)]
)
def test_a_failure_between_pages_fails_with_what_is_known(error: SyncError) -> None:
    result = sync({}, page(FLEET[:1000], 2500), error)
    assert result.expected_error is error
    data: Any = result.expected_error.data
    assert data["complete"] is False
    assert data["by_status"] == {"RUNNING": 1000}
    assert len(data["servers"]) == 1000


def test_a_failure_before_any_page_has_no_data() -> None:
    assert sync({}, Unavailable("example")).expected_error.data == {}


def test_a_sort_key_the_page_does_not_name_passes_with_a_warning() -> None:
    result = sync({"sort_key": ["createTime", "price"]}, page([], 0))
    assert dict(result.calls[0].query)["sort_key"] == "createTime,price"
    assert any("price" in warning for warning in result.successful_outcome.warnings)


def test_documented_sort_keys_pass_without_a_warning() -> None:
    assert (
        sync({"sort_key": "createTime,updateTime"}, page([], 0)).successful_outcome.warnings == ()
    )


def test_the_project_is_looked_up_when_it_is_not_given() -> None:
    found = {"projects": [{"id": "found", "name": "cn-north-4"}]}
    context = CONTEXT._replace(project_id=None)
    result = run_operation(OPERATION, {}, found, page([], 0), context=context)
    assert result.calls[1].path == "/v1/found/dev-servers/sync"
    assert result.successful_outcome.data["project_id"] == "found"


# What is sent


def test_the_request_is_as_documented() -> None:
    params = SyncDevServersParams(owner="someone", sort_dir="DESC", sort_key=["updateTime"])
    call = sync_dev_servers(params, "exampleproject", 2000, 1000)
    assert (call.service.name, call.action, call.method) == ("modelarts", "SyncDevServers", "PUT")
    assert call.path == "/v1/exampleproject/dev-servers/sync"
    assert dict(call.query) == {
        "limit": "1000",
        "offset": "2000",
        "owner": "someone",
        "sort_dir": "DESC",
        "sort_key": "updateTime",
    }
    assert call.body is None
    assert call.writes


def test_what_was_not_given_is_not_sent() -> None:
    call = sync_dev_servers(SyncDevServersParams(), "p", 0, 10)
    assert {name for name, _ in call.query} == {"limit", "offset"}


def test_a_page_that_does_not_arrive_may_be_requested_again() -> None:
    assert sync_dev_servers(SyncDevServersParams(), "p", 0, 10).on_unknown_outcome == "retry"
