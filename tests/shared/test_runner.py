"""A run always ends with a report, whatever goes wrong in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions.tencent.sync_machines import OPERATION
from shared.errors import Throttled
from shared.invocation import Invocation
from shared.models.flow import Flow
from shared.models.operation import CallContext
from shared.models.result import Outcome
from shared.runner import failed_run, run_operation, truncate
from shared.runtime import Runtime

if TYPE_CHECKING:
    import pytest

ENVIRON = {
    "TENCENTCLOUD_SECRET_ID": "exampleId",
    "TENCENTCLOUD_SECRET_KEY": "exampleTencentKey",
    "TENCENTCLOUD_REGION": "ap-guangzhou",
}


def invocation_of(event: Any = None) -> Invocation:
    return Invocation.from_event(event or {}, None, Runtime(environ=ENVIRON))


def broken(_params: Any, _target: CallContext) -> Flow[Outcome]:
    raise ValueError("exampleSecretValue")


def warning(_params: Any, _target: CallContext) -> Flow[Outcome]:
    yield from ()
    return Outcome("accepted", "done", {}, ("the key exampleTencentKey is old",))


def test_an_unexpected_exception_is_an_internal_error_without_values(
    capfd: pytest.CaptureFixture[str],
) -> None:
    report = run_operation(OPERATION._replace(flow=broken), invocation_of())

    error = report.result.error
    assert error is not None
    assert (error.category, error.code) == ("internal", "ValueError")
    assert error.message == "internal error; see the function's log"
    assert error.hint == "Please report this bug with the log line that lists the stack frames."
    assert report.result.region == "ap-guangzhou"
    line = json.loads(capfd.readouterr().out)
    assert line["message"] == "unhandled exception"
    assert line["frames"][-1].endswith(" broken")
    assert "exampleSecretValue" not in json.dumps([line, report.result.as_dict()])


def test_an_event_that_cannot_be_read_is_a_failed_run() -> None:
    event = {"Type": "Timer", "TriggerName": "nightly", "Message": "{"}

    report = run_operation(OPERATION, invocation_of(event))

    assert report.result.error is not None
    assert (report.result.error.code, report.result.trigger) == ("NotJson", "timer")


def test_warnings_are_redacted() -> None:
    report = run_operation(OPERATION._replace(flow=warning), invocation_of())

    assert report.result.status == "accepted"
    [text] = report.warnings
    assert "exampleTencentKey" not in text


def hint(_params: Any, _target: CallContext) -> Flow[Outcome]:
    yield from ()
    return Outcome("accepted", "done", warnings=("it is slow",), hints=("allow `cwp:Look`",))


def test_a_hint_is_reported_once_per_process_and_a_warning_by_every_run(
    capfd: pytest.CaptureFixture[str],
) -> None:
    runtime = Runtime(environ=ENVIRON)

    def reported() -> tuple[str, ...]:
        invocation = Invocation.from_event({}, None, runtime)
        return run_operation(OPERATION._replace(flow=hint), invocation).warnings

    assert reported() == ("it is slow", "allow `cwp:Look`")
    assert reported() == ("it is slow",)
    logged = [json.loads(line)["message"] for line in capfd.readouterr().out.splitlines()]
    assert logged == ["it is slow", "allow `cwp:Look`", "it is slow"]


def test_a_failed_run_reports_the_providers_retry_after() -> None:
    error = Throttled("too many requests", retry_after=7.5)

    report = failed_run(OPERATION, invocation_of(), error)

    assert report.retry_after == 7.5
    assert report.result.summary == "SyncMachines failed: too many requests"
    assert (report.result.attempts, report.result.region) == (0, None)


def test_a_long_message_is_cut() -> None:
    assert truncate("x" * 1000) == "x" * 1000
    assert truncate("x" * 1001) == "x" * 999 + "…"
