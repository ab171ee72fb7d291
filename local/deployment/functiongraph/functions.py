"""Reads, creates, updates and deletes a function."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from local.deployment.functiongraph.bucket_triggers import buckets_of
from local.deployment.functiongraph.calls import (
    MISSING,
    PACKAGE,
    Target,
    body_of,
    create,
    target_of,
)
from local.deployment.functiongraph.function_url import url_of
from local.deployment.functiongraph.limits import MAX_ZIP_BYTES, variables
from local.deployment.functiongraph.logs import log_config_of, log_of
from local.deployment.functiongraph.retries import read_retries
from local.deployment.functiongraph.timers import timers_of
from local.deployment.functiongraph.triggers import list_triggers
from local.deployment.models.function import ManagedFunction
from shared.errors import BadResponse, InvalidInput, NotFound, SyncError, Unreachable
from shared.models.flow import Flow, call_api, sleep
from shared.models.operation import CallContext
from shared.models.secret import Secret

ZIP_NAME = "function.zip"
UPLOAD_SECONDS = 60.0
POLL_SECONDS = 2.0
MAX_WAIT_SECONDS = 30.0
STILL_BEING_MADE = "FSS.0400"


def read_function(name: str, context: CallContext) -> Flow[ManagedFunction | None]:
    """Return a function with its retries and timers, None if there is none.

    Encrypted variables have empty values: FunctionGraph shows their names only.

    Raises
    ------
    Unreachable: also in a region that has no FunctionGraph.
    """
    target = yield from target_of(name, context)
    body = yield from _read_config(target, context)
    if body is None:
        return None
    retries = yield from read_retries(target)
    triggers = yield from list_triggers(target)
    return ManagedFunction(
        name=name,
        runtime=str(body.get("runtime") or ""),
        handler=str(body.get("handler") or ""),
        memory_mb=int(body.get("memory_size") or 0),
        timeout_seconds=int(body.get("timeout") or 0),
        environment=_environment_of(body),
        role=body.get("xrole") or None,
        description=str(body.get("description") or ""),
        code_size=body.get("code_size"),
        retries=retries,
        timers=timers_of(triggers),
        buckets=buckets_of(triggers),
        url=url_of(triggers),
        id=str(body.get("func_urn") or ""),
        hides_secrets=True,
        log=log_of(body),
    )


def create_function(
    function: ManagedFunction, zip_bytes: bytes, context: CallContext
) -> Flow[None]:
    """Create a function, without its timer."""
    code = _code_of(zip_bytes)
    target = yield from target_of(function.name, context)
    body = {**_configuration_of(function), **code, "package": PACKAGE, "type": "v2"}
    call = target.writing(
        "CreateFunction",
        target.functions,
        "function:create",
        method="POST",
        body=body,
        seconds=UPLOAD_SECONDS,
    )
    yield from create(call)


def update_code(function: ManagedFunction, zip_bytes: bytes, context: CallContext) -> Flow[None]:
    """Replace the zip; the handler is part of the configuration."""
    code = _code_of(zip_bytes)
    target = yield from target_of(function.name, context)
    call = target.writing(
        "UpdateFunctionCode",
        f"{target.function}/code",
        "function:updateCode",
        body=code,
        seconds=UPLOAD_SECONDS,
    )
    yield from call_api(call)


def update_configuration(function: ManagedFunction, context: CallContext) -> Flow[None]:
    """Set everything but code, retries and timers, the handler too."""
    target = yield from target_of(function.name, context)
    call = target.writing(
        "UpdateFunctionConfig",
        f"{target.function}/config",
        "function:updateConfig",
        body=_configuration_of(function),
    )
    yield from call_api(call)


def delete_function(name: str, context: CallContext) -> Flow[None]:
    """Delete a function with its triggers; one that is still being made is waited for."""
    target = yield from target_of(name, context)
    call = target.writing("DeleteFunction", target.function, "function:delete", method="DELETE")
    while True:
        try:
            yield from call_api(call)
        except SyncError as error:
            if error.code in MISSING:
                return
            if error.code != STILL_BEING_MADE:
                raise
            if not (yield from sleep(POLL_SECONDS, MAX_WAIT_SECONDS)):
                raise
        else:
            return


def _read_config(target: Target, context: CallContext) -> Flow[Mapping[str, Any] | None]:
    """Return a function's configuration, None if there is no such function."""
    call = target.reading("ShowFunctionConfig", f"{target.function}/config", "function:getConfig")
    try:
        found = yield from call_api(call)
    except NotFound as error:
        if error.code in MISSING:
            return None
        raise
    except Unreachable as error:
        error.hint = (
            f"Check that FunctionGraph is available in {context.region}, and the network. "
            + error.hint
        )
        raise
    return body_of(found)


def _environment_of(body: Mapping[str, Any]) -> dict[str, Secret]:
    """Return the variables of a configuration, in clear or not.

    Raises
    ------
    BadResponse: they are not JSON objects.
    """
    found: dict[str, Secret] = {}
    for key in ("user_data", "encrypted_user_data"):
        try:
            values = json.loads(body.get(key) or "{}")
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise BadResponse(f"FunctionGraph's {key} is not a JSON object", retryable=False)
        found |= {name: Secret(str(value)) for name, value in values.items()}
    return found


def _code_of(zip_bytes: bytes) -> dict[str, object]:
    """Return a zip as FunctionGraph wants it.

    Raises
    ------
    InvalidInput: it is too large.
    """
    if len(zip_bytes) > MAX_ZIP_BYTES:
        raise InvalidInput(
            f"the zip has {len(zip_bytes):,} bytes, and FunctionGraph takes {MAX_ZIP_BYTES:,}",
            code="ZipTooLarge",
            hint="Upload it through OBS by hand: deploy/huawei-functiongraph/README.md.",
        )
    return {
        "code_type": "zip",
        "code_filename": ZIP_NAME,
        "func_code": {"file": b64encode(zip_bytes).decode()},
    }


def _configuration_of(function: ManagedFunction) -> dict[str, object]:
    """Return what a creation and an update have in common."""
    log = {} if function.log is None else {"log_config": log_config_of(function.log)}
    return {
        "func_name": function.name,
        "runtime": function.runtime,
        "timeout": function.timeout_seconds,
        "handler": function.handler,
        "memory_size": function.memory_mb,
        "user_data": variables(function.environment, encrypted=False),
        "encrypted_user_data": Secret(variables(function.environment, encrypted=True)),
        "xrole": function.role or "",
        "description": function.description,
        "enable_lts_log": True,
        **log,
    }
