"""A function that the emulated FunctionGraph keeps, and how it is shown.

Source: ``huaweicloudsdkfunctiongraph`` 3.1.219, version 2.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from local.emulator.functiongraph_triggers import Trigger

URN = re.compile(
    r"urn:fss:([a-z0-9-]+):([A-Za-z0-9_-]+):function:([A-Za-z0-9_-]+):([A-Za-z0-9_-]+)"
    r"(?::(!?[A-Za-z0-9_.-]+))?"
)


@dataclass(slots=True)
class StoredFunction:
    """One function.

    Parameters
    ----------
    urn: without a version.
    config: the fields of ``CreateFunctionRequestBody`` that are returned as they came.
    secrets: the encrypted variables; only their names are ever returned.
    code: the zip.
    triggers: by ID.
    async_config: what ``PUT …/async-invoke-config`` set, None before.
    """

    urn: str
    config: dict[str, Any]
    secrets: dict[str, str] = field(repr=False)
    code: bytes = field(repr=False)
    modified: str
    triggers: dict[str, Trigger] = field(default_factory=dict)
    async_config: dict[str, Any] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the function sees, the encrypted ones included."""
        return {**json.loads(self.config.get("user_data") or "{}"), **self.secrets}


def shown_config(function: StoredFunction, project: str) -> dict[str, Any]:
    """Return a function's configuration; of an encrypted variable only the name."""
    blank = json.dumps(dict.fromkeys(function.secrets, "")) if function.secrets else ""
    return {
        "func_urn": function.urn + ":latest",
        "namespace": project,
        "version": "latest",
        **function.config,
        "encrypted_user_data": blank,
        "code_size": len(function.code),
        "digest": hashlib.sha512(function.code).hexdigest(),
        "last_modified": function.modified,
    }


def shown_code(function: StoredFunction) -> dict[str, Any]:
    """Return what is shown of a function's code."""
    return {
        "func_urn": function.urn + ":latest",
        "func_name": function.config["func_name"],
        "runtime": function.config["runtime"],
        "code_type": "zip",
        "code_filename": function.config["code_filename"],
        "code_size": len(function.code),
        "digest": hashlib.sha512(function.code).hexdigest(),
        "last_modified": function.modified,
    }
