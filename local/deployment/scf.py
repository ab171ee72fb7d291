"""Tencent SCF: the calls that make, change, read and remove a function and its timer.

Source: SCF's API of 2018-04-16 <https://cloud.tencent.com/document/api/583/17235>; the bodies are
those of tencentcloud-sdk-python-scf 3.1.100.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from functions.tencent.provider import TENCENT
from local.deployment.platform import ManagedFunction, Place, Platform, Retries, Timer
from local.deployment.scf_error_codes import ERROR_CODES
from local.deployment.tencent_monitor import ALARMS
from shared.errors import BadResponse, Conflict, InvalidInput, SyncError, TimedOut
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api, sleep
from shared.models.operation import CallContext
from shared.models.secret import Secret

VERSION = "2018-04-16"
LATEST = "$LATEST"

MAX_ZIP_BYTES = 7 * 1024 * 1024
"""SCF takes 20 MB of Base64 for an update and 50 MB for a new function, but no request signed with
TC3 may be larger than 10 MB <https://cloud.tencent.com/document/api/583/17239>."""

MAX_ENVIRONMENT_BYTES = 4096
MAX_MESSAGE_BYTES = 4096
RESERVED = ("TENCENTCLOUD_", "SCF_", "QCLOUD_")
TIMER_TYPE = "timer"

POLL_SECONDS = 2.0
MAX_WAIT_SECONDS = 300.0
UPLOAD_SECONDS = 60.0
INVOKE_SECONDS = 90.0

ACTIVE = "Active"
FAILED = frozenset({"CreateFailed", "UpdateFailed", "DeleteFailed", "PublishFailed"})
"""Every other state but Active is one that SCF leaves by itself."""

BUSY = (
    "FailedOperation.FunctionStatusError",
    "FailedOperation.FunctionNameStatusError",
    "FailedOperation.FunctionVersionStatusNotActive",
    "FailedOperation.UpdateFunctionCode",
    "FailedOperation.CreateTrigger",
    "FailedOperation.DeleteFunction",
)
"""SCF is still working on the function: after an answer was lost, on the same change."""

CRON_FIELDS = 7
WANTED_CRON = (
    "SCF wants seven fields, second minute hour day month weekday year: "
    "0 10 2 * * * * is 02:10 every day"
)
CRON = re.compile(r"[0-9A-Za-z*/,\-?LW#]+")


def host_of(region: str | None, _setting: GetSetting) -> str:
    """Return SCF's host: one for all regions, except the finance regions."""
    if region is not None and region.endswith("-fsi"):
        return f"scf.{region}.tencentcloudapi.com"
    return "scf.tencentcloudapi.com"


SCF = Service(
    name="scf", label="SCF", endpoint_settings=("TENCENT_SCF_ENDPOINT_URL",), host_of=host_of
)


def reading(action: str, body: Mapping[str, object]) -> ApiCall:
    """Return a call that changes nothing."""
    return ApiCall(
        service=SCF,
        action=action,
        version=VERSION,
        method="POST",
        body=body,
        permission=f"scf:{action}",
    )


def writing(action: str, body: Mapping[str, object], seconds: float = 20.0) -> ApiCall:
    """Return a call that changes something; sent again where the answer was lost."""
    return reading(action, body)._replace(writes=True, read_timeout=seconds)


def is_missing(error: SyncError) -> bool:
    """Return whether SCF knows no such function, or trigger."""
    return error.code.startswith(("ResourceNotFound.Function", "ResourceNotFound.Trigger"))


def body_of(response: ApiResponse) -> Mapping[str, Any]:
    """Return a response's object."""
    body: Mapping[str, Any] = response.body
    return body


def wait_until_active(name: str) -> Flow[Mapping[str, Any] | None]:
    """Wait until SCF has finished what it is doing with a function, and return the function.

    None if there is no such function.

    Raises
    ------
    TimedOut: it is not done after five minutes.
    """
    while True:
        try:
            found = yield from call_api(
                reading("GetFunction", {"FunctionName": name, "ShowCode": "FALSE"})
            )
        except SyncError as error:
            if is_missing(error):
                return None
            raise
        body = body_of(found)
        state = body.get("Status")
        if state == ACTIVE or state in FAILED:
            return body
        if not (yield from sleep(POLL_SECONDS, MAX_WAIT_SECONDS)):
            raise TimedOut(
                f"SCF still reports {name} as {state} after {MAX_WAIT_SECONDS:g} s",
                hint="Look at the function in SCF's console; when it is active, deploy again.",
            )


