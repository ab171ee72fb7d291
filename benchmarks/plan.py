"""How often each thing is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """How often each thing is measured.

    Parameters
    ----------
    counted: processes whose instructions are counted; they repeat to a thousandth.
    fresh: pairs of fresh processes for CPU time and memory.
    rounds, calls: pairs of warm processes, and how many calls each of them makes.
    signatures: repeats of 200 signatures, of which the fastest counts.
    listings: pairs of processes that read 10,000 DevServers.
    say: shows what is under way.
    """

    counted: int = 2
    fresh: int = 20
    rounds: int = 7
    calls: int = 2000
    signatures: int = 200
    listings: int = 7
    say: Callable[[str], None] = lambda _text: None


def quick(say: Callable[[str], None]) -> Plan:
    """Return a plan for a first look: a few minutes instead of many."""
    return Plan(counted=1, fresh=5, rounds=3, calls=500, signatures=50, listings=2, say=say)
