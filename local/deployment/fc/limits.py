"""What Function Compute takes: names, memory, variables and schedules.

Sources: the models of alibabacloud_fc20230330 4.8.3;
<https://www.alibabacloud.com/help/en/functioncompute/fc/environment-variables> for the variables;
<https://www.alibabacloud.com/help/en/functioncompute/fc/time-triggers> for the schedules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_parts import Timer
from local.deployment.schedule_fields import (
    DAY,
    HOUR,
    MINUTE,
    MONTH,
    SECOND,
    WEEKDAY,
    field_faults,
    zone_faults,
)

MAX_ZIP_BYTES = 50 * 1024 * 1024
MEMORY_STEP_MB = 64
MIN_MEMORY_MB = 128
MAX_MEMORY_MB = 32 * 1024
MAX_TIMEOUT_SECONDS = 86_400
MAX_ENVIRONMENT_BYTES = 4096
MAX_EVENT_BYTES = 128 * 1024
"""Of an asynchronous run, which a timer's is, with all that is around the message."""

RESERVED = "FC_"

CORE_STEPS = 20
"""The steps of a core: 0.05 of it."""

STEPS_PER_GB = CORE_STEPS
"""A function may have one core for each GB of memory at most, and one for every 4 GB at least."""

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
ROLE = re.compile(r"[A-Za-z0-9.-]{1,64}")
VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
EVERY = re.compile(r"@every (?:[0-9]+(?:\.[0-9]+)?[hm])+")
CRON = re.compile(
    r"(?:CRON_TZ=(?P<zone>[A-Za-z0-9_+/-]+) )?(?P<fields>[0-9*,/-]+(?: [0-9A-Za-z*?,/-]+){5})"
)
CRON_FIELDS = (SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY)

WANTED_SCHEDULE = (
    "Function Compute wants an interval, @every 15m, or second minute hour day month weekday: "
    "CRON_TZ=Asia/Shanghai 0 10 2 * * * is 02:10 every day, and without CRON_TZ it is UTC"
)


def cores_of(memory_mb: int) -> float:
    """Return how many cores a function has with that memory: as many as it may have, up to one.

    More than one is only set where the memory requires it: an operation uses one at a time.
    """
    most = memory_mb * STEPS_PER_GB // 1024
    least = -(-memory_mb * STEPS_PER_GB // (4 * 1024))
    return max(min(most, CORE_STEPS), least) / CORE_STEPS


def schedule_faults(schedule: str) -> Iterator[str]:
    """Return why Function Compute would not take a schedule."""
    if EVERY.fullmatch(schedule):
        return
    cron = CRON.fullmatch(schedule)
    if cron is None:
        yield WANTED_SCHEDULE
        return
    if cron["zone"] is not None:
        yield from zone_faults(cron["zone"])
    yield from field_faults(cron["fields"].split(" "), CRON_FIELDS)


def event_size(timer: Timer) -> int:
    """Return the bytes of the event that a timer starts a function with."""
    event = {
        "triggerTime": "2006-01-02T15:04:05Z",
        "triggerName": timer.name,
        "payload": timer.message,
    }
    return len(json.dumps(event, ensure_ascii=False).encode())


def faults_of(function: ManagedFunction) -> Iterator[tuple[str, str]]:
    """Return what Function Compute would refuse in a function."""
    memory = function.memory_mb
    if not NAME.fullmatch(function.name):
        yield "name_prefix", f"{function.name} is no name of 64 characters at most"
    if memory % MEMORY_STEP_MB or not MIN_MEMORY_MB <= memory <= MAX_MEMORY_MB:
        yield "memory_mb", f"Function Compute takes 128 to {MAX_MEMORY_MB:,} in steps of 64"
    if not 1 <= function.timeout_seconds <= MAX_TIMEOUT_SECONDS:
        yield "timeout_seconds", f"Function Compute takes 1 to {MAX_TIMEOUT_SECONDS:,} seconds"
    if function.role is not None and not ROLE.fullmatch(function.role):
        yield "role", "is the name of a RAM role of this account, such as cloud-sync-edas: no ARN"
    yield from _variable_faults(function)
    if function.url is not None and function.url.group:
        yield "api_group", "an HTTP trigger of Function Compute belongs to no group: leave it out"
    for timer in function.timers:
        for reason in schedule_faults(timer.cron):
            yield "schedule", reason
        if (size := event_size(timer)) > MAX_EVENT_BYTES:
            yield "parameters", f"make an event of {size:,} bytes, of {MAX_EVENT_BYTES:,} at most"


def _variable_faults(function: ManagedFunction) -> Iterator[tuple[str, str]]:
    size = 0
    for name, value in function.environment.items():
        size += len(name.encode()) + len(value.get_secret_value().encode())
        if name.startswith(RESERVED):
            yield f"settings.{name}", f"Function Compute reserves names that begin with {RESERVED}"
        elif not VARIABLE.fullmatch(name):
            yield f"settings.{name}", "has a letter first, then letters, digits and underscores"
    if size > MAX_ENVIRONMENT_BYTES:
        yield (
            "settings",
            f"are {size:,} bytes together, and Function Compute takes {MAX_ENVIRONMENT_BYTES:,}",
        )