def change(call: ApiCall) -> Flow[None]:
    """Make a change, and wait until it is done; an answer that was lost is no failure.

    Raises
    ------
    Conflict: SCF could not do it.
    """
    name = str((call.body or {})["FunctionName"])
    try:
        yield from call_api(call)
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code in BUSY):
            raise
    body = yield from wait_until_active(name)
    if body is not None and (problem := problem_of(body)):
        raise Conflict(
            problem,
            code=str(body.get("Status")),
            hint="Correct what SCF names, then deploy again: the function is made anew.",
        )


def problem_of(body: Mapping[str, Any]) -> str:
    """Return what SCF says about a failed creation or update, empty if nothing failed."""
    if body.get("Status") not in FAILED:
        return ""
    reasons = body.get("StatusReasons") or []
    texts = [str(each.get("ErrorMessage") or "") for each in reasons if isinstance(each, dict)]
    said = "; ".join(filter(None, texts)) or str(body.get("StatusDesc") or "no reason is given")
    return f"SCF reports {body['Status']}: {said}"


def read_function(name: str, _context: CallContext) -> Flow[ManagedFunction | None]:
    """Return a function with its retries and timers, None if there is none."""
    body = yield from wait_until_active(name)
    if body is None:
        return None
    found = yield from call_api(reading("GetFunctionEventInvokeConfig", {"FunctionName": name}))
    timers = yield from list_timers(name)
    variables = (body.get("Environment") or {}).get("Variables") or []
    return ManagedFunction(
        name=name,
        runtime=str(body.get("Runtime") or ""),
        handler=str(body.get("Handler") or ""),
        memory_mb=int(body.get("MemorySize") or 0),
        timeout_seconds=int(body.get("Timeout") or 0),
        environment={each["Key"]: Secret(each["Value"]) for each in variables},
        role=body.get("Role") or None,
        description=str(body.get("Description") or ""),
        code_size=body.get("CodeSize"),
        retries=retries_of(body_of(found)),
        timers=timers,
        id=str(body.get("FunctionId") or ""),
        problem=problem_of(body),
    )


def retries_of(body: Mapping[str, Any]) -> Retries | None:
    """Return the retries in a response."""
    config = body.get("AsyncTriggerConfig") or {}
    rows = config.get("RetryConfig") or []
    if not rows or config.get("MsgTTL") is None:
        return None
    return Retries(int(rows[0]["RetryNum"]), int(config["MsgTTL"]))


def list_timers(name: str) -> Flow[tuple[Timer, ...]]:
    """Return the timers of a function; at most 10 triggers of a type can be there."""
    listed = yield from call_api(reading("ListTriggers", {"FunctionName": name, "Limit": 100}))
    found = [
        Timer(
            name=str(each["TriggerName"]),
            cron=cron_of(str(each.get("TriggerDesc") or "")),
            message=str(each.get("CustomArgument") or ""),
            enabled=bool(each.get("Enable")),
        )
        for each in body_of(listed).get("Triggers") or []
        if each.get("Type") == TIMER_TYPE
    ]
    return tuple(sorted(found))


def cron_of(description: str) -> str:
    """Return the schedule in a trigger's description: JSON with ``cron``, or the text itself."""
    try:
        value = json.loads(description)
    except ValueError:
        return description
    return str(value.get("cron", description)) if isinstance(value, dict) else description


def environment_of(function: ManagedFunction) -> dict[str, object]:
    """Return the environment as SCF wants it."""
    variables = [{"Key": name, "Value": value} for name, value in function.environment.items()]
    return {"Variables": variables}


