"""What Function Compute keeps of functions and triggers, and what it refuses in them.

Source: the models of alibabacloud_fc20230330 4.8.3, and Function Compute's pages on environment
variables and time triggers.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import lzma
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from local.emulator.message import Received
from local.emulator.service import Refusal

ERRORS = {
    "AccessDenied": (403, "The caller is not authorized to perform the operation."),
    "AsyncConfigNotExists": (404, "The asynchronous configuration does not exist."),
    "ConcurrentUpdateError": (409, "The function is being updated."),
    "EntityTooLarge": (400, "payload size exceeds maximum allowed size"),
    "FunctionAlreadyExists": (409, "The function already exists."),
    "FunctionNotEmpty": (409, "The function has active triggers."),
    "FunctionNotFound": (404, "The function does not exist."),
    "InvalidArgument": (400, "An argument is not valid."),
    "LimitExceededError": (400, "The number of resources exceeds the limit."),
    "PathNotSupported": (400, "The path is not supported."),
    "RequestTooLarge": (413, "The event is larger than an asynchronous run takes."),
    "TriggerAlreadyExists": (409, "The trigger already exists."),
    "TriggerNotFound": (404, "The trigger does not exist."),
}
"""Code -> HTTP status and text. The statuses are those of the table of the API 2021-04-06, since
that of 2023-03-30 has none."""

RUNTIMES = ("python3", "python3.9", "python3.10", "python3.12", "nodejs20", "custom.debian12")
LARGEST_ZIP = 50 * 1024 * 1024
LARGEST_EVENT = 128 * 1024
MOST_BYTES = 4096
DISKS = (512, 10_240)
MOST_TRIGGERS = 10
TIMER, HTTP, BUCKET = "timer", "http", "oss"
AUTH_TYPES = ("function", "anonymous")
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

UPDATABLE = frozenset(
    {
        "code",
        "cpu",
        "customContainerConfig",
        "customDNS",
        "customRuntimeConfig",
        "description",
        "disableInjectCredentials",
        "disableOndemand",
        "diskSize",
        "enableLongLiving",
        "environmentVariables",
        "gpuConfig",
        "handler",
        "idleTimeout",
        "instanceConcurrency",
        "instanceIsolationMode",
        "instanceLifecycleConfig",
        "internetAccess",
        "juiceFsConfig",
        "layers",
        "logConfig",
        "memorySize",
        "microSandboxConfig",
        "nasConfig",
        "ossMountConfig",
        "polarFsConfig",
        "role",
        "runtime",
        "sessionAffinity",
        "sessionAffinityConfig",
        "timeout",
        "tracingConfig",
        "vpcConfig",
    }
)
CREATABLE = UPDATABLE | {"functionName", "resourceGroupId", "tags"}
OF_A_LOG_CONFIG: Mapping[str, type] = {
    "enableInstanceMetrics": bool,
    "enableLlmMetrics": bool,
    "enableRequestMetrics": bool,
    "logBeginRule": str,
    "logstore": str,
    "project": str,
}
"""The fields of ``logConfig``, with their types."""

OF_A_TRIGGER = frozenset({"description", "invocationRole", "qualifier", "triggerConfig"})
OF_A_NEW_TRIGGER = OF_A_TRIGGER | {"sourceArn", "triggerName", "triggerType"}
OF_ASYNC_CONFIG = frozenset(
    {"asyncTask", "destinationConfig", "maxAsyncEventAgeInSeconds", "maxAsyncRetryAttempts"}
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_TRIGGER_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,127}")
_HANDLER = re.compile(r"[\w/-]+\.[\w-]+")
_ROLE = re.compile(r"acs:ram::(\d+):role/([A-Za-z0-9.-]{1,64})")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_EVENT = re.compile(r"oss:Object(?:Created|Removed|Replication|Downloaded):(?:\*|[A-Z]\w+)")
_DESTINATION = re.compile(r"acs:(?:mns|fc|eventbridge|rocketmq):[^:]*:[^:]*:\S+")
_PROJECT = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_LOGSTORE = re.compile(r"[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_EVERY = re.compile(r"@every (?:[0-9]+(?:\.[0-9]+)?[mh])+")
_FIELD = r"[0-9A-Za-z*?,/-]+"
_CRON = re.compile(rf"(?:CRON_TZ=[A-Za-z0-9_+/-]+ )?{_FIELD}(?: {_FIELD}){{5}}")


@dataclass(slots=True)
class FcTrigger:
    """One timer or HTTP trigger.

    Parameters
    ----------
    name: unique in the function.
    id: Function Compute's own identifier.
    config: JSON text, as it came.
    qualifier: the version or alias that it starts.
    created, updated: when.
    kind: ``timer``, ``http`` or ``oss``.
    source, role: what calls the function, and as which role; of ``oss`` alone.
    """

    name: str
    id: str
    config: str
    qualifier: str
    created: str
    updated: str
    kind: str = TIMER
    source: str = ""
    role: str = ""

    @property
    def parsed(self) -> dict[str, Any]:
        """The configuration."""
        config: dict[str, Any] = json.loads(self.config)
        return config


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


def failure(code: str, message: str | None = None) -> Refusal:
    """Return Function Compute's error with that code; status and text from :data:`ERRORS`."""
    status, usual_message = ERRORS[code]
    return Refusal(code, message or usual_message, status)


