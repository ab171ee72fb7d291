"""The configuration and the code of a function, and what FunctionGraph refuses in them.

Source: ``huaweicloudsdkfunctiongraph`` 3.1.219, version 2.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import zipfile
from collections.abc import Collection, Mapping
from typing import Any

from local.emulator.existing_names import exists
from local.emulator.huawei_gateway import failure

RUNTIMES = ("Python2.7", "Python3.6", "Python3.9", "Python3.10", "Node.js18.15")
MEMORY = (128, 256, 512, *range(768, 4097, 256))
LARGEST_ZIP = 50 * 1024 * 1024
MOST_VARIABLES = 20
MOST_CHARACTERS = 4096
LOG_FIELDS = {"group_id": "log_group_id", "stream_id": "log_stream_id"}
"""Field of a ``log_config`` -> the field of a configuration that shows it."""

OF_A_LOG_CONFIG = frozenset({*LOG_FIELDS, "group_name", "stream_name"})
LTS_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_-]{0,58}[A-Za-z0-9])?")


def check_name(name: object, package: object) -> None:
    """Refuse a name of a function, or of its package, that is not as documented.

    Raises
    ------
    Refusal: it is not.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise failure("FSS.1002")
    if not isinstance(package, str) or not re.fullmatch("[A-Za-z0-9_-]{1,64}", package):
        raise failure("FSS.1004")


def config_of(
    body: Mapping[str, Any],
    before: Mapping[str, Any],
    agencies: Collection[str] | None,
    log_streams: Mapping[str, Collection[str]] | None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the configuration in a body, and its encrypted variables; raises :class:`Refusal`.

    Parameters
    ----------
    body: of the request.
    before: the configuration that it changes; what it does not name stays.
    agencies: the agencies that trust FunctionGraph; None for any but those named ``no-such-…``.
    log_streams: the ids of the log groups of LTS, each with those of its streams; None for any.
    """
    if body.get("runtime") not in RUNTIMES:
        raise failure("FSS.1005")
    handler = body.get("handler")
    if not isinstance(handler, str) or not re.fullmatch(r"[\w-]+\.[\w-]+", handler):
        raise failure("FSS.1003")
    memory, timeout = body.get("memory_size"), body.get("timeout")
    if type(memory) is not int or memory not in MEMORY:
        raise failure("FSS.1007")
    if type(timeout) is not int or not 3 <= timeout <= 259_200:
        raise failure("FSS.1008")
    description = body.get("description", before.get("description", ""))
    if not isinstance(description, str) or len(description) > 512:
        raise failure("FSS.1019")
    role = body.get("xrole", before.get("xrole", ""))
    if role and not exists(role, agencies):
        raise failure("FSS.1121")
    user_data = body.get("user_data", before.get("user_data", ""))
    _variables(user_data)
    return {
        "runtime": body["runtime"],
        "handler": handler,
        "memory_size": memory,
        "timeout": timeout,
        "description": description,
        "xrole": role,
        "user_data": user_data,
        "type": body.get("type", before["type"]),
        "enable_lts_log": body.get("enable_lts_log", before["enable_lts_log"]),
        **_log_of(body, before, log_streams),
    }, _variables(body.get("encrypted_user_data", ""))


def code_of(body: Mapping[str, Any]) -> bytes:
    """Return the zip in a body; raises :class:`Refusal`."""
    if body.get("code_type") != "zip":
        raise failure("FSS.1006")
    if not isinstance(body.get("code_filename"), str) or not body["code_filename"]:
        raise failure("FSS.1013")
    given = body.get("func_code")
    text = given.get("file") if isinstance(given, dict) else None
    if not isinstance(text, str) or not text:
        raise failure("FSS.1012")
    try:
        code = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise failure("FSS.1011") from None
    if len(code) > LARGEST_ZIP:
        raise failure("FSS.1071")
    if not zipfile.is_zipfile(io.BytesIO(code)):
        raise failure("FSS.1011")
    return code


def retries_of(body: Mapping[str, Any]) -> tuple[int, int]:
    """Return the attempts after a failed asynchronous run, and how old its event may be.

    Raises
    ------
    Refusal: a number is out of its range.
    """
    attempts = body.get("max_async_retry_attempts", 1)
    age = body.get("max_async_event_age_in_seconds", 3600)
    if type(attempts) is not int or not 0 <= attempts <= 8:
        raise failure("FSS.0400", "max_async_retry_attempts is not from 0 to 8")
    if type(age) is not int or not 1 <= age <= 86_400:
        raise failure("FSS.0400", "max_async_event_age_in_seconds is not from 1 to 86400")
    return attempts, age


def _log_of(
    body: Mapping[str, Any],
    before: Mapping[str, Any],
    log_streams: Mapping[str, Collection[str]] | None,
) -> dict[str, str]:
    """Return where the log goes after a request: what it does not name stays.

    Which error a group or stream that does not exist is has no page; the text is that of
    ``ShowLtsLogDetails``.
    """
    given = body.get("log_config")
    if given is None:
        return {name: before[name] for name in LOG_FIELDS.values() if name in before}
    if (
        not isinstance(given, dict)
        or not given.keys() <= OF_A_LOG_CONFIG
        or not all(isinstance(each, str) for each in given.values())
    ):
        raise failure("FSS.0400", "log_config is not as documented")
    group, stream = (given.get(name) or "" for name in LOG_FIELDS)
    if not LTS_ID.fullmatch(group) or not LTS_ID.fullmatch(stream):
        raise failure("FSS.0400", "group_id and stream_id of log_config are no IDs")
    if log_streams is not None and stream not in log_streams.get(group, ()):
        raise failure("FSS.0404", "group or stream not found")
    return {"log_group_id": group, "log_stream_id": stream}


def _variables(text: object) -> dict[str, str]:
    try:
        variables = json.loads(text or "{}") if isinstance(text, str) else None
    except ValueError:
        variables = None
    if not isinstance(variables, dict) or not all(
        isinstance(value, str) for value in variables.values()
    ):
        raise failure("FSS.1009")
    if len(variables) > MOST_VARIABLES:
        raise failure("FSS.1017")
    if isinstance(text, str) and len(text) > MOST_CHARACTERS:
        raise failure("FSS.1018")
    return variables
