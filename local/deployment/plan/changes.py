"""What a deployment will do: compares what is wanted with what the platform has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from local.deployment.digests import short_digest
from local.deployment.marker import (
    CONFIGURATION,
    LETTERS,
    VARIABLE,
    Marker,
    hashes_of,
    marker_of,
    may_be_secret,
    own_bucket,
    own_timer,
    settings_of,
    short_hash,
)
from local.deployment.models.alarm import KINDS, Alarm
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_parts import HttpUrl, Retries, Timer
from shared.models.secret import Secret
from shared.settings.definitions import SECRETS, USER_SETTINGS

Kind = Literal["create", "update", "adopt", "replace", "remove", "unchanged", "foreign"]

HIDDEN = "(not shown)"
NONE = "none"

UPLOADED_AGAIN = "uploaded again after an incomplete deployment"

ALARM_TITLES = {"failed": "run failed", "silent": "no run"}
"""Kinds of alarms, for people."""


class Difference(NamedTuple):
    """One thing that is not as it is wanted.

    Parameters
    ----------
    part: one of the parts in a marker.
    label: what it is, for people; the setting's name for a setting.
    before, after: the values, without secrets.
    by_hand: whether it was changed since the last deployment, and not by one.
    note: what is said instead of the values; empty for nothing.
    """

    part: str
    label: str
    before: str
    after: str
    by_hand: bool
    note: str = ""

    @property
    def text(self) -> str:
        """What changes, for people."""
        return self.note or f"{self.before} → {self.after}"


class Change(NamedTuple):
    """What a deployment does to one function.

    Parameters
    ----------
    kind: what; ``foreign`` for a function that this deployment did not make, which is left alone;
        ``adopt`` for one that was deployed by hand and becomes this deployment's.
    name: the function's name.
    differences: what an update or an adoption changes.
    why: why a function is replaced or removed, whose a foreign one is, or that an interrupted
        deployment goes on.
    """

    kind: Kind
    name: str
    differences: tuple[Difference, ...] = ()
    why: str = ""

    @property
    def by_hand(self) -> tuple[Difference, ...]:
        """What was changed by hand, and would be overwritten."""
        return tuple(each for each in self.differences if each.by_hand)

    @property
    def parts(self) -> frozenset[str]:
        """The parts that an update changes."""
        return frozenset(each.part for each in self.differences)


def plan_change(
    deployment: str,
    wanted: ManagedFunction,
    actual: ManagedFunction | None,
    secrets: frozenset[str],
    *,
    adopt: bool = False,
) -> Change:
    """Return what to do so that the platform has a function as it is wanted.

    Parameters
    ----------
    deployment: the deployment's name.
    wanted: the function of the description, without a marker.
    actual: the function of that name at the platform, None if there is none.
    secrets: the names of further settings that are never shown.
    adopt: whether to take the function over if it was deployed by hand.
    """
    if actual is None:
        return Change("create", wanted.name)
    marker = marker_of(actual)
    if marker is None and adopt:
        return plan_adoption(deployment, wanted, actual, secrets)
    if marker is None or marker.deployment != deployment:
        return Change("foreign", wanted.name, why=owner_of(marker))
    if actual.problem:
        return Change("replace", wanted.name, why=actual.problem)
    found = tuple(differences_of(wanted, actual, marker, secrets))
    if any(each.part == "runtime" for each in found):
        # The URL goes first and is made anew: one that is gone was not taken away by hand.
        others = tuple(each for each in found if each.part != "url")
        return Change("replace", wanted.name, others, "its runtime cannot be changed")
    unfinished = marker.pending or recorded(marker, wanted) != hashes_of(wanted)
    kind: Kind = "update" if found or unfinished else "unchanged"
    why = "finishes the last deployment" if unfinished and not found else ""
    return Change(kind, wanted.name, found, why)


def recorded(marker: Marker, wanted: ManagedFunction) -> dict[str, str]:
    """Return the hashes in a marker, without that of a log that the description names no more.

    Such a log stays.
    """
    return {
        part: value
        for part, value in marker.hashes.items()
        if part != "log" or wanted.log is not None
    }


def plan_adoption(
    deployment: str, wanted: ManagedFunction, actual: ManagedFunction, secrets: frozenset[str]
) -> Change:
    """Return the adoption of a function that was deployed by hand, or why it is left alone.

    One that would have to be deleted first is: its log, its URL and its triggers would go too.
    """
    if actual.problem:
        return Change("foreign", wanted.name, why=actual.problem)
    if actual.runtime != wanted.runtime:
        return Change("foreign", wanted.name, why=f"its runtime {actual.runtime} cannot be changed")
    nothing = Marker(deployment, {}, pending=False)
    differences = differences_of(wanted, actual, nothing, secrets)
    by_hand = tuple(each._replace(by_hand=True) for each in differences)
    return Change("adopt", wanted.name, by_hand, "it was deployed by hand")


def plan_removal(deployment: str, actual: ManagedFunction, why: str = "") -> Change:
    """Return the removal of a function, or that it is not this deployment's."""
    marker = marker_of(actual)
    if marker is None or marker.deployment != deployment:
        return Change("foreign", actual.name, why=owner_of(marker))
    return Change("remove", actual.name, why=why)


