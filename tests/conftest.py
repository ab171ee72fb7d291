"""Reports what was skipped and how to get it, and fails a skip without that information."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.support.prerequisites import REASON

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

    Report = pytest.TestReport | pytest.CollectReport


# How long an example takes depends on how busy the machine is.
hypothesis.settings.register_profile(
    "tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--allow-skips",
        metavar="NAMES",
        help="fail tests skipped for want of anything but these prerequisites, comma-separated",
    )


def skip_reason(report: Report) -> str:
    """Return why a test, or a module's collection, was skipped."""
    where = report.longrepr
    return where[2].removeprefix("Skipped: ") if isinstance(where, tuple) else str(where)


def check_skip(report: Report, allowed: str | None) -> None:
    """Turn a skip into a failure unless its reason names a prerequisite that may be missing."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = skip_reason(report)
    found = REASON.fullmatch(reason)
    if found is None:
        problem = (
            f"skipped without naming what brings it (use tests.support.prerequisites): {reason}"
        )
    elif allowed is not None and found["name"] not in allowed.split(","):
        problem = f"skipped although --allow-skips does not list it: {reason}"
    else:
        return
    report.outcome = "failed"
    report.longrepr = problem


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    check_skip(report, item.config.getoption("--allow-skips"))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    check_skip(report, collector.config.getoption("--allow-skips"))
    return report


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Count the skipped tests by reason."""
    skipped = Counter(skip_reason(report) for report in terminalreporter.getreports("skipped"))
    if skipped:
        terminalreporter.section("skipped, and what would bring them")
    for reason, count in skipped.most_common():
        terminalreporter.write_line(f"{count:>5}  {reason}")
