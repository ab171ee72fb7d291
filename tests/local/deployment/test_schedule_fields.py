"""The values in the fields of a cron expression, and its zone."""

from __future__ import annotations

import pytest

from local.deployment.fc.limits import schedule_faults as fc_faults
from local.deployment.functiongraph.limits import schedule_faults as functiongraph_faults
from local.deployment.scf.limits import schedule_faults as scf_faults
from local.deployment.schedule_fields import DAY, HOUR, MONTH, WEEKDAY, CronField, field_faults

MINUTE_70 = "minute 70 is not between 0 and 59"
NO_ZONE = "there is no time zone Asia/Shangai"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("*", HOUR),
        ("0,23", HOUR),
        ("0-23/2", HOUR),
        ("*/30", HOUR),
        ("22-2", HOUR),
        ("?", DAY),
        ("jan-DEC", MONTH),
        ("SUN,7,0", WEEKDAY),
        *((text, DAY._replace(special=True)) for text in ("L", "L-3", "LW", "15W")),
        *((text, WEEKDAY._replace(special=True)) for text in ("5L", "6#3", "FRIL", "MON#2", "WED")),
    ],
)
def test_what_a_platform_may_take_is_no_fault(text: str, field: CronField) -> None:
    assert list(field_faults([text], [field])) == []


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("24", HOUR, "hour 24 is not between 0 and 23"),
        ("1,30", HOUR, "hour 30 is not between 0 and 23"),
        ("1-30/2", HOUR, "hour 30 is not between 0 and 23"),
        ("*/0", HOUR, "hour */0 has a step that is not a number from 1"),
        ("MON", HOUR, "hour MON is not between 0 and 23"),
        ("0", DAY, "day 0 is not between 1 and 31"),
        ("L", DAY, "day L is not between 1 and 31"),
        ("FOO", MONTH, "month FOO is not between 1 and 12, or JAN to DEC"),
        ("8", WEEKDAY, "weekday 8 is not between 0 and 7, or SUN to SAT"),
    ],
)
def test_a_value_outside_its_range_is_a_fault(text: str, field: CronField, reason: str) -> None:
    assert list(field_faults([text], [field])) == [reason]


@pytest.mark.parametrize(
    ("schedule", "reasons"),
    [
        ("0 10 2 * * * *", []),
        ("0 10 2 L * 6#3 2030-2040", []),
        ("0 70 2 * * * *", [MINUTE_70]),
        ("0 10 2 * * * 1969", ["year 1969 is not between 1970 and 2099"]),
        ("60 70 2 * * * *", ["second 60 is not between 0 and 59", MINUTE_70]),
    ],
)
def test_the_schedules_of_scf(schedule: str, reasons: list[str]) -> None:
    assert list(scf_faults(schedule)) == reasons


@pytest.mark.parametrize(
    ("schedule", "reasons"),
    [
        ("@every 90m", []),
        ("CRON_TZ=Asia/Shanghai 0 10 2 * * MON-FRI", []),
        ("CRON_TZ=PRC 0 10 2 * * ?", []),
        ("0 70 2 * * *", [MINUTE_70]),
        ("CRON_TZ=Asia/Shangai 0 70 2 * * *", [NO_ZONE, MINUTE_70]),
    ],
)
def test_the_schedules_of_function_compute(schedule: str, reasons: list[str]) -> None:
    assert list(fc_faults(schedule)) == reasons
    assert list(functiongraph_faults(schedule)) == reasons


@pytest.mark.parametrize(
    ("schedule", "reasons"),
    [
        ("60m", []),
        ("0 10 2 * *", []),
        ("30 2 * * MON", []),
        ("0 10 2 31 12", []),
        ("0 70 2 * *", [MINUTE_70]),
    ],
)
def test_the_schedules_of_functiongraph_with_five_fields(schedule: str, reasons: list[str]) -> None:
    assert list(functiongraph_faults(schedule)) == reasons
