"""A function that the emulated Function Compute keeps, and what it refuses in one.

Source: the models of alibabacloud_fc20230330 4.8.3, and Function Compute's page on environment
variables.
"""

from __future__ import annotations

import base64
import binascii
import io
import lzma
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from local.emulator.fc_bodies import ROLE
from local.emulator.fc_errors import failure, invalid
from local.emulator.fc_triggers import FcTrigger

RUNTIMES = ("python3", "python3.9", "python3.10", "python3.12", "nodejs20", "custom.debian12")
LARGEST_ZIP = 50 * 1024 * 1024
MOST_BYTES = 4096
DISKS = (512, 10_240)

OF_A_LOG_CONFIG: Mapping[str, type] = {
    "enableInstanceMetrics": bool,
    "enableLlmMetrics": bool,
    "enableRequestMetrics": bool,
    "logBeginRule": str,
    "logstore": str,
    "project": str,
}
"""The fields of ``logConfig``, with their types."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_HANDLER = re.compile(r"[\w/-]+\.[\w-]+")
_DESTINATION = re.compile(r"acs:(?:mns|fc|eventbridge|rocketmq):[^:]*:[^:]*:\S+")
_PROJECT = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_LOGSTORE = re.compile(r"[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(slots=True)
class FcFunction:
    """One function.

    Parameters
    ----------
    name: its name.
    id: Function Compute's own identifier.
    config: the fields of ``CreateFunctionInput``, but for name and code.
    zip_bytes: its code.
    created, updated: when.
    triggers: by name.
    async_config: what ``PutAsyncInvokeConfig`` set, None for nothing.
    busy_looks: how many times it is still shown as being changed.
    failure: why the last change failed, empty if it did not.
    """

    name: str
    id: str
    config: dict[str, Any]
    zip_bytes: bytes = field(repr=False)
    created: str
    updated: str
    triggers: dict[str, FcTrigger] = field(default_factory=dict)
    async_config: dict[str, Any] | None = None
    busy_looks: int = 0
    failure: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """Its variables; may be changed."""
        variables: dict[str, str] = self.config.setdefault("environmentVariables", {})
        return variables


def check_name(name: object) -> str:
    """Return a function's name; raises :class:`Refusal`."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise invalid("functionName has other characters, or more than 64.")
    return name


def check_config(config: Mapping[str, Any], account: str) -> None:
    """Raise :class:`Refusal` unless a whole configuration is as documented.

    Parameters
    ----------
    config: the fields, but for name and code.
    account: the ID of the account whose role it may have.
    """
    if config.get("runtime") not in RUNTIMES:
        raise invalid("runtime is not supported.")
    handler = config.get("handler")
    if not isinstance(handler, str) or not _HANDLER.fullmatch(handler):
        raise invalid("handler is not <file>.<function>.")
    timeout = config.get("timeout", 3)
    if type(timeout) is not int or not 1 <= timeout <= 86_400:
        raise invalid("timeout is not from 1 to 86400.")
    if not isinstance(config.get("description", ""), str):
        raise invalid("description is not text.")
    _check_size(config)
    _check_variables(config.get("environmentVariables", {}))
    role = config.get("role") or ""
    match = ROLE.fullmatch(role) if isinstance(role, str) else None
    if role and (match is None or match.group(1) != account):
        raise invalid("role is not the ARN of a role of this account.")


def _check_size(config: Mapping[str, Any]) -> None:
    memory, cores = config.get("memorySize"), config.get("cpu")
    if not isinstance(memory, int) or memory % 64 or not 128 <= memory <= 32_768:
        raise invalid("memorySize is not a multiple of 64 from 128 to 32768.")
    if not isinstance(cores, int | float) or not 0.05 <= cores <= 16:
        raise invalid("cpu is not from 0.05 to 16.")
    if abs(cores * 20 - round(cores * 20)) > 1e-6:
        raise invalid("cpu is not a multiple of 0.05.")
    if not 1 <= memory / 1024 / cores <= 4:
        raise invalid("The ratio of cpu to memorySize is not from 1:1 to 1:4.")
    if config.get("diskSize", 512) not in DISKS:
        raise invalid("diskSize is not 512 or 10240.")