def encoded(zip_bytes: bytes) -> str:
    """Return a zip as SCF wants it.

    Raises
    ------
    InvalidInput: it is larger than a request may be.
    """
    if len(zip_bytes) > MAX_ZIP_BYTES:
        raise InvalidInput(
            f"the zip has {len(zip_bytes):,} bytes, and a request to SCF has room for "
            f"{MAX_ZIP_BYTES:,}",
            code="ZipTooLarge",
            hint="Upload it through COS by hand: deploy/tencent-scf/README.md.",
        )
    return b64encode(zip_bytes).decode()


def create_function(
    function: ManagedFunction, zip_bytes: bytes, _context: CallContext
) -> Flow[None]:
    """Create a function, without its timer, and wait until it is active."""
    body: dict[str, object] = {
        "FunctionName": function.name,
        "Code": {"ZipFile": encoded(zip_bytes)},
        "Handler": function.handler,
        "Description": function.description,
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_seconds,
        "Environment": environment_of(function),
        "Runtime": function.runtime,
        "Type": "Event",
    }
    if function.role is not None:
        body["Role"] = function.role
    try:
        yield from change(writing("CreateFunction", body, UPLOAD_SECONDS))
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code.startswith("ResourceInUse.Function")):
            raise
        yield from wait_until_active(function.name)


def update_code(function: ManagedFunction, zip_bytes: bytes, _context: CallContext) -> Flow[None]:
    """Replace the zip and the handler."""
    body = {
        "FunctionName": function.name,
        "Handler": function.handler,
        "ZipFile": encoded(zip_bytes),
        "CodeSource": "ZipFile",
    }
    yield from change(writing("UpdateFunctionCode", body, UPLOAD_SECONDS))


def update_configuration(function: ManagedFunction, _context: CallContext) -> Flow[None]:
    """Set everything that SCF sets in one call; the runtime cannot be changed."""
    body = {
        "FunctionName": function.name,
        "Description": function.description,
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_seconds,
        "Environment": environment_of(function),
        "Role": function.role or "",
    }
    yield from change(writing("UpdateFunctionConfiguration", body))


def put_retries(name: str, retries: Retries, _context: CallContext) -> Flow[None]:
    """Set how often an asynchronous run is repeated."""
    body = {
        "AsyncTriggerConfig": {
            "RetryConfig": [{"RetryNum": retries.attempts}],
            "MsgTTL": retries.max_age_seconds,
        },
        "FunctionName": name,
    }
    yield from change(writing("UpdateFunctionEventInvokeConfig", body))


def put_timer(name: str, timer: Timer, _context: CallContext) -> Flow[None]:
    """Create a timer; one of the same name is updated."""
    body = {
        "FunctionName": name,
        "TriggerName": timer.name,
        "Type": TIMER_TYPE,
        "TriggerDesc": timer.cron,
        "Qualifier": LATEST,
        "Enable": "OPEN" if timer.enabled else "CLOSE",
        "CustomArgument": timer.message,
    }
    try:
        yield from call_api(writing("CreateTrigger", body))
    except SyncError as error:
        if not error.code.startswith("ResourceInUse.Trigger"):
            raise
        yield from call_api(writing("UpdateTrigger", body))


def delete_timer(name: str, timer_name: str, _context: CallContext) -> Flow[None]:
    """Delete a timer; one that is gone is no error."""
    body = {
        "FunctionName": name,
        "TriggerName": timer_name,
        "Type": TIMER_TYPE,
        "Qualifier": LATEST,
    }
    try:
        yield from call_api(writing("DeleteTrigger", body))
    except SyncError as error:
        if not is_missing(error):
            raise


def delete_function(name: str, _context: CallContext) -> Flow[None]:
    """Delete a function with its triggers, and wait until it is gone."""
    try:
        yield from call_api(writing("DeleteFunction", {"FunctionName": name}))
    except SyncError as error:
        if is_missing(error):
            return
        if not (error.after_unknown_outcome and error.code in BUSY):
            raise
    body = yield from wait_until_active(name)
    if body is not None:
        raise Conflict(
            problem_of(body) or f"SCF did not delete {name}",
            hint="Look at the function in SCF's console, then remove it again.",
        )


