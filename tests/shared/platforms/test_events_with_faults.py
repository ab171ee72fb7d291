"""What the error of a malformed event says, and what to do about it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.errors import InvalidInput
from shared.platforms.event import (
    MAX_EVENT_BYTES,
    is_http,
    non_empty_str,
    read_json,
    timer_event,
    too_large,
)


def told(error: InvalidInput | None) -> tuple[str, str, str]:
    assert error is not None
    return error.message, error.code, error.hint


def test_an_event_that_is_too_large_says_how_large_it_may_be() -> None:
    assert MAX_EVENT_BYTES == 256 * 1024
    assert told(too_large("the event")) == (
        "the event is larger than 256 KB",
        "EventTooLarge",
        "Send the operation's parameters only.",
    )


@pytest.mark.parametrize("text", ["{", b"\xff", "[" * 100_000, ""])
def test_an_event_that_is_not_json_says_so(text: str | bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_json(text, "the event")
    assert told(caught.value) == (
        "the event is not JSON",
        "NotJson",
        "Send the operation's parameters as one JSON object.",
    )


@pytest.mark.parametrize("message", [None, "", " \n"])
def test_a_timer_without_a_message_has_no_parameters(message: str | None) -> None:
    event = timer_event(message, "Message")
    assert (event.trigger, event.parameters, event.error) == ("timer", {}, None)


@pytest.mark.parametrize(
    ("message", "parameters"), [('{"a": 1}', {"a": 1}), ("null", {}), ("[1]", [1])]
)
def test_a_timers_message_is_json(message: str, parameters: Any) -> None:
    event = timer_event(message, "Message")
    assert (event.trigger, event.parameters, event.error) == ("timer", parameters, None)


@pytest.mark.parametrize("message", [7, ["a"], {"a": 1}, True])
def test_a_timers_message_must_be_a_string(message: object) -> None:
    event = timer_event(message, "Message")
    assert (event.trigger, event.parameters) == ("timer", {})
    assert told(event.error) == (
        "the timer's Message is not a string",
        "NotJson",
        "Write the parameters as a JSON object into the timer's Message.",
    )


def test_a_timers_message_may_have_the_size_of_an_event_and_no_more() -> None:
    largest = json.dumps("a" * (MAX_EVENT_BYTES - 2))
    assert timer_event(largest, "payload").error is None
    event = timer_event(largest + " ", "payload")
    assert (event.trigger, event.parameters) == ("timer", {})
    assert told(event.error)[0] == "the timer's payload is larger than 256 KB"


def test_a_timers_message_that_is_not_json_is_named() -> None:
    event = timer_event("hello", "user_event")
    assert (event.trigger, event.parameters) == ("timer", {})
    assert told(event.error)[0] == "the timer's user_event is not JSON"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"requestContext": {"http": {}}}, True),
        ({"requestContext": {"http": None}}, False),
        ({"requestContext": {}, "httpMethod": "GET", "path": "/"}, True),
        ({"httpMethod": "GET", "headers": None}, True),
        ({"httpMethod": "GET"}, False),
        ({"httpMethod": 7, "path": "/"}, False),
        ({"path": "/", "headers": {}}, False),
        ({"requestContext": "x"}, False),
        ({}, False),
    ],
)
def test_http_is_recognized_by_the_envelope(event: dict[str, Any], expected: bool) -> None:  # noqa: FBT001
    assert is_http(event) is expected


@pytest.mark.parametrize(("value", "expected"), [("a", "a"), ("", None), (None, None), (7, None)])
def test_an_empty_text_is_none(value: object, expected: str | None) -> None:
    assert non_empty_str(value) == expected
