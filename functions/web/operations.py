"""The HTTP API of the bundle's operations: list, describe, run, and check the status."""

from __future__ import annotations

from functions.registry import load
from functions.web import available_operations
from functions.web.deployment import deployment
from functions.web.listed_values import Usable, known_values
from functions.web.openapi import schemas_of
from shared.http_trigger.authentication import Caller, identify_caller
from shared.http_trigger.handler import handle_request
from shared.http_trigger.permissions import (
    Rule,
    allowed_actions,
    load_rules,
    usable_by,
)
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.http_trigger.response import HttpResponse, json_response
from shared.invocation import Invocation
from shared.models.operation import Operation

JSON = {"Content-Type": "application/json"}
INCLUDE = "include"
PARAMETERS = "parameters"
Rules = tuple[Rule, ...] | None


def list_operations(invocation: Invocation, request: HttpRequest) -> HttpResponse:
    """Return the operations that the caller may use, and which deployment this is.

    With ``include=parameters`` in the query, each operation includes the schema of its parameters
    and their known values.

    Raises
    ------
    HttpProblem: the caller is unknown, or ``include`` has another value.
    Misconfigured: a setting for HTTP callers is wrong.
    """
    caller, rules = caller_of(invocation, request)
    include = request.query.parameters.get(INCLUDE, ("",))
    if include not in {("",), (PARAMETERS,)}:
        raise HttpProblem(400, f"{INCLUDE} supports only {PARAMETERS}")
    entries = []
    for name in available_operations.operation_ids():
        operation = load(name)
        actions = actions_of(operation, caller, rules)
        if not actions:
            continue
        entry = summary(operation, actions)
        if include == (PARAMETERS,):
            entry |= form_schema(operation, invocation, caller, rules)
        entries.append(entry)
    return json_response(200, JSON, {"operations": entries, "deployment": deployment(invocation)})


def describe_operation(
    invocation: Invocation, request: HttpRequest, operation_id: str
) -> HttpResponse:
    """Return an operation with the schemas of its parameters and of its result.

    Raises
    ------
    HttpProblem: the caller is unknown or has no permission, or there is no such operation.
    Misconfigured: a setting for HTTP callers is wrong.
    """
    caller, rules = caller_of(invocation, request)
    operation = get_operation(operation_id)
    actions = actions_of(operation, caller, rules)
    if not actions:
        raise HttpProblem(403, f"No rule in HTTP_RIGHTS lets this caller use {operation.id}.")
    description = summary(operation, actions) | form_schema(operation, invocation, caller, rules)
    return json_response(200, JSON, description | {"result": schemas_of(operation.id)["result"]})


def run_operation_by_id(
    invocation: Invocation, request: HttpRequest, operation_id: str
) -> HttpResponse:
    """Run an operation, and return the same response as the operation's own HTTP trigger.

    Raises
    ------
    HttpProblem: there is no such operation.
    """
    return handle_request(get_operation(operation_id), invocation, request)


def check_status(invocation: Invocation, request: HttpRequest, operation_id: str) -> HttpResponse:
    """Return the state at the provider, read without changing anything.

    Raises
    ------
    HttpProblem: there is no such operation, or the provider's API cannot report a status.
    """
    read_only = get_operation(operation_id).read_only_variant()
    if read_only is None:
        raise HttpProblem(
            404, f"{operation_id} has no status: the provider's API cannot report one. Use dry_run."
        )
    return handle_request(read_only, invocation, request)


def get_operation(operation_id: str) -> Operation:
    """Return an operation of this bundle.

    Raises
    ------
    HttpProblem: there is none with this ID.
    """
    if operation_id not in available_operations.operation_ids():
        raise HttpProblem(404, "No such operation in this bundle. GET operations lists them.")
    return load(operation_id)


def caller_of(invocation: Invocation, request: HttpRequest) -> tuple[Caller, Rules]:
    """Authenticate the caller; return it and the rules in ``HTTP_RIGHTS``.

    Raises
    ------
    HttpProblem: the caller is unknown.
    Misconfigured: a setting for HTTP callers is wrong.
    """
    caller = identify_caller(invocation, request)
    return caller, load_rules(invocation.settings.get("HTTP_RIGHTS"))


def actions_of(operation: Operation, caller: Caller, rules: Rules) -> tuple[str, ...]:
    """Return the actions that the caller may use: ``plan``, ``status``, ``run``."""
    actions = allowed_actions(
        caller.name, is_named=caller.is_named, operation=operation.id, rules=rules
    )
    if operation.read_flow is None:
        return tuple(action for action in actions if action != "status")
    return actions


def summary(operation: Operation, actions: tuple[str, ...]) -> dict[str, object]:
    """Return an operation's entry in the list.

    Parameters
    ----------
    operation: the operation.
    actions: the actions that the caller may use.
    """
    return {
        "id": operation.id,
        "function": operation.function,
        "title": operation.title,
        "provider": operation.provider.name,
        "page": operation.docs_url,
        "changes": operation.effect,
        "waits": operation.supports_wait,
        "needs_seconds": operation.min_timeout_seconds,
        "actions": list(actions),
    }


def form_schema(
    operation: Operation, invocation: Invocation, caller: Caller, rules: Rules
) -> dict[str, object]:
    """Return what a form needs: the parameters' schema, and their known values."""
    may_use = usable_by(
        "regions", caller.name, is_named=caller.is_named, operation=operation.id, rules=rules
    )
    may_see = usable_by(
        "accounts", caller.name, is_named=caller.is_named, operation=operation.id, rules=rules
    )
    usable = Usable(may_use, may_see)
    return {
        "parameters": schemas_of(operation.id)["parameters"],
        "choices": known_values(operation, invocation, usable),
    }
