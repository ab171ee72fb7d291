"""Huawei FunctionGraph: the calls that make, change, read and remove a function and its triggers.

Source: FunctionGraph's API, version 2
<https://support.huaweicloud.com/intl/en-us/api-functiongraph/functiongraph_06_0108.html>; the
bodies are those of huaweicloudsdkfunctiongraph 3.1.219.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from functions.huawei.provider import HUAWEI, JSON, find_project_id
from functions.huawei.provider import parse_response as parse_object
from local import http_events
from local.deployment.alarms.huawei_ces import ALARMS
from local.deployment.function_result import parse_function_result
from local.deployment.functiongraph.error_codes import ERROR_CODES
from local.deployment.functiongraph.limits import MAX_ZIP_BYTES, faults_of, is_rate, variables
from local.deployment.models.bucket_trigger import LOST, BucketTrigger, BucketTriggers
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_log import FunctionLog, LogService
from local.deployment.models.function_parts import HttpUrl, Retries, Timer
from local.deployment.models.place import Place
from local.deployment.models.platform import HttpEntry, Platform
from shared.errors import BadResponse, Conflict, InvalidInput, NotFound, SyncError, Unreachable
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api, sleep
from shared.models.http import JsonParser, Response
from shared.models.operation import CallContext
from shared.models.secret import Secret

PACKAGE = "default"
ZIP_NAME = "function.zip"
TIMER = "TIMER"
GATEWAY = "APIG"
BUCKET = "OBS"
URL_NAME = "cloud_sync"
"""The name of the API in APIG that a deployment makes, which takes no hyphens, and of the event
notification of a bucket."""

OWN_URL: Mapping[str, object] = {
    "env_id": "DEFAULT_ENVIRONMENT_RELEASE_ID",
    "env_name": "RELEASE",
    "protocol": "HTTPS",
    "path": "/",
    "match_mode": "SWA",
    "req_method": "ANY",
    "backend_type": "FUNCTION",
    "type": 1,
}
"""An API for every path and method below an API group's domain."""

REPORTED = ("env_id", "protocol", "path", "match_mode", "req_method", "type")
"""What of it is compared, where FunctionGraph reports it."""

ROWS = "rows"
"""The key under which a response that is a JSON array is returned."""

RETRIES = Retries(attempts=0, max_age_seconds=600)
BUCKET_RETRIES = Retries(attempts=3, max_age_seconds=86_400)

UPLOAD_SECONDS = 60.0
INVOKE_SECONDS = 90.0
"""FunctionGraph gives up on a synchronous run after as many seconds."""

POLL_SECONDS = 2.0
MAX_WAIT_SECONDS = 30.0

MISSING = frozenset({"FSS.0404", "FSS.0410", "FSS.1051", "FSS.1131", "FSS.1140"})
EXISTS = frozenset({"FSS.0409", "FSS.1061", "FSS.1148", "FSS.1307"})
STILL_BEING_MADE = "FSS.0400"


def host_of(region: str | None, _setting: GetSetting) -> str:
    """Return FunctionGraph's host in a region."""
    return f"functiongraph.{region}.myhuaweicloud.com"


FUNCTIONGRAPH = Service(
    name="functiongraph",
    label="FunctionGraph",
    endpoint_settings=("HUAWEI_FUNCTIONGRAPH_ENDPOINT_URL",),
    host_of=host_of,
)


def parse_response(call: ApiCall, response: Response, parse: JsonParser) -> ApiResponse:
    """Return a response; one that is an array, as triggers are, under the key ``rows``."""

    def parse_as_object(body: bytes) -> Any:
        value = parse(body)
        return {ROWS: value} if isinstance(value, list) else value

    return parse_object(call, response, parse_as_object)


