"""The Lambda zips under AWS's own runtime client."""

from __future__ import annotations

import json
import time

import pytest

from local.bundling.plan import Bundle, chosen
from local.demo import DIRECT
from local.emulator import Emulator, faults
from local.http_events import Http, aws_url
from tests.support.bundles import BundleCache, listing
from tests.support.lambda_process import Start

ENTRIES = [
    (bundle, operation, module.rpartition(".")[2])
    for bundle in chosen(platform="lambda", kind="sync")
    for operation, module in bundle.operations.items()
]


@pytest.mark.parametrize(
    ("bundle", "operation", "entry"), ENTRIES, ids=[entry for _, _, entry in ENTRIES]
)
def test_direct_and_timer_events_are_answered_in_one_process(
    start: Start, bundle: Bundle, operation: str, entry: str
) -> None:
    process = start(entry, bundle.provider)
    given = {name: value for name, value in DIRECT[operation].items() if name != "wait_seconds"}
    direct = process.invoke(given)
    timer = process.invoke({"trigger": "timer", **given})
    for outcome, trigger in ((direct, "direct"), (timer, "timer")):
        assert not outcome.failed, outcome.text
        assert outcome.document["operation"] == operation
        assert outcome.document["trigger"] == trigger
        assert outcome.document["status"] in {"succeeded", "accepted", "running", "unchanged"}


def test_a_scheduler_event_without_an_input_is_a_timer(start: Start) -> None:
    event = {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "111122223333",
        "time": "2026-11-21T02:00:00Z",
        "region": "eu-west-1",
        "resources": ["arn:aws:scheduler:eu-west-1:111122223333:schedule/default/example"],
        "detail": "{}",
    }
    outcome = start("sync_machines", "tencent").invoke(event)
    assert outcome.document["trigger"] == "timer"


def test_a_warm_process_keeps_one_connection(start: Start, emulator: Emulator) -> None:
    process = start("sync_dev_servers", "huawei")
    results = [process.invoke({}).document for _ in range(4)]
    assert {result["status"] for result in results} == {"succeeded"}
    assert len({result["invocation_id"] for result in results}) == 4
    served = emulator.received.of("modelarts")
    assert len(served) >= 4
    assert len({request.connection for request in served}) == 1


def test_a_timers_refused_run_is_an_error_document_with_the_result(start: Start) -> None:
    environ = {"TENCENTCLOUD_SECRET_KEY": "exampleWrongSecret"}
    process = start("sync_machines", "tencent", **environ)
    outcome = process.invoke({"trigger": "timer"})
    assert outcome.failed
    assert outcome.document["errorType"] == "SyncFailed"
    result = json.loads(outcome.document["errorMessage"])
    assert result["status"] == "failed"
    assert result["error"]["category"] == "unauthenticated"
    assert "exampleWrongSecret" not in outcome.text


def test_a_timers_run_that_may_be_tried_again_says_so(start: Start) -> None:
    nowhere = {"CWP_ENDPOINT_URL": "http://127.0.0.1:1"}
    process = start("sync_machines", "tencent", **nowhere)
    outcome = process.invoke({"trigger": "timer"})
    assert outcome.failed
    assert outcome.document["errorType"] == "SyncRetryable"
    assert json.loads(outcome.document["errorMessage"])["error"]["retryable"] is True


def test_the_stack_trace_of_a_failed_run_holds_no_values(start: Start) -> None:
    secret = "exampleSecretInTheEvent"
    event = {
        "trigger": "timer",
        "sync_task_id": "no-such-task",
        "src_ak": "exampleSourceKey",
        "src_sk": secret,
        "dst_ak": "exampleTargetKey",
        "dst_sk": secret,
    }
    outcome = start("start_sync_task", "huawei").invoke(event)
    assert outcome.failed
    trace = "\n".join(outcome.document["stackTrace"])
    assert "shared/entrypoint.py" in trace
    assert "no-such-task" not in trace
    assert secret not in outcome.text


def test_a_process_lives_on_after_a_failed_run(start: Start) -> None:
    process = start("sync_dev_servers", "huawei")
    assert process.invoke({"trigger": "timer", "nonsense": 1}).failed
    assert process.invoke({}).document["status"] == "succeeded"
    assert process.alive


def test_a_function_url_is_answered(start: Start) -> None:
    process = start("sync_machines", "tencent", HTTP_BEARER_TOKENS="exampleBearerToken")
    headers = {"Authorization": "Bearer exampleBearerToken", "Content-Type": "application/json"}
    reply = process.invoke(aws_url(Http(headers=headers, body=b'{"sync": false}'))).document
    assert reply["statusCode"] == 200
    assert json.loads(reply["body"])["operation"] == "tencent.cwp.SyncMachines"


def test_a_function_url_without_a_token_is_refused(start: Start, emulator: Emulator) -> None:
    reply = start("sync_machines", "tencent").invoke(aws_url(Http(body=b"{}"))).document
    assert reply["statusCode"] in {401, 403}
    assert list(emulator.received) == []


def test_the_deadline_that_the_runtime_reports_is_met(start: Start, emulator: Emulator) -> None:
    emulator.inject_fault("modelarts", faults.hang(30))
    process = start("sync_dev_servers", "huawei")
    process.invoke({"dry_run": True})
    began = time.monotonic()
    outcome = process.invoke({}, limit=4.0)
    assert time.monotonic() - began < 4.0
    assert outcome.document["status"] == "failed"
    assert outcome.document["error"]["category"] == "timeout"


def test_log_lines_are_json_and_hold_no_key(start: Start, emulator: Emulator) -> None:
    process = start("sync_machines", "tencent")
    process.invoke({"sync": False})
    lines = [json.loads(line) for line in process.log.splitlines() if line.startswith("{")]
    assert any(line.get("operation") == "tencent.cwp.SyncMachines" for line in lines)
    assert any("_aws" in line for line in lines)
    assert emulator.environment()["TENCENTCLOUD_SECRET_KEY"] not in process.log


def test_a_run_writes_nothing_into_the_bundle(zips: BundleCache, start: Start) -> None:
    root = zips.unpack(Bundle("huawei", "lambda"))
    before = listing(root)
    start("sync_dev_servers", "huawei").invoke({})
    assert listing(root) == before
