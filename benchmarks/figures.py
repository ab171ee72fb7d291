"""What was measured, as figures with their spread, held against a goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles

from benchmarks.goals import Goal


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing: their median and the middle half's ends."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of at least one value; of one or two, the ends are they."""
        if len(values) < 3:
            return cls(median(values), min(values), max(values))
        low, middle, high = quantiles(values, n=4, method="inclusive")
        return cls(middle, low, high)

    @classmethod
    def of_ratios(cls, ours: Sequence[float], theirs: Sequence[float]) -> Spread:
        """Return the spread of the ratios pair by pair: what was measured one after the other."""
        return cls.of([a / b for a, b in zip(ours, theirs, strict=True)])


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing, ours beside the vendor's.

    Parameters
    ----------
    measure: its name, as in :mod:`benchmarks.goals`.
    subject: an operation, a signature scheme, or what else was measured.
    unit: of ours and theirs.
    ours, sdk: the figures; ``sdk`` is None where there is no peer.
    ratio: ours to the SDK's.
    goal: what is to be reached, as text; None without one.
    met: whether it is.
    """

    measure: str
    subject: str
    unit: str
    ours: Spread
    sdk: Spread | None
    ratio: Spread | None
    goal: str | None
    met: bool | None

    def as_dict(self) -> dict[str, object]:
        """Return it for JSON, rounded to what is significant."""
        rounded: dict[str, object] = asdict(self)
        for name in ("ours", "sdk", "ratio"):
            spread: Spread | None = getattr(self, name)
            if spread is not None:
                rounded[name] = {key: round(value, 3) for key, value in asdict(spread).items()}
        return rounded


def row(
    measure: str,
    subject: str,
    unit: str,
    ours: Sequence[float],
    sdk: Sequence[float] | None,
    goal: Goal | None,
) -> Row:
    """Return the row of some measurements; those of both must be pairs."""
    mine = Spread.of(ours)
    theirs = Spread.of(sdk) if sdk else None
    ratio = Spread.of_ratios(ours, sdk) if sdk else None
    met = goal.met(mine.median, ratio.median if ratio else None) if goal else None
    return Row(
        measure, subject, unit, mine, theirs, ratio, goal.sentence(unit) if goal else None, met
    )
