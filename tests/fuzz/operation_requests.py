"""HTTP events, as the four platforms pass them to an operation's handler."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.fuzz.data import call_in, sample_events, seeds_of, structured_or_raw
from tests.support.hostile_events import Call, authorizer_calls, http_calls
from tests.support.hostile_run import BEHIND_AUTHORIZER, HostileRun

SEEDS = seeds_of(sample_events("platforms/*http.json"))


def check(call: Call) -> None:
    HostileRun().operation(call)


def check_settings(drawn: tuple[Call, dict[str, str]]) -> None:
    call, settings = drawn
    HostileRun(settings).operation(call)


USUAL: dict[str, str] = {}
STRATEGY = st.one_of(
    st.tuples(http_calls(), st.just(USUAL)),
    st.tuples(authorizer_calls(), st.just(BEHIND_AUTHORIZER)),
)
fuzz = structured_or_raw(STRATEGY, check_settings, lambda data: check(call_in(data)))
