"""FunctionGraph as documented: functions, their code and configuration, timers and runs.

Sources: ``huaweicloudsdkfunctiongraph`` 3.1.219, version 2, and the error codes' page
<https://support.huaweicloud.com/intl/en-us/api-functiongraph/ErrorCode.html>.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import re
import threading
import uuid
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote

from local.emulator.huawei_gateway import Route, failure
from local.emulator.invocations import Invocation, Invocations
from local.emulator.message import Received, Reply, to_json

URN = re.compile(
    r"urn:fss:([a-z0-9-]+):([A-Za-z0-9_-]+):function:([A-Za-z0-9_-]+):([A-Za-z0-9_-]+)"
    r"(?::(!?[A-Za-z0-9_.-]+))?"
)
RUNTIMES = ("Python2.7", "Python3.6", "Python3.9", "Python3.10", "Node.js18.15")
MEMORY = (128, 256, 512, *range(768, 4097, 256))
LARGEST_ZIP = 50 * 1024 * 1024
LARGEST_EVENT = 6 * 1024 * 1024
MOST_VARIABLES = 20
MOST_CHARACTERS = 4096
MOST_TRIGGERS = 10
LONGEST_USER_EVENT = 2048
ONE_FUNCTION = r"/v2/([A-Za-z0-9-]{1,64})/fgs/functions/([^/]{1,1024})"
TRIGGERS = r"/v2/([A-Za-z0-9-]{1,64})/fgs/triggers/([^/]{1,1024})"

GATEWAY, BUCKET = "APIG", "OBS"
OBS_EVENTS = frozenset(
    {
        "ObjectCreated",
        "Put",
        "Post",
        "Copy",
        "CompleteMultipartUpload",
        "ObjectRemoved",
        "Delete",
        "DeleteMarkerCreated",
    }
)
OF_A_BUCKET = frozenset({"bucket", "events", "name", "prefix", "suffix"})
API: Mapping[str, re.Pattern[str]] = {
    "name": re.compile(r"[A-Za-z][A-Za-z0-9_]{2,63}"),
    "group_id": re.compile(r"[A-Za-z0-9]{1,64}"),
    "type": re.compile("[12]"),
    "path": re.compile(r"/[A-Za-z0-9_./%{}+-]*"),
    "protocol": re.compile("HTTP|HTTPS|BOTH"),
    "req_method": re.compile("GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS|ANY"),
    "match_mode": re.compile("SWA|NORMAL"),
    "env_name": re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}"),
    "env_id": re.compile(r"[A-Za-z0-9_]{1,64}"),
    "auth": re.compile("IAM|APP|NONE"),
}
"""The fields that an APIG trigger must have, with the values that they may have."""

LOG_FIELDS = {"group_id": "log_group_id", "stream_id": "log_stream_id"}
"""Field of a ``log_config`` -> the field of a configuration that shows it."""

OF_A_LOG_CONFIG = frozenset({*LOG_FIELDS, "group_name", "stream_name"})
LTS_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_-]{0,58}[A-Za-z0-9])?")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_TIMER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_RATE = re.compile(r"([1-9][0-9]?)([mhd])")
_MOST_OF_UNIT = {"m": 60, "h": 24, "d": 30}
_EVERY = re.compile(r"@every (?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|s|m|h))+")
_CRON = re.compile(r"(?:CRON_TZ=[A-Za-z0-9_+/-]+ )?[0-9*?,/A-Za-z-]+(?: [0-9*?,/A-Za-z-]+){4,5}")


@dataclass(slots=True)
class Trigger:
    """One trigger: its type, whether it fires, and its data as it came."""

    id: str
    type_code: str
    status: str
    event_data: dict[str, Any]
    created: str
    updated: str

    @property
    def body(self) -> dict[str, Any]:
        """The trigger as the API returns it."""
        return {
            "trigger_id": self.id,
            "trigger_type_code": self.type_code,
            "trigger_status": self.status,
            "event_data": self.event_data,
            "last_updated_time": self.updated,
            "created_time": self.created,
        }


@dataclass(slots=True)
class StoredFunction:
    """One function.

    Parameters
    ----------
    urn: without a version.
    config: the fields of ``CreateFunctionRequestBody`` that are returned as they came.
    secrets: the encrypted variables; only their names are ever returned.
    code: the zip.
    triggers: by ID.
    async_config: what ``PUT …/async-invoke-config`` set, None before.
    """

    urn: str
    config: dict[str, Any]
    secrets: dict[str, str] = field(repr=False)
    code: bytes = field(repr=False)
    modified: str
    triggers: dict[str, Trigger] = field(default_factory=dict)
    async_config: dict[str, Any] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the function sees, the encrypted ones included."""
        return {**json.loads(self.config.get("user_data") or "{}"), **self.secrets}


