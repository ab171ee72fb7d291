"""A function's log: the stream of LTS that its configuration names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.deployment.models.function_log import FunctionLog
from local.deployment.models.place import Place


def log_of(body: Mapping[str, Any]) -> FunctionLog | None:
    """Return where a function's log is kept, None if it has none, or FunctionGraph's own."""
    group, stream = body.get("log_group_id"), body.get("log_stream_id")
    if body.get("enable_lts_log") is False or not group or not stream:
        return None
    return FunctionLog(str(group), str(stream))


def log_config_of(log: FunctionLog) -> dict[str, object]:
    """Return a log as FunctionGraph wants it."""
    config = {
        "group_id": log.group,
        "group_name": log.group_name,
        "stream_id": log.stream,
        "stream_name": log.stream_name,
    }
    return {name: value for name, value in config.items() if value}


def log_place(region: str, log: FunctionLog) -> Place:
    """Return where a person searches a log stream."""
    page = f"https://console.huaweicloud.com/lts/?region={region}#/cts/logEventsLeftMenu/events"
    return Place("log", f"{page}?groupId={log.group}&topicId={log.stream}")
