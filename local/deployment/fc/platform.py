"""Alibaba Function Compute 3.0: the calls for a function, its timer and its URL.

Source: Function Compute's API of 2023-03-30
<https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-overview>;
the bodies are those of alibabacloud_fc20230330 4.8.3.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from local import http_events
from local.caller_identity import alibaba as find_account
from local.deployment.alarms.alibaba_cms import ALARMS
from local.deployment.digests import crc64_digest
from local.deployment.fc.error_codes import ERROR_CODES
from local.deployment.fc.limits import MAX_ZIP_BYTES, cores_of, faults_of
from local.deployment.fc.requests import FC, INVOKE, PROVIDER, RESULT
from local.deployment.models.bucket_trigger import LOST, BucketTrigger, BucketTriggers
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_log import FunctionLog, LogService
from local.deployment.models.function_parts import HttpUrl, Retries, Timer
from local.deployment.models.place import Place
from local.deployment.models.platform import HttpEntry, Platform
from shared.errors import BadResponse, Conflict, InvalidInput, SyncError, TimedOut, Unreachable
from shared.models.flow import ApiCall, ApiResponse, Flow, call_api, sleep
from shared.models.operation import CallContext
from shared.models.secret import Secret

VERSION = "2023-03-30"
FUNCTIONS = f"/{VERSION}/functions"
TIMER = "timer"
HTTP = "http"
BUCKET = "oss"
BUCKET_NAME = "cloud-sync-bucket"
"""The name of a bucket's trigger that a deployment makes."""

NEW_OBJECTS = (
    "oss:ObjectCreated:AppendObject",
    "oss:ObjectCreated:CompleteMultipartUpload",
    "oss:ObjectCreated:CopyObject",
    "oss:ObjectCreated:PostObject",
    "oss:ObjectCreated:PutObject",
)
"""``oss:ObjectCreated:*`` would report each part of an upload too."""

NOTIFIER = "aliyunosseventnotificationrole"
"""The role by which OSS calls functions; OSS's console makes it."""

URL_NAME = "cloud-sync-http"
"""The name of an HTTP trigger that a deployment makes."""

OPEN_TO_ALL, SIGNED = "anonymous", "function"
"""Who may call an HTTP trigger: anyone, or whoever signs requests with keys of the account."""

METHODS = ("GET", "HEAD", "POST")
"""Those of the web app."""

LATEST = "LATEST"
TRIGGERS_PER_PAGE = "100"
DISK_MB = 512

# The next tick is the retry: the default would repeat all of an operation's own.
RETRIES = Retries(attempts=0, max_age_seconds=3600)
BUCKET_RETRIES = Retries(attempts=3, max_age_seconds=86_400)
DEFAULT_RETRIES = Retries(attempts=3, max_age_seconds=86_400)
"""What Function Compute does where nothing was set."""

UPLOAD_SECONDS = 60.0
INVOKE_SECONDS = 90.0
POLL_SECONDS = 2.0
MAX_WAIT_SECONDS = 120.0

NO_FUNCTION = "FunctionNotFound"
NO_TRIGGER = "TriggerNotFound"
NO_RETRIES = "AsyncConfigNotExists"
FUNCTION_EXISTS = "FunctionAlreadyExists"
TRIGGER_EXISTS = "TriggerAlreadyExists"
BUSY = "ConcurrentUpdateError"
"""Something else changes the function; after a lost answer it may be the same change."""

PENDING = "Pending"
IN_PROGRESS = "InProgress"
FAILED = "Failed"


QUEUE = re.compile(r"acs:mns:[^:]*:[^:]*:/queues/([^/]+)/messages")


def path_of(name: str, *more: str) -> str:
    """Return the path of a function, or of something of it."""
    return "/".join((FUNCTIONS, name, *more))


