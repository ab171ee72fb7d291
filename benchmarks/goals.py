"""What is to be reached, measure by measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit for our figure, for its ratio to the SDK's, or for both.

    Parameters
    ----------
    most: our figure, in the measure's unit.
    ratio_most, ratio_least: ours divided by the SDK's.
    """

    most: float | None = None
    ratio_most: float | None = None
    ratio_least: float | None = None

    def met(self, ours: float, ratio: float | None) -> bool:
        """Tell whether figure and ratio are within; a limit of a ratio wants a ratio."""
        if self.most is not None and ours > self.most:
            return False
        if self.ratio_most is not None and (ratio is None or ratio > self.ratio_most):
            return False
        return self.ratio_least is None or (ratio is not None and ratio >= self.ratio_least)

    def sentence(self, unit: str) -> str:
        """Return it as a table shows it."""
        parts = []
        if self.most is not None:
            parts.append(f"≤ {self.most:g} {unit}")
        if self.ratio_most is not None:
            parts.append(f"≤ {self.ratio_most:g} times")
        if self.ratio_least is not None:
            parts.append(f"≥ {self.ratio_least:g} times")
        return ", ".join(parts)


COLD = "cold start"
COLD_TLS = "cold start, TLS"
CPU = "cold start, CPU"
CPU_TLS = "cold start, TLS, CPU"
MEMORY = "cold start, memory"
MEMORY_TLS = "cold start, TLS, memory"
WARM = "warm calls"
SIGNING = "one signature"
SIZE = "zip"
PACKAGED = "zip's start, SDK without bytecode"
PACKAGED_BYTECODE = "zip's start, SDK with bytecode"
LISTING_TIME = "10,000 DevServers, time"
LISTING_CPU = "10,000 DevServers, CPU"
LISTING_MEMORY = "10,000 DevServers, memory"

GOALS: Mapping[str, Goal] = {
    # 500 M lies below Alibaba's older SDK too, which is not among the peers that are run.
    COLD: Goal(most=500, ratio_most=1),
    COLD_TLS: Goal(ratio_most=0.85),
    MEMORY: Goal(most=30),
    MEMORY_TLS: Goal(most=30),
    SIGNING: Goal(most=15),
    SIZE: Goal(most=3.7),
    PACKAGED: Goal(ratio_most=0.4),
    PACKAGED_BYTECODE: Goal(ratio_most=0.91),
    LISTING_TIME: Goal(ratio_most=0.35),
    LISTING_MEMORY: Goal(ratio_most=0.5),
}
"""For every operation alike."""

WARM_GOALS: Mapping[str, Goal] = {
    "edas": Goal(ratio_least=1.4),
    "cwp": Goal(ratio_least=1.7),
    "oms": Goal(ratio_least=2.1),
    "modelarts": Goal(ratio_least=2.9),
}


def goal(measure: str, subject: str = "") -> Goal | None:
    """Return the goal of a measurement, None where there is none."""
    return WARM_GOALS.get(subject) if measure == WARM else GOALS.get(measure)
