"""Tencent's Serverless Cloud Function as documented: its functions, their triggers and runs.

Sources: SCF's API of 2018-04-16 <https://cloud.tencent.com/document/api/583/17235>, the models of
tencentcloud-sdk-python-scf 3.1.100, and for function URLs
<https://cloud.tencent.com/document/product/583/100227>. What a change leaves behind is
asynchronous: a function is reported as being worked on until it was looked at, and refuses changes
until then.
"""

from __future__ import annotations

import binascii
import io
import json
import re
import uuid
import zipfile
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from local.emulator.invocations import Invocation
from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json
from local.emulator.scf_functions import ScfFunction, ScfTrigger
from local.emulator.tencent import Api, failure, parameters_of

LARGEST_EVENT = 128 * 1024
LARGEST_REQUEST = 10 * 1024 * 1024
LARGEST_ENVIRONMENT = 4096
LARGEST_MESSAGE = 4096
URL_TYPE, BUCKET_TYPE = "http", "cos"
COS_EVENT = re.compile(r"cos:Object(?:Created|Remove):(?:\*|[A-Za-z]+)")
APP_ID = "1250000000"
MOMENT = "2026-11-21 20:24:29"
RUNTIMES = frozenset({"Python3.10", "Python3.9", "Python3.7", "Python3.6", "Python2.7"})
RESERVED = ("TENCENTCLOUD_", "SCF_", "QCLOUD_")
FUNCTION_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]")
HANDLER = re.compile(r"[A-Za-z][\w-]{0,58}[A-Za-z0-9]\.[A-Za-z][\w-]{0,58}[A-Za-z0-9]")

CLS_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Action = Callable[["Scf", dict[str, Any], Key, str], Mapping[str, object]]

TYPES: Mapping[str, Mapping[str, type]] = {
    "Invoke": {
        "FunctionName": str,
        "InvocationType": str,
        "Qualifier": str,
        "ClientContext": str,
        "LogType": str,
        "Namespace": str,
        "RoutingKey": str,
    },
    "CreateFunction": {
        "FunctionName": str,
        "Code": dict,
        "Handler": str,
        "Description": str,
        "MemorySize": int,
        "Timeout": int,
        "Environment": dict,
        "Runtime": str,
        "Role": str,
        "ClsLogsetId": str,
        "ClsTopicId": str,
        "Type": str,
        "CodeSource": str,
        "Namespace": str,
    },
    "GetFunction": {"FunctionName": str, "Qualifier": str, "Namespace": str, "ShowCode": str},
    "UpdateFunctionCode": {
        "FunctionName": str,
        "Handler": str,
        "ZipFile": str,
        "Code": dict,
        "CodeSource": str,
        "Namespace": str,
    },
    "UpdateFunctionConfiguration": {
        "FunctionName": str,
        "Description": str,
        "MemorySize": int,
        "Timeout": int,
        "Environment": dict,
        "Role": str,
        "ClsLogsetId": str,
        "ClsTopicId": str,
        "Namespace": str,
    },
    "DeleteFunction": {"FunctionName": str, "Namespace": str, "Qualifier": str},
    "GetFunctionEventInvokeConfig": {"FunctionName": str, "Namespace": str, "Qualifier": str},
    "UpdateFunctionEventInvokeConfig": {
        "AsyncTriggerConfig": dict,
        "FunctionName": str,
        "Namespace": str,
    },
    "ListTriggers": {"FunctionName": str, "Namespace": str, "Offset": int, "Limit": int},
    "CreateTrigger": {
        "FunctionName": str,
        "TriggerName": str,
        "Type": str,
        "TriggerDesc": str,
        "Namespace": str,
        "Qualifier": str,
        "Enable": str,
        "CustomArgument": str,
        "Description": str,
    },
    "UpdateTrigger": {
        "FunctionName": str,
        "TriggerName": str,
        "Type": str,
        "Enable": str,
        "Qualifier": str,
        "Namespace": str,
        "TriggerDesc": str,
        "Description": str,
        "CustomArgument": str,
    },
    "DeleteTrigger": {
        "FunctionName": str,
        "TriggerName": str,
        "Type": str,
        "Namespace": str,
        "TriggerDesc": str,
        "Qualifier": str,
    },
}
"""Action -> its parameters that the emulator supports, with their types."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "CreateFunction": ("Code",),
    "UpdateFunctionEventInvokeConfig": ("AsyncTriggerConfig",),
    "CreateTrigger": ("TriggerName", "Type", "TriggerDesc"),
    "UpdateTrigger": ("TriggerName", "Type"),
    "DeleteTrigger": ("TriggerName", "Type"),
}
"""Action -> what it needs besides the function's name."""


