"""Unexpected events of a platform, and what becomes of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from functions.alibaba.synchronize_resource import OPERATION as EDAS
from functions.huawei.sync_dev_servers import OPERATION as MODELARTS
from functions.tencent.sync_machines import OPERATION as CWP
from shared.errors import SyncFailed, SyncRetryable
from shared.platforms import detect_platform
from shared.platforms.aws import AwsLambda
from shared.platforms.event import Event
from shared.settings import Settings
from tests.support.platform_contexts import (
    AwsContext,
    FcContext,
    FunctionGraphContext,
    as_bytes,
    run_dry,
    sample,
    scf_context,
)

DEEP = "[" * 100_000
LARGE = json.dumps({"region": "a" * 300_000})

FC_TIMER = sample("platforms/fc-timer.json")
SCF_TIMER = sample("platforms/scf-timer.json")
FG_TIMER = sample("platforms/functiongraph-timer.json")


def without(event: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != key}


def timer(
    platform: str, message: object, environ: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Run a timer's event with this message; its failure is returned unless stated otherwise."""
    environ = {"ON_FAILURE": "return"} if environ is None else environ
    if platform == "fc":
        payload = as_bytes({**FC_TIMER, "payload": message})
        return run_dry(EDAS, payload, FcContext(), environ, {"type": "all"})
    if platform == "scf":
        return run_dry(CWP, {**SCF_TIMER, "Message": message}, scf_context(), environ)
    event = {**FG_TIMER, "user_event": message}
    defaults = {"region": "cn-north-4"}
    return run_dry(MODELARTS, event, FunctionGraphContext(), environ, defaults)


PLATFORMS = ["fc", "scf", "functiongraph"]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("message", ["", "  ", "\n", None, "{}"])
def test_a_timer_without_a_message_runs_the_defaults(platform: str, message: object) -> None:
    result = timer(platform, message)
    assert result["status"] == "planned", result["error"]
    assert result["trigger"] == "timer"


def test_a_timer_whose_message_is_absent_runs_the_defaults() -> None:
    fc = run_dry(
        EDAS, as_bytes(without(FC_TIMER, "payload")), FcContext(), defaults={"type": "all"}
    )
    scf = run_dry(CWP, without(SCF_TIMER, "Message"), scf_context())
    fg = run_dry(
        MODELARTS,
        without(FG_TIMER, "user_event"),
        FunctionGraphContext(),
        defaults={"region": "cn-north-4"},
    )
    assert [(r["status"], r["trigger"]) for r in (fc, scf, fg)] == [("planned", "timer")] * 3


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    "message",
    ["hello", "{", "[1]", '"text"', "7", "true", '{"a": 1', DEEP, 7, ["x"], {"sync": 1}],
    ids=lambda value: str(value)[:12],
)
def test_a_message_that_is_not_a_json_object_is_a_failed_run_of_the_timer(
    platform: str, message: object
) -> None:
    result = timer(platform, message)
    assert result["status"] == "failed"
    assert result["error"]["category"] == "invalid_input"
    assert result["trigger"] == "timer"


@pytest.mark.parametrize("platform", ["scf", "functiongraph"])
def test_a_message_that_is_too_large_is_a_failed_run_of_the_timer(platform: str) -> None:
    result = timer(platform, LARGE)
    assert result["error"]["category"] == "invalid_input"
    assert result["trigger"] == "timer"


@pytest.mark.parametrize("source", ["aws.events", "aws.scheduler"])
def test_eventbridges_own_envelope_carries_no_parameters(source: str) -> None:
    event = {"source": source, "detail-type": "Scheduled Event", "detail": {"sync": False}}
    assert AwsLambda().parse_event(event) == Event("timer", {})
    for half in ({"source": source}, {"detail-type": "Scheduled Event"}):
        assert AwsLambda().parse_event(half) == Event("direct", half)