def invoke(name: str, event: Mapping[str, Any], _context: CallContext) -> Flow[Any]:
    """Run a function, wait, and return what it returned.

    Raises
    ------
    Conflict: the function raised, or could not be started.
    BadResponse: its result is not JSON.
    """
    call = writing(
        "Invoke",
        {
            "FunctionName": name,
            "InvocationType": "RequestResponse",
            "ClientContext": json.dumps(event, ensure_ascii=False),
        },
        INVOKE_SECONDS,
    )
    answer = yield from call_api(call._replace(permission="scf:InvokeFunction"))
    result = body_of(answer).get("Result") or {}
    if result.get("ErrMsg"):
        raise Conflict(
            str(result["ErrMsg"]),
            code="FunctionFailed",
            hint="The function is there, but could not run: its log says more.",
        )
    try:
        return json.loads(result.get("RetMsg") or "")
    except ValueError:
        raise BadResponse(
            "the function's result is not JSON", retryable=False, request_id=answer.request_id
        ) from None


def faults_of(function: ManagedFunction) -> Iterator[tuple[str, str]]:
    """Return what SCF would refuse in a function."""
    memory = function.memory_mb
    if memory != 64 and (memory % 128 or not 128 <= memory <= 3072):
        yield "memory_mb", "SCF takes 64, or 128 to 3072 in steps of 128"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]", function.name):
        yield "name_prefix", f"{function.name} is longer than 60 characters"
    size = 0
    for name, value in function.environment.items():
        size += len(name.encode()) + len(value.get_secret_value().encode())
        if name.startswith(RESERVED):
            yield f"settings.{name}", f"SCF reserves names that begin with {', '.join(RESERVED)}"
        elif not value:
            yield f"settings.{name}", "SCF takes no empty value: leave the setting out"
    if size > MAX_ENVIRONMENT_BYTES:
        yield "settings", f"are {size:,} bytes together, and SCF takes {MAX_ENVIRONMENT_BYTES:,}"
    for timer in function.timers:
        fields = timer.cron.split(" ")
        if len(fields) != CRON_FIELDS or not all(map(CRON.fullmatch, fields)):
            yield "schedule", WANTED_CRON
        if len(timer.message.encode()) > MAX_MESSAGE_BYTES:
            yield "parameters", f"are longer than the {MAX_MESSAGE_BYTES:,} bytes of a timer"


def places(region: str, name: str) -> tuple[Place, ...]:
    """Return where a person finds a function, its log, its schedule and its alarm."""
    base = f"https://console.cloud.tencent.com/scf/list-detail?rid={region}&ns=default&id={name}"
    return (
        Place("log", f"{base}&tab=log"),
        Place("schedule", f"{base}&tab=trigger"),
        Place("alarm", "https://console.cloud.tencent.com/monitor/alarm2/policy/create"),
    )


PLATFORM = Platform(
    name="scf",
    title="Tencent SCF",
    provider=TENCENT,
    service=SCF,
    runtime_of={"3.10": "Python3.10"},
    max_zip_bytes=MAX_ZIP_BYTES,
    # The next tick is the retry: SCF's default of two would repeat all of an operation's own.
    retries=Retries(0, 3600),
    permissions=(
        "scf:GetFunction",
        "scf:ListTriggers",
        "scf:GetFunctionEventInvokeConfig",
        "scf:CreateFunction",
        "scf:UpdateFunctionCode",
        "scf:UpdateFunctionConfiguration",
        "scf:UpdateFunctionEventInvokeConfig",
        "scf:CreateTrigger",
        "scf:UpdateTrigger",
        "scf:DeleteTrigger",
        "scf:DeleteFunction",
        "scf:InvokeFunction",
        "cam:PassRole",
    ),
    faults_of=faults_of,
    read_function=read_function,
    create_function=create_function,
    update_code=update_code,
    update_configuration=update_configuration,
    put_retries=put_retries,
    put_timer=put_timer,
    delete_timer=delete_timer,
    delete_function=delete_function,
    invoke=invoke,
    places=places,
    error_codes=ERROR_CODES,
    alarms=ALARMS,
)
