"""From an HTTP event to an HTTP reply."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from shared import validation
from shared.arrival import Arrival, Visit
from shared.client.endpoints import region_for
from shared.door import reply
from shared.door.authentication import Caller, Gate, authenticate, read_gate
from shared.door.problem import Problem
from shared.door.reply import Reply
from shared.door.request import HttpRequest
from shared.door.rights import Ask, allowed, read_rules
from shared.errors import InvalidInput, Misconfigured, SyncError
from shared.models.result import Result
from shared.run import Run, frames

AWS = "AWS Lambda"
JSON_TYPES = ("application/json", "text/json")
JSON_SUFFIX = "+json"
UTF8 = ("", "utf-8", "utf8", "us-ascii")
NOT_SET_UP = (
    "no HTTP caller is configured: set HTTP_BEARER_TOKENS or HTTP_WEBHOOK_SECRETS, or "
    "HTTP_AUTH=platform behind an authorizer"
)


def answer(arrival: Arrival, request: HttpRequest) -> Reply:
    """Return the reply to one request; whatever goes wrong becomes one.

    Parameters
    ----------
    arrival: the arrival at an operation's door.
    request: what came; see :func:`shared.door.request.read_request` for an event's.
    """
    return guarded(arrival, lambda: reply.of_result(*enter(arrival, request)))


def guarded(visit: Visit, work: Callable[[], Reply]) -> Reply:
    """Return the reply that ``work`` makes, or the one that says what went wrong.

    Parameters
    ----------
    visit: where it is logged.
    work: may raise a ``Problem``, a ``SyncError``, or any unexpected exception.
    """
    try:
        return work()
    except Problem as problem:
        visit.telemetry.report(
            "warning", problem.detail, {"http_status": problem.status, "trigger": "http"}
        )
        return reply.of_problem(problem)
    except SyncError as error:
        visit.telemetry.report("error", error.message, {"code": error.code, "hint": error.hint})
        return reply.of_problem(Problem(500, visit.scrub.text(f"{error.message}. {error.hint}")))
    except Exception as error:  # noqa: BLE001 - an HTTP caller sees no traceback
        visit.telemetry.report("error", "unhandled exception", {"frames": frames(error)})
        return reply.of_problem(Problem(500, "internal error; see the function's log"))


def identify(visit: Visit, request: HttpRequest) -> Caller:
    """Return who calls, before it is known what for.

    Raises
    ------
    Problem: nobody whom the settings know.
    Misconfigured: a setting that decides it is wrong.
    """
    gate = gate_of(visit)
    try:
        body = request.body()
    except InvalidInput:
        body = b""
    return who_calls(visit, request, body, gate)


def gate_of(visit: Visit) -> Gate:
    """Return what the settings say about callers, for a page that anybody can open.

    Raises
    ------
    Misconfigured: they are wrong. Only the log says how: visitors cannot mend it, whereas a
        run's result, which goes to whoever set the caller up, names the setting.
    """
    try:
        return read_gate(visit.settings, visit.scrub.learn)
    except Misconfigured as error:
        visit.telemetry.report("error", error.message, {"code": error.code, "hint": error.hint})
        raise Misconfigured(
            "the settings for HTTP callers are wrong",
            code="BadSetting",
            hint="The function's log says which setting to correct.",
        ) from None


def enter(arrival: Arrival, request: HttpRequest) -> tuple[Result, float | None]:
    """Return what comes of a request, and the seconds a throttling provider asked to wait.

    Raises
    ------
    Problem: the request is refused before anything is run.
    """
    if request.method != "POST":
        raise Problem(405, "use POST to run an operation", {"Allow": "POST"})
    try:
        gate = read_gate(arrival.settings, arrival.scrub.learn)
    except Misconfigured as error:
        return refused(arrival, {}, error)
    try:
        body = request.body()
        fault: SyncError | None = None
    except InvalidInput as error:
        body, fault = b"", error
    caller = who_calls(arrival, request, body, gate)
    check_type(request, body)
    given: object = {}
    try:
        rules = read_rules(arrival.settings.get("HTTP_RIGHTS"))
        limit = longest_wait(arrival)
        if fault is not None:
            raise fault
        given = read_given(arrival, request, body)
        params, defaults = arrival.read(given)
        region = where(arrival, params, defaults)
    except SyncError as error:
        return refused(arrival, given, error)
    check_rights(arrival, caller, params, region, rules)
    check_open(arrival, given, params)
    run = arrival.run("http", given, arrival.deadline(limit, set_by="HTTP_DEADLINE_SECONDS"))
    arrival.telemetry.know(caller=caller.name or "bearer")
    return finished(arrival, run, lambda: (params, defaults))


def finished(arrival: Arrival, run: Run, read: Any) -> tuple[Result, float | None]:
    """Return a run's result, and the seconds a throttling provider asked to wait."""
    result = arrival.finish(run, read)
    return result, run.retry_after


def refused(arrival: Arrival, given: object, error: SyncError) -> tuple[Result, float | None]:
    """Return the failed result of a request that could not become a run."""

    def read() -> Any:
        raise error

    return finished(arrival, arrival.run("http", given, arrival.deadline()), read)