def test_a_context_without_an_id_or_a_time_has_neither() -> None:
    assert AwsLambda().invocation_id(object()) is None
    assert AwsLambda().timeout_seconds(object(), Settings.from_environ({})) is None


KEYS = {"fc": "payload", "scf": "Message", "functiongraph": "user_event"}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_error_names_the_part_of_the_event_to_correct(platform: str) -> None:
    message = timer(platform, "hello")["error"]["message"]
    assert message == f"the timer's {KEYS[platform]} is not JSON"


@pytest.mark.parametrize("event", [{"Type": "Timer"}, {"TriggerName": "every-hour"}])
def test_half_of_a_timers_envelope_is_a_direct_event(event: dict[str, Any]) -> None:
    assert detect_platform(event, scf_context()).parse_event(event) == Event("direct", event)


@pytest.mark.parametrize("event", [{"trigger_type": "TIMER"}, {"trigger_name": "every-hour"}])
def test_half_of_function_graphs_envelope_is_a_direct_event(event: dict[str, Any]) -> None:
    platform = detect_platform(event, FunctionGraphContext())
    assert platform.parse_event(event) == Event("direct", event)


@pytest.mark.parametrize(
    ("event", "trigger"),
    [
        (FC_TIMER, "timer"),
        (SCF_TIMER, "timer"),
        (FG_TIMER, "timer"),
        (sample("platforms/aws-url-http.json"), "http"),
        ({"sync": False}, "direct"),
    ],
)
def test_without_a_context_an_event_of_any_platform_is_accepted(
    event: dict[str, Any], trigger: str
) -> None:
    parsed = detect_platform(event, None).parse_event(event)

    assert (parsed.trigger, parsed.error) == (trigger, None)
    assert trigger != "direct" or parsed.parameters == event


def test_bytes_may_be_exactly_256_kb() -> None:
    platform = detect_platform(b"", None)
    assert platform.parse_event(b"{}".ljust(256 * 1024)) == Event("direct", {})

    event = platform.parse_event(b"{}".ljust(256 * 1024 + 1))
    assert (event.trigger, event.parameters) == ("direct", {})
    assert event.error is not None
    assert event.error.message == "the event is larger than 256 KB"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_timer_with_a_message_that_is_not_json_raises(platform: str) -> None:
    with pytest.raises(SyncFailed) as caught:
        timer(platform, "hello", environ={})
    assert not isinstance(caught.value, SyncRetryable)
    assert json.loads(str(caught.value))["trigger"] == "timer"


@pytest.mark.parametrize(
    "event",
    [
        b"\xff\xfe{}",
        b"hello",
        b"{",
        b"[]",
        b'"text"',
        b"7",
        DEEP.encode(),
        LARGE.encode(),
        b'{"type": "\xc3\x28"}',
    ],
    ids=lambda value: repr(value)[:16],
)
def test_bytes_that_are_not_a_json_object_are_invalid_input(event: bytes) -> None:
    result = run_dry(EDAS, event, FcContext())
    assert result["status"] == "failed"
    assert result["error"]["category"] == "invalid_input"


@pytest.mark.parametrize("event", [b"", b"  \n"])
def test_empty_bytes_run_the_defaults(event: bytes) -> None:
    assert run_dry(EDAS, event, FcContext(), defaults={"type": "all"})["status"] == "planned"


CONTEXTS: list[Any] = [AwsContext(), scf_context(), FunctionGraphContext(), FcContext(), None]


@pytest.mark.parametrize("context", CONTEXTS, ids=["aws", "scf", "fg", "fc", "none"])
@pytest.mark.parametrize("event", [[], [1], "text", "", 7, 1.5, True])
def test_an_event_of_another_type_is_invalid_input(event: object, context: Any) -> None:
    result = run_dry(CWP, event, context)
    assert result["status"] == "failed"
    assert result["error"]["category"] == "invalid_input"


