"""The accounts file as a JSON Schema, from the pydantic model that checks it."""

from __future__ import annotations

from typing import Any

from local.json_schemas.parameters import DRAFT
from shared.accounts.models import AccountsDocument

Schema = dict[str, Any]


def accounts_schema() -> Schema:
    """Return the schema of the accounts file; some combinations of keys are refused in addition."""
    document = plain(AccountsDocument.model_json_schema())
    definitions = document.pop("$defs")
    editors = {"type": "string", "description": "The address of this schema, for editors."}
    return {
        "$schema": DRAFT,
        "$id": "urn:cloud-sync:accounts:1",
        "title": "Accounts file",
        **document,
        "properties": {"$schema": editors, **document["properties"]},
        "$defs": definitions,
    }


def plain(value: Any, *, names: bool = False) -> Any:
    """Return a schema without titles, and without null and empty defaults, which are refused.

    Parameters
    ----------
    value: the schema, or a part of it.
    names: whether the keys are names of properties or definitions.
    """
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if names:
        return {name: plain(item) for name, item in value.items()}
    kept = {
        key: plain(item, names=key in {"properties", "patternProperties", "$defs"})
        for key, item in value.items()
        if key != "title" and not (key == "default" and item in (None, [], {}))
    }
    if "patternProperties" in kept:
        kept.setdefault("additionalProperties", False)
    options = [option for option in kept.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        del kept["anyOf"]
        kept |= options[0]
    return kept