class Target:
    """Where a function is: the paths of its calls.

    Parameters
    ----------
    project, region: where.
    name: the function's name.
    """

    def __init__(self, project: str, region: str, name: str) -> None:
        urn = f"urn:fss:{region}:{project}:function:{PACKAGE}:{name}"
        self.headers = (("Content-Type", JSON), ("X-Project-Id", project))
        self.functions = f"/v2/{project}/fgs/functions"
        self.function = f"{self.functions}/{urn}"
        self.triggers = f"/v2/{project}/fgs/triggers/{urn}"

    def reading(self, action: str, path: str, right: str) -> ApiCall:
        """Return a call that changes nothing."""
        return ApiCall(
            service=FUNCTIONGRAPH,
            action=action,
            method="GET",
            path=path,
            headers=self.headers,
            permission=f"functiongraph:{right}",
            secret_fields=(("encrypted_user_data",),),
        )

    def writing(
        self,
        action: str,
        path: str,
        right: str,
        *,
        method: str = "PUT",
        body: Mapping[str, object] | None = None,
        seconds: float = 20.0,
    ) -> ApiCall:
        """Return a call that changes something; sent again where the answer was lost."""
        return self.reading(action, path, right)._replace(
            method=method, body=body, writes=True, read_timeout=seconds
        )


def target_of(name: str, context: CallContext) -> Flow[Target]:
    """Return where a function is; its project is looked up if it is not configured."""
    project = yield from find_project_id(None, context)
    return Target(project, context.region or "", name)


def body_of(response: ApiResponse) -> Mapping[str, Any]:
    """Return a response's object."""
    body: Mapping[str, Any] = response.body or {}
    return body


def read_function(name: str, context: CallContext) -> Flow[ManagedFunction | None]:
    """Return a function with its retries and timers, None if there is none.

    Encrypted variables have empty values: FunctionGraph shows their names only.

    Raises
    ------
    Unreachable: also in a region that has no FunctionGraph.
    """
    target = yield from target_of(name, context)
    body = yield from read_config(target, context)
    if body is None:
        return None
    retries = yield from read_retries(target)
    triggers = yield from list_triggers(target)
    return ManagedFunction(
        name=name,
        runtime=str(body.get("runtime") or ""),
        handler=str(body.get("handler") or ""),
        memory_mb=int(body.get("memory_size") or 0),
        timeout_seconds=int(body.get("timeout") or 0),
        environment=environment_of(body),
        role=body.get("xrole") or None,
        description=str(body.get("description") or ""),
        code_size=body.get("code_size"),
        retries=retries,
        timers=tuple(sorted(timer_of(each) for each in rows_of(triggers, TIMER))),
        buckets=tuple(sorted(bucket_of(each) for each in rows_of(triggers, BUCKET))),
        url=url_of(triggers),
        id=str(body.get("func_urn") or ""),
        hides_secrets=True,
        log=log_of(body),
    )


def log_of(body: Mapping[str, Any]) -> FunctionLog | None:
    """Return where a function's log is kept, None if it has none, or FunctionGraph's own."""
    group, stream = body.get("log_group_id"), body.get("log_stream_id")
    if body.get("enable_lts_log") is False or not group or not stream:
        return None
    return FunctionLog(str(group), str(stream))


def log_config_of(log: FunctionLog) -> dict[str, object]:
    """Return a log as FunctionGraph wants it."""
    config = {
        "group_id": log.group,
        "group_name": log.group_name,
        "stream_id": log.stream,
        "stream_name": log.stream_name,
    }
    return {name: value for name, value in config.items() if value}


def read_config(target: Target, context: CallContext) -> Flow[Mapping[str, Any] | None]:
    """Return a function's configuration, None if there is no such function."""
    call = target.reading("ShowFunctionConfig", f"{target.function}/config", "function:getConfig")
    try:
        found = yield from call_api(call)
    except NotFound as error:
        if error.code in MISSING:
            return None
        raise
    except Unreachable as error:
        error.hint = (
            f"Check that FunctionGraph is available in {context.region}, and the network. "
            + error.hint
        )
        raise
    return body_of(found)


def environment_of(body: Mapping[str, Any]) -> dict[str, Secret]:
    """Return the variables of a configuration, in clear or not.

    Raises
    ------
    BadResponse: they are not JSON objects.
    """
    found: dict[str, Secret] = {}
    for key in ("user_data", "encrypted_user_data"):
        try:
            values = json.loads(body.get(key) or "{}")
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise BadResponse(f"FunctionGraph's {key} is not a JSON object", retryable=False)
        found |= {name: Secret(str(value)) for name, value in values.items()}
    return found


