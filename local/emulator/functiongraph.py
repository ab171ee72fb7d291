"""FunctionGraph as documented: functions, their code and configuration, timers and runs.

Sources: ``huaweicloudsdkfunctiongraph`` 3.1.219, version 2, and the error codes' page
<https://support.huaweicloud.com/intl/en-us/api-functiongraph/ErrorCode.html>.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote

from local.emulator.functiongraph_configuration import check_name, code_of, config_of, retries_of
from local.emulator.functiongraph_functions import URN, StoredFunction, shown_code, shown_config
from local.emulator.functiongraph_triggers import (
    BUCKET,
    GATEWAY,
    MOST_TRIGGERS,
    TIMER,
    Trigger,
    api_data,
    bucket_data,
    published,
    timer_data,
)
from local.emulator.huawei_gateway import Route, failure
from local.emulator.invocations import Invocation, Invocations
from local.emulator.message import Received, Reply, to_json

LARGEST_EVENT = 6 * 1024 * 1024
ONE_FUNCTION = r"/v2/([A-Za-z0-9-]{1,64})/fgs/functions/([^/]{1,1024})"
TRIGGERS = r"/v2/([A-Za-z0-9-]{1,64})/fgs/triggers/([^/]{1,1024})"


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
    agencies: the agencies that trust FunctionGraph; None for any but those named ``no-such-…``.
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

    def handler_of(self, project: str, package: str, name: str) -> str | None:
        """Return the handler of a function that was deployed, None if there is none."""
        function = self._stored(project, package, name)
        return None if function is None else str(function.config["handler"])

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
        check_name(name, package)
        config, secrets = self._config_of(body, {"type": "v1", "enable_lts_log": False})
        code = code_of(body)
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
            return Reply(body=to_json(shown_config(function, project)))

    def _show_config(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:getConfig")
        return Reply(body=to_json(shown_config(self._find(project, urn), project)))

    def _update_config(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:updateConfig")
        with self._lock:
            function = self._find(project, urn)
            body = _object(request)
            if body.get("func_name") != function.config["func_name"]:
                raise failure("FSS.1002")
            config, secrets = self._config_of(body, function.config)
            function.config |= config
            if "encrypted_user_data" in body:
                function.secrets = secrets
            function.modified = _time(now)
            return Reply(body=to_json(shown_config(function, project)))

    def _show_code(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:getCode")
        return Reply(body=to_json(shown_code(self._find(project, urn))))

    def _update_code(self, request: Received, now: float, project: str, urn: str) -> Reply:
        self._check_right(project, "functiongraph:function:updateCode")
        with self._lock:
            function = self._find(project, urn)
            body = _object(request)
            function.code = code_of(body)
            function.config |= {"code_type": "zip", "code_filename": body["code_filename"]}
            function.modified = _time(now)
            return Reply(body=to_json(shown_code(function)))

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
            attempts, age = retries_of(body)
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
        handler = function.config["handler"]
        begun = Invocation("functiongraph", name, "latest", request.body, run, handler)
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
            if kind not in {TIMER, GATEWAY, BUCKET}:
                raise failure("FSS.1101")
            status = body.get("trigger_status", "ACTIVE")
            if status not in {"ACTIVE", "DISABLED"}:
                raise failure("FSS.0400", "trigger_status is not ACTIVE or DISABLED")
            data = body.get("event_data")
            if kind == BUCKET:
                data = bucket_data(data, self._triggers(), self.buckets)
            elif kind == GATEWAY:
                data = api_data(data, status, self.api_groups)
            else:
                data = timer_data(data)
            if any(
                (each.type_code, each.event_data["name"]) == (kind, data["name"])
                for each in function.triggers.values()
            ):
                raise failure("FSS.1307")
            if kind == GATEWAY:
                data = published(data, self._triggers())
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

    def _config_of(
        self, body: Mapping[str, Any], before: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        return config_of(body, before, self.agencies, self.log_streams)

    def _triggers(self) -> list[Trigger]:
        """Return the triggers of all functions."""
        return [each for it in self.by_urn.values() for each in it.triggers.values()]

    def _find(self, project: str, urn: str) -> StoredFunction:
        match = URN.fullmatch(unquote(urn))
        if match is None:
            raise failure("FSS.1309")
        _region, of_project, package, name, version = match.groups()
        if of_project != project or version not in {None, "latest"}:
            raise failure("FSS.1051")
        function = self._stored(project, package, name)
        if function is None:
            raise failure("FSS.1051")
        return function

    def _stored(self, project: str, package: str, name: str) -> StoredFunction | None:
        end = f":{project}:function:{package}:{name}"
        return next((each for each in self.by_urn.values() if each.urn.endswith(end)), None)

    def _find_trigger(self, project: str, urn: str, kind: str, trigger_id: str) -> Trigger:
        trigger = self._find(project, urn).triggers.get(unquote(trigger_id))
        if trigger is None or trigger.type_code != kind:
            raise failure("FSS.1140" if kind == TIMER else "FSS.1131")
        return trigger


def _object(request: Received) -> dict[str, Any]:
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise failure("FSS.0406")
    return body


def _time(now: float) -> str:
    return datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