def reading(
    action: str, path: str, *, right: str = "", query: tuple[tuple[str, str], ...] = ()
) -> ApiCall:
    """Return a call that changes nothing; ``right`` where it is not the action's name."""
    return ApiCall(
        service=FC,
        action=action,
        version=VERSION,
        method="GET",
        path=path,
        query=query,
        permission=f"fc:{right or action}",
    )


def writing(
    action: str,
    method: str,
    path: str,
    body: Mapping[str, object] | None = None,
    *,
    right: str = "",
    seconds: float = 20.0,
) -> ApiCall:
    """Return a call that changes something; sent again where the answer was lost."""
    return reading(action, path, right=right)._replace(
        method=method, body=body, writes=True, read_timeout=seconds
    )


def body_of(response: ApiResponse) -> Mapping[str, Any]:
    """Return a response's object."""
    body: Mapping[str, Any] = response.body or {}
    return body


def change(call: ApiCall) -> Flow[ApiResponse]:
    """Send a call that changes something, again while something else changes the function."""
    while True:
        try:
            return (yield from call_api(call))
        except SyncError as error:
            if error.code != BUSY or not (yield from sleep(POLL_SECONDS, MAX_WAIT_SECONDS)):
                raise


def remove(call: ApiCall, *missing: str) -> Flow[None]:
    """Send a call that deletes something; that it is gone, as these codes say, is no error."""
    try:
        yield from change(call)
    except SyncError as error:
        if error.code not in missing:
            raise


def is_busy(body: Mapping[str, Any]) -> bool:
    """Return whether Function Compute is still making or changing a function."""
    return body.get("state") == PENDING or body.get("lastUpdateStatus") == IN_PROGRESS


def problem_of(body: Mapping[str, Any]) -> str:
    """Return what is said about a failed creation or update, empty if nothing failed."""
    for key, reason in (
        ("state", "stateReason"),
        ("lastUpdateStatus", "lastUpdateStatusReason"),
    ):
        if body.get(key) == FAILED:
            said = body.get(reason) or "no reason is given"
            return f"Function Compute reports {key} {FAILED}: {said}"
    return ""


def wait_until_done(name: str) -> Flow[Mapping[str, Any] | None]:
    """Wait until a function is neither made nor changed, and return it; None if there is none.

    Raises
    ------
    TimedOut: it is not done after two minutes.
    """
    while True:
        try:
            found = yield from call_api(reading("GetFunction", path_of(name)))
        except SyncError as error:
            if error.code == NO_FUNCTION:
                return None
            raise
        body = body_of(found)
        if not is_busy(body):
            return body
        if not (yield from sleep(POLL_SECONDS, MAX_WAIT_SECONDS)):
            raise TimedOut(
                f"Function Compute is still changing {name} after {MAX_WAIT_SECONDS:g} s",
                hint="Look at the function in its console; when it is done, deploy again.",
            )


def finish(name: str, answer: ApiResponse | None) -> Flow[None]:
    """Wait until a change is done.

    Parameters
    ----------
    name: the function's name.
    answer: the response to the change, which has the function; None if it was lost.

    Raises
    ------
    Conflict: Function Compute could not do it.
    """
    body: Mapping[str, Any] | None = None if answer is None else body_of(answer)
    if body is None or is_busy(body):
        body = yield from wait_until_done(name)
    if body is not None and (problem := problem_of(body)):
        raise Conflict(
            problem,
            hint="Correct what Function Compute names, then deploy again: the function is made "
            "anew.",
        )


