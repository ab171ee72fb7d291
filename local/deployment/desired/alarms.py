"""The alarms that a description wants of a function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from local.deployment.description.document import Alarms, FunctionTable, PlatformTable, WebTable
from local.deployment.desired.schedule_period import period_of
from local.deployment.models.alarm import FAILED_PERIOD_SECONDS, Alarm, AlarmService
from local.deployment.models.platform import Platform

MISSED_RUNS = 3
"""How many runs in a row are missed before the alarm, unless the description says how long."""

ROUND_PERIODS = (
    *(300 * number for number in range(1, 12)),
    *(3600 * number for number in range(1, 24)),
    *(86_400 * number for number in range(1, 8)),
)
"""What a period that the service does not take is rounded up to; in seconds."""


class AlarmChoice(NamedTuple):
    """What a description says about the alarms of one function.

    Parameters
    ----------
    failed, silent: whether it wants the alarm.
    silence_seconds: after how long without a run; None for what the schedule tells.
    notify: who is notified.
    """

    failed: bool
    silent: bool
    silence_seconds: int | None
    notify: tuple[str, ...]


def own_alarms(part: FunctionTable | WebTable) -> Alarms | None:
    """Return what a function says of its own alarms; the web app has those of its platform."""
    return None if isinstance(part, WebTable) else part.alarms


def schedule_of(part: FunctionTable | WebTable) -> str:
    """Return when a function runs; empty for one without a timer, as the web app is."""
    return "" if isinstance(part, WebTable) else part.schedule or ""


def alarm_choice(table: PlatformTable, part: FunctionTable | WebTable) -> AlarmChoice | None:
    """Return what a description says about a function's alarms; None if it has no such table."""
    common, own = table.alarms, own_alarms(part)
    if common is None and own is None:
        return None
    found = {
        key: value
        for each in (common, own)
        if each is not None
        for key, value in each.model_dump(exclude_none=True).items()
    }
    # No run is missed where no timer fires.
    fires = bool(schedule_of(part)) and not isinstance(part, WebTable) and part.enabled
    return AlarmChoice(
        failed=found.get("failed", True),
        silent=found.get("silent", True) and fires,
        silence_seconds=found.get("silence_seconds"),
        notify=tuple(sorted(set(found.get("notify", ())))),
    )


def desired_alarms(
    service: AlarmService | None, table: PlatformTable, part: FunctionTable | WebTable
) -> tuple[Alarm, ...]:
    """Return the alarms that a function is to have.

    A period that is not known is 0, which :func:`faults_of_alarms` says.
    """
    choice = alarm_choice(table, part)
    if choice is None or service is None:
        return ()
    alarms: list[Alarm] = []
    if choice.failed:
        alarms.append(Alarm("failed", FAILED_PERIOD_SECONDS, choice.notify))
    if choice.silent:
        seconds = choice.silence_seconds or silence_of(service, schedule_of(part))
        alarms.append(Alarm("silent", seconds, choice.notify))
    return tuple(alarms)


def silence_of(service: AlarmService, schedule: str) -> int:
    """Return after how many seconds without a run a schedule is late; 0 if it cannot be told."""
    period = period_of(schedule)
    if period is None:
        return 0
    late = period * MISSED_RUNS
    for seconds in (late, *(each for each in ROUND_PERIODS if each > late)):
        faults = service.faults_of(Alarm("silent", seconds, ()))
        if not any(field == "silence_seconds" for field, _reason in faults):
            return seconds
    return late


def faults_of_alarms(
    platform: Platform, table: PlatformTable, part: FunctionTable | WebTable
) -> Iterator[tuple[str, str]]:
    """Return what keeps a function's alarms from being made; the fields are those of its table."""
    choice = alarm_choice(table, part)
    if choice is None or not (choice.failed or choice.silent):
        return
    service = platform.alarms
    if service is None:
        instead = "set a heartbeat in NOTIFY instead (docs/notifications.md, Heartbeats)"
        yield "alarms", f"deployments make none on {platform.title}: remove it, and {instead}"
        return
    if not choice.notify:
        yield "alarms.notify", f"is missing: name {service.receivers}"
    seen: set[tuple[str, str]] = set()
    for alarm in desired_alarms(service, table, part):
        if not alarm.period_seconds:
            yield (
                "alarms.silence_seconds",
                "is missing: the schedule does not tell how far apart its runs are",
            )
            continue
        for field, reason in service.faults_of(alarm):
            if (field, reason) not in seen:
                seen.add((field, reason))
                yield f"alarms.{field}", reason
