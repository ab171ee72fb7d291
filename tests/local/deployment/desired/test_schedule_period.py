"""How far apart the runs of a schedule are."""

from __future__ import annotations

import pytest

from local.deployment.desired.schedule_period import period_of

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ("15m", 900),
        ("1d", DAY),
        ("@every 1h30m", 5400),
        ("0 10 2 * * * *", DAY),
        ("0 */15 * * * *", 900),
        ("0 5/15 * * * *", 900),
        ("0 0 8-20/4 * * ?", 12 * HOUR),
        ("0 0,30 9,21 * * *", 11 * HOUR + 1800),
        ("CRON_TZ=Asia/Shanghai 0 0 * * * *", HOUR),
        ("*/10 * * * * * *", 10),
    ],
)
def test_a_schedule_tells_the_longest_time_between_its_runs(schedule: str, seconds: int) -> None:
    assert period_of(schedule) == seconds


@pytest.mark.parametrize(
    "schedule",
    [
        "0 10 2 * * MON *",
        "0 10 2 1 * *",
        "0 10 2 * * * 2027",
        "0 10 2",
        "0 10 25 * * *",
        "0 30-10 2 * * *",
        "0 */0 2 * * *",
        "0 x 2 * * *",
        "@every 0m",
        "",
    ],
)
def test_whatever_is_not_the_same_every_day_is_not_told(schedule: str) -> None:
    assert period_of(schedule) is None