class FunctionGraph:
    """The functions of an account.

    Parameters
    ----------
    lock: the account's.
    check_right: raises unless the caller has a permission in a project.
    invocations: where runs are noted, and who runs them.

    Attributes
    ----------
    by_urn: the functions, by URN without a version.
    agencies: the agencies that trust FunctionGraph; None for any name.
    quota: how many functions the account may have.
    api_groups: the ids of APIG's groups; None for any.
    buckets: the names of the buckets of OBS; None for any.
    log_streams: the ids of the log groups of LTS, each with those of its streams; None for any.
    """

    def __init__(
        self,
        lock: threading.RLock,
        check_right: Callable[[str, str], None],
        invocations: Callable[[], Invocations],
    ) -> None:
        self.by_urn: dict[str, StoredFunction] = {}
        self.agencies: set[str] | None = None
        self.quota = 400
        self.api_groups: set[str] | None = None
        self.buckets: set[str] | None = None
        self.log_streams: dict[str, set[str]] | None = None
        self._lock = lock
        self._check_right = check_right
        self._invocations = invocations

    def named(self, name: str) -> StoredFunction:
        """Return the one function of that name; raises ``KeyError``."""
        found = next((it for it in self.by_urn.values() if it.config["func_name"] == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def routes(self) -> tuple[Route, ...]:
        """Return the APIs over this state."""
        one_trigger = TRIGGERS + r"/([A-Z]{1,32})/([^/]{1,64})"
        return (
            Route(
                "POST",
                r"/v2/([A-Za-z0-9-]{1,64})/fgs/functions",
                "CreateFunction",
                self._create_function,
            ),
            Route("GET", ONE_FUNCTION + "/config", "ShowFunctionConfig", self._show_config),
            Route("PUT", ONE_FUNCTION + "/config", "UpdateFunctionConfig", self._update_config),
            Route("GET", ONE_FUNCTION + "/code", "ShowFunctionCode", self._show_code),
            Route("PUT", ONE_FUNCTION + "/code", "UpdateFunctionCode", self._update_code),
            Route(
                "GET",
                ONE_FUNCTION + "/async-invoke-config",
                "ShowFunctionAsyncInvokeConfig",
                self._show_async_config,
            ),
            Route(
                "PUT",
                ONE_FUNCTION + "/async-invoke-config",
                "UpdateFunctionAsyncInvokeConfig",
                self._update_async_config,
            ),
            Route("POST", ONE_FUNCTION + "/invocations", "InvokeFunction", self._invoke),
            Route("DELETE", ONE_FUNCTION, "DeleteFunction", self._delete_function),
            Route("POST", TRIGGERS, "CreateFunctionTrigger", self._create_trigger),
            Route("GET", TRIGGERS, "ListFunctionTriggers", self._list_triggers),
            Route("PUT", one_trigger, "UpdateTrigger", self._update_trigger),
            Route("DELETE", one_trigger, "DeleteFunctionTrigger", self._delete_trigger),
        )

    def _create_function(self, request: Received, now: float, project: str) -> Reply:
        self._check_right(project, "functiongraph:function:create")
        body = _object(request)
        name, package = body.get("func_name"), body.get("package")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise failure("FSS.1002")
        if not isinstance(package, str) or not re.fullmatch("[A-Za-z0-9_-]{1,64}", package):
            raise failure("FSS.1004")
        config, secrets = self._config(body, {"type": "v1", "enable_lts_log": False})
        code = _code(body)
        # The host names the region; on this machine no host does.
        urn = f"urn:fss:cn-north-4:{project}:function:{package}:{name}"
        with self._lock:
            if urn in self.by_urn:
                raise failure("FSS.1061")
            if len(self.by_urn) >= self.quota:
                raise failure("FSS.1041")
            config |= {"func_name": name, "package": package}
            config |= {"code_type": "zip", "code_filename": body["code_filename"]}
            function = StoredFunction(urn, config, secrets, code, _time(now))
            self.by_urn[urn] = function
            return Reply(body=to_json(_shown(function, project)))

    def _show_config(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:getConfig")
        return Reply(body=to_json(_shown(self._find(project, urn), project)))

    def _update_config(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:updateConfig")
        with self._lock:
            function = self._find(project, urn)
            body = _object(request)
            if body.get("func_name") != function.config["func_name"]:
                raise failure("FSS.1002")
            config, secrets = self._config(body, function.config)
            function.config |= config
            if "encrypted_user_data" in body:
                function.secrets = secrets
            function.modified = _time(now)
            return Reply(body=to_json(_shown(function, project)))

    def _show_code(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:getCode")
        return Reply(body=to_json(_shown_code(self._find(project, urn))))

    def _update_code(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:updateCode")
        with self._lock:
            function = self._find(project, urn)
            body = _object(request)
            function.code = _code(body)
            function.config |= {"code_type": "zip", "code_filename": body["code_filename"]}
            function.modified = _time(now)
            return Reply(body=to_json(_shown_code(function)))

    def _show_async_config(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:getConfig")
        function = self._find(project, urn)
        if function.async_config is None:
            raise failure("FSS.0404")
        return Reply(body=to_json({"func_urn": function.urn + ":latest", **function.async_config}))

    def _update_async_config(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:updateConfig")
        with self._lock:
            function = self._find(project, urn)
            body = _object(request)
            attempts = body.get("max_async_retry_attempts", 1)
            age = body.get("max_async_event_age_in_seconds", 3600)
            if type(attempts) is not int or not 0 <= attempts <= 8:
                raise failure("FSS.0400", "max_async_retry_attempts is not from 0 to 8")
            if type(age) is not int or not 1 <= age <= 86_400:
                raise failure("FSS.0400", "max_async_event_age_in_seconds is not from 1 to 86400")
            created = (function.async_config or {}).get("created_time", _time(now))
            function.async_config = {
                "max_async_event_age_in_seconds": age,
                "max_async_retry_attempts": attempts,
                "destination_config": body.get("destination_config", {}),
                "created_time": created,
                "last_modified": _time(now),
            }
            shown = {"func_urn": function.urn + ":latest", **function.async_config}
            return Reply(body=to_json(shown))

    def _delete_function(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:delete")
        with self._lock:
            del self.by_urn[self._find(project, urn).urn]
        return Reply(204, content_type=None)

    def _invoke(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:invoke")
        function = self._find(project, urn)
        if len(request.body) > LARGEST_EVENT:
            raise failure("FSS.1201")
        _object(request)
        run = str(uuid.uuid4())
        name = function.config["func_name"]
        begun = Invocation("functiongraph", name, "latest", request.body, run)
        status = 200
        try:
            result = json.dumps(self._invocations().run(begun), ensure_ascii=False)
        except Exception as error:  # noqa: BLE001 - whatever a function raises
            status = 500
            result = json.dumps({"errorMessage": str(error), "errorType": type(error).__name__})
        body = {"request_id": run, "result": result, "log": "", "status": status}
        headers = (("X-Cff-Request-Id", run), ("X-Func-Err-Code", "0" if status == 200 else "500"))
        return Reply(200, to_json(body), headers)

    def _create_trigger(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:trigger:create")
        with self._lock:
            function = self._find(project, urn)
            body = _object(request)
            kind = body.get("trigger_type_code")
            if kind not in {"TIMER", GATEWAY, BUCKET}:
                raise failure("FSS.1101")
            status = body.get("trigger_status", "ACTIVE")
            if status not in {"ACTIVE", "DISABLED"}:
                raise failure("FSS.0400", "trigger_status is not ACTIVE or DISABLED")
            data = body.get("event_data")
            if kind == BUCKET:
                data = self._bucket(data)
            else:
                data = _timer(data) if kind == "TIMER" else self._api(data, status)
            if any(
                (each.type_code, each.event_data["name"]) == (kind, data["name"])
                for each in function.triggers.values()
            ):
                raise failure("FSS.1307")
            if kind == GATEWAY:
                data = self._published(data)
            if len(function.triggers) >= MOST_TRIGGERS:
                raise failure("FSS.1306")
            trigger = Trigger(str(uuid.uuid4()), kind, status, data, _time(now), _time(now))
            function.triggers[trigger.id] = trigger
            return Reply(201, to_json(trigger.body))

    def _list_triggers(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:trigger:list")
        function = self._find(project, urn)
        return Reply(body=to_json([each.body for each in function.triggers.values()]))

    def _update_trigger(
        self, request: Received, now: float, project: str, urn: str, kind: str, trigger_id: str
    ) -> Reply:
        self._check_right(project, "functiongraph:trigger:update")
        with self._lock:
            trigger = self._find_trigger(project, urn, kind, trigger_id)
            if kind == GATEWAY:
                raise failure("FSS.0400", "An APIG trigger cannot be switched on or off")
            status = _object(request).get("trigger_status", trigger.status)
            if status not in {"ACTIVE", "DISABLED"}:
                raise failure("FSS.0400", "trigger_status is not ACTIVE or DISABLED")
            trigger.status, trigger.updated = status, _time(now)
            return Reply(body=to_json(trigger.body))

    def _delete_trigger(
        self, request: Received, now: float, project: str, urn: str, kind: str, trigger_id: str
    ) -> Reply:
        self._check_right(project, "functiongraph:trigger:delete")
        with self._lock:
            self._find_trigger(project, urn, kind, trigger_id)
            del self._find(project, urn).triggers[unquote(trigger_id)]
        return Reply(204, content_type=None)

    def _find(self, project: str, urn: str) -> StoredFunction:
        match = URN.fullmatch(unquote(urn))
        if match is None:
            raise failure("FSS.1309")
        _region, of_project, package, name, version = match.groups()
        if of_project != project or version not in {None, "latest"}:
            raise failure("FSS.1051")
        for function in self.by_urn.values():
            if function.urn.endswith(f":{project}:function:{package}:{name}"):
                return function
        raise failure("FSS.1051")

    def _find_trigger(self, project: str, urn: str, kind: str, trigger_id: str) -> Trigger:
        trigger = self._find(project, urn).triggers.get(unquote(trigger_id))
        if trigger is None or trigger.type_code != kind:
            raise failure("FSS.1140" if kind == "TIMER" else "FSS.1131")
        return trigger

    def _bucket(self, data: object) -> dict[str, Any]:
        """Return the data of an OBS trigger, if they are as documented.

        No page says with which error a bucket is refused that does not exist, or has such a
        notification already.
        """
        if not isinstance(data, dict) or not data.keys() <= OF_A_BUCKET:
            raise failure("FSS.0400", "event_data of the OBS trigger is not as documented")
        name, bucket, events = (data.get(key) for key in ("name", "bucket", "events"))
        if not isinstance(name, str) or not _TIMER_NAME.fullmatch(name):
            raise failure("FSS.1319")
        if not isinstance(bucket, str) or not _BUCKET.fullmatch(bucket):
            raise failure("FSS.0400", "bucket of the OBS trigger is not valid")
        if not isinstance(events, list) or not events or not OBS_EVENTS.issuperset(events):
            raise failure("FSS.0400", "events of the OBS trigger are not valid")
        if not all(isinstance(data.get(key, ""), str) for key in ("prefix", "suffix")):
            raise failure("FSS.0400", "prefix or suffix of the OBS trigger is not text")
        if self.buckets is not None and bucket not in self.buckets:
            raise failure("FSS.0400", f"The bucket {bucket} does not exist")
        for function in self.by_urn.values():
            for each in function.triggers.values():
                there = each.event_data
                if each.type_code == BUCKET and there["bucket"] == bucket and _overlap(there, data):
                    raise failure("FSS.0400", "The bucket reports these events already")
        return data

    def _api(self, data: object, status: str) -> dict[str, Any]:
        """Return the data of an APIG trigger, if they are as documented."""
        given: dict[str, Any] = data if isinstance(data, dict) else {}
        missing = [name for name in API if not given.get(name)]
        if missing:
            raise failure("FSS.0400", f"{', '.join(missing)} of the APIG trigger missing")
        wrong = [name for name, pattern in API.items() if not pattern.fullmatch(str(given[name]))]
        if type(given["type"]) is not int:
            wrong.append("type")
        if wrong:
            raise failure("FSS.0400", f"{', '.join(wrong)} of the APIG trigger not valid")
        if status != "ACTIVE":
            raise failure("FSS.0400", "An APIG trigger cannot be switched on or off")
        if self.api_groups is not None and given["group_id"] not in self.api_groups:
            raise failure("FSS.0400", "The API group does not exist")
        return given

    def _published(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the data of an APIG trigger with its address; its API must be the only one."""
        place = tuple(data[name] for name in ("group_id", "env_id", "path"))
        for function in self.by_urn.values():
            for each in function.triggers.values():
                there = tuple(each.event_data.get(name) for name in ("group_id", "env_id", "path"))
                if each.type_code == GATEWAY and there == place:
                    raise failure("FSS.0400", "The group has an API of this path already")
        host = f"{hashlib.sha256(data['group_id'].encode()).hexdigest()[:32]}.apic.example.com"
        return {
            **data,
            "triggerid": str(uuid.uuid4()),
            "api_id": uuid.uuid4().hex,
            "api_name": data["name"],
            "sl_domain": host,
            "invoke_url": f"https://{host}{data['path']}",
        }

    def _log(self, body: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
        """Return where the log goes after a request: what it does not name stays.

        Which error a group or stream that does not exist is has no page; the text is that of
        ``ShowLtsLogDetails``.
        """
        given = body.get("log_config")
        if given is None:
            return {name: before[name] for name in LOG_FIELDS.values() if name in before}
        if (
            not isinstance(given, dict)
            or not given.keys() <= OF_A_LOG_CONFIG
            or not all(isinstance(each, str) for each in given.values())
        ):
            raise failure("FSS.0400", "log_config is not as documented")
        group, stream = (given.get(name) or "" for name in LOG_FIELDS)
        if not LTS_ID.fullmatch(group) or not LTS_ID.fullmatch(stream):
            raise failure("FSS.0400", "group_id and stream_id of log_config are no IDs")
        if self.log_streams is not None and stream not in self.log_streams.get(group, ()):
            raise failure("FSS.0404", "group or stream not found")
        return {"log_group_id": group, "log_stream_id": stream}

    def _config(
        self, body: Mapping[str, Any], before: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the configuration in a body, and its encrypted variables."""
        if body.get("runtime") not in RUNTIMES:
            raise failure("FSS.1005")
        handler = body.get("handler")
        if not isinstance(handler, str) or not re.fullmatch(r"[\w-]+\.[\w-]+", handler):
            raise failure("FSS.1003")
        memory, timeout = body.get("memory_size"), body.get("timeout")
        if type(memory) is not int or memory not in MEMORY:
            raise failure("FSS.1007")
        if type(timeout) is not int or not 3 <= timeout <= 259_200:
            raise failure("FSS.1008")
        description = body.get("description", before.get("description", ""))
        if not isinstance(description, str) or len(description) > 512:
            raise failure("FSS.1019")
        role = body.get("xrole", before.get("xrole", ""))
        if role and self.agencies is not None and role not in self.agencies:
            raise failure("FSS.1121")
        user_data = body.get("user_data", before.get("user_data", ""))
        _variables(user_data)
        return {
            "runtime": body["runtime"],
            "handler": handler,
            "memory_size": memory,
            "timeout": timeout,
            "description": description,
            "xrole": role,
            "user_data": user_data,
            "type": body.get("type", before["type"]),
            "enable_lts_log": body.get("enable_lts_log", before["enable_lts_log"]),
            **self._log(body, before),
        }, _variables(body.get("encrypted_user_data", ""))


def _object(request: Received) -> dict[str, Any]:
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise failure("FSS.0406")
    return body


def _variables(text: object) -> dict[str, str]:
    try:
        variables = json.loads(text or "{}") if isinstance(text, str) else None
    except ValueError:
        variables = None
    if not isinstance(variables, dict) or not all(
        isinstance(value, str) for value in variables.values()
    ):
        raise failure("FSS.1009")
    if len(variables) > MOST_VARIABLES:
        raise failure("FSS.1017")
    if isinstance(text, str) and len(text) > MOST_CHARACTERS:
        raise failure("FSS.1018")
    return variables


def _code(body: Mapping[str, Any]) -> bytes:
    if body.get("code_type") != "zip":
        raise failure("FSS.1006")
    if not isinstance(body.get("code_filename"), str) or not body["code_filename"]:
        raise failure("FSS.1013")
    given = body.get("func_code")
    text = given.get("file") if isinstance(given, dict) else None
    if not isinstance(text, str) or not text:
        raise failure("FSS.1012")
    try:
        code = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise failure("FSS.1011") from None
    if len(code) > LARGEST_ZIP:
        raise failure("FSS.1071")
    if not zipfile.is_zipfile(io.BytesIO(code)):
        raise failure("FSS.1011")
    return code


def _timer(data: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise failure("FSS.1109")
    name, kind, schedule = (data.get(key) for key in ("name", "schedule_type", "schedule"))
    if not isinstance(name, str) or not _TIMER_NAME.fullmatch(name):
        raise failure("FSS.1319")
    if not isinstance(schedule, str) or not _is_schedule(kind, schedule):
        raise failure("FSS.1109")
    user_event = data.get("user_event", "")
    if not isinstance(user_event, str) or len(user_event.encode()) >= LONGEST_USER_EVENT:
        raise failure("FSS.1109")
    return {"name": name, "schedule_type": kind, "schedule": schedule, "user_event": user_event}


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two notifications of a bucket may report the same object."""
    prefixes = [str(each.get("prefix", "")) for each in (one, other)]
    suffixes = [str(each.get("suffix", "")) for each in (one, other)]
    return max(prefixes).startswith(min(prefixes)) and max(suffixes, key=len).endswith(
        min(suffixes, key=len)
    )


def _is_schedule(kind: object, schedule: str) -> bool:
    if kind == "Rate":
        match = _RATE.fullmatch(schedule)
        return match is not None and int(match[1]) <= _MOST_OF_UNIT[match[2]]
    return kind == "Cron" and bool(_EVERY.fullmatch(schedule) or _CRON.fullmatch(schedule))


def _shown(function: StoredFunction, project: str) -> dict[str, Any]:
    """Return a function's configuration; of an encrypted variable only the name."""
    blank = json.dumps(dict.fromkeys(function.secrets, "")) if function.secrets else ""
    return {
        "func_urn": function.urn + ":latest",
        "namespace": project,
        "version": "latest",
        **function.config,
        "encrypted_user_data": blank,
        "code_size": len(function.code),
        "digest": hashlib.sha512(function.code).hexdigest(),
        "last_modified": function.modified,
    }


def _shown_code(function: StoredFunction) -> dict[str, Any]:
    return {
        "func_urn": function.urn + ":latest",
        "func_name": function.config["func_name"],
        "runtime": function.config["runtime"],
        "code_type": "zip",
        "code_filename": function.config["code_filename"],
        "code_size": len(function.code),
        "digest": hashlib.sha512(function.code).hexdigest(),
        "last_modified": function.modified,
    }


def _time(now: float) -> str:
    return datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