def longest_wait(arrival: Arrival) -> float:
    """Return how many seconds an HTTP caller waits at the most.

    Raises
    ------
    Misconfigured: the setting is no positive number.
    """
    text = arrival.settings.get("HTTP_DEADLINE_SECONDS") or ""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise Misconfigured(
            "HTTP_DEADLINE_SECONDS is not a positive number",
            code="BadSetting",
            hint="Set HTTP_DEADLINE_SECONDS to seconds below the gateway's limit, or unset it.",
        )
    return seconds


def who_calls(visit: Visit, request: HttpRequest, body: bytes, gate: Gate) -> Caller:
    """Return who is calling; raises ``Problem`` if nobody the settings know."""
    process, on_aws = visit.process, visit.platform.name == AWS
    if not (gate.tokens or gate.secrets or gate.platform):
        visit.telemetry.report("error", NOT_SET_UP, {"http_status": 403, "trigger": "http"})
    caller = authenticate(request, body, gate, process.replays, process.clock.now(), on_aws=on_aws)
    if caller.name == "platform" and not on_aws and "platform" not in process.said:
        process.said.add("platform")
        visit.telemetry.report(
            "warning",
            "HTTP_AUTH=platform: cannot verify that an authorizer protects this URL",
            {},
        )
    return caller


def check_type(request: HttpRequest, body: bytes) -> None:
    """Refuse a body that says it is something else than JSON in UTF-8."""
    declared = request.header("content-type")
    if not body or declared is None:
        return
    kind, _, parameter_text = declared.partition(";")
    kind = kind.strip().lower()
    if kind not in JSON_TYPES and not kind.endswith(JSON_SUFFIX):
        raise Problem(415, "the body is not application/json")
    for parameter in parameter_text.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in UTF8:
            raise Problem(415, "the body is not in UTF-8")


def read_given(arrival: Arrival, request: HttpRequest, body: bytes) -> object:
    """Return what the caller gave: the body, or the query where that holds no parameter.

    Raises
    ------
    InvalidInput: the body is no JSON, parameters come both ways or more than once, or a secret
        stands where none is taken.
    """
    operation = arrival.operation
    query = request.query.values()
    given = read_json(body) if body.strip() else {}
    if query and given != {}:
        raise InvalidInput(
            "parameters were sent in both the body and the query string",
            code="AmbiguousParameters",
            hint="Send all of them in the body, as one JSON object, or all in the query string.",
        )
    if query:
        texts = validation.join_repeated(query, operation)
        given = validation.coerce_strings(texts, operation)
        allowed_here, place = False, "a query string"
    else:
        allowed_here = arrival.settings.get("ALLOW_SECRETS_IN_EVENTS") == "1"
        place = "an HTTP body unless ALLOW_SECRETS_IN_EVENTS is 1"
    secrets = validation.find_secrets(given, operation)
    for secret in secrets:
        arrival.scrub.learn(secret)
    if secrets and not allowed_here:
        raise InvalidInput(
            f"storage keys are not accepted from {place}",
            code="SecretsNotTaken",
            hint="List the task in OMS_TASKS and put its keys into the function's settings.",
        )
    return given


def read_json(body: bytes) -> object:
    """Return a body's JSON value.

    Raises
    ------
    InvalidInput: it is not JSON, or an object in it has a name twice.
    """
    try:
        return json.loads(body, object_pairs_hook=with_each_name_once)
    except RepeatedNameError:
        raise InvalidInput(
            "the body contains a name more than once",
            code="AmbiguousParameters",
            hint="Give each parameter once.",
        ) from None
    except (ValueError, RecursionError):
        raise InvalidInput(
            "the body is not JSON in UTF-8",
            code="NotJson",
            hint="Send the operation's parameters as one JSON object.",
        ) from None


class RepeatedNameError(ValueError):
    """A JSON object has one name twice; RFC 8259 leaves open which value counts."""


def with_each_name_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object's members; raises ``RepeatedNameError`` for a repeated name."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise RepeatedNameError
    return members


def where(arrival: Arrival, params: Any, defaults: Mapping[str, object]) -> str | None:
    """Return the region a run would go to."""
    return region_for(
        arrival.operation,
        arrival.settings,
        asked=params.region,
        defaults=defaults,
        fallback=arrival.own_region(),
    )


def action_of(arrival: Arrival, params: Any) -> str:
    """Return what a caller asks for: ``plan``, ``status`` or ``run``."""
    if params.dry_run:
        return "plan"
    only_reads = arrival.operation.only_reads
    return "status" if only_reads is not None and only_reads(params) else "run"


def check_rights(
    arrival: Arrival, caller: Caller, params: Any, region: str | None, rules: Any
) -> None:
    """Refuse what no rule lets this caller do."""
    ask = Ask(arrival.operation.id, action_of(arrival, params), "default", region)
    if not allowed(caller.name, known=caller.known, ask=ask, rules=rules):
        raise Problem(
            403,
            f"HTTP_RIGHTS does not allow this caller to use {ask.action} on {ask.operation}"
            + (f" in {region}" if region else ""),
        )


def check_open(arrival: Arrival, given: object, params: Any) -> None:
    """Refuse what callers from outside may not run at all."""
    closed_to = arrival.operation.closed_to
    if closed_to is None or not isinstance(given, Mapping):
        return
    named, _ = validation.normalize_names(given, arrival.operation)
    why = closed_to(named, params, arrival.settings.get)
    if why is not None:
        raise Problem(403, why)
