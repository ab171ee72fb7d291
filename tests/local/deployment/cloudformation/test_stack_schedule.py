"""EventBridge Scheduler's schedules: which are valid, and how long they are silent."""

from __future__ import annotations

import pytest

from local.deployment.cloudformation.alarms import silence_of
from local.deployment.cloudformation.schedule import longest_gap

HOUR, DAY = 60, 1440


@pytest.mark.parametrize(
    ("schedule", "minutes"),
    [
        ("rate(1 minute)", 1),
        ("rate(5 minutes)", 5),
        ("rate(1 hour)", HOUR),
        ("rate(2 days)", 2 * DAY),
        ("cron(0/15 * * * ? *)", 15),
        ("cron(7 * * * ? *)", HOUR),
        ("cron(10 2 * * ? *)", DAY),
        ("cron(0 8-18/2 * * ? *)", 14 * HOUR),
        ("cron(0 6 ? * MON-FRI *)", 3 * DAY),
        ("cron(0 6 ? * 2 *)", 7 * DAY),
        ("cron(0 6 1 * ? *)", 31 * DAY),
        ("cron(0 6 L * ? *)", 31 * DAY),
        ("cron(0 6 ? * 6L *)", 35 * DAY),
        ("cron(0 6 ? * MON#1 *)", 35 * DAY),
        ("cron(0 6 1,15 * ? 2026-2030)", 17 * DAY),
        ("cron(0 6 LW * ? *)", 33 * DAY),
        ("cron(0 6 15W * ? *)", 32 * DAY),
    ],
)
def test_a_schedule_is_silent_for_so_long(schedule: str, minutes: int) -> None:
    assert longest_gap(schedule) == minutes


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "rate(5 minute)",
        "rate(1 minutes)",
        "rate(0 minutes)",
        "rate(5 weeks)",
        "@every 15m",
        "0 10 2 * * * *",
        "cron(10 2 * * *)",
        "cron(10 2 * * * *)",
        "cron(10 2 ? * ? *)",
        "cron(60 2 * * ? *)",
        "cron(10 24 * * ? *)",
        "cron(10 2 32 * ? *)",
        "cron(10 2 31 FEB ? *)",
        "cron(10 2 * 13 ? *)",
        "cron(10 2 ? * MON#6 *)",
        "cron(10 2 * * ? 1969)",
        "cron(a 2 * * ? *)",
        "cron(5-1 2 * * ? *)",
        "at(2026-12-01T02:10:00)",
    ],
)
def test_another_is_refused(schedule: str) -> None:
    with pytest.raises(ValueError, match=r"EventBridge Scheduler wants rate\(5 minutes\)"):
        longest_gap(schedule)


@pytest.mark.parametrize(
    ("schedule", "period", "periods", "text"),
    [
        ("rate(10 minutes)", 600, 4, "40 minutes"),
        ("rate(15 minutes)", 900, 4, "an hour"),
        ("cron(7 * * * ? *)", 3600, 3, "3 hours"),
        ("cron(10 2 * * ? *)", 3600, 26, "26 hours"),
    ],
)
def test_silence_is_as_long_as_the_alarms_of_the_descriptors(
    schedule: str, period: int, periods: int, text: str
) -> None:
    found = silence_of(schedule)

    assert found is not None
    assert (found.period_seconds, found.periods, found.text) == (period, periods, text)


@pytest.mark.parametrize("schedule", ["cron(0 6 ? * MON *)", "rate(7 days)"])
def test_cloud_watch_does_not_look_back_longer_than_a_week(schedule: str) -> None:
    assert silence_of(schedule) is None
