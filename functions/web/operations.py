"""The bundle's operations over HTTP: which there are, what they take, and running one."""

from __future__ import annotations

from functions.catalog import load
from functions.web import bundle
from functions.web.schemas.parameters import parameters_schema
from functions.web.schemas.result import result_schema
from shared.arrival import Visit
from shared.door.door import answer, identify
from shared.door.problem import Problem
from shared.door.reply import Reply, reply
from shared.door.request import HttpRequest
from shared.door.rights import actions_open_to, read_rules
from shared.models.operation import Operation

JSON = {"Content-Type": "application/json"}


def list_all(visit: Visit, request: HttpRequest) -> Reply:
    """Return the operations that the caller may do anything with.

    Raises
    ------
    Problem: nobody whom the settings know.
    Misconfigured: a setting about callers is wrong.
    """
    caller = identify(visit, request)
    rules = read_rules(visit.settings.get("HTTP_RIGHTS"))
    entries = []
    for name in bundle.operation_ids():
        actions = actions_open_to(caller.name, known=caller.known, operation=name, rules=rules)
        entry = about(load(name), actions)
        if entry["actions"]:
            entries.append(entry)
    return reply(200, JSON, {"operations": entries})


def describe(visit: Visit, request: HttpRequest, operation_id: str) -> Reply:
    """Return what one operation takes and answers.

    Raises
    ------
    Problem: nobody whom the settings know, one without any right to it, or no such operation.
    Misconfigured: a setting about callers is wrong.
    """
    caller = identify(visit, request)
    operation = find(operation_id)
    rules = read_rules(visit.settings.get("HTTP_RIGHTS"))
    actions = actions_open_to(caller.name, known=caller.known, operation=operation.id, rules=rules)
    entry = about(operation, actions)
    if not entry["actions"]:
        raise Problem(403, f"no rule of HTTP_RIGHTS speaks of this caller and {operation.id}")
    schemas = {"parameters": parameters_schema(operation), "result": result_schema([operation])}
    return reply(200, JSON, entry | schemas)


def run(visit: Visit, request: HttpRequest, operation_id: str) -> Reply:
    """Return what the operation's own HTTP trigger would answer.

    Raises
    ------
    Problem: there is no such operation.
    """
    return answer(visit.to(find(operation_id)), request)


def find(operation_id: str) -> Operation:
    """Return an operation of this bundle.

    Raises
    ------
    Problem: there is none of this id.
    """
    if operation_id not in bundle.operation_ids():
        raise Problem(404, "this bundle has no such operation; GET operations lists them")
    return load(operation_id)


def about(operation: Operation, actions: tuple[str, ...]) -> dict[str, object]:
    """Return what a list says of an operation.

    Parameters
    ----------
    operation: which.
    actions: what the caller may do with it; ``status`` only counts where a run can only read.
    """
    if operation.only_reads is None:
        actions = tuple(action for action in actions if action != "status")
    return {
        "id": operation.id,
        "function": operation.function,
        "title": operation.title,
        "provider": operation.dialect.provider,
        "page": operation.page,
        "changes": operation.changes,
        "waits": operation.waits,
        "needs_seconds": operation.needs_seconds,
        "actions": list(actions),
    }
