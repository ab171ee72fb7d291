"""The configuration and the code of a function, and what SCF refuses in them.

Source: the models of tencentcloud-sdk-python-scf 3.1.100.
"""

from __future__ import annotations

import binascii
import io
import re
import zipfile
from base64 import b64decode
from collections.abc import Collection, Mapping
from typing import Any

from local.emulator.existing_names import exists
from local.emulator.scf_functions import ScfFunction
from local.emulator.tencent import failure

LARGEST_ENVIRONMENT = 4096
RUNTIMES = frozenset({"Python3.10", "Python3.9", "Python3.7", "Python3.6", "Python2.7"})
RESERVED = ("TENCENTCLOUD_", "SCF_", "QCLOUD_")
FUNCTION_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]")
HANDLER = re.compile(r"[A-Za-z][\w-]{0,58}[A-Za-z0-9]\.[A-Za-z][\w-]{0,58}[A-Za-z0-9]")
CLS_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def check_name(name: str) -> None:
    """Refuse a name of a function that is not as documented; raises :class:`Refusal`."""
    if not FUNCTION_NAME.fullmatch(name):
        raise failure("InvalidParameterValue.FunctionName", "FunctionName is not valid.")


def check_runtime(runtime: str) -> None:
    """Refuse a runtime that SCF does not have; raises :class:`Refusal`."""
    if runtime not in RUNTIMES:
        raise failure("InvalidParameterValue.Runtime", "Runtime is not valid.")


def configure(
    function: ScfFunction,
    parameters: Mapping[str, Any],
    roles: Collection[str] | None,
    topics: Mapping[str, Collection[str]] | None,
) -> None:
    """Set what both the creation and an update of the configuration set.

    Parameters
    ----------
    function: whose configuration it is.
    parameters: of the request; what it does not name stays.
    roles: the roles that SCF may assume; None for any but those named ``no-such-…``.
    topics: the log sets of CLS, each with its topics; None for any.

    Raises
    ------
    Refusal: a parameter is not as documented, or names what does not exist.
    """
    memory = parameters.get("MemorySize", function.memory)
    if memory != 64 and (memory % 128 or not 128 <= memory <= 3072):
        raise failure("InvalidParameterValue.MemorySize", "MemorySize is not valid.")
    timeout = parameters.get("Timeout", function.timeout)
    if not 1 <= timeout <= 900:
        raise failure("InvalidParameterValue.Timeout", "Timeout is not valid.")
    role = parameters.get("Role", function.role)
    if role and not exists(role, roles):
        raise failure("ResourceNotFound.Role")
    log = _log_of(function, parameters, topics)
    environment = function.environment
    if "Environment" in parameters:
        environment = _environment_of(parameters["Environment"])
    function.environment, function.log = environment, log
    function.memory, function.timeout, function.role = memory, timeout, role
    function.description = parameters.get("Description", function.description)


def set_code(function: ScfFunction, parameters: Mapping[str, Any], encoded: object) -> None:
    """Set the code and the handler; raises :class:`Refusal`.

    Parameters
    ----------
    function: whose code it is.
    parameters: of the request.
    encoded: the zip in it, as Base64.
    """
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


def _log_of(
    function: ScfFunction,
    parameters: Mapping[str, Any],
    topics: Mapping[str, Collection[str]] | None,
) -> tuple[str, str]:
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
    if topics is not None and topic not in topics.get(logset, ()):
        raise failure("InvalidParameterValue.Cls")
    return logset, topic


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
