"""A fleet's result keeps within what a platform returns, and says what it leaves out."""

from __future__ import annotations

import gc
import json
import tracemalloc
from typing import Any

from shared.errors import Forbidden
from shared.fleet.result import MAX_BYTES, MAX_BYTES_BY_TRIGGER
from shared.models.operation import CallContext
from shared.models.result import Outcome
from tests.support.clocks import FakeClock
from tests.support.fleets import (
    ENVIRON,
    FakeLambdaContext,
    fleet_report,
    fleet_runtime,
    regions,
    run_event,
)

VERIFIED = {"effect": "seen", "by": ["SyncMachines"], "at": "2026-11-21T12:00:00.000Z"}
TIMER_BYTES = MAX_BYTES_BY_TRIGGER["timer"]


def named(count: int) -> list[dict[str, object]]:
    return regions(*(f"ap-r{number}" for number in range(count)))


def number_of(context: CallContext) -> int:
    return int((context.region or "").removeprefix("ap-r"))


def outcome(bytes_of_data: int = 0, attention: int = 0) -> Outcome:
    items = [{"id": f"ins-{n}", "name": None, "why": "unprotected"} for n in range(attention)]
    data: dict[str, Any] = {
        "servers": "x" * bytes_of_data,
        "verified": VERIFIED,
        "attention": items,
        "attention_count": attention,
    }
    return Outcome("succeeded", "done", data)


def run_timer(count: int, run: Any, **event: object) -> dict[str, Any]:
    return run_event({"targets": named(count), **event}, run, trigger="timer")


def size(result: dict[str, Any]) -> int:
    return len(json.dumps(result["data"]))


def test_what_fits_is_kept_whole() -> None:
    result = run_timer(40, lambda _context, _params: outcome(1000))
    data = result["data"]
    assert (data["results_shortened"], data["results_left_out"]) == (0, 0)
    assert {len(each["data"]["servers"]) for each in data["results"]} == {1000}


def test_data_that_needs_no_one_goes_first() -> None:
    def run(context: CallContext, _params: Any) -> Outcome:
        if number_of(context) == 7:
            raise Forbidden("no", data={"kept": "yes"})
        return outcome(10_000, attention=2 if number_of(context) == 3 else 0)

    result = run_timer(40, run)
    data = result["data"]
    assert len(data["results"]) == 40
    assert (data["results_shortened"], data["results_left_out"]) == (38, 0)
    assert data["results"][0]["data"] == {
        "verified": VERIFIED,
        "attention": [],
        "attention_count": 0,
    }
    assert data["results"][3]["data"]["servers"]
    assert data["results"][7]["data"] == {"kept": "yes"}
    assert data["attention_count"] == 2
    assert size(result) < TIMER_BYTES


def test_then_results_that_need_no_one_are_only_counted() -> None:
    def run(context: CallContext, _params: Any) -> Outcome:
        if number_of(context) in {7, 500}:
            raise Forbidden("no")
        return outcome(attention=int(number_of(context) == 900))

    result = run_timer(1000, run)
    data = result["data"]
    assert [each["region"] for each in data["results"]] == ["ap-r7", "ap-r500", "ap-r900"]
    assert data["results_left_out"] == 997
    assert data["counts"] == {"succeeded": 998, "failed": 2}
    assert size(result) < TIMER_BYTES


def test_then_what_needs_a_person_is_shortened_and_cut() -> None:
    def run(context: CallContext, _params: Any) -> Outcome:
        if number_of(context) % 2:
            raise Forbidden("no permission " * 20)
        return outcome(5000, attention=50)

    result = run_timer(1000, run)
    data = result["data"]
    assert size(result) < TIMER_BYTES
    assert 100 < len(data["results"]) < 500
    assert data["results_shortened"] == len(data["results"])
    assert data["results_left_out"] == 1000 - len(data["results"])
    assert data["counts"] == {"succeeded": 500, "failed": 500}
    assert data["attention_count"] == 25_000
    first = data["results"][0]["data"]
    assert (len(first["attention"]), first["attention_count"]) == (3, 50)
    assert result["summary"].count("(forbidden)") == 10
    assert result["summary"].endswith("and 490 more")


def test_targets_that_were_not_started_are_cut_too_but_continued_all() -> None:
    clock = FakeClock()

    def run(_context: CallContext, _params: Any) -> Outcome:
        clock.spend(60)
        return outcome()

    names = [f"ap-aregionwithalongname-{number}" for number in range(3000)]
    event = {"targets": {"regions": names}, "max_concurrency": 1}
    result = run_event(
        event,
        run,
        runtime=fleet_runtime(clock),
        context=FakeLambdaContext(clock, 60),
        trigger="timer",
    )
    data = result["data"]
    assert size(result) < TIMER_BYTES
    assert data["not_started_count"] == 2999
    assert 0 < len(data["not_started"]) < 2999
    assert data["continue_with"]["targets"]["after"] == 1


def test_an_event_that_is_too_large_is_not_repeated() -> None:
    clock = FakeClock()

    def run(_context: CallContext, _params: Any) -> Outcome:
        clock.spend(60)
        return outcome()

    event = {"targets": named(9000), "max_concurrency": 1}
    result = run_event(
        event,
        run,
        runtime=fleet_runtime(clock),
        context=FakeLambdaContext(clock, 60),
        trigger="timer",
    )
    assert result["data"]["continue_with"] is None
    assert "continue_with is null because it is too large" in result["summary"]
    assert size(result) < TIMER_BYTES


def peak_of(count: int) -> int:
    """The most memory of a direct event with this many targets, in bytes."""
    result: list[object] = []
    event = {"targets": {"regions": [f"ap-r{number}" for number in range(count)]}}
    gc.collect()
    tracemalloc.start()
    quiet = fleet_runtime(LOG_LEVEL="ERROR")
    result.append(fleet_report(event, lambda _context, _params: outcome(200), runtime=quiet))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_ten_thousand_targets_take_little_more_memory_than_one() -> None:
    peak_of(1)  # what is imported and cached
    assert peak_of(10_000) - peak_of(1) < 20 * 1024 * 1024


def test_ten_thousand_results_keep_within_what_a_direct_call_returns() -> None:
    result = run_event(
        {"targets": named(10_000)},
        lambda _context, _params: outcome(200),
        runtime=fleet_runtime(LOG_LEVEL="ERROR"),
    )
    assert size(result) < MAX_BYTES
    assert len(result["data"]["results"]) + result["data"]["results_left_out"] == 10_000
    assert ENVIRON["TENCENTCLOUD_SECRET_KEY"] not in json.dumps(result)
