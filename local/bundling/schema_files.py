"""The OpenAPI document and the JSON Schemas of a bundle's own operations."""

from __future__ import annotations

from functions.registry import load
from local import json_schemas
from local.bundling.plan import Bundle


def schema_files(bundle: Bundle) -> dict[str, bytes]:
    """Return what a bundle's web app serves about its operations: path -> content."""
    files = json_schemas.web_files([load(operation) for operation in bundle.operations])
    return {f"{json_schemas.FOLDER}/{name}": content for name, content in files.items()}