def read_function(name: str, context: CallContext) -> Flow[ManagedFunction | None]:
    """Return a function with its retries, timers and URL, None if there is none.

    Raises
    ------
    Unreachable: also in a region that has no Function Compute.
    """
    try:
        body = yield from wait_until_done(name)
    except Unreachable as error:
        error.hint = (
            f"Check that Function Compute is available in {context.region}, and the network. "
            + error.hint
        )
        raise
    if body is None:
        return None
    retries = yield from read_retries(name)
    triggers = yield from list_triggers(name)
    checksum = body.get("codeChecksum")
    variables = body.get("environmentVariables") or {}
    return ManagedFunction(
        name=name,
        runtime=str(body.get("runtime") or ""),
        handler=str(body.get("handler") or ""),
        memory_mb=int(body.get("memorySize") or 0),
        timeout_seconds=int(body.get("timeout") or 0),
        environment={key: Secret(str(value)) for key, value in variables.items()},
        role=role_name(body.get("role")),
        description=str(body.get("description") or ""),
        code_digest=f"crc64 {checksum}" if checksum else None,
        code_size=body.get("codeSize"),
        retries=retries,
        timers=tuple(
            sorted(timer_of(each) for each in triggers if each.get("triggerType") == TIMER)
        ),
        buckets=tuple(
            sorted(bucket_of(each) for each in triggers if each.get("triggerType") == BUCKET)
        ),
        url=url_of(triggers),
        id=str(body.get("functionId") or ""),
        problem=problem_of(body),
        log=log_of(body),
    )


def log_of(body: Mapping[str, Any]) -> FunctionLog | None:
    """Return where a function's log is kept, None if it has none."""
    config = body.get("logConfig") or {}
    project, logstore = config.get("project"), config.get("logstore")
    return FunctionLog(str(project), str(logstore)) if project and logstore else None


def log_config_of(log: FunctionLog) -> dict[str, object]:
    """Return a log as Function Compute wants it."""
    return {"project": log.group, "logstore": log.stream}


def role_name(arn: object) -> str | None:
    """Return the name of the role in ``acs:ram::<account>:role/<name>``, None for no role."""
    return str(arn).rpartition("/")[2] if arn else None


def role_arn(name: str | None, context: CallContext) -> Flow[str]:
    """Return the ARN of a role of the account whose keys these are, empty for no role."""
    if name is None:
        return ""
    account = yield from find_account(None, context)
    return f"acs:ram::{account.data['account_id']}:role/{name}"


def read_retries(name: str) -> Flow[Retries]:
    """Return what happens after a failed asynchronous run."""
    call = reading(
        "GetAsyncInvokeConfig",
        path_of(name, "async-invoke-config"),
        right="GetFunctionAsyncInvokeConfig",
    )
    try:
        found = yield from call_api(call)
    except SyncError as error:
        if error.code == NO_RETRIES:
            return DEFAULT_RETRIES
        raise
    body = body_of(found)
    attempts = body.get("maxAsyncRetryAttempts")
    seconds = body.get("maxAsyncEventAgeInSeconds")
    return Retries(
        DEFAULT_RETRIES.attempts if attempts is None else int(attempts),
        DEFAULT_RETRIES.max_age_seconds if seconds is None else int(seconds),
        failed_events_of(body),
    )


def failed_events_of(body: Mapping[str, Any]) -> str:
    """Return the queue of MNS that keeps failed events, or what else does; empty for nothing."""
    failed = (body.get("destinationConfig") or {}).get("onFailure") or {}
    destination = str(failed.get("destination") or "")
    match = QUEUE.fullmatch(destination)
    return match[1] if match else destination


def list_triggers(name: str) -> Flow[list[Mapping[str, Any]]]:
    """Return all triggers of a function."""
    rows: list[Mapping[str, Any]] = []
    query = (("limit", TRIGGERS_PER_PAGE),)
    more: tuple[tuple[str, str], ...] = ()
    while True:
        call = reading("ListTriggers", path_of(name, "triggers"), query=query + more)
        body = body_of((yield from call_api(call)))
        rows += body.get("triggers") or []
        following = body.get("nextToken")
        if not following or (("nextToken", str(following)),) == more:
            return rows
        more = (("nextToken", str(following)),)


