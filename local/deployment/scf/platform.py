"""Tencent SCF: the calls that make, change, read and remove a function, its timer and its URL.

Source: SCF's API of 2018-04-16 <https://cloud.tencent.com/document/api/583/17235>; the bodies are
those of tencentcloud-sdk-python-scf 3.1.100.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from functions.tencent.provider import TENCENT
from local import http_events
from local.deployment.alarms.tencent_monitor import ALARMS
from local.deployment.function_result import parse_function_result
from local.deployment.models.bucket_trigger import BucketTrigger, BucketTriggers
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_log import FunctionLog, LogService
from local.deployment.models.function_parts import HttpUrl, Retries, Timer
from local.deployment.models.place import Place
from local.deployment.models.platform import HttpEntry, Platform
from local.deployment.scf.error_codes import ERROR_CODES
from local.deployment.scf.limits import MAX_ZIP_BYTES, faults_of
from shared.errors import Conflict, InvalidInput, SyncError, TimedOut
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api, sleep
from shared.models.operation import CallContext
from shared.models.secret import Secret

VERSION = "2018-04-16"
LATEST = "$LATEST"

TIMER_TYPE = "timer"
URL_TYPE = "http"
BUCKET_TYPE = "cos"
URL_NAME = "cloud-sync"
"""The name of a function URL that a deployment makes."""

OWN_URL: Mapping[str, object] = {"EnableIntranet": False, "EnableExtranet": True}

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
    triggers = yield from list_triggers(name)
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
        timers=tuple(sorted(map(timer_of, rows_of(triggers, TIMER_TYPE)))),
        buckets=tuple(sorted(map(bucket_of, rows_of(triggers, BUCKET_TYPE)))),
        url=url_of(triggers),
        id=str(body.get("FunctionId") or ""),
        problem=problem_of(body),
        log=log_of(body),
    )


def log_of(body: Mapping[str, Any]) -> FunctionLog | None:
    """Return where a function's log is kept, be it SCF's own topic; None if it has none."""
    logset, topic = body.get("ClsLogsetId"), body.get("ClsTopicId")
    return FunctionLog(str(logset), str(topic)) if logset and topic else None


def log_fields_of(function: ManagedFunction) -> dict[str, object]:
    """Return the fields of a function's log; none if it is to keep what it has."""
    log = function.log
    return {} if log is None else {"ClsLogsetId": log.group, "ClsTopicId": log.stream}


def retries_of(body: Mapping[str, Any]) -> Retries | None:
    """Return the retries in a response."""
    config = body.get("AsyncTriggerConfig") or {}
    rows = config.get("RetryConfig") or []
    if not rows or config.get("MsgTTL") is None:
        return None
    return Retries(int(rows[0]["RetryNum"]), int(config["MsgTTL"]))


def list_triggers(name: str) -> Flow[list[Mapping[str, Any]]]:
    """Return the triggers of a function; at most 10 of a type can be there."""
    listed = yield from call_api(reading("ListTriggers", {"FunctionName": name, "Limit": 100}))
    return list(body_of(listed).get("Triggers") or [])