def read_retries(target: Target) -> Flow[Retries | None]:
    """Return what happens after a failed run, None if that was never set."""
    call = target.reading(
        "ShowFunctionAsyncInvokeConfig",
        f"{target.function}/async-invoke-config",
        "function:getConfig",
    )
    try:
        found = yield from call_api(call)
    except NotFound:
        return None
    body = body_of(found)
    attempts = body.get("max_async_retry_attempts")
    seconds = body.get("max_async_event_age_in_seconds")
    if not isinstance(attempts, int) or not isinstance(seconds, int):
        return None
    return Retries(attempts, seconds, failed_events_of(body))


def failed_events_of(body: Mapping[str, Any]) -> str:
    """Return the bucket that keeps failed events, empty if none does."""
    failed = (body.get("destination_config") or {}).get("on_failure") or {}
    try:
        param = json.loads(failed.get("param") or "{}")
    except ValueError:
        param = None
    if failed.get("destination") != BUCKET or not isinstance(param, dict):
        return str(failed.get("destination") or "")
    return str(param.get("bucket") or "")


def destination_of(retries: Retries, name: str) -> dict[str, object]:
    """Return where failed events are kept, as FunctionGraph wants it."""
    if not retries.failed_events:
        return {}
    param = {"bucket": retries.failed_events, "prefix": f"{name}/", "expires": 0}
    on_failure = {"destination": BUCKET, "param": json.dumps(param)}
    return {"destination_config": {"on_failure": on_failure}}


def list_triggers(target: Target) -> Flow[list[Mapping[str, Any]]]:
    """Return a function's triggers."""
    call = target.reading("ListFunctionTriggers", target.triggers, "trigger:list")
    found = yield from call_api(call)
    return list(body_of(found).get(ROWS) or [])