class Scf(Api):
    """Serverless Cloud Function behind API 3.0."""

    name = scope = "scf"
    version = "2018-04-16"

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Do the work and return the documented response; raises :class:`Refusal`."""
        self.check(request, *TYPES)
        self.check_region(request)
        if len(request.body) > LARGEST_REQUEST:
            raise failure("RequestSizeLimitExceeded")
        parameters = checked_parameters(request)
        region = request.headers["x-tc-region"]
        if request.action != "Invoke" and region not in self._cloud.deployed.regions:
            raise failure("UnsupportedOperation.Region")
        with self._cloud.deployed.lock:
            body = ACTIONS[request.action](self, parameters, key, region)
        return Reply(body=to_json({"Response": {**body, "RequestId": str(uuid.uuid4())}}))

    def functions(self, key: Key, region: str) -> dict[str, ScfFunction]:
        """Return an account's functions in a region."""
        return self._cloud.deployed.at(key.account, region)

    def function(self, parameters: Mapping[str, Any], key: Key, region: str) -> ScfFunction:
        """Return the function that a request names; raises :class:`Refusal`."""
        found = self.functions(key, region).get(parameters["FunctionName"])
        if found is None:
            raise failure("ResourceNotFound.Function")
        return found

    def idle_function(self, parameters: Mapping[str, Any], key: Key, region: str) -> ScfFunction:
        """Return it, unless it is being worked on."""
        found = self.function(parameters, key, region)
        if found.busy_looks or found.status != "Active":
            raise failure("FailedOperation.FunctionStatusError")
        return found

    def create_function(
        self, parameters: dict[str, Any], key: Key, region: str
    ) -> dict[str, object]:
        """Create a function."""
        functions, name = self.functions(key, region), parameters["FunctionName"]
        if not FUNCTION_NAME.fullmatch(name):
            raise failure("InvalidParameterValue.FunctionName", "FunctionName is not valid.")
        if name in functions:
            raise failure("ResourceInUse.Function")
        if len(functions) >= self._cloud.deployed.quota:
            raise failure("LimitExceeded.Function")
        if parameters.get("Runtime", "Python2.7") not in RUNTIMES:
            raise failure("InvalidParameterValue.Runtime", "Runtime is not valid.")
        created = ScfFunction(name, runtime=parameters.get("Runtime", "Python2.7"))
        self._configure(created, parameters)
        _set_code(created, parameters, parameters["Code"].get("ZipFile"))
        functions[name] = created
        self._cloud.deployed.work(created, "Creating")
        return {}

    def get_function(self, parameters: dict[str, Any], key: Key, region: str) -> dict[str, object]:
        """Return a function; a look is what brings a change nearer to its end."""
        found = self.function(parameters, key, region)
        if found.busy_looks:
            status = found.busy_state
            found.busy_looks -= 1
            if status == "Deleting" and not found.busy_looks:
                del self.functions(key, region)[found.name]
        else:
            status = found.status
        failed = status.endswith("Failed")
        return {
            "FunctionName": found.name,
            "FunctionId": "lam-example",
            "Namespace": "default",
            "FunctionVersion": "$LATEST",
            "Qualifier": "$LATEST",
            "Type": "Event",
            "Runtime": found.runtime,
            "Handler": found.handler,
            "Description": found.description,
            "MemorySize": found.memory,
            "Timeout": found.timeout,
            "Role": found.role,
            "ClsLogsetId": found.log[0],
            "ClsTopicId": found.log[1],
            "Environment": {
                "Variables": [{"Key": k, "Value": v} for k, v in found.environment.items()]
            },
            "CodeSize": len(found.zip_bytes),
            "CodeInfo": "",
            "CodeResult": "success",
            "CodeError": "",
            "Status": status,
            "StatusDesc": "",
            "StatusReasons": [{"ErrorCode": status, "ErrorMessage": "it failed"}] if failed else [],
            "AvailableStatus": "Available",
            "Triggers": [_shown_trigger(each) for each in found.triggers.values()],
            "Tags": [],
            "AddTime": MOMENT,
            "ModTime": MOMENT,
        }

    def update_code(self, parameters: dict[str, Any], key: Key, region: str) -> dict[str, object]:
        """Replace the code."""
        found = self.idle_function(parameters, key, region)
        code = parameters.get("Code") or {}
        _set_code(found, parameters, parameters.get("ZipFile") or code.get("ZipFile"))
        self._cloud.deployed.work(found, "Updating")
        return {}

    def update_configuration(
        self, parameters: dict[str, Any], key: Key, region: str
    ) -> dict[str, object]:
        """Change what the request names."""
        found = self.idle_function(parameters, key, region)
        self._configure(found, parameters)
        self._cloud.deployed.work(found, "Updating")
        return {}

    def delete_function(
        self, parameters: dict[str, Any], key: Key, region: str
    ) -> dict[str, object]:
        """Delete a function with its triggers."""
        found = self.function(parameters, key, region)
        if found.busy_looks:
            raise failure("FailedOperation.FunctionStatusError")
        self._cloud.deployed.work(found, "Deleting")
        if not found.busy_looks:
            del self.functions(key, region)[found.name]
        return {}

    def get_retries(self, parameters: dict[str, Any], key: Key, region: str) -> dict[str, object]:
        """Return what happens after a failed asynchronous run."""
        found = self.function(parameters, key, region)
        retry = [{"RetryNum": found.retries}]
        return {"AsyncTriggerConfig": {"RetryConfig": retry, "MsgTTL": found.ttl}}

    def update_retries(
        self, parameters: dict[str, Any], key: Key, region: str
    ) -> dict[str, object]:
        """Change what happens after a failed asynchronous run."""
        found = self.idle_function(parameters, key, region)
        config = parameters["AsyncTriggerConfig"]
        try:
            retries, ttl = config["RetryConfig"][0]["RetryNum"], config["MsgTTL"]
        except (KeyError, IndexError, TypeError):
            raise failure("InvalidParameterValue.AsyncTriggerConfig") from None
        if retries not in {0, 1, 2} or not 60 <= ttl <= 21_600:
            raise failure("InvalidParameterValue.AsyncTriggerConfig")
        found.retries, found.ttl = retries, ttl
        return {}

    def list_triggers(self, parameters: dict[str, Any], key: Key, region: str) -> dict[str, object]:
        """Return the triggers of a function, a page of 20 unless another size is named."""
        found = list(self.function(parameters, key, region).triggers.values())
        start, size = parameters.get("Offset", 0), parameters.get("Limit", 20)
        page = found[start : start + size]
        return {"TotalCount": len(found), "Triggers": [_shown_trigger(each) for each in page]}

    def create_trigger(
        self, parameters: dict[str, Any], key: Key, region: str
    ) -> dict[str, object]:
        """Create a trigger."""
        found, name = self.idle_function(parameters, key, region), parameters["TriggerName"]
        if name in found.triggers:
            raise failure("ResourceInUse.Trigger")
        created = ScfTrigger(name, parameters["Type"], "")
        _set_trigger(created, parameters)
        if created.kind == BUCKET_TYPE:
            self._check_bucket(created, key, region)
        if created.kind == URL_TYPE:
            if any(
                (each.kind, each.qualifier) == (URL_TYPE, created.qualifier)
                for each in found.triggers.values()
            ):
                raise failure("LimitExceeded.Trigger", "The version has a function URL already.")
            created.address = f"https://{APP_ID}-{uuid.uuid4().hex[:10]}.{region}.tencentscf.com"
        found.triggers[name] = created
        return {"TriggerInfo": _shown_trigger(created)}

    def update_trigger(
        self, parameters: dict[str, Any], key: Key, region: str
    ) -> dict[str, object]:
        """Change what the request names."""
        found = self.idle_function(parameters, key, region)
        if parameters["Type"] == BUCKET_TYPE:
            raise failure("InvalidParameterValue.Type", "A trigger of COS cannot be changed.")
        _set_trigger(_trigger_of(found, parameters), parameters)
        return {}

    def delete_trigger(
        self, parameters: dict[str, Any], key: Key, region: str
    ) -> dict[str, object]:
        """Delete a trigger."""
        found = self.function(parameters, key, region)
        trigger = _trigger_of(found, parameters)
        if trigger.kind == BUCKET_TYPE:
            given = _bucket_description(parameters.get("TriggerDesc", ""))
            if given["event"] != json.loads(trigger.description)["event"]:
                raise failure("ResourceNotFound.Trigger")
        del found.triggers[trigger.name]
        return {}

    def invoke(self, parameters: dict[str, Any], key: Key, region: str) -> dict[str, object]:
        """Run a function: any of :attr:`Tencent.functions` later, or a deployed one at once."""
        function, kind = parameters["FunctionName"], parameters.get("InvocationType")
        payload = parameters.get("ClientContext", "{}").encode()
        _check_client_context(payload)
        run = str(uuid.uuid4())
        invocation = Invocation(self.name, function, parameters.get("Qualifier"), payload, run)
        returned, raised = "", ""
        if kind == "Event":
            if self._cloud.functions is not None and function not in self._cloud.functions:
                raise failure("ResourceNotFound.Function")
            self._cloud.invocations.begin(invocation)
        elif kind in {None, "RequestResponse"}:
            self.idle_function(parameters, key, region)
            try:
                result = self._cloud.invocations.run(invocation)
                returned = json.dumps(result, ensure_ascii=False)
            except Exception as error:  # noqa: BLE001 - what a function raises is its answer
                raised = f"{type(error).__name__}: {error}"
        else:
            raise failure("InvalidParameterValue", "InvocationType is not valid.")
        result_body = {
            "BillDuration": 0,
            "Duration": 0,
            "ErrMsg": raised,
            "FunctionRequestId": run,
            "InvokeResult": 1 if raised else 0,
            "Log": "",
            "MemUsage": 0,
            "RetMsg": returned,
        }
        return {"Result": result_body}

    def _check_bucket(self, trigger: ScfTrigger, key: Key, region: str) -> None:
        """Refuse a bucket that is not there, or whose notifications would overlap."""
        match = re.fullmatch(rf"([a-z0-9-]+-[0-9]+)\.cos\.{region}\.myqcloud\.com", trigger.name)
        buckets = self._cloud.deployed.buckets
        if match is None or (buckets is not None and match[1] not in buckets):
            raise failure("InvalidParameterValue.Cos")
        for function in self.functions(key, region).values():
            if any(
                (each.name, each.kind) == (trigger.name, BUCKET_TYPE)
                and _overlap(each.description, trigger.description)
                for each in function.triggers.values()
            ):
                raise failure("InvalidParameterValue.CosNotifyRuleConflict")

    def _log_of(self, function: ScfFunction, parameters: Mapping[str, Any]) -> tuple[str, str]:
        """Return where the function's log goes after a request: what it does not name stays.

        That a log is named only together with a role is an error code of SCF's.
        """
        logset, topic = (parameters.get(name) or "" for name in ("ClsLogsetId", "ClsTopicId"))
        if not logset and not topic:
            return function.log
        if not CLS_ID.fullmatch(logset) or not CLS_ID.fullmatch(topic):
            raise failure("InvalidParameter.Cls")
        if not parameters.get("Role"):
            raise failure("InvalidParameterValue.ClsRole")
        topics = self._cloud.deployed.topics
        if topics is not None and topic not in topics.get(logset, ()):
            raise failure("InvalidParameterValue.Cls")
        return logset, topic

    def _configure(self, function: ScfFunction, parameters: Mapping[str, Any]) -> None:
        """Set what both the creation and an update of the configuration set."""
        memory = parameters.get("MemorySize", function.memory)
        if memory != 64 and (memory % 128 or not 128 <= memory <= 3072):
            raise failure("InvalidParameterValue.MemorySize", "MemorySize is not valid.")
        timeout = parameters.get("Timeout", function.timeout)
        if not 1 <= timeout <= 900:
            raise failure("InvalidParameterValue.Timeout", "Timeout is not valid.")
        role, roles = parameters.get("Role", function.role), self._cloud.deployed.roles
        if role and roles is not None and role not in roles:
            raise failure("ResourceNotFound.Role")
        log = self._log_of(function, parameters)
        environment = function.environment
        if "Environment" in parameters:
            environment = _environment_of(parameters["Environment"])
        function.environment, function.log = environment, log
        function.memory, function.timeout, function.role = memory, timeout, role
        function.description = parameters.get("Description", function.description)