def invalid(message: str) -> Refusal:
    """Return the error for an argument that is not as documented."""
    return failure("InvalidArgument", message)


def object_of(request: Received, known: frozenset[str]) -> dict[str, Any]:
    """Return a request's JSON object, which has no other keys; raises :class:`Refusal`."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise invalid("The body is not JSON.")
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise invalid("The body is not a JSON object.")
    if unknown := body.keys() - known:
        raise invalid(f"There is no field {min(unknown)}.")
    return body


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
    match = _ROLE.fullmatch(role) if isinstance(role, str) else None
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


def check_trigger(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return the name and type of a new trigger; raises :class:`Refusal`."""
    name, kind = body.get("triggerName"), body.get("triggerType")
    if not isinstance(name, str) or not _TRIGGER_NAME.fullmatch(name):
        raise invalid("triggerName has other characters, or more than 128.")
    if kind not in {TIMER, HTTP, BUCKET}:
        raise invalid("Only triggers of the types timer, http and oss are emulated.")
    return name, str(kind)


def trigger_config(body: Mapping[str, Any], kind: str) -> str:
    """Return the configuration of a type of trigger as it came; raises :class:`Refusal`."""
    if body.get("qualifier", "LATEST") != "LATEST":
        raise invalid("There is no such version or alias.")
    text = body.get("triggerConfig")
    try:
        config = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        config = None
    if not isinstance(text, str) or not isinstance(config, dict):
        raise invalid("triggerConfig is not the text of a JSON object.")
    {TIMER: _check_timer, HTTP: _check_http, BUCKET: _check_bucket}[kind](config)
    return text


def bucket_source(body: Mapping[str, Any], place: str) -> tuple[str, str]:
    """Return the source and the role of a bucket's new trigger; raises :class:`Refusal`.

    Parameters
    ----------
    body: of the request.
    place: the region and the account that the bucket must be in.
    """
    source, role = body.get("sourceArn"), body.get("invocationRole")
    account = place.rpartition(":")[2]
    if not isinstance(source, str) or not source.startswith(f"acs:oss:{place}:"):
        raise invalid("sourceArn is no bucket of this region and account.")
    if not _BUCKET.fullmatch(source.rpartition(":")[2]):
        raise invalid("sourceArn names no bucket.")
    match = _ROLE.fullmatch(role) if isinstance(role, str) else None
    if match is None or match[1] != account:
        raise invalid("invocationRole is not the ARN of a role of this account.")
    return source, str(role)


def _check_bucket(config: Mapping[str, Any]) -> None:
    if not config.keys() <= {"events", "filter"}:
        raise invalid("triggerConfig has a field that a trigger of OSS does not have.")
    events = config.get("events")
    if not isinstance(events, list) or not events:
        raise invalid("events is no list of events.")
    if not all(isinstance(each, str) and _EVENT.fullmatch(each) for each in events):
        raise invalid("events has an event that OSS does not report.")
    key = (config.get("filter") or {}).get("key", {})
    if not isinstance(key, dict) or not key.keys() <= {"prefix", "suffix"}:
        raise invalid("filter has a field that it does not have.")
    if not all(isinstance(each, str) for each in key.values()):
        raise invalid("prefix or suffix is not text.")


def _check_timer(config: Mapping[str, Any]) -> None:
    if not config.keys() <= {"cronExpression", "enable", "payload"}:
        raise invalid("triggerConfig has a field that a timer does not have.")
    cron, payload = config.get("cronExpression"), config.get("payload", "")
    if not isinstance(cron, str) or not (_EVERY.fullmatch(cron) or _CRON.fullmatch(cron)):
        raise invalid("cronExpression is not valid.")
    if not isinstance(config.get("enable"), bool):
        raise invalid("enable is not a Boolean.")
    if not isinstance(payload, str) or len(payload.encode()) > LARGEST_EVENT:
        raise invalid("payload is no text of at most 128 KB.")


def _check_http(config: Mapping[str, Any]) -> None:
    known = {"authConfig", "authType", "corsConfig", "disableURLInternet", "methods"}
    if not config.keys() <= known:
        raise invalid("triggerConfig has a field that an HTTP trigger does not have.")
    if config.get("authType", "function") not in AUTH_TYPES:
        raise invalid("authType is neither function nor anonymous.")
    methods = config.get("methods")
    if not isinstance(methods, list) or not methods or not all(each in METHODS for each in methods):
        raise invalid("methods is no list of HTTP methods.")
    if not isinstance(config.get("disableURLInternet", False), bool):
        raise invalid("disableURLInternet is not a Boolean.")
    if not isinstance(config.get("authConfig", ""), str):
        raise invalid("authConfig is not text.")
    if not isinstance(config.get("corsConfig", {}), dict):
        raise invalid("corsConfig is not an object.")


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