def config_of(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the configuration of a trigger, None if it is no JSON object."""
    try:
        config = json.loads(row.get("triggerConfig") or "{}")
    except (TypeError, ValueError):
        return None
    return config if isinstance(config, dict) else None


def timer_of(row: Mapping[str, Any]) -> Timer:
    """Return a trigger as a timer.

    Raises
    ------
    BadResponse: its configuration is not the JSON object that is documented.
    """
    config = config_of(row)
    if config is None:
        raise BadResponse("Function Compute's triggerConfig is not a JSON object", retryable=False)
    return Timer(
        name=str(row.get("triggerName") or ""),
        cron=str(config.get("cronExpression") or ""),
        message=str(config.get("payload") or ""),
        enabled=bool(config.get("enable")),
        id=str(row.get("triggerId") or ""),
    )


def url_of(triggers: Iterable[Mapping[str, Any]]) -> HttpUrl | None:
    """Return the URL of the HTTP trigger among triggers, None if there is none.

    It is the deployment's own if that is there, or else one that was made by hand, whose address
    people know already.
    """
    found = [
        each
        for each in triggers
        if each.get("triggerType") == HTTP and (each.get("qualifier") or LATEST) == LATEST
    ]
    found.sort(key=lambda each: (each.get("triggerName") != URL_NAME, str(each["triggerName"])))
    return trigger_url(found[0]) if found else None


def trigger_url(row: Mapping[str, Any]) -> HttpUrl:
    """Return a trigger as a URL."""
    config = config_of(row) or {}
    auth, methods = config.get("authType") or SIGNED, config.get("methods") or []
    differs = [] if auth in {OPEN_TO_ALL, SIGNED} else [f"authType {auth}"]
    if sorted(methods) != sorted(METHODS):
        differs.append(f"methods {' '.join(map(str, methods)) or 'none'}")
    if config.get("disableURLInternet"):
        differs.append("off")
    if config.get("corsConfig"):
        differs.append("CORS on")
    address = row.get("httpTrigger") or {}
    return HttpUrl(
        authorized=auth != OPEN_TO_ALL,
        differs=", ".join(differs),
        url=str(address.get("urlInternet") or ""),
        name=str(row.get("triggerName") or ""),
        id=str(row.get("triggerId") or ""),
    )


def code_of(zip_bytes: bytes) -> dict[str, object]:
    """Return a zip as Function Compute wants it; its checksum is in the signature already.

    Raises
    ------
    InvalidInput: it is too large.
    """
    if len(zip_bytes) > MAX_ZIP_BYTES:
        raise InvalidInput(
            f"the zip has {len(zip_bytes):,} bytes, and {MAX_ZIP_BYTES:,} may go with a request to "
            "Function Compute",
            code="ZipTooLarge",
            hint="Deploy it with Serverless Devs: deploy/alibaba-fc/README.md.",
        )
    return {"zipFile": b64encode(zip_bytes).decode()}


def configuration_of(function: ManagedFunction, role: str) -> dict[str, object]:
    """Return what a creation and an update have in common."""
    return {
        "description": function.description,
        "handler": function.handler,
        "memorySize": function.memory_mb,
        "cpu": cores_of(function.memory_mb),
        "timeout": function.timeout_seconds,
        "environmentVariables": dict(function.environment),
        "role": role,
    }


def creation_of(function: ManagedFunction, role: str, code: object) -> dict[str, object]:
    """Return what a function is created from, in this order.

    Parameters
    ----------
    function: the function.
    role: how its role is named there; empty for none.
    code: its code, as it is passed there.
    """
    configuration = configuration_of(function, role)
    if not role:
        del configuration["role"]
    if function.log is not None:
        configuration["logConfig"] = log_config_of(function.log)
    return {
        "functionName": function.name,
        "runtime": function.runtime,
        **configuration,
        "code": code,
        "diskSize": DISK_MB,
        "instanceConcurrency": 1,
        "internetAccess": True,
        "tags": [],
    }


def create_function(
    function: ManagedFunction, zip_bytes: bytes, context: CallContext
) -> Flow[None]:
    """Create a function, without its timer, and wait until it is there."""
    code = code_of(zip_bytes)
    role = yield from role_arn(function.role, context)
    body = creation_of(function, role, code)
    call = writing("CreateFunction", "POST", FUNCTIONS, body, seconds=UPLOAD_SECONDS)
    answer: ApiResponse | None = None
    try:
        answer = yield from change(call)
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code == FUNCTION_EXISTS):
            raise
    yield from finish(function.name, answer)


def update(name: str, body: Mapping[str, object], seconds: float) -> Flow[None]:
    """Set the parts of a function that are in a body, and wait until that is done."""
    call = writing("UpdateFunction", "PUT", path_of(name), body, seconds=seconds)
    answer = yield from change(call)
    yield from finish(name, answer)


def update_code(function: ManagedFunction, zip_bytes: bytes, _context: CallContext) -> Flow[None]:
    """Replace the zip and the handler."""
    body = {"handler": function.handler, "code": code_of(zip_bytes)}
    yield from update(function.name, body, UPLOAD_SECONDS)


def update_configuration(function: ManagedFunction, context: CallContext) -> Flow[None]:
    """Set everything but code, retries and timers, the handler too."""
    role = yield from role_arn(function.role, context)
    body = configuration_of(function, role)
    if function.log is not None:
        body |= yield from log_change(function.name, function.log)
    yield from update(function.name, body, 20.0)


def log_change(name: str, log: FunctionLog) -> Flow[dict[str, object]]:
    """Return what sets a function's log; nothing if it has that one.

    The rest of its log's configuration, such as its metrics, stays as it was set by hand.
    """
    body = (yield from wait_until_done(name)) or {}
    if log_of(body) == log:
        return {}
    return {"logConfig": {**(body.get("logConfig") or {}), **log_config_of(log)}}


def async_config_of(retries: Retries) -> dict[str, object]:
    """Return the configuration of asynchronous runs, without what keeps failed events."""
    return {
        "maxAsyncEventAgeInSeconds": retries.max_age_seconds,
        "maxAsyncRetryAttempts": retries.attempts,
    }


def put_retries(name: str, retries: Retries, context: CallContext) -> Flow[None]:
    """Set how often an asynchronous run is repeated, and what keeps an event afterwards."""
    body = async_config_of(retries)
    if retries.failed_events:
        place = yield from place_of(context)
        queue = f"acs:mns:{place}:/queues/{retries.failed_events}/messages"
        body["destinationConfig"] = {"onFailure": {"destination": queue}}
    call = writing(
        "PutAsyncInvokeConfig",
        "PUT",
        path_of(name, "async-invoke-config"),
        body,
        right="PutFunctionAsyncInvokeConfig",
    )
    yield from change(call)


def place_of(context: CallContext) -> Flow[str]:
    """Return region and account as resource names have them."""
    account = yield from find_account(None, context)
    return f"{context.region}:{account.data['account_id']}"


def bucket_of(row: Mapping[str, Any]) -> BucketTrigger:
    """Return a trigger as a bucket's."""
    config = config_of(row) or {}
    key = (config.get("filter") or {}).get("key") or {}
    name = str(row.get("triggerName") or "")
    return BucketTrigger(
        bucket=str(row.get("sourceArn") or "").rpartition(":")[2],
        events=tuple(sorted(map(str, config.get("events") or ()))),
        prefix=str(key.get("prefix") or ""),
        suffix=str(key.get("suffix") or ""),
        own=name == BUCKET_NAME,
        name=name,
        id=str(row.get("triggerId") or ""),
    )


def put_bucket(
    name: str, trigger: BucketTrigger, old: BucketTrigger | None, context: CallContext
) -> Flow[None]:
    """Create an OSS trigger, or change the one that is there; one of another bucket is deleted."""
    config = {
        "events": trigger.events,
        "filter": {"key": {"prefix": trigger.prefix, "suffix": trigger.suffix}},
    }
    body: dict[str, object] = {"qualifier": LATEST, "triggerConfig": json.dumps(config)}
    path = path_of(name, "triggers")
    triggers = yield from list_triggers(name)
    for each in (bucket_of(row) for row in triggers if row.get("triggerType") == BUCKET):
        if each.compared == trigger.compared:
            return
        if not each.own and (old is None or each.name != old.name):
            continue
        if each.bucket == trigger.bucket:
            yield from change(writing("UpdateTrigger", "PUT", f"{path}/{each.name}", body))
            return
        yield from delete_trigger(name, each.name, context)
    place = yield from place_of(context)
    account = place.rpartition(":")[2]
    body |= {
        "triggerName": BUCKET_NAME,
        "triggerType": BUCKET,
        "sourceArn": f"acs:oss:{place}:{trigger.bucket}",
        "invocationRole": f"acs:ram::{account}:role/{NOTIFIER}",
    }
    try:
        yield from change(writing("CreateTrigger", "POST", path, body))
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code == TRIGGER_EXISTS):
            raise


