"""The JSON Schemas and the OpenAPI document, built from the pydantic models.

They are committed, in ``docs/schemas`` and in ``functions/web/schema_files``; ``make models``
writes them. A bundle with fewer operations is built with its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from local.json_schemas.openapi.document import document
from local.json_schemas.parameters import parameters_schema
from local.json_schemas.result import result_schema
from shared.models.operation import Operation

FOLDER = "functions/web/schema_files"
OPENAPI = "openapi.json"
DEFINITIONS = "definitions.json"
"""What the results' schemas of all operations have in common, so that it ships once."""


def web_files(operations: Sequence[Operation]) -> dict[str, bytes]:
    """Return the files that the web app serves: name in its folder -> content.

    Parameters
    ----------
    operations: those of the web app.
    """
    results = {operation.id: result_schema([operation]) for operation in operations}
    shared = in_all([schema["$defs"] for schema in results.values()])
    for schema in results.values():
        schema["$defs"] = {name: one for name, one in schema["$defs"].items() if name not in shared}
    described = {
        f"{operation.id}.json": {
            "parameters": parameters_schema(operation),
            "result": results[operation.id],
        }
        for operation in operations
    }
    files = {OPENAPI: document(operations), DEFINITIONS: shared, **described}
    return {name: _as_bytes(content) for name, content in files.items()}


def in_all(definitions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the definitions that every one of several schemas has."""
    first, *others = definitions
    return {
        name: one for name, one in first.items() if all(other.get(name) == one for other in others)
    }


def _as_bytes(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