ACTIONS: Mapping[str, Action] = {
    "Invoke": Scf.invoke,
    "CreateFunction": Scf.create_function,
    "GetFunction": Scf.get_function,
    "UpdateFunctionCode": Scf.update_code,
    "UpdateFunctionConfiguration": Scf.update_configuration,
    "DeleteFunction": Scf.delete_function,
    "GetFunctionEventInvokeConfig": Scf.get_retries,
    "UpdateFunctionEventInvokeConfig": Scf.update_retries,
    "ListTriggers": Scf.list_triggers,
    "CreateTrigger": Scf.create_trigger,
    "UpdateTrigger": Scf.update_trigger,
    "DeleteTrigger": Scf.delete_trigger,
}


def checked_parameters(request: Received) -> dict[str, Any]:
    """Return the parameters of a request: known, of the documented types, none missing."""
    types = TYPES[request.action]
    parameters: dict[str, Any] = parameters_of(request, tuple(types))
    for name, value in parameters.items():
        if type(value) is not types[name]:
            raise failure("InvalidParameter", f"The value type of `{name}` is not valid.")
    for name in ("FunctionName", *REQUIRED.get(request.action, ())):
        if not parameters.get(name):
            raise failure("MissingParameter", f"The parameter `{name}` is missing.")
    return parameters


