"""Function Compute 3.0 as documented: functions, timers, URLs, retries and runs.

Source: Function Compute's API of 2023-03-30, as in the models of alibabacloud_fc20230330 4.8.3.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from time import gmtime, strftime
from typing import Any
from urllib.parse import unquote

from local.emulator.existing_names import exists
from local.emulator.fc_bodies import (
    CREATABLE,
    OF_A_NEW_TRIGGER,
    OF_A_TRIGGER,
    OF_ASYNC_CONFIG,
    UPDATABLE,
    object_of,
)
from local.emulator.fc_errors import failure, invalid
from local.emulator.fc_functions import (
    FcFunction,
    check_async_config,
    check_config,
    check_name,
    checksum_of,
    code_of,
    log_config_of,
)
from local.emulator.fc_triggers import (
    BUCKET,
    HTTP,
    MOST_TRIGGERS,
    FcTrigger,
    bucket_source,
    check_trigger,
    trigger_config,
)
from local.emulator.invocations import Invocation, Invocations
from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json

FUNCTIONS = "/2023-03-30/functions"
ONE = FUNCTIONS + "/([^/]{1,256})"
MOST_PER_PAGE = 100
LARGEST_EVENT = 32 * 1024 * 1024
"""Of a synchronous run."""

DEFAULTS = {
    "description": "",
    "diskSize": 512,
    "instanceConcurrency": 1,
    "internetAccess": True,
    "role": "",
    "timeout": 3,
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who makes it, and when."""

    request: Received
    key: Key
    request_id: str
    time: str


