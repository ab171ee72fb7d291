"""A function's log: the logstore of SLS that its configuration names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.deployment.fc.function_state import wait_until_done
from local.deployment.models.function_log import FunctionLog
from local.deployment.models.place import Place
from shared.models.flow import Flow


def log_of(body: Mapping[str, Any]) -> FunctionLog | None:
    """Return where a function's log is kept, None if it has none."""
    config = body.get("logConfig") or {}
    project, logstore = config.get("project"), config.get("logstore")
    return FunctionLog(str(project), str(logstore)) if project and logstore else None


def log_config_of(log: FunctionLog) -> dict[str, object]:
    """Return a log as Function Compute wants it."""
    return {"project": log.group, "logstore": log.stream}


def log_change(name: str, log: FunctionLog) -> Flow[dict[str, object]]:
    """Return what sets a function's log; nothing if it has that one.

    The rest of its log's configuration, such as its metrics, stays as it was set by hand.
    """
    body = (yield from wait_until_done(name)) or {}
    if log_of(body) == log:
        return {}
    return {"logConfig": {**(body.get("logConfig") or {}), **log_config_of(log)}}


def log_place(region: str, log: FunctionLog) -> Place:
    """Return where a person finds a logstore."""
    page = f"https://sls.console.aliyun.com/lognext/project/{log.group}/logsearch/{log.stream}"
    return Place("log", f"{page}?slsRegion={region}")
