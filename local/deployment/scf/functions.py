"""Reads, creates, updates and deletes a function."""

from __future__ import annotations

from base64 import b64encode

from local.deployment.models.function import ManagedFunction
from local.deployment.scf.bucket_triggers import buckets_of
from local.deployment.scf.calls import is_missing, writing
from local.deployment.scf.function_state import BUSY, change, problem_of, wait_until_active
from local.deployment.scf.function_url import url_of
from local.deployment.scf.limits import MAX_ZIP_BYTES
from local.deployment.scf.logs import log_fields_of, log_of
from local.deployment.scf.retries import read_retries
from local.deployment.scf.timers import timers_of
from local.deployment.scf.triggers import list_triggers
from shared.errors import Conflict, InvalidInput, SyncError
from shared.models.flow import Flow, call_api
from shared.models.operation import CallContext
from shared.models.secret import Secret

UPLOAD_SECONDS = 60.0


def read_function(name: str, _context: CallContext) -> Flow[ManagedFunction | None]:
    """Return a function with its retries and timers, None if there is none."""
    body = yield from wait_until_active(name)
    if body is None:
        return None
    retries = yield from read_retries(name)
    triggers = yield from list_triggers(name)
    variables = (body.get("Environment") or {}).get("Variables") or []
    return ManagedFunction(
        name=name,
        runtime=str(body.get("Runtime") or ""),
        handler=str(body.get("Handler") or ""),
        memory_mb=int(body.get("MemorySize") or 0),
        timeout_seconds=int(body.get("Timeout") or 0),
        environment={each["Key"]: Secret(each["Value"]) for each in variables},
        role=body.get("Role") or None,
        description=str(body.get("Description") or ""),
        code_size=body.get("CodeSize"),
        retries=retries,
        timers=timers_of(triggers),
        buckets=buckets_of(triggers),
        url=url_of(triggers),
        id=str(body.get("FunctionId") or ""),
        problem=problem_of(body),
        log=log_of(body),
    )


def create_function(
    function: ManagedFunction, zip_bytes: bytes, _context: CallContext
) -> Flow[None]:
    """Create a function, without its timer, and wait until it is active."""
    body: dict[str, object] = {
        "FunctionName": function.name,
        "Code": {"ZipFile": _encoded(zip_bytes)},
        "Handler": function.handler,
        "Description": function.description,
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_seconds,
        "Environment": _environment_of(function),
        "Runtime": function.runtime,
        "Type": "Event",
        **log_fields_of(function),
    }
    if function.role is not None:
        body["Role"] = function.role
    try:
        yield from change(writing("CreateFunction", body, UPLOAD_SECONDS))
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code.startswith("ResourceInUse.Function")):
            raise
        yield from wait_until_active(function.name)


def update_code(function: ManagedFunction, zip_bytes: bytes, _context: CallContext) -> Flow[None]:
    """Replace the zip and the handler."""
    body = {
        "FunctionName": function.name,
        "Handler": function.handler,
        "ZipFile": _encoded(zip_bytes),
        "CodeSource": "ZipFile",
    }
    yield from change(writing("UpdateFunctionCode", body, UPLOAD_SECONDS))


def update_configuration(function: ManagedFunction, _context: CallContext) -> Flow[None]:
    """Set everything that SCF sets in one call; the runtime cannot be changed."""
    body = {
        "FunctionName": function.name,
        "Description": function.description,
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_seconds,
        "Environment": _environment_of(function),
        "Role": function.role or "",
        **log_fields_of(function),
    }
    yield from change(writing("UpdateFunctionConfiguration", body))


def delete_function(name: str, _context: CallContext) -> Flow[None]:
    """Delete a function with its triggers, and wait until it is gone."""
    try:
        yield from call_api(writing("DeleteFunction", {"FunctionName": name}))
    except SyncError as error:
        if is_missing(error):
            return
        if not (error.after_unknown_outcome and error.code in BUSY):
            raise
    body = yield from wait_until_active(name)
    if body is not None:
        raise Conflict(
            problem_of(body) or f"SCF did not delete {name}",
            hint="Look at the function in SCF's console, then remove it again.",
        )


def _environment_of(function: ManagedFunction) -> dict[str, object]:
    """Return the environment as SCF wants it."""
    variables = [{"Key": name, "Value": value} for name, value in function.environment.items()]
    return {"Variables": variables}


def _encoded(zip_bytes: bytes) -> str:
    """Return a zip as SCF wants it.

    Raises
    ------
    InvalidInput: it is larger than a request may be.
    """
    if len(zip_bytes) > MAX_ZIP_BYTES:
        raise InvalidInput(
            f"the zip has {len(zip_bytes):,} bytes, and a request to SCF has room for "
            f"{MAX_ZIP_BYTES:,}",
            code="ZipTooLarge",
            hint="Upload it through COS by hand: deploy/tencent-scf/README.md.",
        )
    return b64encode(zip_bytes).decode()
