"""The JSON Schemas and the OpenAPI document, built from the pydantic models.

They are committed, in ``docs/schemas`` and in ``functions/web/schema_files``; ``make models`` writes
them. A bundle with fewer operations is built with its own.
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


def web_files(operations: Sequence[Operation]) -> dict[str, bytes]:
    """Return the files that the web app serves: name in its folder -> content.

    Parameters
    ----------
    operations: those of the web app.
    """
    described = {
        f"{operation.id}.json": {
            "parameters": parameters_schema(operation),
            "result": result_schema([operation]),
        }
        for operation in operations
    }
    return {
        name: _as_bytes(content)
        for name, content in {OPENAPI: document(operations), **described}.items()
    }


def _as_bytes(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
