"""What holds for every run, whatever goes wrong."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from functions.registry import load
from local.emulator.message import Received
from tests.fault_injection.fault_kinds import GATEWAY_STATUSES
from tests.fault_injection.run import Observation
from tests.fault_injection.scenario import (
    CWP,
    CWP_ASSETS,
    EDAS,
    EHPC,
    MODELARTS,
    OMS,
    OMS_EVENTS,
    OMS_STOP,
    Scenario,
)
from tests.support.repository import ROOT

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

BUSY_SECONDS = 0.5
"""What a run may take longer because others of its batch have the processor."""

MAX_BYTES = 256 * 1024
"""For the result of a timer or a workflow."""

NOT_SENT = re.compile(r"nothing (was|is) (sent|triggered)|not sent|has not started", re.IGNORECASE)
SOMEBODY_ELSE = re.compile(r"some(one|body) else|earlier run|another run", re.IGNORECASE)

FINE = {
    EDAS: {"succeeded"},
    EHPC: {"succeeded", "accepted", "running", "unchanged"},
    CWP: {"succeeded", "running", "accepted", "unchanged", "idle"},
    CWP_ASSETS: {"succeeded", "running", "accepted", "unchanged", "idle"},
    OMS: {"succeeded", "accepted", "unchanged"},
    OMS_STOP: {"succeeded", "accepted", "unchanged"},
    OMS_EVENTS: {"accepted"},
    MODELARTS: {"succeeded"},
}
"""The statuses of a run that did not fail."""

LOOKS_FIRST = {CWP, CWP_ASSETS, OMS, OMS_STOP}
"""The operations that read a state before they write."""


@lru_cache(maxsize=1)
def result_schema() -> Validator:
    """Return the validator of the published schema."""
    schema = json.loads((ROOT / "docs/schemas/result.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)


def violations(scenario: Scenario, seen: Observation, log: str) -> Iterator[str]:
    """Yield what does not hold.

    Parameters
    ----------
    scenario: what was run.
    seen: what came of it.
    log: the lines that the run wrote.
    """
    yield from one_result(scenario, seen)
    yield from in_time(scenario, seen)
    yield from nothing_secret(seen, log)
    yield from log_of_lines(log)
    if seen.result is not None:
        yield from right_category(scenario, seen)
        yield from honest_about_writes(scenario, seen)
        yield from true_success(scenario, seen)
        yield from true_effect(seen)


def one_result(scenario: Scenario, seen: Observation) -> Iterator[str]:
    """Check that there is exactly one result, of the published form and no larger than allowed."""
    if seen.result is None:
        yield f"no result: {seen.problem or seen.raised!r}"
        return
    for fault in result_schema().iter_errors(seen.result):
        yield f"not of the published form: {fault.json_path} {fault.message[:200]}"
    failed = seen.result["status"] == "failed"
    raises = scenario.trigger in {"timer", "workflow"}
    if (seen.raised is not None) != (failed and raises):
        yield f"a {scenario.trigger} run that is {seen.result['status']} raised {seen.raised!r}"
    size = len(json.dumps(seen.result))
    if raises and size > MAX_BYTES:
        yield f"a {scenario.trigger}'s result has {size} bytes"
    if failed != (seen.result["error"] is not None):
        yield "status and error disagree"
    if seen.result["error"] is not None and not seen.result["error"]["hint"]:
        yield "no hint"


def in_time(scenario: Scenario, seen: Observation) -> Iterator[str]:
    """Check that the result came before the platform would have ended the function."""
    if seen.seconds > scenario.limit_seconds + BUSY_SECONDS:
        yield f"took {seen.seconds:.2f} of {scenario.limit_seconds:g} s"
    for request in seen.received:
        if request.accepted and request.fault is None and request.status is None:
            yield f"a request without an answer: {request}"


def nothing_secret(seen: Observation, log: str) -> Iterator[str]:
    """Check that no output contains a secret."""
    text = seen.output + log
    for secret in seen.secrets:
        encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
        if secret in text or encoded in text:
            yield f"a secret is shown: {secret[:4]}…"


def log_of_lines(log: str) -> Iterator[str]:
    """Check that each line of the log is a JSON object and that no run met a bug."""
    for line in log.split("\n")[:-1]:
        entry = json.loads(line)
        if "frames" in entry:
            yield f"unhandled exception: {entry['frames']}"


def right_category(scenario: Scenario, seen: Observation) -> Iterator[str]:
    """Check that a failure is one that a fault explains, and a success one of the operation's."""
    result = seen.result or {}
    if result["status"] != "failed":
        if result["status"] not in FINE[scenario.operation]:
            yield f"status {result['status']}"
        return
    if result["error"] is None:
        return  # that was noticed before
    category = result["error"]["category"]
    out_of_time = category == "timeout" and seen.seconds > scenario.limit_seconds / 3
    # Without the right to read, OMS is asked to start a task that may be running, or to stop one.
    denied = scenario.operation in {OMS, OMS_STOP} and "forbidden" in scenario.categories
    if denied and scenario.is_done and category == "refused":
        return
    if category not in scenario.categories and not out_of_time:
        yield f"category {category} ({result['error']['code']}) is none of {scenario.categories}"


