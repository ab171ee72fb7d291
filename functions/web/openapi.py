"""The OpenAPI document and the JSON Schemas of the bundle's operations, as they were built."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from shared.cold_start.pydantic_lite import parse_json

FOLDER = os.path.join(os.path.dirname(__file__), "schema_files")


def openapi() -> bytes:
    """Return the OpenAPI document as JSON."""
    return _read("openapi")


@lru_cache(maxsize=16)
def schemas_of(operation_id: str) -> Any:
    """Return an operation's JSON Schemas, ``parameters`` and ``result``."""
    schemas = parse_json(_read(operation_id))
    # What all operations have in common is in the bundle once.
    schemas["result"]["$defs"] |= parse_json(_read("definitions"))
    return schemas


@lru_cache(maxsize=16)
def _read(name: str) -> bytes:
    with open(os.path.join(FOLDER, f"{name}.json"), "rb") as file:
        return file.read()