def _set_code(function: ScfFunction, parameters: Mapping[str, Any], encoded: object) -> None:
    if not isinstance(encoded, str):
        raise failure("MissingParameter.Code", "The emulator supports only code in a ZipFile.")
    try:
        content = b64decode(encoded, validate=True)
    except binascii.Error:
        raise failure("InvalidParameterValue.ZipFile") from None
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise failure("InvalidParameterValue.ZipFile")
    handler = parameters.get("Handler", function.handler)
    if not HANDLER.fullmatch(handler):
        raise failure("InvalidParameterValue.Handler", "Handler is not valid.")
    function.zip_bytes, function.handler = content, handler


def _environment_of(body: Mapping[str, Any]) -> dict[str, str]:
    environment: dict[str, str] = {}
    for each in body.get("Variables") or []:
        name, value = each.get("Key"), each.get("Value")
        if not (isinstance(name, str) and name and isinstance(value, str) and value):
            raise failure("InvalidParameterValue.Environment", "Environment is not valid.")
        if name.startswith(RESERVED):
            raise failure("InvalidParameterValue.SystemEnvironment")
        environment[name] = value
    if sum(len((name + value).encode()) for name, value in environment.items()) > (
        LARGEST_ENVIRONMENT
    ):
        raise failure("InvalidParameterValue.EnvironmentExceededLimit")
    return environment


