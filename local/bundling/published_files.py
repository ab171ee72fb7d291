"""The OpenAPI document and the JSON Schemas of a bundle's own operations."""

from __future__ import annotations

from functions.registry import load
from local import published
from local.bundling.plan import Bundle


def published_files(bundle: Bundle) -> dict[str, bytes]:
    """Return what a bundle's web app serves about its operations: path -> content."""
    files = published.web_files([load(operation) for operation in bundle.operations])
    return {f"{published.FOLDER}/{name}": content for name, content in files.items()}
