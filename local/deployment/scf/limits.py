"""What SCF takes: names, memory, variables, messages and schedules.

Sources: SCF's API of 2018-04-16 <https://cloud.tencent.com/document/api/583/17235>;
<https://cloud.tencent.com/document/product/583/9708> for the schedules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from local.deployment.models.function import ManagedFunction
from local.deployment.schedule_fields import (
    DAY,
    HOUR,
    MINUTE,
    MONTH,
    SECOND,
    WEEKDAY,
    CronField,
    field_faults,
)

MAX_ZIP_BYTES = 7 * 1024 * 1024
"""SCF takes 20 MB of Base64 for an update and 50 MB for a new function, but no request signed with
TC3 may be larger than 10 MB <https://cloud.tencent.com/document/api/583/17239>."""
MAX_ENVIRONMENT_BYTES = 4096
MAX_MESSAGE_BYTES = 4096
RESERVED = ("TENCENTCLOUD_", "SCF_", "QCLOUD_")

CRON_FIELDS = (
    SECOND,
    MINUTE,
    HOUR,
    DAY._replace(special=True),
    MONTH,
    WEEKDAY._replace(special=True),
    CronField("year", 1970, 2099),
)
WANTED_CRON = (
    "SCF wants seven fields, second minute hour day month weekday year: "
    "0 10 2 * * * * is 02:10 every day"
)
CRON = re.compile(r"[0-9A-Za-z*/,\-?LW#]+")


def schedule_faults(schedule: str) -> Iterator[str]:
    """Return why SCF would not take a schedule."""
    texts = schedule.split(" ")
    if len(texts) != len(CRON_FIELDS) or not all(map(CRON.fullmatch, texts)):
        yield WANTED_CRON
    else:
        yield from field_faults(texts, CRON_FIELDS)


def faults_of(function: ManagedFunction) -> Iterator[tuple[str, str]]:
    """Return what SCF would refuse in a function."""
    memory = function.memory_mb
    if memory != 64 and (memory % 128 or not 128 <= memory <= 3072):
        yield "memory_mb", "SCF takes 64, or 128 to 3072 in steps of 128"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]", function.name):
        yield "name_prefix", f"{function.name} is longer than 60 characters"
    yield from _variable_faults(function)
    if function.url is not None and function.url.group:
        yield "api_group", "a function URL of SCF belongs to no group: leave it out"
    for timer in function.timers:
        for reason in schedule_faults(timer.cron):
            yield "schedule", reason
        if len(timer.message.encode()) > MAX_MESSAGE_BYTES:
            yield "parameters", f"are longer than the {MAX_MESSAGE_BYTES:,} bytes of a timer"


def _variable_faults(function: ManagedFunction) -> Iterator[tuple[str, str]]:
    size = 0
    for name, value in function.environment.items():
        size += len(name.encode()) + len(value.get_secret_value().encode())
        if name.startswith(RESERVED):
            yield f"settings.{name}", f"SCF reserves names that begin with {', '.join(RESERVED)}"
        elif not value:
            yield f"settings.{name}", "SCF takes no empty value: leave the setting out"
    if size > MAX_ENVIRONMENT_BYTES:
        yield "settings", f"are {size:,} bytes together, and SCF takes {MAX_ENVIRONMENT_BYTES:,}"