def rows_of(triggers: Iterable[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    """Return the triggers of a type."""
    return [each for each in triggers if each.get("trigger_type_code") == kind]


def url_of(triggers: Iterable[Mapping[str, Any]]) -> HttpUrl | None:
    """Return the URL that a deployment made among triggers, None if there is none."""
    for row in rows_of(triggers, GATEWAY):
        data = row.get("event_data") or {}
        if data.get("name") == URL_NAME:
            return HttpUrl(
                authorized=data.get("auth") != "NONE",
                group=str(data.get("group_id") or ""),
                differs=", ".join(
                    f"{name} {data[name]}"
                    for name in REPORTED
                    if data.get(name) not in {None, OWN_URL[name]}
                ),
                url=str(data.get("invoke_url") or ""),
                name=URL_NAME,
                id=str(row.get("trigger_id") or ""),
            )
    return None


def read_url(name: str, context: CallContext) -> Flow[HttpUrl | None]:
    """Return the URL that a deployment made, None if there is none, or no such function."""
    target = yield from target_of(name, context)
    try:
        triggers = yield from list_triggers(target)
    except SyncError as error:
        if error.code not in MISSING:
            raise
        return None
    return url_of(triggers)


def put_url(name: str, url: HttpUrl, context: CallContext) -> Flow[None]:
    """Create an APIG trigger; one that differs is deleted first.

    FunctionGraph changes nothing of such a trigger. Its address is that of the API group, so it
    stays the same.
    """
    target = yield from target_of(name, context)
    old = url_of((yield from list_triggers(target)))
    if old is not None and old.compared == url.compared:
        return
    if old is not None:
        yield from remove_trigger(target, GATEWAY, old.id)
    call = target.writing(
        "CreateFunctionTrigger",
        target.triggers,
        "trigger:create",
        method="POST",
        body={
            "trigger_type_code": GATEWAY,
            "trigger_status": "ACTIVE",
            "event_type_code": "APICreated",
            "event_data": {
                "name": URL_NAME,
                "group_id": url.group,
                "auth": "IAM" if url.authorized else "NONE",
                **OWN_URL,
            },
        },
    )
    yield from create(call)


def delete_url(name: str, context: CallContext) -> Flow[None]:
    """Delete the URL that a deployment made; one that is gone is no error."""
    old = yield from read_url(name, context)
    if old is not None:
        target = yield from target_of(name, context)
        yield from remove_trigger(target, GATEWAY, old.id)


def timer_of(row: Mapping[str, Any]) -> Timer:
    """Return a trigger as a timer."""
    data = row.get("event_data") or {}
    return Timer(
        name=str(data.get("name") or ""),
        cron=str(data.get("schedule") or ""),
        message=str(data.get("user_event") or ""),
        enabled=row.get("trigger_status") == "ACTIVE",
        id=str(row.get("trigger_id") or ""),
    )


def status_of(timer: Timer) -> str:
    """Return a timer's status as FunctionGraph names it."""
    return "ACTIVE" if timer.enabled else "DISABLED"


def code_of(zip_bytes: bytes) -> dict[str, object]:
    """Return a zip as FunctionGraph wants it.

    Raises
    ------
    InvalidInput: it is too large.
    """
    if len(zip_bytes) > MAX_ZIP_BYTES:
        raise InvalidInput(
            f"the zip has {len(zip_bytes):,} bytes, and FunctionGraph takes {MAX_ZIP_BYTES:,}",
            code="ZipTooLarge",
            hint="Upload it through OBS by hand: deploy/huawei-functiongraph/README.md.",
        )
    return {
        "code_type": "zip",
        "code_filename": ZIP_NAME,
        "func_code": {"file": b64encode(zip_bytes).decode()},
    }


def configuration_of(function: ManagedFunction) -> dict[str, object]:
    """Return what a creation and an update have in common."""
    log = {} if function.log is None else {"log_config": log_config_of(function.log)}
    return {
        "func_name": function.name,
        "runtime": function.runtime,
        "timeout": function.timeout_seconds,
        "handler": function.handler,
        "memory_size": function.memory_mb,
        "user_data": variables(function.environment, encrypted=False),
        "encrypted_user_data": Secret(variables(function.environment, encrypted=True)),
        "xrole": function.role or "",
        "description": function.description,
        "enable_lts_log": True,
        **log,
    }


def create_function(
    function: ManagedFunction, zip_bytes: bytes, context: CallContext
) -> Flow[None]:
    """Create a function, without its timer."""
    code = code_of(zip_bytes)
    target = yield from target_of(function.name, context)
    body = {**configuration_of(function), **code, "package": PACKAGE, "type": "v2"}
    call = target.writing(
        "CreateFunction",
        target.functions,
        "function:create",
        method="POST",
        body=body,
        seconds=UPLOAD_SECONDS,
    )
    yield from create(call)


def create(call: ApiCall) -> Flow[None]:
    """Send a call that creates something; an earlier attempt without a response may have done it.

    Raises
    ------
    SyncError: it failed, or what it creates was there before.
    """
    try:
        yield from call_api(call)
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code in EXISTS):
            raise


def update_code(function: ManagedFunction, zip_bytes: bytes, context: CallContext) -> Flow[None]:
    """Replace the zip; the handler is part of the configuration."""
    code = code_of(zip_bytes)
    target = yield from target_of(function.name, context)
    call = target.writing(
        "UpdateFunctionCode",
        f"{target.function}/code",
        "function:updateCode",
        body=code,
        seconds=UPLOAD_SECONDS,
    )
    yield from call_api(call)


def update_configuration(function: ManagedFunction, context: CallContext) -> Flow[None]:
    """Set everything but code, retries and timers, the handler too."""
    target = yield from target_of(function.name, context)
    call = target.writing(
        "UpdateFunctionConfig",
        f"{target.function}/config",
        "function:updateConfig",
        body=configuration_of(function),
    )
    yield from call_api(call)


def put_retries(name: str, retries: Retries, context: CallContext) -> Flow[None]:
    """Set how often an asynchronous run is repeated."""
    target = yield from target_of(name, context)
    call = target.writing(
        "UpdateFunctionAsyncInvokeConfig",
        f"{target.function}/async-invoke-config",
        "function:updateConfig",
        body={
            "max_async_event_age_in_seconds": retries.max_age_seconds,
            "max_async_retry_attempts": retries.attempts,
            **destination_of(retries, name),
        },
    )
    yield from call_api(call)


def put_timer(name: str, timer: Timer, context: CallContext) -> Flow[None]:
    """Create a timer, or replace the one of that name.

    FunctionGraph changes nothing of a timer but whether it fires, and takes no second one of the
    same name: a changed one is deleted first.
    """
    target = yield from target_of(name, context)
    triggers = yield from list_triggers(target)
    there = [timer_of(each) for each in rows_of(triggers, TIMER)]
    for old in (each for each in there if each.name == timer.name):
        if old._replace(id="", enabled=timer.enabled) == timer._replace(id=""):
            if old.enabled != timer.enabled:
                yield from switch_timer(target, old, timer)
            return
        yield from remove_trigger(target, TIMER, old.id)
    call = target.writing(
        "CreateFunctionTrigger",
        target.triggers,
        "trigger:create",
        method="POST",
        body={
            "trigger_type_code": TIMER,
            "trigger_status": status_of(timer),
            "event_type_code": "MessageCreated",
            "event_data": {
                "name": timer.name,
                "schedule_type": "Rate" if is_rate(timer.cron) else "Cron",
                "schedule": timer.cron,
                "user_event": timer.message,
            },
        },
    )
    yield from create(call)


def switch_timer(target: Target, old: Timer, timer: Timer) -> Flow[None]:
    """Switch a timer on or off."""
    call = target.writing(
        "UpdateTrigger",
        f"{target.triggers}/{TIMER}/{old.id}",
        "trigger:update",
        body={"trigger_status": status_of(timer)},
    )
    yield from call_api(call)


def bucket_of(row: Mapping[str, Any]) -> BucketTrigger:
    """Return a trigger as a bucket's."""
    data = row.get("event_data") or {}
    name = str(data.get("name") or "")
    return BucketTrigger(
        bucket=str(data.get("bucket") or ""),
        events=tuple(sorted(map(str, data.get("events") or ()))),
        prefix=str(data.get("prefix") or ""),
        suffix=str(data.get("suffix") or ""),
        enabled=row.get("trigger_status") == "ACTIVE",
        own=name == URL_NAME,
        name=name,
        id=str(row.get("trigger_id") or ""),
    )


def put_bucket(
    name: str, trigger: BucketTrigger, old: BucketTrigger | None, context: CallContext
) -> Flow[None]:
    """Create an OBS trigger; one that differs is deleted first, as nothing of it can be changed."""
    target = yield from target_of(name, context)
    triggers = yield from list_triggers(target)
    for each in map(bucket_of, rows_of(triggers, BUCKET)):
        if each.compared == trigger.compared:
            return
        if each.own or (old is not None and each.id == old.id):
            yield from remove_trigger(target, BUCKET, each.id)
    call = target.writing(
        "CreateFunctionTrigger",
        target.triggers,
        "trigger:create",
        method="POST",
        body={
            "trigger_type_code": BUCKET,
            "trigger_status": "ACTIVE",
            "event_type_code": "MessageCreated",
            "event_data": {
                "name": URL_NAME,
                "bucket": trigger.bucket,
                "events": list(trigger.events),
                **({"prefix": trigger.prefix} if trigger.prefix else {}),
                **({"suffix": trigger.suffix} if trigger.suffix else {}),
            },
        },
    )
    try:
        yield from call_api(call)
    except SyncError as error:
        if not error.after_unknown_outcome:
            raise
        # The attempt without a response may have made it: then this one was one too many.
        there = map(bucket_of, rows_of((yield from list_triggers(target)), BUCKET))
        if all(each.compared != trigger.compared for each in there):
            raise


def delete_bucket(name: str, trigger: BucketTrigger, context: CallContext) -> Flow[None]:
    """Delete an OBS trigger; one that is gone is no error."""
    target = yield from target_of(name, context)
    yield from remove_trigger(target, BUCKET, trigger.id)


def remove_trigger(target: Target, kind: str, trigger_id: str) -> Flow[None]:
    """Delete a trigger; one that is gone is no error."""
    call = target.writing(
        "DeleteFunctionTrigger",
        f"{target.triggers}/{kind}/{trigger_id}",
        "trigger:delete",
        method="DELETE",
    )
    try:
        yield from call_api(call)
    except SyncError as error:
        if error.code not in MISSING:
            raise


def delete_timer(name: str, timer_name: str, context: CallContext) -> Flow[None]:
    """Delete the timers of that name; none is no error, and neither is no such function."""
    target = yield from target_of(name, context)
    try:
        triggers = yield from list_triggers(target)
    except SyncError as error:
        if error.code not in MISSING:
            raise
        return
    for old in map(timer_of, rows_of(triggers, TIMER)):
        if old.name == timer_name:
            yield from remove_trigger(target, TIMER, old.id)


def delete_function(name: str, context: CallContext) -> Flow[None]:
    """Delete a function with its triggers; one that is still being made is waited for."""
    target = yield from target_of(name, context)
    call = target.writing("DeleteFunction", target.function, "function:delete", method="DELETE")
    while True:
        try:
            yield from call_api(call)
        except SyncError as error:
            if error.code in MISSING:
                return
            if error.code != STILL_BEING_MADE:
                raise
            if not (yield from sleep(POLL_SECONDS, MAX_WAIT_SECONDS)):
                raise
        else:
            return


def invoke(name: str, event: Mapping[str, Any], context: CallContext) -> Flow[Any]:
    """Run a function, wait, and return what it returned.

    Raises
    ------
    Conflict: the function raised, or could not be started.
    BadResponse: its result is not JSON.
    """
    target = yield from target_of(name, context)
    call = target.writing(
        "InvokeFunction",
        f"{target.function}/invocations",
        "function:invoke",
        method="POST",
        body=event,
        seconds=INVOKE_SECONDS,
    )
    headers = (*target.headers, ("X-CFF-Request-Version", "v1"))
    answer = yield from call_api(call._replace(headers=headers))
    body = body_of(answer)
    result = body.get("result")
    if body.get("status") != 200:
        raise Conflict(
            f"the function failed: {result}",
            code="FunctionFailed",
            hint="The function is there, but could not run: its log says more.",
            request_id=answer.request_id,
        )
    if not isinstance(result, str):
        return result
    return parse_function_result(result, answer.request_id)


def places(region: str, name: str) -> tuple[Place, ...]:
    """Return where a person finds a function, its log, its schedule and its alarm."""
    console = "https://console.huaweicloud.com"
    detail = f"{console}/functiongraph/?region={region}#/serverless/functionDetail/{PACKAGE}/{name}"
    return (
        Place("log", f"{detail}?tab=monitor"),
        Place("schedule", f"{detail}?tab=trigger"),
        Place("alarm", f"{console}/ces/?region={region}#/alarms/alarmRules"),
    )


def log_place(region: str, log: FunctionLog) -> Place:
    """Return where a person searches a log stream."""
    page = f"https://console.huaweicloud.com/lts/?region={region}#/cts/logEventsLeftMenu/events"
    return Place("log", f"{page}?groupId={log.group}&topicId={log.stream}")


PLATFORM = Platform(
    name="functiongraph",
    title="Huawei FunctionGraph",
    provider=HUAWEI._replace(parse_response=parse_response),
    service=FUNCTIONGRAPH,
    runtime_of={"3.10": "Python3.10"},
    max_zip_bytes=MAX_ZIP_BYTES,
    retries=RETRIES,
    permissions=(
        "functiongraph:function:create",
        "functiongraph:function:delete",
        "functiongraph:function:getConfig",
        "functiongraph:function:invoke",
        "functiongraph:function:updateCode",
        "functiongraph:function:updateConfig",
        "functiongraph:trigger:create",
        "functiongraph:trigger:delete",
        "functiongraph:trigger:list",
        "functiongraph:trigger:update",
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
    # FunctionGraph makes a log stream for functions that name none.
    logs=LogService("LTS", is_default=True, place=log_place),
    alarms=ALARMS,
    http=HttpEntry(put_url, read_url, delete_url, http_events.functiongraph),
    buckets=BucketTriggers(
        events=("ObjectCreated",),
        retries=BUCKET_RETRIES,
        unkept=LOST,
        put=put_bucket,
        delete=delete_bucket,
    ),
)
