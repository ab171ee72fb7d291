"""From an HTTP event to an HTTP reply."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from shared import parameters
from shared.arrival import Arrival, Visit
from shared.door import reply
from shared.door.authentication import Caller, Gate, authenticate, read_gate
from shared.door.problem import Problem
from shared.door.reply import Reply
from shared.door.request import HttpRequest
from shared.door.rights import Ask, allowed, read_rules
from shared.errors import InvalidInput, Misconfigured, SyncError
from shared.models.params import CommonParams
from shared.models.result import Result
from shared.run import Run, frames
from shared.target import region_for

AWS = "AWS Lambda"
JSON_TYPES = ("application/json", "text/json")
JSON_SUFFIX = "+json"
UTF8 = ("", "utf-8", "utf8", "us-ascii")
NOT_SET_UP = (
    "HTTP callers are not set up: set HTTP_BEARER_TOKENS or HTTP_WEBHOOK_SECRETS, or "
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
    work: may raise a ``Problem``, a ``SyncError``, or whatever a defect of ours raises.
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
        visit.telemetry.report("error", "a defect of ours", {"frames": frames(error)})
        return reply.of_problem(Problem(500, "a defect of ours; the log names where"))


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
    """Return what the settings say about callers.

    Raises
    ------
    Misconfigured: they are wrong. The log says how; the caller, who is not known yet, must not
        learn which setting it is.
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
        raise Problem(405, "only POST runs an operation", {"Allow": "POST"})
    try:
        gate = gate_of(arrival)
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
    run = arrival.run("http", given, arrival.deadline(limit))
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
            hint="Set HTTP_DEADLINE_SECONDS to seconds below the gateway's own limit, or unset it.",
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
            "HTTP_AUTH=platform: whether an authorizer stands in front cannot be seen here",
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
    """Return what the caller gave: the body, or the query where that is empty.

    Raises
    ------
    InvalidInput: the body is no JSON, or a secret stands where none is taken.
    """
    operation = arrival.operation
    if body.strip():
        try:
            given = json.loads(body)
        except (ValueError, RecursionError):
            raise InvalidInput(
                "the body is not JSON in UTF-8",
                code="NotJson",
                hint="Send the operation's parameters as one JSON object.",
            ) from None
        allowed_here = arrival.settings.get("ALLOW_SECRETS_IN_EVENTS") == "1"
        place = "an HTTP body unless ALLOW_SECRETS_IN_EVENTS is 1"
    else:
        given = parameters.read_texts(request.query, operation)
        allowed_here, place = False, "a query string"
    secrets = parameters.secrets_in(given, operation)
    for secret in secrets:
        arrival.scrub.learn(secret)
    if secrets and not allowed_here:
        raise InvalidInput(
            f"storage keys are not taken from {place}",
            code="SecretsNotTaken",
            hint="List the task in OMS_TASKS and put its keys into the function's settings.",
        )
    return given


def where(arrival: Arrival, params: CommonParams, defaults: Mapping[str, object]) -> str | None:
    """Return the region a run would go to."""
    return region_for(
        arrival.operation,
        arrival.settings,
        asked=params.region,
        defaults=defaults,
        fallback=arrival.own_region(),
    )


def action_of(arrival: Arrival, params: CommonParams) -> str:
    """Return what a caller asks for: ``plan``, ``status`` or ``run``."""
    if params.dry_run:
        return "plan"
    only_reads = arrival.operation.only_reads
    return "status" if only_reads is not None and only_reads(params) else "run"


def check_rights(
    arrival: Arrival, caller: Caller, params: CommonParams, region: str | None, rules: Any
) -> None:
    """Refuse what no rule lets this caller do."""
    ask = Ask(arrival.operation.id, action_of(arrival, params), "default", region)
    if not allowed(caller.name, known=caller.known, ask=ask, rules=rules):
        raise Problem(
            403,
            f"no rule of HTTP_RIGHTS lets this caller {ask.action} {ask.operation}"
            + (f" in {region}" if region else ""),
        )


def check_open(arrival: Arrival, given: object, params: CommonParams) -> None:
    """Refuse what callers from outside may not run at all."""
    closed_to = arrival.operation.closed_to
    if closed_to is None or not isinstance(given, Mapping):
        return
    named, _ = parameters.spelled(given, arrival.operation)
    why = closed_to(named, params, arrival.settings.get)
    if why is not None:
        raise Problem(403, why)
