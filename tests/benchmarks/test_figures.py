"""Medians, spreads, ratios and goals of the benchmark."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET

import pytest

from benchmarks import document, goals
from benchmarks.chart import chart
from benchmarks.figures import Row, Spread, row
from benchmarks.goals import Goal


def test_a_spread_is_the_median_and_the_middle_half() -> None:
    assert Spread.of([5, 1, 4, 2, 3]) == Spread(3, 2, 4)


def test_a_single_figure_is_its_own_spread() -> None:
    assert Spread.of([7]) == Spread(7, 7, 7)


def test_ratios_are_computed_pair_by_pair() -> None:
    # The machine was slow during the second pair, which affects both sides equally.
    found = row("measure", "subject", "ms", [1, 10, 1], [2, 20, 2], None)

    assert found.ratio == Spread(0.5, 0.5, 0.5)


def test_pairs_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        row("measure", "subject", "ms", [1, 2], [1], None)


@pytest.mark.parametrize(
    ("goal", "ours", "ratio", "met"),
    [
        (Goal(most=500), 500, None, True),
        (Goal(most=500), 501, 0.1, False),
        (Goal(ratio_most=0.5), 9, 0.5, True),
        (Goal(ratio_most=0.5), 9, 0.51, False),
        (Goal(ratio_most=0.5), 9, None, False),
        (Goal(ratio_least=2), 9, 2.1, True),
        (Goal(ratio_least=2), 9, 1.9, False),
        (Goal(most=5, ratio_most=1), 4, 1.1, False),
    ],
)
def test_a_goal_is_met_when_every_limit_is_kept(
    goal: Goal, ours: float, ratio: float | None, *, met: bool
) -> None:
    assert goal.met(ours, ratio) is met


def test_a_warm_call_takes_a_millisecond_at_most_and_keeps_up_with_the_sdk() -> None:
    found = goals.goal(goals.WARM)

    assert found is not None
    assert found.sentence("calls/s") == "≥ 1000 calls/s, ≥ 0.9 times"
    assert found.met(1000, 0.9)
    assert not found.met(999, 2.0)
    assert not found.met(5000, 0.89)


def rows() -> list[Row]:
    return [
        row(goals.COLD, "edas", "M", [450, 451, 452], [900, 902, 904], goals.goal(goals.COLD)),
        row(goals.WARM, "edas", "calls/s", [2000], [1000], goals.goal(goals.WARM)),
    ]


def test_the_table_says_whether_a_goal_is_met() -> None:
    lines = document.screen(rows()).splitlines()

    assert lines[2].split()[-1] == "met"
    assert f"≤ {490 if sys.version_info >= (3, 13) else 500} M" in lines[2]


def test_the_document_keeps_what_surrounds_the_table() -> None:
    text = f"before\n{document.BEGIN}\nold\n{document.END}\nafter\n"

    assert document.replaced(text, "new") == (
        f"before\n{document.BEGIN}\n\nnew\n\n{document.END}\nafter\n"
    )


def test_a_document_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks"):
        document.replaced("nothing", "new")


def test_the_chart_is_svg_with_a_bar_for_each_ratio() -> None:
    drawn = ET.fromstring(chart(rows()))

    titles = [found.text for found in drawn.iter("{http://www.w3.org/2000/svg}title")]
    assert titles == ["EDAS, cold start: 0.50", "EDAS, time of a warm call: 0.50"]