def rows_of(triggers: Iterable[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    """Return the triggers of a type."""
    return [each for each in triggers if each.get("Type") == kind]


def timer_of(row: Mapping[str, Any]) -> Timer:
    """Return a trigger as a timer."""
    return Timer(
        name=str(row["TriggerName"]),
        cron=cron_of(str(row.get("TriggerDesc") or "")),
        message=str(row.get("CustomArgument") or ""),
        enabled=bool(row.get("Enable")),
    )


def bucket_of(row: Mapping[str, Any]) -> BucketTrigger:
    """Return a trigger as a bucket's, which is named by its domain."""
    try:
        value = json.loads(row.get("TriggerDesc") or "")
    except ValueError:
        value = None
    description: Mapping[str, Any] = value if isinstance(value, dict) else {}
    found = description.get("filter")
    keys: Mapping[str, Any] = found if isinstance(found, dict) else {}
    name = str(row.get("TriggerName") or "")
    return BucketTrigger(
        bucket=name.partition(".")[0],
        events=(str(description.get("event") or ""),),
        prefix=str(keys.get("Prefix") or ""),
        suffix=str(keys.get("Suffix") or ""),
        enabled=bool(row.get("Enable", 1)),
        name=name,
    )


def bucket_description(trigger: BucketTrigger) -> str:
    """Return a bucket's ``TriggerDesc``."""
    (event,) = trigger.events
    keys = {"Prefix": trigger.prefix, "Suffix": trigger.suffix}
    return json.dumps({"event": event, "filter": keys})


def put_bucket(
    name: str, trigger: BucketTrigger, old: BucketTrigger | None, context: CallContext
) -> Flow[None]:
    """Create a COS trigger; one that differs is deleted first, as SCF changes none."""
    there = [bucket_of(row) for row in rows_of((yield from list_triggers(name)), BUCKET_TYPE)]
    if any(each.compared == trigger.compared for each in there):
        return
    for each in there:
        if old is not None and each.compared == old.compared:
            yield from delete_bucket(name, each, context)
    body = {
        "FunctionName": name,
        "TriggerName": f"{trigger.bucket}.cos.{context.region}.myqcloud.com",
        "Type": BUCKET_TYPE,
        "TriggerDesc": bucket_description(trigger),
        "Qualifier": LATEST,
        "Enable": "OPEN",
    }
    try:
        yield from call_api(writing("CreateTrigger", body))
    except SyncError as error:
        if not error.after_unknown_outcome:
            raise
        # The attempt without a response may have made it: then this one was one too many.
        rows = rows_of((yield from list_triggers(name)), BUCKET_TYPE)
        if all(bucket_of(row).compared != trigger.compared for row in rows):
            raise


def delete_bucket(name: str, trigger: BucketTrigger, _context: CallContext) -> Flow[None]:
    """Delete a COS trigger; one that is gone is no error."""
    yield from delete_trigger(name, trigger.name, BUCKET_TYPE, bucket_description(trigger))


def url_of(triggers: Iterable[Mapping[str, Any]]) -> HttpUrl | None:
    """Return the function URL among triggers, None if there is none.

    A version of a function has one at most, so it is the one of the latest version, whatever its
    name: <https://cloud.tencent.com/document/product/583/100227>.
    """
    for row in rows_of(triggers, URL_TYPE):
        if row.get("Qualifier") in {None, LATEST}:
            return function_url(row)
    return None


def function_url(row: Mapping[str, Any]) -> HttpUrl:
    """Return a trigger as a URL."""
    try:
        value = json.loads(row.get("TriggerDesc") or "")
    except ValueError:
        value = None
    description: Mapping[str, Any] = value if isinstance(value, dict) else {}
    found = description.get("NetConfig")
    net: Mapping[str, Any] = found if isinstance(found, dict) else {}
    differs = [
        f"{name} {net.get(name)}" for name, wanted in OWN_URL.items() if net.get(name) != wanted
    ]
    if (description.get("CorsConfig") or {}).get("Enable"):
        differs.append("CORS on")
    if not row.get("Enable", 1):
        differs.append("off")
    return HttpUrl(
        authorized=description.get("AuthType") != "NONE",
        differs=", ".join(differs),
        url=str(net.get("ExtranetUrl") or ""),
        name=str(row.get("TriggerName") or ""),
    )


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
        **log_fields_of(function),
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
        **log_fields_of(function),
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
    yield from delete_trigger(name, timer_name, TIMER_TYPE)


def delete_trigger(
    name: str, trigger_name: str, kind: str, description: str | None = None
) -> Flow[None]:
    """Delete a trigger; one that is gone is no error."""
    more = {} if description is None else {"TriggerDesc": description}
    body = {
        "FunctionName": name,
        "TriggerName": trigger_name,
        "Type": kind,
        "Qualifier": LATEST,
        **more,
    }
    try:
        yield from call_api(writing("DeleteTrigger", body))
    except SyncError as error:
        if not is_missing(error):
            raise


def read_url(name: str, _context: CallContext) -> Flow[HttpUrl | None]:
    """Return the function URL, None if there is none, or no such function."""
    try:
        triggers = yield from list_triggers(name)
    except SyncError as error:
        if is_missing(error):
            return None
        raise
    return url_of(triggers)


def put_url(name: str, url: HttpUrl, context: CallContext) -> Flow[None]:
    """Create a function URL, or change the one that is there, which keeps its address."""
    old = yield from read_url(name, context)
    if old is not None and old.compared == url.compared:
        return
    description = {"AuthType": "CAM" if url.authorized else "NONE", "NetConfig": OWN_URL}
    body = {
        "FunctionName": name,
        "TriggerName": URL_NAME if old is None else old.name,
        "Type": URL_TYPE,
        "TriggerDesc": json.dumps(description),
        "Qualifier": LATEST,
        "Enable": "OPEN",
    }
    try:
        yield from call_api(writing("CreateTrigger" if old is None else "UpdateTrigger", body))
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code.startswith("ResourceInUse.Trigger")):
            raise


def delete_url(name: str, context: CallContext) -> Flow[None]:
    """Delete the function URL; one that is gone is no error."""
    old = yield from read_url(name, context)
    if old is not None:
        yield from delete_trigger(name, old.name, URL_TYPE)


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
    return parse_function_result(result.get("RetMsg") or "", answer.request_id)


def places(region: str, name: str) -> tuple[Place, ...]:
    """Return where a person finds a function, its log, its schedule and its alarm."""
    base = f"https://console.cloud.tencent.com/scf/list-detail?rid={region}&ns=default&id={name}"
    return (
        Place("log", f"{base}&tab=log"),
        Place("schedule", f"{base}&tab=trigger"),
        Place("alarm", "https://console.cloud.tencent.com/monitor/alarm2/policy/create"),
    )


def log_place(region: str, log: FunctionLog) -> Place:
    """Return where a person searches a topic."""
    page = "https://console.cloud.tencent.com/cls/search"
    return Place("log", f"{page}?region={region}&topic_id={log.stream}")


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
    # SCF makes a topic of its own for functions that name none:
    # <https://www.tencentcloud.com/zh/document/product/583/39328>.
    logs=LogService("CLS", is_default=True, place=log_place),
    alarms=ALARMS,
    http=HttpEntry(put_url, read_url, delete_url, http_events.scf),
    buckets=BucketTriggers(
        events=("cos:ObjectCreated:*",),
        # As often as SCF repeats an event, and as long as it keeps one.
        retries=Retries(2, 21_600),
        unkept="then it goes to the dead-letter queue that the function has in the console, if any",
        put=put_bucket,
        delete=delete_bucket,
    ),
)