def plan_removals(
    deployment: str, actual: Mapping[str, ManagedFunction | None], wanted: Sequence[str] = ()
) -> list[Change]:
    """Return the removals of what a deployment made and its description has no more.

    Parameters
    ----------
    deployment: the deployment's name.
    actual: name -> the function at the platform, None if there is none.
    wanted: the names in the description; none to remove all.
    """
    why = "no longer in the description" if wanted else ""
    found = [
        plan_removal(deployment, function, why)
        for name, function in actual.items()
        if function is not None and name not in wanted
    ]
    # Only a removal lists functions of these names that another deployment or person created.
    return [each for each in found if each.kind == "remove" or not wanted]


def owner_of(marker: Marker | None) -> str:
    """Return whose a function is, for people."""
    if marker is None:
        return "this project did not make it"
    return f"it belongs to the deployment {marker.deployment}"


def differences_of(
    wanted: ManagedFunction, actual: ManagedFunction, marker: Marker, secrets: frozenset[str]
) -> list[Difference]:
    """Return what is not as it is wanted, part by part."""
    actual = comparable(actual, wanted, marker)
    want, have = hashes_of(wanted), hashes_of(actual)
    if actual.buckets:
        want.setdefault("bucket", short_hash(None))
    found: list[Difference] = []
    for part in LETTERS:
        if part not in want:
            continue
        deployed = marker.hashes.get(part)
        current = have.get(part)
        if current is None and part in {"url", "log", "bucket"}:
            current = short_hash(None)  # every platform that has them reports them
        elif current is None and not (part == "code" and is_code_unknown(actual, marker)):
            current = deployed  # the platform does not report it
        if current == want[part]:
            continue
        by_hand = not marker.pending and deployed is not None and current != deployed
        details = details_of(part, wanted, actual, secrets, by_hand=by_hand)
        if part == "code" and marker.pending and current is None:
            details = [each._replace(note=UPLOADED_AGAIN) for each in details]
        found += details
    return found


def comparable(actual: ManagedFunction, wanted: ManagedFunction, marker: Marker) -> ManagedFunction:
    """Return a function as far as it is compared: without what is left alone.

    That is what calls it besides the deployment's triggers, and where its failed events are kept
    unless a deployment has set that.
    """
    bucket, retries = own_bucket(actual, wanted), actual.retries
    is_named = wanted.retries is not None and wanted.retries.failed_events
    was_set = hashes_of(actual).get("retries") == marker.hashes.get("retries")
    if retries is not None and not is_named and not was_set:
        retries = retries._replace(failed_events="")
    return actual._replace(buckets=() if bucket is None else (bucket,), retries=retries)


def is_code_unknown(actual: ManagedFunction, marker: Marker) -> bool:
    """Return whether the code may be another than the deployed one.

    The marker of a deployment that is under way names the code only if that is not changed.
    """
    return actual.code_size != marker.code_size


def details_of(
    part: str,
    wanted: ManagedFunction,
    actual: ManagedFunction,
    secrets: frozenset[str],
    *,
    by_hand: bool,
) -> list[Difference]:
    """Return a difference for people; for the settings one for each name."""
    if part == "secrets" and actual.hides_secrets:
        return [Difference(part, part, HIDDEN, HIDDEN, by_hand)]
    if part == "alarms":
        return alarm_differences(wanted, actual, by_hand=by_hand)
    if part not in {"settings", "secrets"}:
        before, after = (value_of(part, each) for each in (actual, wanted))
        return [Difference(part, part, before, after, by_hand)]
    old, new = settings_of(actual), settings_of(wanted)
    return [
        Difference(
            part,
            name,
            shown_setting(name, old.get(name), secrets),
            shown_setting(name, new.get(name), secrets),
            by_hand,
        )
        for name in sorted({*old, *new})
        if is_different(part, name, old, new)
    ]


