"""The parameters of requests to SCF: those that each action takes and requires.

Source: the models of tencentcloud-sdk-python-scf 3.1.100.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.emulator.message import Received
from local.emulator.tencent import failure, parameters_of

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


def checked_parameters(request: Received) -> dict[str, Any]:
    """Return the parameters of a request: known, of the documented types, none missing.

    Raises
    ------
    Refusal: one is not.
    """
    types = TYPES[request.action]
    parameters: dict[str, Any] = parameters_of(request, tuple(types))
    for name, value in parameters.items():
        if type(value) is not types[name]:
            raise failure("InvalidParameter", f"The value type of `{name}` is not valid.")
    for name in ("FunctionName", *REQUIRED.get(request.action, ())):
        if not parameters.get(name):
            raise failure("MissingParameter", f"The parameter `{name}` is missing.")
    return parameters
