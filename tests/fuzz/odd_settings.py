"""Settings that hold anything, under usual events, requests and messages."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from local.http_events import TRIGGERS, Http
from tests.fuzz.data import NAMES, PLATFORMS, RAW, structured_or_raw
from tests.support.hostile_events import (
    SETTINGS,
    TEXT_SETTINGS,
    TOKEN,
    Call,
    chat_calls,
    events,
    http_calls,
    odd_settings,
    web_calls,
)
from tests.support.hostile_run import ENVIRON, HostileRun
from tests.support.platform_caller import EVENTS as PARAMETERS

ALL = [*SETTINGS, *TEXT_SETTINGS]

SEEDS = [
    RAW + bytes([number, 0, operation]) + json.dumps(SETTINGS[name]).encode()
    for number, name in enumerate(SETTINGS)
    for operation in range(len(NAMES))
] + [
    RAW + bytes([ALL.index(name), 0, 0]) + ENVIRON.get(name, "0").encode() for name in TEXT_SETTINGS
]


def check_operation(drawn: tuple[Call, dict[str, str]]) -> None:
    call, settings = drawn
    HostileRun(settings, are_odd=True).operation(call)


def check_web(drawn: tuple[Call, dict[str, str]]) -> None:
    call, settings = drawn
    HostileRun(settings, are_odd=True).web(call)


def check_raw(data: bytes) -> None:
    """Call an operation with one odd setting: directly, over HTTP, and over the web app."""
    first, second, third = (*data[:3], 0, 0, 0)[:3]
    setting = {ALL[first % len(ALL)]: data[3:].decode("utf-8", "surrogateescape")}
    platform, name = PLATFORMS[second % len(PLATFORMS)], NAMES[third % len(NAMES)]
    parameters = {**PARAMETERS[name], "dry_run": True}
    event: object = json.dumps(parameters).encode() if platform == "fc" else parameters
    check_operation((Call(platform, event, operation=name), setting))
    if platform == "none":
        return
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    body = json.dumps(parameters).encode()
    for path, check in (("/", check_operation), (f"/operations/{name}", check_web)):
        http = TRIGGERS[platform](Http("POST", path, headers, {}, body))
        check((Call(platform, http, authenticated=True, operation=name), setting))
    http = TRIGGERS[platform](Http("GET", "/operations", headers, {"include": "parameters"}))
    check_web((Call(platform, http, authenticated=True), setting))


OPERATION_CALLS = st.tuples(st.one_of(events(), http_calls()), odd_settings())
WEB_CALLS = st.tuples(st.one_of(web_calls(), chat_calls()), odd_settings())


def check_either(drawn: tuple[bool, tuple[Call, dict[str, str]]]) -> None:
    is_web, call = drawn
    (check_web if is_web else check_operation)(call)


fuzz = structured_or_raw(
    st.one_of(
        st.tuples(st.just(False), OPERATION_CALLS),
        st.tuples(st.just(True), WEB_CALLS),
    ),
    check_either,
    check_raw,
)
