"""What the fuzz targets make of the fuzzer's bytes.

An odd first byte: the rest are the choices of a hypothesis strategy, which makes well-formed events
with odd parts. An even one: the rest is the event itself, which the fuzzer changes byte by byte,
starting from the samples under ``events/``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from hypothesis import HealthCheck, given, settings

from functions.registry import OPERATIONS
from local.http_events import TRIGGERS
from tests.support.hostile_events import NAMED_TOKEN, TOKEN, Call
from tests.support.platform_contexts import EVENTS

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Drawn = TypeVar("Drawn")
Fuzz = Callable[[bytes], None]

RAW = b"\0"
PLATFORMS = [*TRIGGERS, "none"]
NAMES = list(OPERATIONS)


def structured_or_raw(
    strategy: SearchStrategy[Drawn], check: Callable[[Drawn], object], check_raw: Fuzz
) -> Fuzz:
    """Return what is called with the fuzzer's bytes.

    Parameters
    ----------
    strategy: draws from the bytes.
    check: is called with what was drawn; raises for a finding.
    check_raw: is called with the bytes themselves.
    """

    @settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def checked(drawn: Drawn) -> None:
        check(drawn)

    draw_and_check = checked.hypothesis.fuzz_one_input  # type: ignore[attr-defined]

    def fuzz(data: bytes) -> None:
        if data[:1] and data[0] % 2:
            draw_and_check(data[1:])
        else:
            check_raw(data[1:])

    return fuzz


def call_in(data: bytes) -> Call:
    """Return the call in raw bytes: a byte for the platform, one for the operation, the event."""
    platform, operation = (*data[:2], 0, 0)[:2]
    trigger, event = PLATFORMS[platform % len(PLATFORMS)], data[2:]
    return Call(
        trigger,
        event if trigger == "fc" else parsed(event),
        may_be_authenticated(event),
        NAMES[operation % len(NAMES)],
    )


def seeds_of(events: Iterator[bytes]) -> Iterator[bytes]:
    """Yield each event in raw bytes, on every platform and for two operations."""
    for event in events:
        for platform in range(len(PLATFORMS)):
            for operation in (NAMES.index("tencent.cwp.SyncMachines"), 0):
                yield RAW + bytes([platform, operation]) + event


def sample_events(pattern: str) -> Iterator[bytes]:
    """Yield the samples below ``events/`` whose paths match, as compact JSON."""
    for path in sorted(EVENTS.glob(pattern)):
        yield json.dumps(json.loads(path.read_text("utf-8")), separators=(",", ":")).encode()


def parsed(text: bytes) -> object:
    """Return the JSON value in bytes as a platform's runtime parses it; else the text."""
    decoded = text.decode("utf-8", "surrogateescape")
    try:
        return json.loads(decoded)
    except (ValueError, RecursionError):
        return decoded


def may_be_authenticated(event: bytes) -> bool:
    """Return whether the bytes may hold a valid token, which no one guesses."""
    return any(token.encode() in event for token in (TOKEN, NAMED_TOKEN)) or b"\\u" in event