@pytest.mark.parametrize("context", CONTEXTS, ids=["aws", "scf", "fg", "fc", "none"])
def test_no_event_at_all_ends_in_a_result(context: Any) -> None:
    assert run_dry(CWP, None, context)["status"] in {"planned", "failed"}


# An envelope is recognized by its outer keys only

BODY = json.dumps(sample("platforms/scf-timer.json"))
HEADERS = {"content-type": "application/json"}
HTTP_EVENTS: dict[str, tuple[dict[str, Any], Any]] = {
    "aws v1": ({"httpMethod": "POST", "headers": HEADERS, "body": BODY}, AwsContext()),
    "aws v2": (
        {
            "version": "2.0",
            "headers": HEADERS,
            "body": BODY,
            "requestContext": {"http": {"method": "POST"}},
        },
        AwsContext(),
    ),
    "fc": (
        {
            "version": "v1",
            "headers": HEADERS,
            "body": BODY,
            "requestContext": {"http": {"method": "POST"}},
        },
        FcContext(),
    ),
    "scf": ({"httpMethod": "POST", "headers": HEADERS, "body": BODY}, scf_context()),
    "functiongraph": (
        {"httpMethod": "POST", "headers": HEADERS, "body": BODY, "isBase64Encoded": False},
        FunctionGraphContext(),
    ),
}


@pytest.mark.parametrize("name", sorted(HTTP_EVENTS))
def test_an_http_body_that_resembles_a_timer_stays_data(name: str) -> None:
    event, context = HTTP_EVENTS[name]
    raw: object = as_bytes(event) if name == "fc" else event
    incoming = detect_platform(raw, context).parse_event(raw)
    assert incoming.trigger == "http"
    assert incoming.parameters["body"] == BODY


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_timers_message_that_resembles_http_stays_data(platform: str) -> None:
    result = timer(platform, json.dumps({"httpMethod": "POST", "headers": {}, "body": "{}"}))
    assert result["trigger"] == "timer"
    assert result["error"]["category"] == "invalid_input"


@pytest.mark.parametrize("context", CONTEXTS[:3], ids=["aws", "scf", "fg"])
@pytest.mark.parametrize("trigger", ["timer", "workflow", "direct"])
def test_a_direct_event_may_say_what_started_it(trigger: str, context: Any) -> None:
    assert run_dry(CWP, {"trigger": trigger}, context)["trigger"] == trigger


@pytest.mark.parametrize("trigger", ["http", "chat", "cron", 7, None, ["timer"]])
def test_an_event_may_not_claim_another_trigger(trigger: object) -> None:
    result = run_dry(CWP, {"trigger": trigger}, AwsContext())
    assert result["trigger"] == "direct"
    assert result["error"]["category"] == "invalid_input"


def test_an_envelope_overrides_what_the_event_says() -> None:
    assert timer("scf", '{"trigger": "direct"}')["trigger"] == "timer"


def test_a_timer_that_fails_raises_and_on_failure_in_the_event_returns() -> None:
    event = {**SCF_TIMER, "Message": '{"sync": "yes"}'}
    with pytest.raises(SyncFailed):
        run_dry(CWP, event, scf_context())
    event["Message"] = '{"sync": "yes", "on_failure": "return"}'
    assert run_dry(CWP, event, scf_context())["status"] == "failed"


def test_a_direct_event_that_fails_returns_and_on_failure_raises() -> None:
    assert run_dry(CWP, {"sync": 1}, AwsContext())["status"] == "failed"
    with pytest.raises(SyncFailed):
        run_dry(CWP, {"sync": 1, "on_failure": "raise"}, AwsContext())
    with pytest.raises(SyncFailed):
        run_dry(CWP, {"sync": 1}, AwsContext(), {"ON_FAILURE": "raise"})


def test_the_event_overrides_the_setting_on_failure() -> None:
    event = {"sync": 1, "on_failure": "return"}
    result = run_dry(CWP, event, AwsContext(), {"ON_FAILURE": "raise"})
    assert result["status"] == "failed"
