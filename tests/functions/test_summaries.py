"""The one sentence for people in a result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.alibaba.synchronize_app import OPERATION as EHPC
from functions.huawei.start_sync_task import OPERATION as OMS
from functions.tencent.sync_machines import OPERATION as CWP
from local.emulator import Emulator
from shared.client import dry_run
from shared.errors import Forbidden, Rejected, SyncError
from tests.support.operation_runner import ProviderReply, run_operation
from tests.support.platform_caller import EVENTS, PlatformCaller

APP = {"app_id": "ci-example-app"}
TASK = {
    "sync_task_id": "example-task",
    "src_ak": "exampleSrcAk",
    "src_sk": "exampleSrcSecret",
    "dst_ak": "exampleDstAk",
    "dst_sk": "exampleDstSecret",
}
COUNTED = {"DescribeMachineGeneral": {"MachineCnt": 12, "NotProtectMachineCnt": 0}}
ACCEPTED: ProviderReply = {"RequestId": "example"}


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[PlatformCaller]:
    with Emulator() as emulator:
        yield PlatformCaller(emulator, tmp_path)


def already_there() -> SyncError:
    return Rejected("example", code="ImageAlreadyExists", http_status=400)


@pytest.mark.parametrize(
    ("regions", "replies", "expected"),
    [
        (
            ["cn-shanghai", "cn-beijing"],
            [ACCEPTED],
            "E-HPC accepted the copy of ci-example-app to cn-shanghai, cn-beijing",
        ),
        (
            ["all"],
            [ACCEPTED],
            "E-HPC accepted the copy of ci-example-app to every region that lacks it",
        ),
        (
            None,
            [ACCEPTED],
            "E-HPC accepted the copy of ci-example-app to every region that lacks it",
        ),
        (
            ["cn-shanghai", "cn-beijing"],
            [already_there(), already_there(), ACCEPTED],
            "E-HPC accepted the copy of ci-example-app to cn-beijing",
        ),
        (["cn-shanghai"], [already_there()], "ci-example-app is already in cn-shanghai"),
        (["all"], [already_there()], "ci-example-app is already in every region"),
    ],
)
def test_a_copied_application_names_the_regions_it_goes_to(
    regions: list[str] | None, replies: list[ProviderReply], expected: str
) -> None:
    parameters = APP if regions is None else {**APP, "target_region_ids": regions}
    outcome = run_operation(EHPC, parameters, Forbidden("example"), *replies).successful_outcome
    assert outcome.summary == expected


@pytest.mark.parametrize(
    ("parameters", "replies", "expected"),
    [
        ({"sync": False}, [{"State": "NOTASK"}], "CWP: no sync in progress."),
        ({"sync": False}, [{"State": "SYNCING"}], "CWP is synchronizing its machine list"),
        (
            {"sync": False},
            [{"State": "FINISHED", "LatestEndTime": "2026-11-21 20:00:00"}],
            "CWP machine list synchronized, finished 2026-11-21T20:00:00+08:00",
        ),
        (
            {"sync": False},
            [{"State": "FINISHED"}],
            "CWP machine list synchronized, end time not reported",
        ),
        (
            {},
            [{"State": "SYNCING"}],
            "CWP was already synchronizing; nothing was triggered",
        ),
        (
            {},
            [{"State": "NOTASK"}, {"State": "NOTASK"}, {"State": "NOTASK"}],
            "CWP accepted the request; it does not show the new run yet",
        ),
    ],
)
def test_machines_say_what_cwp_is_doing(
    parameters: dict[str, object], replies: list[ProviderReply], expected: str
) -> None:
    assert (
        run_operation(CWP, parameters, *replies, by_action=COUNTED).successful_outcome.summary
        == expected
    )


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["SYNCHRONIZING"], "task example-task is already synchronizing"),
        (["STOPPED", "SYNCHRONIZING"], "task example-task is synchronizing"),
        (
            ["STOPPED", "STOPPED"],
            "OMS accepted the start of task example-task; it is still STOPPED",
        ),
    ],
)
def test_a_task_says_what_it_is_doing(states: list[str], expected: str) -> None:
    before, *after = [{"status": state} for state in states]
    replies: list[ProviderReply] = [before, *([None, *after] if after else []), None]
    assert run_operation(OMS, TASK, *replies).successful_outcome.summary == expected


@pytest.mark.parametrize(
    ("requests", "writes", "expected"),
    [
        (0, 0, "Dry run: no requests."),
        (1, 0, "Dry run: 1 request, which makes no change."),
        (1, 1, "Dry run: 1 request, which makes a change."),
        (3, 0, "Dry run: 3 requests, none of which makes a change."),
        (3, 1, "Dry run: 3 requests, 1 of which makes a change."),
        (3, 2, "Dry run: 3 requests, 2 of which make a change."),
        (3, 3, "Dry run: 3 requests, all of which make a change."),
    ],
)
def test_a_dry_run_counts_its_requests(requests: int, writes: int, expected: str) -> None:
    assert dry_run.summary(requests, writes) == expected


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("alibaba.edas.SynchronizeResource", "Dry run: 5 requests, 1 of which makes a change."),
        ("alibaba.ehpc.SynchronizeApp", "Dry run: 4 requests, 1 of which makes a change."),
        ("tencent.cwp.SyncMachines", "Dry run: 4 requests, 1 of which makes a change."),
        ("tencent.cwp.SyncAssetScan", "Dry run: 3 requests, 1 of which makes a change."),
        ("huawei.oms.StartSyncTask", "Dry run: 5 requests, 1 of which makes a change."),
        ("huawei.oms.StopSyncTask", "Dry run: 4 requests, 1 of which makes a change."),
        ("huawei.oms.CreateSyncEvents", "Dry run: 2 requests, 1 of which makes a change."),
        ("huawei.modelarts.SyncDevServers", "Dry run: 2 requests, 1 of which makes a change."),
    ],
)
def test_every_operation_says_how_much_a_run_would_change(
    caller: PlatformCaller, operation: str, expected: str
) -> None:
    result = caller.run(operation, {**EVENTS[operation], "dry_run": True})
    assert result["summary"] == expected


def test_a_wait_that_an_operation_does_not_support_is_a_warning(caller: PlatformCaller) -> None:
    event = {"type": "all", "dry_run": True, "wait_seconds": 5.0}
    result = caller.run("alibaba.edas.SynchronizeResource", event)
    assert result["summary"] == (
        "Dry run: 5 requests, 1 of which makes a change (wait_seconds has no effect here)"
    )
