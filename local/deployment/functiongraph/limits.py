"""What FunctionGraph takes: names, memory, variables and schedules.

Sources: ``huaweicloudsdkfunctiongraph`` 3.1.219, the pages of the API, and
<https://support.huaweicloud.com/intl/en-us/usermanual-functiongraph/functiongraph_01_0908.html>
for the schedules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from local.deployment.marker import may_be_secret
from local.deployment.models.function import ManagedFunction
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
from shared.models.secret import Secret

MAX_ZIP_BYTES = 50 * 1024 * 1024
MEMORY_MB = (128, 256, 512, *range(768, 4097, 256))
MAX_TIMEOUT_SECONDS = 259_200
MAX_VARIABLES = 20
MAX_CHARACTERS = 4096
MAX_DESCRIPTION = 512
MAX_MESSAGE_BYTES = 2047

NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_-]{0,58}[A-Za-z0-9])?")
RATE = re.compile(r"([1-9][0-9]?)([mhd])")
MAX_OF_UNIT = {"m": 60, "h": 24, "d": 30}
EVERY = re.compile(r"@every (?:[0-9]+(?:\.[0-9]+)?[smh])+")
CRON = re.compile(
    r"(?:CRON_TZ=(?P<zone>[A-Za-z0-9_+/-]+) )?(?P<fields>[0-9*,/-]+(?: [0-9A-Za-z*?,/-]+){4,5})"
)
CRON_FIELDS = (SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY)

WANTED_SCHEDULE = (
    "FunctionGraph wants an interval, @every 15m, a rate of 1m to 60m, 1h to 24h or 1d to 30d, or "
    "second minute hour day month weekday: CRON_TZ=Asia/Shanghai 0 10 2 * * ? is 02:10 every day"
)


def variables(environment: Mapping[str, Secret], *, encrypted: bool) -> str:
    """Return the text of ``user_data``, or of ``encrypted_user_data``: a JSON object.

    FunctionGraph encrypts what may be a secret, and never shows it.
    """
    chosen = {
        name: value.get_secret_value()
        for name, value in environment.items()
        if may_be_secret(name) == encrypted
    }
    return json.dumps(chosen, ensure_ascii=False) if chosen else "{}"


def is_rate(schedule: str) -> bool:
    """Return whether a schedule is a rate, such as ``15m``."""
    match = RATE.fullmatch(schedule)
    return match is not None and int(match[1]) <= MAX_OF_UNIT[match[2]]


def schedule_faults(schedule: str) -> Iterator[str]:
    """Return why FunctionGraph would not take a schedule."""
    if is_rate(schedule) or EVERY.fullmatch(schedule):
        return
    cron = CRON.fullmatch(schedule)
    if cron is None:
        yield WANTED_SCHEDULE
        return
    if cron["zone"] is not None:
        yield from zone_faults(cron["zone"])
    texts = cron["fields"].split(" ")
    if len(texts) == len(CRON_FIELDS):
        yield from field_faults(texts, CRON_FIELDS)
        return
    # With five fields either the seconds or the weekday may be what is left out.
    without_weekday = list(field_faults(texts, CRON_FIELDS[:-1]))
    if without_weekday and list(field_faults(texts, CRON_FIELDS[1:])):
        yield from without_weekday


def faults_of(function: ManagedFunction) -> Iterator[tuple[str, str]]:
    """Return what FunctionGraph would refuse in a function."""
    if not NAME.fullmatch(function.name):
        yield "name_prefix", f"{function.name} is no name of 60 characters at most"
    if function.memory_mb not in MEMORY_MB:
        yield "memory_mb", "FunctionGraph takes 128, 256, 512, and steps of 256 up to 4096"
    if not 3 <= function.timeout_seconds <= MAX_TIMEOUT_SECONDS:
        yield "timeout_seconds", f"FunctionGraph takes 3 to {MAX_TIMEOUT_SECONDS:,} seconds"
    if len(function.description) > MAX_DESCRIPTION:
        yield "description", f"is longer than {MAX_DESCRIPTION} characters"
    if function.url is not None and not function.url.group:
        yield "api_group", "is missing: the id of an API group of yours, which APIG's console shows"
    yield from _variable_faults(function)
    for timer in function.timers:
        for reason in schedule_faults(timer.cron):
            yield "schedule", reason
        if len(timer.message.encode()) > MAX_MESSAGE_BYTES:
            yield "parameters", f"are longer than the {MAX_MESSAGE_BYTES:,} bytes of a timer"


def _variable_faults(function: ManagedFunction) -> Iterator[tuple[str, str]]:
    for field, encrypted in (("settings", False), ("secrets", True)):
        names = [name for name in function.environment if may_be_secret(name) == encrypted]
        if len(names) > MAX_VARIABLES:
            yield field, f"are {len(names)}, and FunctionGraph takes {MAX_VARIABLES}"
        length = len(variables(function.environment, encrypted=encrypted))
        if length > MAX_CHARACTERS:
            yield (
                field,
                f"have {length:,} characters as JSON, and FunctionGraph takes {MAX_CHARACTERS:,}",
            )
