"""A timer's cold start stays within its budget, by instructions or by modules, never by time."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from benchmarks import budget, fresh, targets
from benchmarks.instructions import counter
from benchmarks.modules import imported
from benchmarks.targets import BUDGETED
from tests.support.prerequisites import skip

OPERATIONS = pytest.mark.parametrize("operation", BUDGETED)


@pytest.fixture
def column() -> int:
    """The column of the running Python in the tables."""
    found = budget.column()
    if found is None:
        skip("budgets for this Python")
    return found


@OPERATIONS
def test_a_timers_cold_start_takes_no_more_instructions_than_its_budget(
    operation: str, settings: Mapping[str, str], column: int
) -> None:
    tool = counter()
    if tool is None:
        skip("valgrind")
    target = targets.ours(operation, settings)
    fresh.run(target)  # writes the bytecode

    counted = tool.count(target) / 1e6

    assert counted <= budget.INSTRUCTIONS[BUDGETED[operation]][column]


@OPERATIONS
def test_a_timers_cold_start_imports_no_more_modules_than_its_budget(
    operation: str, settings: Mapping[str, str], column: int
) -> None:
    modules = imported(targets.ours(operation, settings))

    limit = budget.MODULES[BUDGETED[operation]][column]
    assert len(modules) <= limit, sorted(modules)


@OPERATIONS
def test_a_timers_cold_start_imports_nothing_that_only_other_triggers_need(
    operation: str, settings: Mapping[str, str]
) -> None:
    assert budget.forbidden(imported(targets.ours(operation, settings))) == []


def test_the_budgets_are_within_the_goal() -> None:
    # The goals of docs/performance.md, with the tables' margin.
    for counts in budget.INSTRUCTIONS.values():
        for python, count in zip(budget.PYTHONS, counts, strict=True):
            assert count <= (490 if python == (3, 13) else 500) * budget.MARGIN