def delete_bucket(name: str, trigger: BucketTrigger, context: CallContext) -> Flow[None]:
    """Delete an OSS trigger; one that is gone is no error."""
    yield from delete_trigger(name, trigger.name, context)


def timer_config_of(timer: Timer) -> dict[str, object]:
    """Return the configuration of a timer's trigger."""
    return {
        "cronExpression": timer.cron,
        "enable": timer.enabled,
        "payload": timer.message,
    }


def put_timer(name: str, timer: Timer, _context: CallContext) -> Flow[None]:
    """Create a timer; one of the same name is updated."""
    body: dict[str, object] = {
        "qualifier": LATEST,
        "triggerConfig": json.dumps(timer_config_of(timer), ensure_ascii=False),
    }
    path = path_of(name, "triggers")
    try:
        yield from change(
            writing(
                "CreateTrigger",
                "POST",
                path,
                {"triggerName": timer.name, "triggerType": TIMER, **body},
            )
        )
    except SyncError as error:
        if error.code != TRIGGER_EXISTS:
            raise
        yield from change(writing("UpdateTrigger", "PUT", f"{path}/{timer.name}", body))


def delete_trigger(name: str, trigger_name: str, _context: CallContext) -> Flow[None]:
    """Delete a trigger; one that is gone is no error, and neither is no such function."""
    call = writing("DeleteTrigger", "DELETE", path_of(name, "triggers", trigger_name))
    yield from remove(call, NO_TRIGGER, NO_FUNCTION)