def alarm_differences(
    wanted: ManagedFunction, actual: ManagedFunction, *, by_hand: bool
) -> list[Difference]:
    """Return a difference for each alarm that is not as it is wanted."""
    old, new = (
        {each.kind: each for each in function.alarms or ()} for function in (actual, wanted)
    )
    return [
        Difference(
            "alarms", "alarm", shown_alarm(old.get(kind)), shown_alarm(new.get(kind)), by_hand
        )
        for kind in KINDS
        if old.get(kind) != new.get(kind)
    ]


def is_different(part: str, name: str, old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Return whether a setting belongs to a part's difference.

    That a secret is there or not belongs to the settings, its value to the secrets.
    """
    if not may_be_secret(name):
        return part == "settings" and old.get(name) != new.get(name)
    if part == "settings":
        return (name in old) != (name in new)
    return name in old and name in new and old[name] != new[name]


def shown_setting(name: str, value: str | None, secrets: frozenset[str]) -> str:
    """Return the value of a setting for people; of one that may be a secret only that it is set."""
    if value is None:
        return NONE
    is_public = name in USER_SETTINGS and name not in SECRETS and name not in secrets
    return value if is_public else HIDDEN


def value_of(part: str, function: ManagedFunction) -> str:
    """Return a part of a function for people."""
    if part == "code":
        digest = function.code_digest
        return short_digest(digest) if digest else f"{function.code_size or 0:,} bytes"
    if part == "schedule":
        return shown_timer(own_timer(function))
    if part == "url":
        return shown_url(function.url)
    if part == "retries":
        found = function.retries
        return NONE if found is None else shown_retries(found)
    values = {
        "runtime": function.runtime,
        "handler": function.handler,
        "memory": f"{function.memory_mb} MB",
        "timeout": f"{function.timeout_seconds} s",
        "role": function.role or NONE,
        "description": function.description,
        "log": NONE if function.log is None else function.log.text,
        "bucket": function.buckets[0].text if function.buckets else NONE,
    }
    return values[part]


def shown_retries(retries: Retries) -> str:
    """Return retries for people."""
    then = f", then in {retries.failed_events}" if retries.failed_events else ""
    return f"{retries.attempts}, kept {retries.max_age_seconds} s{then}"


def shown_timer(timer: Timer | None) -> str:
    """Return a timer for people."""
    if timer is None:
        return NONE
    off = "" if timer.enabled else ", off"
    passes = f", passes {timer.message}" if timer.message else ""
    return f"{timer.cron}{passes}{off}"


def alarm_title(kind: str) -> str:
    """Return the kind of an alarm for people, in quotation marks."""
    return f'"{ALARM_TITLES[kind]}"'


def shown_alarm(alarm: Alarm | None) -> str:
    """Return an alarm for people."""
    if alarm is None:
        return NONE
    if not alarm.period_seconds:
        return f"{alarm_title(alarm.kind)} alarm, off or changed"
    within = shown_seconds(alarm.period_seconds)
    when = f"a run failed, within {within}" if alarm.kind == "failed" else f"no run within {within}"
    return f"{when}; notifies {', '.join(alarm.notify) or 'nobody'}"


def shown_seconds(seconds: int) -> str:
    """Return a time span for people, e.g. ``3 days`` or ``45 minutes``."""
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            number = seconds // size
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{seconds} s"


def shown_url(url: HttpUrl | None) -> str:
    """Return a URL for people, without its address, which a deployment does not choose."""
    if url is None:
        return NONE
    callers = "callers the platform authorizes" if url.authorized else "all callers"
    group = f"group {url.group}" if url.group else ""
    return ", ".join(filter(None, (f"for {callers}", group, url.differs)))


def marked(function: ManagedFunction, marker: Marker) -> ManagedFunction:
    """Return a function with a marker in its environment."""
    return function._replace(environment={**function.environment, VARIABLE: Secret(marker.text)})


def is_one_call(change: Change) -> bool:
    """Return whether an update is a single call, so that it cannot be left half done."""
    return change.parts <= frozenset(CONFIGURATION)
