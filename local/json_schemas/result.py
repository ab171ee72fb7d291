"""The result as a JSON Schema, from its pydantic model and from each operation's ``data``."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from pydantic import TypeAdapter

from local.json_schemas.parameters import DRAFT
from shared.errors import CATEGORIES
from shared.models.documents import (
    ErrorDocument,
    FleetDocument,
    PlannedDocument,
    ResultDocument,
    ShortenedData,
)
from shared.models.operation import Operation
from shared.models.result import STATUSES

Schema = dict[str, Any]

TEMPLATE = "#/$defs/{model}"
CALLER: Schema = {
    "description": "Who acted with an account's role: as the provider reports it, else the role "
    "that was assumed.",
    "type": "string",
}
NOTHING_BUT_CALLER: Schema = {"properties": {"caller": CALLER}, "additionalProperties": False}
ERROR_IF_FAILED: Schema = {
    "if": {"properties": {"status": {"const": "failed"}}},
    "then": {"properties": {"error": {"$ref": "#/$defs/ErrorBody"}}},
    "else": {"properties": {"error": {"type": "null"}}},
}
ONE_TARGET: Schema = {"properties": {"account": {"type": "string"}}}
SHORTENED: Schema = {"$ref": "#/$defs/Shortened"}
TARGET_RESULT = "TargetResult"
"""The result of one of several targets, whose data may be shortened."""


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
    body: Schema = {
        "type": "object",
        "properties": fields,
        "required": top["required"],
        "additionalProperties": False,
    }
    rules = [rule(operation, definitions) for operation in operations]
    add_fleet(definitions)
    definitions[TARGET_RESULT] = {
        "description": "The result of one target.",
        **body,
        "allOf": [*(rule(each, definitions, SHORTENED) for each in operations), ERROR_IF_FAILED],
    }
    return {
        "$schema": DRAFT,
        "$id": "urn:cloud-sync:result:2",
        "title": "Result of a cloud sync function",
        "description": top["description"],
        **body,
        "allOf": [
            {
                "if": ONE_TARGET,
                "then": {"allOf": rules},
                "else": {"properties": {"data": fleet_data()}},
            },
            ERROR_IF_FAILED,
        ],
        "$defs": definitions,
    }


def fleet_data() -> Schema:
    """Return the schema of the data of several targets; empty if the event was refused."""
    return {"anyOf": [{"$ref": "#/$defs/Fleet"}, {"maxProperties": 0}]}


def add_fleet(definitions: Schema) -> None:
    """Add the definitions of the data of several targets."""
    fleet = schema_of(FleetDocument)
    fleet["properties"]["results"]["items"] = {"$ref": f"#/$defs/{TARGET_RESULT}"}
    fleet["properties"]["counts"] |= {
        "propertyNames": {"enum": list(STATUSES)},
        "additionalProperties": {"type": "integer", "minimum": 1},
    }
    shortened = schema_of(ShortenedData)
    definitions.update(shortened.pop("$defs", {}))
    definitions |= {"Fleet": fleet, "Shortened": shortened}


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


def rule(operation: Operation, definitions: Schema, *others: Schema) -> Schema:
    """Return what an operation's own results must hold in ``data``.

    The data of a failed run is empty, or has the same keys as that of a good one. Either may say
    who acted, if the account has a role.

    Parameters
    ----------
    operation: the operation.
    definitions: get the schema of its data.
    others: what the data may be instead.
    """
    name = operation.id
    data = schema_of(data_model(name))
    definitions.update(data.pop("$defs", {}))
    data.setdefault("properties", {})["caller"] = CALLER
    definitions[name] = data

    def data_is(*options: Schema) -> Schema:
        found = [*options, *others]
        return {"properties": {"data": found[0] if len(found) == 1 else {"anyOf": found}}}

    reference = {"$ref": f"#/$defs/{name}"}
    return {
        "if": {"properties": {"operation": {"const": name}}},
        "then": {
            "if": {"properties": {"status": {"const": "planned"}}},
            "then": data_is({"$ref": "#/$defs/Planned"}),
            "else": {
                "if": {"properties": {"status": {"const": "failed"}}},
                "then": data_is(NOTHING_BUT_CALLER, reference),
                "else": data_is(reference),
            },
        },
    }