class FunctionCompute:
    """The functions of Function Compute in one region.

    Parameters
    ----------
    lock: the cloud's.
    denied: RAM actions that are refused.
    account_id: returns the ID of a key's account.
    region: returns the region, for the functions' ARNs.
    invocations: returns where runs are noted, and who runs them.

    Attributes
    ----------
    roles: the names of the roles that trust Function Compute; None for any but ``no-such-…``.
    quota: how many functions an account may have.
    looks: how many times a change is still shown as under way.
    buckets: the names of the buckets of OSS; None for any.
    logstores: the projects of SLS, each with its logstores; None for any but ``no-such-…``.
    log_writers: the names of the roles that may write logs; None for any.
    """

    def __init__(
        self,
        lock: threading.RLock,
        denied: set[str],
        account_id: Callable[[Key], str],
        region: Callable[[], str],
        invocations: Callable[[], Invocations],
    ) -> None:
        self.roles: set[str] | None = None
        self.quota = 50
        self.looks = 0
        self.buckets: set[str] | None = None
        self.logstores: dict[str, set[str]] | None = None
        self.log_writers: set[str] | None = None
        self._lock = lock
        self._denied = denied
        self._account_id = account_id
        self._region = region
        self._invocations = invocations
        self._all: dict[str, dict[str, FcFunction]] = {}
        self._routes: tuple[tuple[str, str, str, Callable[..., Reply]], ...] = (
            ("POST", FUNCTIONS, "CreateFunction", self._create_function),
            ("GET", ONE, "GetFunction", self._get_function),
            ("PUT", ONE, "UpdateFunction", self._update_function),
            ("DELETE", ONE, "DeleteFunction", self._delete_function),
            ("POST", ONE + "/triggers", "CreateTrigger", self._create_trigger),
            ("GET", ONE + "/triggers", "ListTriggers", self._list_triggers),
            ("GET", ONE + "/triggers/([^/]{1,256})", "GetTrigger", self._get_trigger),
            ("PUT", ONE + "/triggers/([^/]{1,256})", "UpdateTrigger", self._update_trigger),
            ("DELETE", ONE + "/triggers/([^/]{1,256})", "DeleteTrigger", self._delete_trigger),
            ("PUT", ONE + "/async-invoke-config", "PutAsyncInvokeConfig", self._put_async),
            ("GET", ONE + "/async-invoke-config", "GetAsyncInvokeConfig", self._get_async),
            ("DELETE", ONE + "/async-invoke-config", "DeleteAsyncInvokeConfig", self._delete_async),
            ("POST", ONE + "/invocations", "InvokeFunction", self._invoke),
        )

    def at(self, account: str = "default") -> dict[str, FcFunction]:
        """Return the functions of an account by name; may be changed."""
        return self._all.setdefault(account, {})

    def handler_of(self, account: str, name: str) -> str | None:
        """Return the handler of a function that was deployed, None if there is none."""
        function = self.at(account).get(name)
        return None if function is None else str(function.config["handler"])

    def respond(self, request: Received, key: Key, request_id: str, now: float) -> Reply:
        """Do the work of one call; raises :class:`Refusal`."""
        call = Call(request, key, request_id, strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(now)))
        for method, path, action, work in self._routes:
            match = re.fullmatch(path, request.path)
            if match and (method, action) == (request.method, request.action):
                with self._lock:
                    reply = work(call, *map(unquote, match.groups()))
                return reply.with_headers(("X-Fc-Request-Id", request_id))
        raise failure("PathNotSupported", f"'{request.path}' against '{request.method}'")

    def _create_function(self, call: Call) -> Reply:
        self._check_right("CreateFunction")
        body = object_of(call.request, CREATABLE)
        name, code = check_name(body.pop("functionName", None)), code_of(body.pop("code", None))
        config = {**DEFAULTS, "environmentVariables": {}, **body}
        self._check(config, call)
        functions = self.at(call.key.account)
        if name in functions:
            raise failure("FunctionAlreadyExists", f"function '{name}' already exists")
        if len(functions) >= self.quota:
            raise failure("LimitExceededError", f"the limit of functions is {self.quota}")
        function = FcFunction(name, str(uuid.uuid4()), config, code, call.time, call.time)
        function.busy_looks = self.looks
        functions[name] = function
        return Reply(body=to_json(self._shown(function, call)))

    def _get_function(self, call: Call, name: str) -> Reply:
        self._check_right("GetFunction")
        function = self._find(call, name)
        if dict(call.request.query).get("qualifier", "LATEST") != "LATEST":
            raise failure("FunctionNotFound")
        shown = self._shown(function, call)
        function.busy_looks = max(0, function.busy_looks - 1)
        return Reply(body=to_json(shown))

    def _update_function(self, call: Call, name: str) -> Reply:
        self._check_right("UpdateFunction")
        function = self._find(call, name)
        if function.busy_looks:
            raise failure("ConcurrentUpdateError")
        body = object_of(call.request, UPDATABLE)
        code = code_of(body.pop("code")) if "code" in body else function.zip_bytes
        config = {**function.config, **body}
        self._check(config, call)
        function.config, function.zip_bytes, function.updated = config, code, call.time
        function.busy_looks = self.looks
        return Reply(body=to_json(self._shown(function, call)))

    def _delete_function(self, call: Call, name: str) -> Reply:
        self._check_right("DeleteFunction")
        if self._find(call, name).triggers:
            raise failure("FunctionNotEmpty", f"function '{name}' has active triggers")
        del self.at(call.key.account)[name]
        return Reply(204, content_type=None)

    def _create_trigger(self, call: Call, name: str) -> Reply:
        self._check_right("CreateTrigger")
        function = self._find(call, name)
        body = object_of(call.request, OF_A_NEW_TRIGGER)
        trigger_name, kind = check_trigger(body)
        config = trigger_config(body, kind)
        if trigger_name in function.triggers:
            raise failure("TriggerAlreadyExists", f"trigger '{trigger_name}' already exists")
        if len(function.triggers) >= MOST_TRIGGERS:
            raise failure("LimitExceededError", f"the limit of triggers is {MOST_TRIGGERS}")
        new_id, now = str(uuid.uuid4()), call.time
        trigger = FcTrigger(trigger_name, new_id, config, "LATEST", now, now, kind)
        if kind == BUCKET:
            place = f"{self._region()}:{self._account_id(call.key)}"
            trigger.source, trigger.role = bucket_source(body, place)
            bucket = trigger.source.rpartition(":")[2]
            if self.buckets is not None and bucket not in self.buckets:
                raise invalid(f"bucket '{bucket}' does not exist.")
        function.triggers[trigger_name] = trigger
        return Reply(body=to_json(self._shown_trigger(trigger, function, call)))

    def _list_triggers(self, call: Call, name: str) -> Reply:
        self._check_right("ListTriggers")
        function, query = self._find(call, name), dict(call.request.query)
        limit = query.get("limit", "20")
        if not re.fullmatch("[0-9]{1,3}", limit) or not 1 <= int(limit) <= MOST_PER_PAGE:
            raise invalid(f"limit is not from 1 to {MOST_PER_PAGE}.")
        names = sorted(
            each
            for each in function.triggers
            if each.startswith(query.get("prefix", "")) and each >= query.get("nextToken", "")
        )
        chosen, rest = names[: int(limit)], names[int(limit) :]
        rows = [self._shown_trigger(function.triggers[each], function, call) for each in chosen]
        body: dict[str, object] = {"triggers": rows}
        return Reply(body=to_json({**body, "nextToken": rest[0]} if rest else body))

    def _get_trigger(self, call: Call, name: str, trigger_name: str) -> Reply:
        self._check_right("GetTrigger")
        function = self._find(call, name)
        trigger = self._find_trigger(function, trigger_name)
        return Reply(body=to_json(self._shown_trigger(trigger, function, call)))

    def _update_trigger(self, call: Call, name: str, trigger_name: str) -> Reply:
        self._check_right("UpdateTrigger")
        function = self._find(call, name)
        trigger = self._find_trigger(function, trigger_name)
        body = object_of(call.request, OF_A_TRIGGER)
        trigger.config, trigger.updated = trigger_config(body, trigger.kind), call.time
        return Reply(body=to_json(self._shown_trigger(trigger, function, call)))

    def _delete_trigger(self, call: Call, name: str, trigger_name: str) -> Reply:
        self._check_right("DeleteTrigger")
        function = self._find(call, name)
        del function.triggers[self._find_trigger(function, trigger_name).name]
        return Reply(204, content_type=None)

    def _put_async(self, call: Call, name: str) -> Reply:
        self._check_right("PutFunctionAsyncInvokeConfig")
        function = self._find(call, name)
        body = object_of(call.request, OF_ASYNC_CONFIG)
        check_async_config(body)
        created = (function.async_config or {}).get("createdTime", call.time)
        function.async_config = {
            **body,
            "functionArn": self._arn(function, call),
            "createdTime": created,
            "lastModifiedTime": call.time,
        }
        return Reply(body=to_json(function.async_config))

    def _get_async(self, call: Call, name: str) -> Reply:
        self._check_right("GetFunctionAsyncInvokeConfig")
        found = self._find(call, name).async_config
        if found is None:
            raise failure("AsyncConfigNotExists")
        return Reply(body=to_json(found))

    def _delete_async(self, call: Call, name: str) -> Reply:
        self._check_right("DeleteFunctionAsyncInvokeConfig")
        function = self._find(call, name)
        if function.async_config is None:
            raise failure("AsyncConfigNotExists")
        function.async_config = None
        return Reply(204, content_type=None)

    def _invoke(self, call: Call, name: str) -> Reply:
        """Run a function and wait; what it raises is an error in the response's header."""
        self._check_right("InvokeFunction")
        request = call.request
        if request.headers.get("x-fc-invocation-type", "Sync") != "Sync":
            raise invalid("x-fc-invocation-type is neither Sync nor Async.")
        function = self._find(call, name)
        if len(request.body) > LARGEST_EVENT:
            raise failure("EntityTooLarge")
        qualifier = dict(request.query).get("qualifier")
        handler = self.handler_of(call.key.account, function.name)
        run = Invocation("fc", function.name, qualifier, request.body, call.request_id, handler)
        headers: tuple[tuple[str, str], ...] = ()
        try:
            result = self._invocations().run(run)
        except Exception as error:  # noqa: BLE001 - whatever a function raises
            result = {"errorMessage": str(error), "errorType": type(error).__name__}
            headers = (("X-Fc-Error-Type", "UnhandledInvocationError"),)
        return Reply(200, json.dumps(result, ensure_ascii=False).encode(), headers)

    def _check_right(self, name: str) -> None:
        if f"fc:{name}" in self._denied:
            raise failure("AccessDenied", f"the caller is not authorized to perform 'fc:{name}'")

    def _check(self, config: dict[str, Any], call: Call) -> None:
        check_config(config, self._account_id(call.key))
        role = str(config["role"]).rpartition("/")[2]
        if role and "ram:PassRole" in self._denied:
            raise failure("AccessDenied", "the caller is not authorized to perform 'ram:PassRole'")
        if role and not exists(role, self.roles):
            raise failure("AccessDenied", f"Function Compute may not assume the role '{role}'")
        self._check_log(config)

    def _check_log(self, config: dict[str, Any]) -> None:
        """Refuse a log as Function Compute does, which writes a line there as the function's role.

        Sources: https://github.com/Serverless-Devs/Serverless-Devs/issues/294,
        https://github.com/devsapp/fc/issues/414 and
        https://github.com/aliyun/serverless-aliyun-function-compute/issues/62.
        """
        log = log_config_of(config)
        if log is None:
            return
        project, logstore = log
        if not exists(project, self.logstores):
            raise invalid(f"project '{project}' does not exist.")
        if not exists(logstore, None if self.logstores is None else self.logstores[project]):
            raise invalid(f"logstore '{logstore}' does not exist.")
        role = str(config.get("role") or "").rpartition("/")[2]
        if self.log_writers is not None and role not in self.log_writers:
            message = f"No permission to access the logstore '{logstore}' in project '{project}'."
            raise failure("AccessDenied", message)

    def _find(self, call: Call, name: str) -> FcFunction:
        function = self.at(call.key.account).get(name)
        if function is None:
            raise failure("FunctionNotFound", f"function '{name}' does not exist")
        return function

    def _find_trigger(self, function: FcFunction, name: str) -> FcTrigger:
        trigger = function.triggers.get(name)
        if trigger is None:
            raise failure("TriggerNotFound", f"trigger '{name}' does not exist")
        return trigger

    def _arn(self, function: FcFunction, call: Call) -> str:
        place = f"{self._region()}:{self._account_id(call.key)}"
        return f"acs:fc:{place}:functions/{function.name}"

    def _shown(self, function: FcFunction, call: Call) -> dict[str, Any]:
        busy = function.busy_looks > 0
        is_new = function.created == function.updated
        failed = "Failed" if function.failure else "Successful"
        return {
            **function.config,
            "functionName": function.name,
            "functionId": function.id,
            "functionArn": self._arn(function, call),
            "codeSize": len(function.zip_bytes),
            "codeChecksum": checksum_of(function.zip_bytes),
            "createdTime": function.created,
            "lastModifiedTime": function.updated,
            "state": "Pending" if busy and is_new else "Active",
            "lastUpdateStatus": "InProgress" if busy and not is_new else failed,
            "lastUpdateStatusReason": function.failure,
        }

    def _shown_trigger(
        self, trigger: FcTrigger, function: FcFunction, call: Call
    ) -> dict[str, Any]:
        host = f"{trigger.id.replace('-', '')[:16]}.{self._region()}"
        addresses = {
            "urlInternet": f"https://{host}.fcapp.run",
            "urlIntranet": f"https://{host}-vpc.fcapp.run",
        }
        return {
            **({"httpTrigger": addresses} if trigger.kind == HTTP else {}),
            **(
                {"sourceArn": trigger.source, "invocationRole": trigger.role}
                if trigger.kind == BUCKET
                else {}
            ),
            "triggerName": trigger.name,
            "triggerId": trigger.id,
            "triggerType": trigger.kind,
            "triggerConfig": trigger.config,
            "qualifier": trigger.qualifier,
            "targetArn": self._arn(function, call),
            "createdTime": trigger.created,
            "lastModifiedTime": trigger.updated,
        }
