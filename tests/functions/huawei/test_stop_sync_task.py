"""OMS: the request that stops a task, and what it takes."""

from __future__ import annotations

import pytest

from functions.huawei.stop_sync_task import OPERATION, stop
from shared import validation
from shared.errors import InvalidInput
from tests.support.platform_contexts import run_dry

GIVEN: dict[str, object] = {"sync_task_id": "example-task"}


def test_the_stop_is_the_documented_request() -> None:
    call = stop("example-task", "p")

    assert (call.method, call.path) == ("POST", "/v2/p/sync-tasks/example-task/stop")
    assert (call.body, call.query) == (None, ())
    assert call.writes
    assert call.on_unknown_outcome == "raise"
    assert call.permission == "oms:synctask:update"


def test_a_stop_takes_one_task_and_no_storage_keys() -> None:
    with pytest.raises(InvalidInput, match="name one task"):
        validation.parse_parameters({"sync_task_id": "stopped"}, {}, OPERATION)
    with pytest.raises(InvalidInput, match="src_ak"):
        validation.parse_parameters({**GIVEN, "src_ak": "a"}, {}, OPERATION)
    assert OPERATION.params.secrets == frozenset()


def test_a_dry_run_plans_the_stop() -> None:
    result = run_dry(OPERATION, {**GIVEN, "project_id": "p", "region": "cn-north-4"})

    assert [each["writes"] for each in result["data"]["requests"]] == [False, True, False]
