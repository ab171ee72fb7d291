"""Events of the web app: HTTP on every route, deferred runs, timers."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from tests.fuzz.data import call_in, sample_events, seeds_of, structured_or_raw
from tests.support.hostile_events import DEFERRED, PATHS, Call, deferred_calls, web_calls
from tests.support.hostile_run import HostileRun

SAMPLES = list(sample_events("platforms/*.json"))
ROUTED = [
    sample.replace(b'"path":"/"', b'"path":' + json.dumps(path).encode()).replace(
        b'"rawPath":"/"', b'"rawPath":' + json.dumps(path).encode()
    )
    for sample in SAMPLES
    for path in PATHS
    if b"http" in sample
]
SEEDS = seeds_of(iter([*SAMPLES, *ROUTED[::3], json.dumps(DEFERRED).encode()]))


def check(call: Call) -> None:
    HostileRun().web(call)


def check_raw(data: bytes) -> None:
    """Call the web app; a direct invocation, which a deferred run is, needs no token."""
    call = call_in(data)
    HostileRun().web(call._replace(authenticated=call.authenticated or b"deferred" in data))


fuzz = structured_or_raw(st.one_of(web_calls(), deferred_calls()), check, check_raw)
