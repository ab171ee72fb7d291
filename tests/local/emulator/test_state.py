"""The state of the emulated services, and its transitions."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.emulator import Emulator, Key, Project, SyncTask, generate
from local.emulator.huawei import TASK
from local.emulator.server import ENDPOINT_SETTINGS
from tests.support import signed_requests


def cwp(emulator: Emulator, *, sync: bool = False, **more: Any) -> Any:
    body = json.dumps({"Sync": sync}).encode()
    return signed_requests.send(signed_requests.cwp(emulator, body, **more)).json["Response"]


def test_a_cwp_run_goes_from_syncing_to_finished_with_new_times(emulator: Emulator) -> None:
    emulator.tencent.machines.run_seconds = 0.1
    before = cwp(emulator)
    assert cwp(emulator, sync=True)["State"] == "SYNCING"
    time.sleep(0.12)
    after = cwp(emulator)
    assert after["State"] == "FINISHED"
    assert after["LatestStartTime"] > before["LatestStartTime"]
    assert after["LatestEndTime"] >= after["LatestStartTime"]


def test_a_cwp_run_is_not_started_twice(emulator: Emulator) -> None:
    emulator.tencent.machines.run_seconds = None
    first = cwp(emulator, sync=True)
    second = cwp(emulator, sync=True)
    assert first["LatestStartTime"] == second["LatestStartTime"]
    assert emulator.tencent.machines.started == 1


def test_reading_cwp_starts_nothing(emulator: Emulator) -> None:
    assert [cwp(emulator)["State"] for _ in range(3)] == ["NOTASK"] * 3
    assert emulator.tencent.machines.started == 0


def test_a_second_cwp_run_has_a_later_start_time(emulator: Emulator) -> None:
    emulator.tencent.machines.run_seconds = 0.0
    first = cwp(emulator, sync=True)
    second = cwp(emulator, sync=True)
    assert first["State"] == second["State"] == "FINISHED"
    assert second["LatestStartTime"] > first["LatestStartTime"]


def test_two_cwp_accounts_are_independent(emulator: Emulator) -> None:
    other = Key("AKIDexampleother", "exampleOther", account="other")
    emulator.tencent.keys.add(other)
    emulator.tencent.machines.state = "SYNCING"
    assert cwp(emulator)["State"] == "SYNCING"
    assert cwp(emulator, key=other)["State"] == "NOTASK"


def test_a_configured_state_is_returned(emulator: Emulator) -> None:
    emulator.tencent.machines.state = "BRAND_NEW"
    assert cwp(emulator)["State"] == "BRAND_NEW"


def test_cwp_takes_twenty_requests_a_second_and_refuses_the_next(emulator: Emulator) -> None:
    emulator.tencent.requests_per_second = 20
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: cwp(emulator), range(25)))
    codes = [response.get("Error", {}).get("Code") for response in responses]
    assert codes.count(None) == 20
    assert codes.count("RequestLimitExceeded") == 5


def test_one_of_many_threads_starts_the_cwp_run(emulator: Emulator) -> None:
    emulator.tencent.machines.run_seconds = None
    with ThreadPoolExecutor(16) as pool:
        responses = list(pool.map(lambda _: cwp(emulator, sync=True), range(64)))
    assert emulator.tencent.machines.started == 1
    assert len({response["LatestStartTime"] for response in responses}) == 1


def test_an_oms_task_is_stopped_until_it_is_started(emulator: Emulator) -> None:
    assert signed_requests.send(signed_requests.show_task(emulator)).json["status"] == "STOPPED"
    started = signed_requests.send(signed_requests.start_task(emulator))
    assert (started.status, started.body) == (200, b"")
    assert (
        signed_requests.send(signed_requests.show_task(emulator)).json["status"] == "SYNCHRONIZING"
    )


def test_a_synchronizing_oms_task_cannot_be_started(emulator: Emulator) -> None:
    with ThreadPoolExecutor(16) as pool:
        requests = [signed_requests.start_task(emulator) for _ in range(32)]
        statuses = [reply.status for reply in pool.map(signed_requests.send, requests)]
    assert sorted(set(statuses)) == [200, 400]
    assert statuses.count(200) == emulator.huawei.tasks[TASK].starts == 1


def test_an_oms_start_may_take_a_while(emulator: Emulator) -> None:
    emulator.huawei.oms.start_seconds = 60
    signed_requests.send(signed_requests.start_task(emulator))
    assert signed_requests.send(signed_requests.show_task(emulator)).json["status"] == "STOPPED"
    emulator.huawei.tasks[TASK].due_at = time.monotonic()
    assert (
        signed_requests.send(signed_requests.show_task(emulator)).json["status"] == "SYNCHRONIZING"
    )


def test_a_url_list_task_needs_no_source_keys(emulator: Emulator) -> None:
    emulator.huawei.tasks["urls"] = SyncTask("urls", url_list=True)
    body = {"dst_ak": "a", "dst_sk": "b"}
    assert signed_requests.send(signed_requests.start_task(emulator, body, "urls")).status == 200


def test_a_denied_permission_is_a_403_and_does_nothing(emulator: Emulator) -> None:
    emulator.huawei.denied.add("oms:synctask:get")
    assert signed_requests.send(signed_requests.show_task(emulator)).status == 403
    assert signed_requests.send(signed_requests.start_task(emulator)).status == 200


def test_dev_servers_come_ten_a_page_unless_requested_otherwise(emulator: Emulator) -> None:
    page = signed_requests.send(signed_requests.dev_servers(emulator)).json
    assert (len(page["data"]), page["size"], page["total"], page["pages"]) == (10, 10, 25, 3)


def test_the_pages_together_hold_every_dev_server_once(emulator: Emulator) -> None:
    emulator.huawei.dev_servers = generate(2345)
    found: list[str] = []
    for offset in range(0, 2345, 1000):
        query = (("offset", str(offset)), ("limit", "1000"))
        page = signed_requests.send(signed_requests.dev_servers(emulator, *query)).json
        found += [server["id"] for server in page["data"]]
    assert len(found) == len(set(found)) == 2345


def test_dev_servers_are_sorted_as_requested(emulator: Emulator) -> None:
    query = (("sort_dir", "DESC"), ("sort_key", "createTime,updateTime"))
    page = signed_requests.send(signed_requests.dev_servers(emulator, *query)).json
    created = [server["create_at"] for server in page["data"]]
    assert created == sorted(created, reverse=True)


def test_dev_servers_can_be_an_owners_only(emulator: Emulator) -> None:
    owned = emulator.huawei.dev_servers[3]["id"]
    emulator.huawei.owners[owned] = "someone"
    page = signed_requests.send(signed_requests.dev_servers(emulator, ("owner", "someone"))).json
    assert [server["id"] for server in page["data"]] == [owned]


def test_iam_lists_the_projects_of_a_name(emulator: Emulator) -> None:
    emulator.huawei.projects.append(Project("0000000000000000000000000000aa09", "cn-east-3"))
    request = signed_requests.huawei(
        emulator, "iam", "GET", "/v3/projects", (("name", "cn-east-3"),)
    )
    assert len(signed_requests.send(request).json["projects"]) == 2


def test_an_app_is_copied_to_every_region_once(emulator: Emulator) -> None:
    app = ("AppId", "ci-vm-exampleapp01")
    everywhere = ("TargetRegionIds", '["all"]')
    assert list(signed_requests.send(signed_requests.ehpc(emulator, app, everywhere)).json) == [
        "RequestId"
    ]
    assert emulator.alibaba.apps["ci-vm-exampleapp01"] == emulator.alibaba.regions
    again = signed_requests.send(signed_requests.ehpc(emulator, app, everywhere))
    assert (again.status, again.code) == (400, "ImageAlreadyExists")


def test_one_region_that_has_the_app_hides_the_others(emulator: Emulator) -> None:
    several = ("TargetRegionIds", '["cn-hangzhou","cn-beijing"]')
    reply = signed_requests.send(
        signed_requests.ehpc(emulator, ("AppId", "ci-vm-exampleapp01"), several)
    )
    assert reply.code == "ImageAlreadyExists"
    assert "cn-beijing" not in emulator.alibaba.apps["ci-vm-exampleapp01"]


@pytest.mark.parametrize("targets", ["cn-beijing", '["nowhere-1"]', '{"a":1}', "[1]"])
def test_wrong_target_regions_are_invalid_params(emulator: Emulator, targets: str) -> None:
    query = (("AppId", "ci-vm-exampleapp01"), ("TargetRegionIds", targets))
    assert signed_requests.send(signed_requests.ehpc(emulator, *query)).code == "InvalidParams"


def test_the_documented_response_without_a_request_id_can_be_emulated(emulator: Emulator) -> None:
    emulator.alibaba.edas.body_request_id = False
    reply = signed_requests.send(signed_requests.edas(emulator))
    assert "RequestId" not in reply.json
    assert reply.headers["x-acs-request-id"]


def test_every_response_has_a_date_of_the_emulated_clock(emulator: Emulator) -> None:
    emulator.clock_offset = -3600.0
    reply = signed_requests.send(signed_requests.cwp(emulator, late=3600.0))
    assert reply.json["Response"]["State"] == "NOTASK"
    hour = time.strftime("%d %b %Y %H:", time.gmtime(time.time() - 3600))
    assert hour in reply.headers["date"]


def test_the_journal_records_what_was_received(emulator: Emulator) -> None:
    signed_requests.send(signed_requests.dev_servers(emulator, ("limit", "5")))
    entry = emulator.received.of("modelarts")[0]
    assert (entry.method, entry.action, entry.query) == ("PUT", "SyncDevServers", (("limit", "5"),))
    assert (entry.status, entry.accepted, entry.processed) == (200, True, True)
    assert (entry.authorization or "").startswith("SDK-HMAC-SHA256 ")


def test_the_journal_shows_no_secret_when_it_is_printed(emulator: Emulator) -> None:
    body = {**signed_requests.STORAGE_KEYS, "src_sk": "exampleForeignSecret"}
    signed_requests.send(signed_requests.start_task(emulator, body))
    shown = repr(emulator.received.all())
    assert "StartSyncTask" in shown
    assert "exampleForeignSecret" not in shown


def test_clearing_keeps_the_state(emulator: Emulator) -> None:
    signed_requests.send(signed_requests.start_task(emulator))
    emulator.clear()
    assert len(emulator.received) == 0
    assert emulator.huawei.tasks[TASK].starts == 1


@pytest.mark.parametrize("temporary", [False, True])
def test_the_environment_names_every_endpoint_and_key(
    emulator: Emulator, *, temporary: bool
) -> None:
    environment = emulator.environment(temporary=temporary)
    assert environment["CWP_ENDPOINT_URL"] == emulator.url("cwp")
    assert len([name for name in environment if "_ENDPOINT_URL" in name]) == len(ENDPOINT_SETTINGS)
    assert ("TENCENTCLOUD_TOKEN" in environment) is temporary


def test_a_stopped_emulator_leaves_no_threads() -> None:
    before = set(threading.enumerate())
    with Emulator() as running:
        signed_requests.send(signed_requests.cwp(running))
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(timeout=10)
    assert [thread for thread in left if thread.is_alive()] == []
