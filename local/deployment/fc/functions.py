"""Reads, creates, updates and deletes a function.

Source: Function Compute's API of 2023-03-30, as in the models of alibabacloud_fc20230330 4.8.3.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from local.deployment.fc.arns import role_arn, role_name
from local.deployment.fc.bucket_triggers import buckets_of
from local.deployment.fc.calls import FUNCTIONS, NO_FUNCTION, change, path_of, remove, writing
from local.deployment.fc.function_state import finish, problem_of, wait_until_done
from local.deployment.fc.function_url import url_of
from local.deployment.fc.limits import MAX_ZIP_BYTES, cores_of
from local.deployment.fc.logs import log_change, log_config_of, log_of
from local.deployment.fc.retries import delete_retries, read_retries
from local.deployment.fc.timers import timers_of
from local.deployment.fc.triggers import delete_trigger, list_triggers
from local.deployment.models.function import ManagedFunction
from shared.errors import InvalidInput, SyncError, Unreachable
from shared.models.flow import ApiResponse, Flow
from shared.models.operation import CallContext
from shared.models.secret import Secret

DISK_MB = 512
UPLOAD_SECONDS = 60.0
FUNCTION_EXISTS = "FunctionAlreadyExists"


def read_function(name: str, context: CallContext) -> Flow[ManagedFunction | None]:
    """Return a function with its retries, timers and URL, None if there is none.

    Raises
    ------
    Unreachable: also in a region that has no Function Compute.
    """
    try:
        body = yield from wait_until_done(name)
    except Unreachable as error:
        error.hint = (
            f"Check that Function Compute is available in {context.region}, and the network. "
            + error.hint
        )
        raise
    if body is None:
        return None
    retries = yield from read_retries(name)
    triggers = yield from list_triggers(name)
    checksum = body.get("codeChecksum")
    variables = body.get("environmentVariables") or {}
    return ManagedFunction(
        name=name,
        runtime=str(body.get("runtime") or ""),
        handler=str(body.get("handler") or ""),
        memory_mb=int(body.get("memorySize") or 0),
        timeout_seconds=int(body.get("timeout") or 0),
        environment={key: Secret(str(value)) for key, value in variables.items()},
        role=role_name(body.get("role")),
        description=str(body.get("description") or ""),
        code_digest=f"crc64 {checksum}" if checksum else None,
        code_size=body.get("codeSize"),
        retries=retries,
        timers=timers_of(triggers),
        buckets=buckets_of(triggers),
        url=url_of(triggers),
        id=str(body.get("functionId") or ""),
        problem=problem_of(body),
        log=log_of(body),
    )


def creation_of(function: ManagedFunction, role: str, code: object) -> dict[str, object]:
    """Return what a function is created from, in this order.

    Parameters
    ----------
    function: the function.
    role: how its role is named there; empty for none.
    code: its code, as it is passed there.
    """
    configuration = _configuration_of(function, role)
    if not role:
        del configuration["role"]
    if function.log is not None:
        configuration["logConfig"] = log_config_of(function.log)
    return {
        "functionName": function.name,
        "runtime": function.runtime,
        **configuration,
        "code": code,
        "diskSize": DISK_MB,
        "instanceConcurrency": 1,
        "internetAccess": True,
        "tags": [],
    }


def create_function(
    function: ManagedFunction, zip_bytes: bytes, context: CallContext
) -> Flow[None]:
    """Create a function, without its timer, and wait until it is there."""
    code = _code_of(zip_bytes)
    role = yield from role_arn(function.role, context)
    body = creation_of(function, role, code)
    call = writing("CreateFunction", "POST", FUNCTIONS, body, seconds=UPLOAD_SECONDS)
    answer: ApiResponse | None = None
    try:
        answer = yield from change(call)
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code == FUNCTION_EXISTS):
            raise
    yield from finish(function.name, answer)


def update_code(function: ManagedFunction, zip_bytes: bytes, _context: CallContext) -> Flow[None]:
    """Replace the zip and the handler."""
    body = {"handler": function.handler, "code": _code_of(zip_bytes)}
    yield from _update(function.name, body, UPLOAD_SECONDS)


def update_configuration(function: ManagedFunction, context: CallContext) -> Flow[None]:
    """Set everything but code, retries and timers, the handler too."""
    role = yield from role_arn(function.role, context)
    body = _configuration_of(function, role)
    if function.log is not None:
        body |= yield from log_change(function.name, function.log)
    yield from _update(function.name, body, 20.0)


def delete_function(name: str, context: CallContext) -> Flow[None]:
    """Delete a function; its triggers and retries first, since they keep it from being deleted."""
    try:
        triggers = yield from list_triggers(name)
    except SyncError as error:
        if error.code == NO_FUNCTION:
            return
        raise
    for each in triggers:
        yield from delete_trigger(name, str(each.get("triggerName") or ""), context)
    yield from delete_retries(name)
    yield from remove(writing("DeleteFunction", "DELETE", path_of(name)), NO_FUNCTION)


def _update(name: str, body: Mapping[str, object], seconds: float) -> Flow[None]:
    """Set the parts of a function that are in a body, and wait until that is done."""
    call = writing("UpdateFunction", "PUT", path_of(name), body, seconds=seconds)
    answer = yield from change(call)
    yield from finish(name, answer)


def _configuration_of(function: ManagedFunction, role: str) -> dict[str, object]:
    """Return what a creation and an update have in common."""
    return {
        "description": function.description,
        "handler": function.handler,
        "memorySize": function.memory_mb,
        "cpu": cores_of(function.memory_mb),
        "timeout": function.timeout_seconds,
        "environmentVariables": dict(function.environment),
        "role": role,
    }


def _code_of(zip_bytes: bytes) -> dict[str, object]:
    """Return a zip as Function Compute wants it; its checksum is in the signature already.

    Raises
    ------
    InvalidInput: it is too large.
    """
    if len(zip_bytes) > MAX_ZIP_BYTES:
        raise InvalidInput(
            f"the zip has {len(zip_bytes):,} bytes, and {MAX_ZIP_BYTES:,} may go with a request to "
            "Function Compute",
            code="ZipTooLarge",
            hint="Deploy it with Serverless Devs: deploy/alibaba-fc/README.md.",
        )
    return {"zipFile": b64encode(zip_bytes).decode()}