def _trigger_of(function: ScfFunction, parameters: Mapping[str, Any]) -> ScfTrigger:
    found = function.triggers.get(parameters["TriggerName"])
    if found is None or found.kind != parameters["Type"]:
        raise failure("ResourceNotFound.Trigger")
    return found


def _set_trigger(trigger: ScfTrigger, parameters: Mapping[str, Any]) -> None:
    description = parameters.get("TriggerDesc", trigger.description)
    message = parameters.get("CustomArgument", trigger.message)
    if trigger.kind == "timer" and len(description.split(" ")) != 7:
        raise failure("InvalidParameterValue.TriggerDesc")
    if trigger.kind == BUCKET_TYPE:
        _bucket_description(description)
    if trigger.kind == URL_TYPE:
        _check_url(description)
    if trigger.kind in {URL_TYPE, BUCKET_TYPE} and message:
        raise failure("InvalidParameterValue.CustomArgument", "Only timers have one.")
    if len(message.encode()) > LARGEST_MESSAGE:
        raise failure("InvalidParameterValue.CustomArgument", "CustomArgument is too long.")
    if parameters.get("Enable", "OPEN") not in {"OPEN", "CLOSE"}:
        raise failure("InvalidParameterValue.Enable", "Enable is not valid.")
    trigger.description, trigger.message = description, message
    trigger.qualifier = parameters.get("Qualifier", trigger.qualifier)
    if "Enable" in parameters:
        trigger.enabled = parameters["Enable"] == "OPEN"