def _check_variables(variables: object) -> None:
    if not isinstance(variables, dict):
        raise invalid("environmentVariables is not an object.")
    for name, value in variables.items():
        if not _KEY.fullmatch(name) or name.startswith("FC_"):
            raise invalid(f"The environment variable {name} has a name that is not allowed.")
        if not isinstance(value, str):
            raise invalid(f"The environment variable {name} is not text.")
    if sum(len(name.encode()) + len(value.encode()) for name, value in variables.items()) > (
        MOST_BYTES
    ):
        raise invalid("The environment variables are larger than 4 KB.")


def log_config_of(config: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return project and logstore of a configuration, None if it names none.

    Raises :class:`Refusal` for what is not as documented: both are named, or neither is.
    """
    given = config.get("logConfig")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise invalid("logConfig is not an object.")
    if unknown := given.keys() - OF_A_LOG_CONFIG.keys():
        raise invalid(f"logConfig has no field {min(unknown)}.")
    for name, value in given.items():
        if not isinstance(value, OF_A_LOG_CONFIG[name]):
            raise invalid(f"{name} of logConfig has another type.")
    project, logstore = given.get("project") or "", given.get("logstore") or ""
    if not project and not logstore:
        return None
    if not _PROJECT.fullmatch(project) or not _LOGSTORE.fullmatch(logstore):
        raise invalid("project and logstore of logConfig are no names of SLS.")
    return project, logstore


def code_of(given: object) -> bytes:
    """Return the zip in a body's ``code``; raises :class:`Refusal`."""
    text = given.get("zipFile") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(text, str) or not text:
        raise invalid("code has no zipFile; code in OSS is not emulated.")
    if not given.keys() <= {"zipFile", "checksum"}:
        raise invalid("code has both a zipFile and something else.")
    try:
        code = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise invalid("zipFile is not Base64.") from None
    if len(code) > LARGEST_ZIP:
        raise failure("EntityTooLarge")
    if not zipfile.is_zipfile(io.BytesIO(code)):
        raise invalid("zipFile is no zip.")
    if given.get("checksum") not in {None, checksum_of(code)}:
        raise invalid("checksum is not that of the zip.")
    return code


@lru_cache(maxsize=8)
def checksum_of(data: bytes) -> str:
    """Return the CRC-64 of bytes in decimal: the one that liblzma puts after the data of a file.

    An XZ file ends with the check, an index, and a footer of 12 bytes that has the index's size.
    """
    packed = lzma.compress(data, check=lzma.CHECK_CRC64, preset=0)
    end = len(packed) - 12 - 4 * (int.from_bytes(packed[-8:-4], "little") + 1)
    return str(int.from_bytes(packed[end - 8 : end], "little"))


def check_async_config(body: Mapping[str, Any]) -> None:
    """Raise :class:`Refusal` unless the configuration of asynchronous runs is as documented."""
    attempts = body.get("maxAsyncRetryAttempts", 3)
    age = body.get("maxAsyncEventAgeInSeconds", 86_400)
    if type(attempts) is not int or not 0 <= attempts <= 8:
        raise invalid("maxAsyncRetryAttempts is not from 0 to 8.")
    if type(age) is not int or not 1 <= age <= 604_800:
        raise invalid("maxAsyncEventAgeInSeconds is not from 1 to 604800.")
    destinations = body.get("destinationConfig", {})
    if not isinstance(destinations, dict) or not destinations.keys() <= {"onFailure", "onSuccess"}:
        raise invalid("destinationConfig is not as documented.")
    for each in destinations.values():
        destination = each.get("destination") if isinstance(each, dict) else None
        if not isinstance(destination, str) or not _DESTINATION.fullmatch(destination):
            raise invalid("destinationConfig has a destination that is no ARN.")
