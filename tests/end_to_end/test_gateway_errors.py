"""A gateway's error may follow completed work: nothing is started twice unnoticed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from local.emulator import Emulator, faults
from local.emulator.message import Received
from tests.support.platform_caller import SERVICE, PlatformCaller

EDAS = "alibaba.edas.SynchronizeResource"
EHPC = "alibaba.ehpc.SynchronizeApp"
CWP = "tencent.cwp.SyncMachines"
OMS = "huawei.oms.StartSyncTask"
MODELARTS = "huawei.modelarts.SyncDevServers"


LOOKS = {"DescribeMachineGeneral", "ListImages", "GetImage"}


def is_write(request: Any) -> bool:
    reads = b'"Sync":false' in request.body or request.action in LOOKS
    return request.method == "POST" and not reads


def gateway_error(status: int) -> Any:
    return faults.status(status, b"<html>Gateway</html>", work=True, content_type="text/html")


@pytest.mark.parametrize("status", [408, 499, 500, 502, 503, 504, 524])
@pytest.mark.parametrize(
    ("operation", "ended"), [(OMS, "succeeded"), (CWP, "running"), (EHPC, "running")]
)
def test_work_that_was_done_behind_an_error_is_reported_as_ours(
    caller: PlatformCaller, emulator: Emulator, operation: str, status: int, ended: str
) -> None:
    emulator.tencent.machines.run_seconds = None
    emulator.inject_fault(SERVICE[operation], gateway_error(status), 1, when=is_write)

    result = caller.run(operation)

    assert result["status"] == ended
    assert result["data"].get("triggered", True) is not False


@pytest.mark.parametrize("operation", [OMS, CWP])
def test_the_state_is_read_before_a_start_is_sent_again(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    emulator.inject_fault(SERVICE[operation], faults.status(503, b""), 2, when=is_write)

    caller.run(operation)

    sent = [is_write(each) for each in emulator.received if each.service == SERVICE[operation]]
    assert sum(sent) == 3
    assert not any(first and second for first, second in pairwise(sent))


@pytest.mark.parametrize("operation", [OMS, CWP])
def test_a_start_that_may_have_worked_is_not_reported_as_not_triggered(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    emulator.inject_fault(SERVICE[operation], gateway_error(502), None, when=is_write)
    emulator.inject_fault(
        SERVICE[operation],
        faults.status(503, b""),
        None,
        when=lambda request: any(map(is_write, emulator.received)) and not is_write(request),
    )

    result = caller.run(operation)

    assert result["error"]["category"] == "unavailable"
    assert result["data"]["triggered"] is None
    assert "may still" in result["error"]["hint"] or "checks" in result["error"]["hint"]


def synchronizes(request: Received) -> bool:
    return request.action == "SynchronizeResource"


@pytest.mark.parametrize("status", [408, 499, 500, 502, 503, 504, 524])
def test_edas_is_not_tried_again_and_reports_what_is_unknown(
    caller: PlatformCaller, emulator: Emulator, status: int
) -> None:
    emulator.inject_fault("edas", gateway_error(status), None, when=synchronizes)

    result = caller.run(EDAS)

    assert len([each for each in emulator.received if synchronizes(each)]) == 1
    assert result["error"]["category"] == "unavailable"
    assert result["error"]["retryable"]
    assert "EDAS may still complete the request" in result["error"]["hint"]
    assert result["summary"].startswith("SynchronizeResource was sent, but not confirmed: ")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"projects": []}, "ProjectNotFound"),
        ({"unexpected": 1}, "BadResponse"),
        *(
            ({"projects": [{"name": "cn-north-4", "id": odd}]}, "ProjectNotFound")
            for odd in ("", "a/b", "..", "---", "a" * 65, "é", "\u0661", 5, None)
        ),
    ],
)
def test_a_project_that_was_not_found_is_looked_up_again(
    caller: PlatformCaller, emulator: Emulator, body: Any, code: str
) -> None:
    emulator.inject_fault("iam", faults.status(200, body), 1)

    first, second = caller.run(MODELARTS), caller.run(MODELARTS)

    assert first["error"]["code"] == code
    assert second["error"] is None


@pytest.mark.parametrize("code", [[], {}, [200], None, "200", True, 200.0])
def test_an_unusual_code_of_edas_with_success_is_not_a_failure(
    caller: PlatformCaller, emulator: Emulator, code: object
) -> None:
    emulator.inject_fault("edas", faults.edited(lambda body: {**body, "Code": code}), None)

    assert caller.run(EDAS)["status"] == "succeeded"


@pytest.mark.parametrize("code", [500, "OK", 10**30])
def test_another_code_of_edas_is_the_providers_error(
    caller: PlatformCaller, emulator: Emulator, code: object
) -> None:
    emulator.inject_fault("edas", faults.edited(lambda body: {**body, "Code": code}), None)

    assert caller.run(EDAS)["error"]["category"] in {"refused", "unavailable"}


def test_a_start_that_the_state_shows_late_is_accepted(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    emulator.huawei.oms.start_seconds = 5
    emulator.inject_fault("oms", faults.reset(work=True), 1, method="POST")

    result = caller.run(OMS)

    assert result["status"] == "accepted"
    assert result["data"]["triggered"] is None
    assert emulator.huawei.tasks["example-sync-task-1"].starts == 1


@pytest.mark.parametrize(
    "body",
    [
        {"error_code": "ModelArts.0001", "error_msg": "Not allowed."},
        {"errorCode": "ModelArts.0001", "errorMsg": "Not allowed."},
        {"code": "ModelArts.0001", "message": "Not allowed."},
        {"error": {"code": "ModelArts.0001", "message": "Not allowed.", "title": "Forbidden"}},
        {"fault": {"inner": {"error_code": "ModelArts.0001", "error_msg": "Not allowed."}}},
    ],
)
def test_huaweis_errors_are_read_in_every_spelling(
    caller: PlatformCaller, emulator: Emulator, body: dict[str, object]
) -> None:
    emulator.inject_fault("modelarts", faults.status(403, body), None)

    error = caller.run(MODELARTS)["error"]

    assert (error["code"], error["message"]) == ("ModelArts.0001", "Not allowed.")


@pytest.mark.parametrize(
    "body",
    [
        {"code": "NoPermission", "message": "Not allowed.", "requestId": "3F5B-EXAMPLE"},
        {"errorCode": "NoPermission", "errorMsg": "Not allowed.", "requestId": "3F5B-EXAMPLE"},
        {"Code": "NoPermission", "Message": "Not allowed.", "RequestId": "3F5B-EXAMPLE"},
        {
            "error": {"code": "NoPermission", "message": "Not allowed."},
            "request_id": "3F5B-EXAMPLE",
        },
    ],
)
def test_alibabas_errors_are_read_in_every_spelling(
    caller: PlatformCaller, emulator: Emulator, body: dict[str, object]
) -> None:
    emulator.inject_fault("edas", faults.status(403, body), None)

    result = caller.run(EDAS)

    assert (result["error"]["code"], result["error"]["message"]) == ("NoPermission", "Not allowed.")
    assert result["provider_request_ids"] == ["3F5B-EXAMPLE"]


@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize(
    "body",
    [
        {"Response": {"Error": {"Code": "NoPermission", "Message": "Not allowed."}}},
        {"Response": {"Error": {"code": "NoPermission", "message": "Not allowed."}}},
    ],
)
def test_tencents_errors_are_read_in_every_spelling(
    caller: PlatformCaller, emulator: Emulator, body: dict[str, object], status: int
) -> None:
    emulator.inject_fault("cwp", faults.status(status, body), None)

    error = caller.run(CWP)["error"]

    assert (error["code"], error["message"]) == ("NoPermission", "Not allowed.")


def test_an_error_of_tencent_without_its_envelope_is_read(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    body = {"Error": {"Code": "NoPermission", "Message": "Not allowed."}}
    emulator.inject_fault("cwp", faults.status(403, body), None)

    error = caller.run(CWP)["error"]

    assert (error["code"], error["message"]) == ("NoPermission", "Not allowed.")


@pytest.mark.parametrize("code", [[], {}, [200], None, "200", True, 200.0, ""])
def test_an_unusual_code_of_ehpc_is_not_a_failure(
    caller: PlatformCaller, emulator: Emulator, code: object
) -> None:
    emulator.inject_fault("ehpc", faults.edited(lambda body: {**body, "Code": code}), None)

    assert caller.run(EHPC)["error"] is None


def test_huaweis_request_id_is_read_in_the_body_without_a_header(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    body = {"error_code": "ModelArts.0001", "error_msg": "No.", "request_id": "3F5B-EXAMPLE"}
    emulator.inject_fault("modelarts", faults.status(403, body), None)

    assert caller.run(MODELARTS)["provider_request_ids"][-1] == "3F5B-EXAMPLE"
