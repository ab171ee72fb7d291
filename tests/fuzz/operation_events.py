"""Direct and timer events, as the four platforms pass them to an operation's handler."""

from __future__ import annotations

from tests.fuzz.data import call_in, sample_events, seeds_of, structured_or_raw
from tests.support.hostile_events import Call, events
from tests.support.hostile_run import HostileRun

SEEDS = seeds_of(sample_events("*/*.json"))


def check(call: Call) -> None:
    HostileRun().operation(call)


fuzz = structured_or_raw(events(), check, lambda data: check(call_in(data)))
