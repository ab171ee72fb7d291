"""The result as a JSON Schema, from its pydantic model and from each operation's ``data``."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from pydantic import TypeAdapter

from local.json_schemas.parameters import DRAFT
from shared.errors import CATEGORIES
from shared.models.documents import ErrorDocument, PlannedDocument, ResultDocument
from shared.models.operation import Operation

Schema = dict[str, Any]

TEMPLATE = "#/$defs/{model}"
ALWAYS: tuple[Schema, ...] = (
    {
        "if": {"properties": {"status": {"const": "planned"}}},
        "then": {"properties": {"data": {"$ref": "#/$defs/Planned"}}},
    },
    {
        "if": {"properties": {"status": {"const": "failed"}}},
        "then": {"properties": {"error": {"$ref": "#/$defs/ErrorBody"}}},
        "else": {"properties": {"error": {"type": "null"}}},
    },
)
"""What holds for every operation."""


def result_schema(operations: Sequence[Operation]) -> Schema:
    """Return the schema of every operation's result.

    Parameters
    ----------
    operations: those whose ``data`` it describes.
    """
    error = schema_of(ErrorDocument)
    error["properties"]["category"]["enum"] = list(CATEGORIES)
    planned = schema_of(PlannedDocument)
    definitions: Schema = {**planned.pop("$defs"), "ErrorBody": error, "Planned": planned}
    top = schema_of(ResultDocument)
    fields = top["properties"]
    fields["operation"]["enum"] = [operation.id for operation in operations]
    fields["provider"]["enum"] = list(dict.fromkeys(op.provider.name for op in operations))
    fields["error"] = {
        "description": fields["error"]["description"],
        "anyOf": [{"$ref": "#/$defs/ErrorBody"}, {"type": "null"}],
    }
    rules = [rule(operation, definitions) for operation in operations]
    return {
        "$schema": DRAFT,
        "$id": "urn:cloud-sync:result:1",
        "title": "Result of a cloud sync function",
        "description": top["description"],
        "type": "object",
        "properties": fields,
        "required": top["required"],
        "additionalProperties": False,
        "allOf": [*rules, *ALWAYS],
        "$defs": definitions,
    }


def data_model(operation_id: str) -> type:
    """Return the type of an operation's ``data``: ``SyncMachinesData`` for ``SyncMachines``."""
    provider, _, action = operation_id.split(".")
    model: type = getattr(import_module(f"functions.{provider}.models"), f"{action}Data")
    return model


def schema_of(model: type) -> Schema:
    """Return pydantic's schema of a type, without titles."""
    schema: Schema = without_titles(TypeAdapter(model).json_schema(ref_template=TEMPLATE))
    return schema


def without_titles(value: Any, *, names: bool = False) -> Any:
    """Return a JSON Schema without ``title``, and with null beside the one type it goes with.

    Parameters
    ----------
    value: the schema, or a part of it.
    names: whether the keys are names of properties or definitions.
    """
    if isinstance(value, list):
        return [without_titles(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {
        key: without_titles(item, names=not names and key in {"properties", "$defs"})
        for key, item in value.items()
        if names or key != "title"
    }
    options: list[Any] = [] if names else plain.get("anyOf", [])
    if (
        len(options) == 2
        and options[1] == {"type": "null"}
        and isinstance(options[0].get("type"), str)
    ):
        del plain["anyOf"]
        plain |= {**options[0], "type": [options[0]["type"], "null"]}
    return plain


def rule(operation: Operation, definitions: Schema) -> Schema:
    """Return what an operation's own results must hold in ``data``.

    The data of a failed run is empty, or has the same keys as that of a good one.
    """
    name = operation.id
    data = schema_of(data_model(name))
    definitions.update(data.pop("$defs", {}))
    definitions[name] = data
    reference = {"$ref": f"#/$defs/{name}"}
    return {
        "if": {
            "properties": {"operation": {"const": name}, "status": {"not": {"const": "planned"}}}
        },
        "then": {
            "if": {"properties": {"status": {"const": "failed"}}},
            "then": {"properties": {"data": {"anyOf": [{"maxProperties": 0}, reference]}}},
            "else": {"properties": {"data": reference}},
        },
    }
