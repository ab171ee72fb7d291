"""The bundle's operations over HTTP: list, describe, run, and check the status."""

from __future__ import annotations

from functions.registry import load
from functions.web import bundle
from functions.web.choices import choices
from functions.web.deployment import deployment
from functions.web.schemas.parameters import parameters_schema
from functions.web.schemas.result import result_schema
from shared.arrival import Visit
from shared.door.authentication import Caller
from shared.door.door import answer, identify
from shared.door.problem import Problem
from shared.door.reply import Reply, reply
from shared.door.request import HttpRequest
from shared.door.rights import Ask, Rule, actions_open_to, allowed, read_rules
from shared.models.operation import Operation
from shared.rights import ACTIONS

JSON = {"Content-Type": "application/json"}
INCLUDE = "include"
PARAMETERS = "parameters"
ACCOUNT = "default"

Rules = tuple[Rule, ...] | None


def list_all(visit: Visit, request: HttpRequest) -> Reply:
    """Return the operations that the caller may use, and which deployment this is.

    With ``include=parameters`` in the query, each operation has its parameters' schema and
    their known values too.

    Raises
    ------
    Problem: an unknown caller, or another value of ``include``.
    Misconfigured: a setting about callers is wrong.
    """
    caller, rules = caller_of(visit, request)
    wanted = request.query.found.get(INCLUDE, ("",))
    if wanted not in {("",), (PARAMETERS,)}:
        raise Problem(400, f"{INCLUDE} supports only {PARAMETERS}")
    entries = []
    for name in bundle.operation_ids():
        operation = load(name)
        actions = actions_of(operation, caller, rules)
        if not actions:
            continue
        entry = about(operation, actions)
        if wanted == (PARAMETERS,):
            entry |= form(operation, visit, caller, rules)
        entries.append(entry)
    return reply(200, JSON, {"operations": entries, "deployment": deployment(visit)})


def describe(visit: Visit, request: HttpRequest, operation_id: str) -> Reply:
    """Return an operation with the schemas of its parameters and of its result.

    Raises
    ------
    Problem: an unknown caller, a caller without any right to it, or no such operation.
    Misconfigured: a setting about callers is wrong.
    """
    caller, rules = caller_of(visit, request)
    operation = find(operation_id)
    actions = actions_of(operation, caller, rules)
    if not actions:
        raise Problem(403, f"No rule in HTTP_RIGHTS lets this caller use {operation.id}.")
    described = about(operation, actions) | form(operation, visit, caller, rules)
    return reply(200, JSON, described | {"result": result_schema([operation])})


def run(visit: Visit, request: HttpRequest, operation_id: str) -> Reply:
    """Return what the operation's own HTTP trigger would answer.

    Raises
    ------
    Problem: there is no such operation.
    """
    return answer(visit.to(find(operation_id)), request)


def check_status(visit: Visit, request: HttpRequest, operation_id: str) -> Reply:
    """Return the state at the provider, read without changing anything.

    Raises
    ------
    Problem: there is no such operation, or its provider has no request that only reads.
    """
    reading = find(operation_id).reading()
    if reading is None:
        raise Problem(
            404, f"{operation_id} has no status: the provider's API cannot report one. Use dry_run."
        )
    return answer(visit.to(reading), request)


def find(operation_id: str) -> Operation:
    """Return an operation of this bundle.

    Raises
    ------
    Problem: there is none with this id.
    """
    if operation_id not in bundle.operation_ids():
        raise Problem(404, "No such operation in this bundle. GET operations lists them.")
    return load(operation_id)


def caller_of(visit: Visit, request: HttpRequest) -> tuple[Caller, Rules]:
    """Return who calls, and the rules about HTTP callers.

    Raises
    ------
    Problem: an unknown caller.
    Misconfigured: a setting about callers is wrong.
    """
    caller = identify(visit, request)
    return caller, read_rules(visit.settings.get("HTTP_RIGHTS"))


def actions_of(operation: Operation, caller: Caller, rules: Rules) -> tuple[str, ...]:
    """Return what the caller may do with an operation: ``plan``, ``status``, ``run``."""
    actions = actions_open_to(caller.name, known=caller.known, operation=operation.id, rules=rules)
    if operation.status is None:
        return tuple(action for action in actions if action != "status")
    return actions


def about(operation: Operation, actions: tuple[str, ...]) -> dict[str, object]:
    """Return what a list says of an operation.

    Parameters
    ----------
    operation: which.
    actions: what the caller may do with it.
    """
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


def form(operation: Operation, visit: Visit, caller: Caller, rules: Rules) -> dict[str, object]:
    """Return what a form needs: the parameters' schema, and their known values."""

    def may_use(region: str | None) -> bool:
        asks = (Ask(operation.id, action, ACCOUNT, region) for action in ACTIONS)
        return any(allowed(caller.name, known=caller.known, ask=ask, rules=rules) for ask in asks)

    return {
        "parameters": parameters_schema(operation),
        "choices": choices(operation, visit, may_use),
    }
