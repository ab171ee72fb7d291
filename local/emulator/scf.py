"""Tencent's Serverless Cloud Function as documented: its functions, their triggers and runs.

Sources: SCF's API of 2018-04-16 <https://cloud.tencent.com/document/api/583/17235>, the models of
tencentcloud-sdk-python-scf 3.1.100, and for function URLs
<https://cloud.tencent.com/document/product/583/100227>. What a change leaves behind is
asynchronous: a function is reported as being worked on until it was looked at, and refuses changes
until then.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from local.emulator.invocations import Invocation
from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json
from local.emulator.scf_configuration import check_name, check_runtime, configure, set_code
from local.emulator.scf_functions import MOMENT, ScfFunction, ScfTrigger
from local.emulator.scf_parameters import TYPES, checked_parameters
from local.emulator.scf_triggers import (
    BUCKET,
    HTTP,
    bucket_description,
    check_bucket,
    set_trigger,
    shown_trigger,
    trigger_of,
)
from local.emulator.tencent import Api, failure

LARGEST_EVENT = 128 * 1024
LARGEST_REQUEST = 10 * 1024 * 1024
APP_ID = "1250000000"

Action = Callable[["Scf", dict[str, Any], Key, str], Mapping[str, object]]


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
        check_name(name)
        if name in functions:
            raise failure("ResourceInUse.Function")
        if len(functions) >= self._cloud.deployed.quota:
            raise failure("LimitExceeded.Function")
        runtime = parameters.get("Runtime", "Python2.7")
        check_runtime(runtime)
        created = ScfFunction(name, runtime=runtime)
        self._configure(created, parameters)
        set_code(created, parameters, parameters["Code"].get("ZipFile"))
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
            "Triggers": [shown_trigger(each) for each in found.triggers.values()],
            "Tags": [],
            "AddTime": MOMENT,
            "ModTime": MOMENT,
        }

    def update_code(self, parameters: dict[str, Any], key: Key, region: str) -> dict[str, object]:
        """Replace the code."""
        found = self.idle_function(parameters, key, region)
        code = parameters.get("Code") or {}
        set_code(found, parameters, parameters.get("ZipFile") or code.get("ZipFile"))
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
        return {"TotalCount": len(found), "Triggers": [shown_trigger(each) for each in page]}

    def create_trigger(
        self, parameters: dict[str, Any], key: Key, region: str
    ) -> dict[str, object]:
        """Create a trigger."""
        found, name = self.idle_function(parameters, key, region), parameters["TriggerName"]
        if name in found.triggers:
            raise failure("ResourceInUse.Trigger")
        created = ScfTrigger(name, parameters["Type"], "")
        set_trigger(created, parameters)
        if created.kind == BUCKET:
            functions = self.functions(key, region).values()
            existing = (each for it in functions for each in it.triggers.values())
            check_bucket(created, existing, self._cloud.deployed.buckets, region)
        if created.kind == HTTP:
            if any(
                (each.kind, each.qualifier) == (HTTP, created.qualifier)
                for each in found.triggers.values()
            ):
                raise failure("LimitExceeded.Trigger", "The version has a function URL already.")
            created.address = f"https://{APP_ID}-{uuid.uuid4().hex[:10]}.{region}.tencentscf.com"
        found.triggers[name] = created
        return {"TriggerInfo": shown_trigger(created)}

    def update_trigger(
        self, parameters: dict[str, Any], key: Key, region: str
    ) -> dict[str, object]:
        """Change what the request names."""
        found = self.idle_function(parameters, key, region)
        if parameters["Type"] == BUCKET:
            raise failure("InvalidParameterValue.Type", "A trigger of COS cannot be changed.")
        set_trigger(trigger_of(found, parameters), parameters)
        return {}

    def delete_trigger(
        self, parameters: dict[str, Any], key: Key, region: str
    ) -> dict[str, object]:
        """Delete a trigger."""
        found = self.function(parameters, key, region)
        trigger = trigger_of(found, parameters)
        if trigger.kind == BUCKET:
            given = bucket_description(parameters.get("TriggerDesc", ""))
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
        deployed = self.functions(key, region).get(function)
        handler = deployed.handler if deployed is not None else None
        qualifier = parameters.get("Qualifier")
        invocation = Invocation(self.name, function, qualifier, payload, run, handler)
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

    def _configure(self, function: ScfFunction, parameters: Mapping[str, Any]) -> None:
        configure(function, parameters, self._cloud.deployed.roles, self._cloud.deployed.topics)


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


def _check_client_context(payload: bytes) -> None:
    if len(payload) > LARGEST_EVENT:
        raise failure("InvalidParameterValue.ClientContext")
    try:
        json.loads(payload)
    except ValueError:
        raise failure("InvalidParameterValue.ClientContext") from None
