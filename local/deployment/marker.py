"""The marker of a deployed function: whose it is, and what its configuration was.

It is a variable of the function's environment, so every platform has a place for it, and it is
set in the same call as the rest of the configuration. It holds a short hash of each part, from
which drift is distinguished from a change of the description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from local.deployment.models.bucket_trigger import BucketTrigger
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_parts import Timer
from shared.settings.definitions import ALL_NAMES, SECRETS

VARIABLE = "CLOUD_SYNC_DEPLOYMENT"
TIMER = "cloud-sync"
"""The name of the timer that a deployment makes; other timers are not its own."""

LETTERS: Mapping[str, str] = {
    "runtime": "r",
    "handler": "h",
    "memory": "m",
    "timeout": "t",
    "settings": "e",
    "secrets": "k",
    "role": "o",
    "description": "d",
    "code": "c",
    "retries": "y",
    "schedule": "s",
    "alarms": "a",
    "url": "u",
    "log": "l",
    "bucket": "b",
}
"""Part of a function -> its letter in the marker."""

CONFIGURATION = (
    "runtime",
    "memory",
    "timeout",
    "settings",
    "secrets",
    "role",
    "description",
    "log",
)
"""The parts that one call sets."""

_FORMAT = re.compile(r"1_([a-z][a-z0-9-]*)_(done|pending)_z([0-9]*)((?:_[a-z][0-9a-f]{8})*)")


class Marker(NamedTuple):
    """What a function's environment says about its deployment.

    Parameters
    ----------
    deployment: the deployment's name.
    hashes: part -> hash of what was deployed.
    pending: whether a deployment has begun and has not finished.
    code_size: the size of the code that the platform reported afterwards, None for none.
    """

    deployment: str
    hashes: Mapping[str, str]
    pending: bool
    code_size: int | None = None

    @property
    def text(self) -> str:
        """The variable's value: letters, digits, ``_`` and ``-`` only, as SCF's console wants."""
        size = "" if self.code_size is None else str(self.code_size)
        parts = "".join(f"_{LETTERS[name]}{value}" for name, value in self.hashes.items())
        state = "pending" if self.pending else "done"
        return f"1_{self.deployment}_{state}_z{size}{parts}"


def marker_of(function: ManagedFunction) -> Marker | None:
    """Return the marker of a function, None if this project did not make it."""
    value = function.environment.get(VARIABLE)
    match = _FORMAT.fullmatch(value.get_secret_value()) if value is not None else None
    if match is None:
        return None
    deployment, state, size, parts = match.groups()
    names = {letter: name for name, letter in LETTERS.items()}
    hashes = {names[part[0]]: part[1:] for part in parts.split("_") if part and part[0] in names}
    return Marker(deployment, hashes, state == "pending", int(size) if size else None)


def own_timer(function: ManagedFunction) -> Timer | None:
    """Return the timer that a deployment made, None if there is none."""
    return next((timer for timer in function.timers if timer.name == TIMER), None)


def own_bucket(actual: ManagedFunction, wanted: ManagedFunction | None) -> BucketTrigger | None:
    """Return the deployment's bucket trigger among those of a function, None if there is none.

    It is the one that is wanted, or else the one that was deployed, that has a deployment's name,
    or that is of the bucket which is wanted. Others are left alone.

    Parameters
    ----------
    actual: the function at the platform.
    wanted: the function of the description, None if it is in none.
    """
    marker = marker_of(actual)
    deployed = marker.hashes.get("bucket") if marker is not None else None
    want = next(iter(wanted.buckets), None) if wanted is not None else None
    for is_it in (
        lambda each: want is not None and each.compared == want.compared,
        lambda each: short_hash(each.compared) == deployed,
        lambda each: each.own,
        lambda each: want is not None and each.bucket == want.bucket,
    ):
        found = next(filter(is_it, actual.buckets), None)
        if found is not None:
            return found
    return None


def settings_of(function: ManagedFunction) -> dict[str, str]:
    """Return the environment without the marker; its values may be secrets."""
    return {
        name: value.get_secret_value()
        for name, value in sorted(function.environment.items())
        if name != VARIABLE
    }


def may_be_secret(name: str) -> bool:
    """Return whether the value of a setting may be a secret.

    A name that is in no list may be a key's: only settings that are known to be none are not.
    """
    return name != VARIABLE and (name in SECRETS or name not in ALL_NAMES)


def hashes_of(function: ManagedFunction) -> dict[str, str]:
    """Return the hash of each part of a function; none for what is not reported."""
    timer, settings = own_timer(function), settings_of(function)
    values: dict[str, Any] = {
        "runtime": function.runtime,
        "handler": function.handler,
        "memory": function.memory_mb,
        "timeout": function.timeout_seconds,
        "settings": {
            name: None if may_be_secret(name) else value for name, value in settings.items()
        },
        "role": function.role,
        "description": function.description,
        "schedule": None if timer is None else timer._replace(id=""),
    }
    if not function.hides_secrets:
        values["secrets"] = {name: value for name, value in settings.items() if may_be_secret(name)}
    if function.url is not None:
        values["url"] = function.url.compared
    if function.log is not None:
        values["log"] = function.log.compared
    if function.buckets:
        values["bucket"] = function.buckets[0].compared
    if function.code_digest is not None:
        values["code"] = function.code_digest
    if function.retries is not None:
        # Without the third part as it was hashed before there was one.
        found = function.retries
        values["retries"] = found if found.failed_events else found[:2]
    if function.alarms is not None:
        values["alarms"] = function.alarms
    return {name: short_hash(values[name]) for name in LETTERS if name in values}


def short_hash(value: Any) -> str:
    """Return eight hexadecimal digits that differ for different values."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:8]
