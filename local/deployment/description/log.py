"""The log that a description names for a function.

Sources: SLS's rules for names <https://www.alibabacloud.com/help/en/sls/developer-reference/logstores>;
the API references of CLS and LTS, whose IDs are UUIDs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from local.deployment.description.document import Configured, Log, PlatformTable
from local.deployment.models.function_log import FunctionLog

LAMBDA = "lambda"


class LogKey(NamedTuple):
    """A key of a table ``log``.

    Parameters
    ----------
    name: the key.
    pattern: what its value looks like.
    wanted: the same for people.
    """

    name: str
    pattern: re.Pattern[str]
    wanted: str


SLS_PROJECT = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
SLS_LOGSTORE = re.compile(r"[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LTS_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")

KEYS: Mapping[str, tuple[LogKey, LogKey]] = {
    "fc": (
        LogKey("project", SLS_PROJECT, "the name of a project of SLS, 3 to 63 of a-z, 0-9 and -"),
        LogKey(
            "logstore", SLS_LOGSTORE, "the name of a logstore of it, 3 to 63 of a-z, 0-9, - and _"
        ),
    ),
    "scf": (
        LogKey("logset_id", UUID, "the ID of a log set of CLS, a UUID"),
        LogKey("topic_id", UUID, "the ID of a topic of CLS, a UUID"),
    ),
    "functiongraph": (
        LogKey("group_id", UUID, "the ID of a log group of LTS, a UUID"),
        LogKey("stream_id", UUID, "the ID of a log stream of LTS, a UUID"),
    ),
}
"""Platform -> what it needs: the group of logs first, then the log in it."""

NAMES: Mapping[str, tuple[LogKey, ...]] = {
    "functiongraph": (
        LogKey("group_name", LTS_NAME, "the name of that log group"),
        LogKey("stream_name", LTS_NAME, "the name of that log stream"),
    ),
}
"""Platform -> what it takes besides."""

NAMED: Mapping[str, str] = {"group_name": "group_id", "stream_name": "stream_id"}
"""A name -> the ID of what it is the name of."""


def given_in(log: Log | None) -> dict[str, str]:
    """Return the keys of a table that are there."""
    return {} if log is None else dict(log.model_dump(exclude_none=True))


def merged_log(table: PlatformTable, part: Configured) -> dict[str, str]:
    """Return what a description says about a function's log; its own keys take precedence."""
    own, common = given_in(part.log), given_in(table.log)
    # The name of what the function replaces is that of something else.
    kept = {key: value for key, value in common.items() if NAMED.get(key) not in own}
    return {**kept, **own}


def desired_log(platform: str, table: PlatformTable, part: Configured) -> FunctionLog | None:
    """Return the log that a description names for a function, None if it names none."""
    found, keys = merged_log(table, part), KEYS.get(platform)
    if not found or keys is None:
        return None
    group, stream = (found[key.name] for key in keys)
    return FunctionLog(group, stream, found.get("group_name", ""), found.get("stream_name", ""))


def log_faults(platform: str, place: str, table: PlatformTable) -> Iterator[tuple[str, str]]:
    """Return what is wrong with the logs that a platform's part of a description names.

    Parameters
    ----------
    platform: the platform's name.
    place: where its part is.
    table: the part.
    """
    parts: dict[str, Configured] = {
        f"{place}.functions.{name}": each for name, each in table.functions.items()
    }
    if table.web is not None:
        parts[f"{place}.web"] = table.web
    for inside, each in {place: table, **parts}.items():
        if each.log is None:
            continue
        if platform == LAMBDA:
            yield f"{inside}.log", "the stack makes the log groups: remove it"
        else:
            yield from _key_faults(platform, f"{inside}.log", each.log)
    if platform in KEYS:
        yield from dict.fromkeys(_merged_faults(platform, place, table, parts))


def _key_faults(platform: str, place: str, log: Log) -> Iterator[tuple[str, str]]:
    known = {each.name: each for each in (*KEYS[platform], *NAMES.get(platform, ()))}
    for name, value in given_in(log).items():
        if name not in known:
            yield f"{place}.{name}", f"is not for {platform}, which takes {', '.join(known)}"
        elif not known[name].pattern.fullmatch(value):
            yield f"{place}.{name}", f"is {known[name].wanted}"


def _merged_faults(
    platform: str, place: str, table: PlatformTable, parts: Mapping[str, Configured]
) -> Iterator[tuple[str, str]]:
    """Return what each function's log lacks, after both tables."""
    for inside, each in parts.items():
        if each.log is None and table.log is None:
            continue
        where = f"{place if each.log is None else inside}.log"
        found = merged_log(table, each)
        for key in KEYS[platform]:
            if key.name not in found:
                yield f"{where}.{key.name}", f"is missing: {key.wanted}"
        if platform == "scf" and not (each.role or table.role):
            # InvalidParameterValue.ClsRole of SCF's error codes.
            yield where, f"needs a role: SCF takes a log of yours only where {inside} has a role"
