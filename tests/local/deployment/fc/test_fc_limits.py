"""What Function Compute takes, and the cores that a function gets."""

from __future__ import annotations

from typing import Any

import pytest

from local.deployment.fc.limits import MAX_EVENT_BYTES, cores_of
from local.deployment.fc.platform import PLATFORM
from local.deployment.marker import VARIABLE
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_parts import Timer
from shared.models.secret import Secret

TIMER = Timer("cloud-sync", "@every 15m", '{"type": "all"}')
FUNCTION = ManagedFunction(
    name="alibaba-synchronize-resource",
    runtime="python3.10",
    handler="synchronize_resource.handler",
    memory_mb=256,
    timeout_seconds=60,
    environment={"LOG_LEVEL": Secret("INFO"), VARIABLE: Secret("1_example_done_z")},
    role="cloud-sync-edas",
    description="Synchronize EDAS",
    timers=(TIMER,),
)


@pytest.mark.parametrize(
    ("memory_mb", "cores"),
    [
        (128, 0.1),
        (256, 0.25),
        (512, 0.5),
        (1024, 1),
        (3072, 1),
        (4096, 1),
        (4160, 1.05),
        (10_240, 2.5),
    ],
)
def test_a_function_has_as_many_cores_as_it_may_up_to_one(memory_mb: int, cores: float) -> None:
    assert cores_of(memory_mb) == cores


@pytest.mark.parametrize("memory_mb", range(128, 32_769, 64))
def test_the_cores_are_what_function_compute_takes(memory_mb: int) -> None:
    cores = cores_of(memory_mb)

    assert 1 <= memory_mb / 1024 / cores <= 4
    assert 0.05 <= cores <= 16
    assert round(cores * 20) / 20 == cores


def faults(**changes: Any) -> dict[str, str]:
    return dict(PLATFORM.faults_of(FUNCTION._replace(**changes)))


@pytest.mark.parametrize(
    "cron",
    [
        "@every 15m",
        "@every 1.5h",
        "0 0 4 * * *",
        "0 10 2 * * ?",
        "CRON_TZ=Asia/Shanghai 0 0 4 1 * *",
        "CRON_TZ=Asia/Shanghai 0 0/5 12-14 ? * MON-FRI",
    ],
)
def test_what_function_compute_takes_has_no_fault(cron: str) -> None:
    assert faults(timers=(TIMER._replace(cron=cron),)) == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "1st"}, "name_prefix"),
        ({"name": "a" * 65}, "name_prefix"),
        ({"memory_mb": 64}, "memory_mb"),
        ({"memory_mb": 200}, "memory_mb"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
        ({"role": "acs:ram::1000000000000001:role/cloud-sync-edas"}, "role"),
        ({"environment": {"FC_REGION": Secret("a")}}, "settings.FC_REGION"),
        ({"environment": {"_OWN": Secret("a")}}, "settings._OWN"),
        ({"environment": {"LOG_LEVEL": Secret("a" * 4096)}}, "settings"),
        ({"timers": (TIMER._replace(message="a" * MAX_EVENT_BYTES),)}, "parameters"),
        *(
            ({"timers": (TIMER._replace(cron=cron),)}, "schedule")
            for cron in ("15m", "@every 15", "rate(15 minutes)", "0 10 2 * *", "0 10 2 * * * *", "")
        ),
        *(
            ({"timers": (TIMER._replace(cron=cron),)}, "schedule")
            for cron in ("0 77 * * * *", "CRON_TZ=Asia/Shangai 0 10 2 * * *", "0 0 4 32 * *")
        ),
    ],
)
def test_what_function_compute_would_refuse_is_a_fault(changes: dict[str, Any], field: str) -> None:
    assert list(faults(**changes)) == [field]