def read_url(name: str, _context: CallContext) -> Flow[HttpUrl | None]:
    """Return the URL, None if there is none, or no such function."""
    try:
        triggers = yield from list_triggers(name)
    except SyncError as error:
        if error.code == NO_FUNCTION:
            return None
        raise
    return url_of(triggers)


def url_config_of(url: HttpUrl) -> dict[str, object]:
    """Return the configuration of an HTTP trigger."""
    return {
        "authType": SIGNED if url.authorized else OPEN_TO_ALL,
        "disableURLInternet": False,
        "methods": METHODS,
    }


def put_url(name: str, url: HttpUrl, context: CallContext) -> Flow[None]:
    """Create an HTTP trigger, or change the one that is there, which keeps its address."""
    old = yield from read_url(name, context)
    if old is not None and old.compared == url.compared:
        return
    config = json.dumps(url_config_of(url))
    body: dict[str, object] = {"qualifier": LATEST, "triggerConfig": config}
    path = path_of(name, "triggers")
    if old is not None:
        yield from change(writing("UpdateTrigger", "PUT", f"{path}/{old.name}", body))
        return
    body |= {"triggerName": URL_NAME, "triggerType": HTTP}
    try:
        yield from change(writing("CreateTrigger", "POST", path, body))
    except SyncError as error:
        # Unless a response was lost, a trigger of another type has the name; it is not ours.
        if not (error.after_unknown_outcome and error.code == TRIGGER_EXISTS):
            raise