def is_write(request: Received) -> bool:
    """Return whether a request asks for the operation's effect."""
    if request.service == "cwp":
        return b"true" in request.body
    if request.service == "oms":
        return request.method == "POST"
    if request.service == "ehpc":
        return request.action == "SynchronizeApp"
    return request.action == "SynchronizeResource"


def outcome_is_unknown(request: Received) -> bool:
    """Return whether the client cannot know if a request was processed."""
    if not request.accepted and request.fault != "reset before reading":
        return False  # its signature was refused
    if request.status == 200 and request.code is not None:
        return False  # Tencent refuses with status 200
    answered = request.status is not None and request.status not in GATEWAY_STATUSES
    return not answered or (request.fault is not None and 200 <= (request.status or 0) < 300)


def honest_about_writes(scenario: Scenario, seen: Observation) -> Iterator[str]:
    """Check what is said of writes, and that none is repeated blindly."""
    result = seen.result or {}
    writes = [request for request in seen.received if is_write(request)]
    if seen.work:
        yield from said_of_work_done(scenario, seen)
    if scenario.operation in LOOKS_FIRST:
        yield from looked_between_writes(seen.received)
    if scenario.operation == EDAS:
        unknown = [request for request in writes if request.processed]
        if len(unknown) > 2:
            yield f"EDAS did the work {len(unknown)} times"
        answered = [request for request in writes[:-1] if request.status in GATEWAY_STATUSES]
        if answered and scenario.network_fault is None:
            yield f"repeated after {answered[0].status}, which may come after the work"
    if not writes and result["data"].get("triggered"):
        yield "claims to have triggered it without a request"


def said_of_work_done(scenario: Scenario, seen: Observation) -> Iterator[str]:
    """Check that a result does not deny what the provider did for this run."""
    result = seen.result or {}
    error = result["error"] or {}
    told = " ".join((result["summary"], error.get("message", ""), error.get("hint", "")))
    if scenario.operation in LOOKS_FIRST and result["data"].get("triggered") is False:
        yield "the provider did the work for this run, and triggered is false"
    if NOT_SENT.search(told):
        yield f"denies the work that was done: {told}"
    if scenario.operation in LOOKS_FIRST and SOMEBODY_ELSE.search(told):
        yield f"calls its own work somebody else's: {told}"
    if result["status"] == "unchanged" and not scenario.is_done:
        yield f"calls its own work unchanged: {told}"
    refused = error.get("http_status") or 0
    said_no = 400 <= refused < 500 and refused not in GATEWAY_STATUSES
    said_no |= refused == 200 and any(fault.name.startswith("a field") for fault in scenario.faults)
    # Of several regions, each has its own outcome.
    said_no |= "accepted" in result["data"].get("regions", {}).values()
    # Of several tasks too.
    said_no |= any(each["triggered"] is not False for each in result["data"].get("tasks", ()))
    # Of several batches of objects, it is said how many were taken.
    said_no |= result["data"].get("handed_over", 0) > 0
    if error and not said_no and load(scenario.operation).unknown_outcome_hint not in told:
        yield f"a failure after the work does not say that it may have been done: {told}"


def looked_between_writes(received: list[Received]) -> Iterator[str]:
    """Check that no write follows one whose outcome is unknown without a look in between."""
    pending: dict[str, Received] = {}
    for request in received:
        path = request.path
        if not is_write(request):
            if request.status == 200 and request.processed and request.service in {"cwp", "oms"}:
                # A task's own state is that of the requests below its path.
                pending = {each: sent for each, sent in pending.items() if not is_of(each, path)}
            continue
        if path in pending:
            yield f"repeated without a look: {pending[path]} then {request}"
        pending.pop(path, None)
        if outcome_is_unknown(request):
            pending[path] = request


def is_of(path: str, look: str) -> bool:
    """Return whether a look at this path shows what a write to another path did."""
    return path == look or path.rpartition("/")[0] == look


def true_effect(seen: Observation) -> Iterator[str]:
    """Check that an effect that is said to be seen is there."""
    data = (seen.result or {})["data"] or {}
    found = data.get("verified")
    if found and found["effect"] == "seen" and seen.effect_is_there is False:
        yield f"says that the effect was seen by {found['by']}, and it is not there"
    for task in data.get("tasks", ()):
        is_seen = task["verified"] is not None and task["verified"]["effect"] == "seen"
        if is_seen and task["id"] not in seen.changed_tasks:
            yield f"says that the effect was seen on {task['id']}, and it is not there"


def true_success(scenario: Scenario, seen: Observation) -> Iterator[str]:
    """Check that what is said to be done was done."""
    result = seen.result or {}
    lied = any(
        is_write(request) and request.fault and request.status == 200 and not request.processed
        for request in seen.received
    )
    changed = any("field" in fault.name for fault in scenario.faults)
    if not lied and result["data"].get("handed_over", 0) > seen.work:
        yield f"{result['data']['handed_over']} objects handed over, and OMS took {seen.work}"
    if lied or changed or result["status"] not in {"succeeded", "accepted"}:
        return
    wrote = scenario.operation in {EDAS, EHPC, OMS_EVENTS} or result["data"].get("triggered")
    partly_done = scenario.operation == EHPC and scenario.is_done
    if wrote and not seen.work and not partly_done:
        yield f"{result['status']} although the provider did nothing: {result['summary']}"
