"""A function's log: the topic of CLS that its configuration names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_log import FunctionLog
from local.deployment.models.place import Place


def log_of(body: Mapping[str, Any]) -> FunctionLog | None:
    """Return where a function's log is kept, be it SCF's own topic; None if it has none."""
    logset, topic = body.get("ClsLogsetId"), body.get("ClsTopicId")
    return FunctionLog(str(logset), str(topic)) if logset and topic else None


def log_fields_of(function: ManagedFunction) -> dict[str, object]:
    """Return the fields of a function's log; none if it is to keep what it has."""
    log = function.log
    return {} if log is None else {"ClsLogsetId": log.group, "ClsTopicId": log.stream}


def log_place(region: str, log: FunctionLog) -> Place:
    """Return where a person searches a topic."""
    page = "https://console.cloud.tencent.com/cls/search"
    return Place("log", f"{page}?region={region}&topic_id={log.stream}")