def delete_url(name: str, context: CallContext) -> Flow[None]:
    """Delete the HTTP trigger; one that is gone is no error, and neither is no such function."""
    old = yield from read_url(name, context)
    if old is not None:
        yield from delete_trigger(name, old.name, context)


def delete_function(name: str, context: CallContext) -> Flow[None]:
    """Delete a function; its triggers and retries first, since they keep it from being deleted."""
    try:
        triggers = yield from list_triggers(name)
    except SyncError as error:
        if error.code == NO_FUNCTION:
            return
        raise
    for each in triggers:
        yield from delete_trigger(name, str(each.get("triggerName") or ""), context)
    config = writing(
        "DeleteAsyncInvokeConfig",
        "DELETE",
        path_of(name, "async-invoke-config"),
        right="DeleteFunctionAsyncInvokeConfig",
    )
    yield from remove(config, NO_RETRIES, NO_FUNCTION)
    yield from remove(writing("DeleteFunction", "DELETE", path_of(name)), NO_FUNCTION)


def invoke(name: str, event: Mapping[str, Any], _context: CallContext) -> Flow[Any]:
    """Run a function, wait, and return what it returned.

    Raises
    ------
    Conflict: the function raised, or could not be started.
    BadResponse: its result is not JSON.
    """
    call = writing(INVOKE, "POST", path_of(name, "invocations"), event, seconds=INVOKE_SECONDS)
    answer = yield from call_api(call._replace(headers=(("x-fc-invocation-type", "Sync"),)))
    return body_of(answer).get(RESULT)


def places(region: str, name: str) -> tuple[Place, ...]:
    """Return where a person finds a function, its log, its schedule and its alarm."""
    detail = f"https://fcnext.console.aliyun.com/{region}/functions/{name}"
    return (
        Place("log", f"{detail}?tab=logs"),
        Place("schedule", f"{detail}?tab=trigger"),
        Place("alarm", "https://cloudmonitor.console.aliyun.com/alert/rule"),
    )


def log_place(region: str, log: FunctionLog) -> Place:
    """Return where a person finds a logstore."""
    page = f"https://sls.console.aliyun.com/lognext/project/{log.group}/logsearch/{log.stream}"
    return Place("log", f"{page}?slsRegion={region}")


PLATFORM = Platform(
    name="fc",
    title="Alibaba Function Compute",
    provider=PROVIDER,
    service=FC,
    runtime_of={"3.10": "python3.10"},
    max_zip_bytes=MAX_ZIP_BYTES,
    retries=RETRIES,
    permissions=(
        "fc:GetFunction",
        "fc:GetFunctionAsyncInvokeConfig",
        "fc:ListTriggers",
        "fc:CreateFunction",
        "fc:UpdateFunction",
        "fc:PutFunctionAsyncInvokeConfig",
        "fc:CreateTrigger",
        "fc:UpdateTrigger",
        "fc:DeleteTrigger",
        "fc:DeleteFunctionAsyncInvokeConfig",
        "fc:DeleteFunction",
        "fc:InvokeFunction",
        "ram:PassRole",
    ),
    faults_of=faults_of,
    read_function=read_function,
    create_function=create_function,
    update_code=update_code,
    update_configuration=update_configuration,
    put_retries=put_retries,
    put_timer=put_timer,
    delete_timer=delete_trigger,
    delete_function=delete_function,
    invoke=invoke,
    places=places,
    error_codes=ERROR_CODES,
    # A function without a logConfig has no log at all.
    logs=LogService("SLS", is_default=False, place=log_place),
    digest_of=crc64_digest,
    alarms=ALARMS,
    http=HttpEntry(put_url, read_url, delete_url, http_events.fc_event),
    buckets=BucketTriggers(
        events=NEW_OBJECTS,
        retries=BUCKET_RETRIES,
        unkept=LOST,
        put=put_bucket,
        delete=delete_bucket,
    ),
)