def _bucket_description(text: str) -> dict[str, Any]:
    """Return a bucket's ``TriggerDesc``, if it is as documented."""
    try:
        given = json.loads(text)
        keys = given.get("filter", {})
        is_shaped = (
            given.keys() <= {"event", "filter", "bucketUrl"}
            and COS_EVENT.fullmatch(given["event"]) is not None
            and keys.keys() <= {"Prefix", "Suffix"}
            and all(isinstance(each, str) for each in keys.values())
        )
    except (ValueError, AttributeError, KeyError, TypeError):
        is_shaped = False
    if not is_shaped:
        raise failure("InvalidParameterValue.TriggerDesc")
    return dict(given)


def _overlap(one: str, other: str) -> bool:
    """Return whether two notifications of a bucket may report the same object."""
    found = [json.loads(each).get("filter", {}) for each in (one, other)]
    prefixes = sorted((str(each.get("Prefix", "")) for each in found), key=len)
    suffixes = sorted((str(each.get("Suffix", "")) for each in found), key=len)
    return prefixes[1].startswith(prefixes[0]) and suffixes[1].endswith(suffixes[0])


def _check_url(description: str) -> None:
    """Refuse what the page of function URLs does not allow."""
    try:
        given = json.loads(description)
        wanted = {"AuthType": str, "NetConfig": dict}
        cors = given.get("CorsConfig", {})
        is_shaped = (
            given.keys() <= {*wanted, "CorsConfig"}
            and all(type(given.get(name)) is kind for name, kind in wanted.items())
            and given["AuthType"] in {"CAM", "NONE"}
            and given["NetConfig"].keys() == {"EnableIntranet", "EnableExtranet"}
            and all(type(value) is bool for value in given["NetConfig"].values())
            and isinstance(cors, dict)
            and type(cors.get("Enable", False)) is bool
        )
    except (ValueError, AttributeError):
        is_shaped = False
    if not is_shaped:
        raise failure("InvalidParameterValue.TriggerDesc")


def _shown_description(trigger: ScfTrigger) -> str:
    # A timer's is shown as JSON, although it is given as the bare text; a URL's has the address.
    if trigger.kind == "timer":
        return json.dumps({"cron": trigger.description})
    if trigger.kind == BUCKET_TYPE:
        return json.dumps({"bucketUrl": trigger.name, **json.loads(trigger.description)})
    if trigger.kind != URL_TYPE:
        return trigger.description
    shown = json.loads(trigger.description)
    if shown["NetConfig"]["EnableExtranet"]:
        shown["NetConfig"]["ExtranetUrl"] = trigger.address
    return json.dumps(shown)


def _shown_trigger(trigger: ScfTrigger) -> dict[str, object]:
    return {
        "TriggerName": trigger.name,
        "Type": trigger.kind,
        "TriggerDesc": _shown_description(trigger),
        "CustomArgument": trigger.message,
        "Enable": int(trigger.enabled),
        "Qualifier": trigger.qualifier,
        "AvailableStatus": "Available",
        "AddTime": MOMENT,
        "ModTime": MOMENT,
    }


def _check_client_context(payload: bytes) -> None:
    if len(payload) > LARGEST_EVENT:
        raise failure("InvalidParameterValue.ClientContext")
    try:
        json.loads(payload)
    except ValueError:
        raise failure("InvalidParameterValue.ClientContext") from None
