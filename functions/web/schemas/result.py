"""The result as a JSON Schema: its shape from the model, ``data`` from each operation's own."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping, Sequence
from typing import (
    Any,
    ClassVar,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from functions.web.schemas.parameters import DRAFT
from shared.errors import CATEGORIES
from shared.models.operation import Operation
from shared.models.result import ErrorBody, Result
from shared.runner import MAX_MESSAGE_LENGTH

Schema = dict[str, Any]

SIMPLE: Mapping[object, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}
MOMENTS = ("_at", "_time")
"""How the names of times end, in every operation's data."""

PLANNED: Schema = {
    "description": "A dry run: the requests a run would send, unsigned, secrets masked.",
    "type": "object",
    "properties": {
        "requests": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "service": {"type": "string"},
                    "action": {"type": "string"},
                    "method": {"type": "string", "enum": ["GET", "POST", "PUT"]},
                    "url": {
                        "type": "string",
                        "description": "Values that are not known yet stand in braces.",
                    },
                    "body": {"type": ["object", "null"]},
                    "writes": {"type": "boolean"},
                },
                "required": ["service", "action", "method", "url", "body", "writes"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["requests"],
    "additionalProperties": False,
}


def result_schema(operations: Sequence[Operation]) -> Schema:
    """Return the schema of every operation's result.

    Parameters
    ----------
    operations: those whose ``data`` it describes.
    """
    definitions: Schema = {"ErrorBody": strict(ErrorBody), "Planned": PLANNED}
    error = definitions["ErrorBody"]
    error["properties"]["category"]["enum"] = list(CATEGORIES)
    error["properties"]["message"]["maxLength"] = MAX_MESSAGE_LENGTH
    top = strict(Result)
    fields = top["properties"]
    fields["operation"]["enum"] = [operation.id for operation in operations]
    fields["provider"]["enum"] = list(dict.fromkeys(op.dialect.provider for op in operations))
    fields["started_at"]["format"] = "date-time"
    fields["attempts"]["minimum"] = 0
    fields["duration_ms"]["minimum"] = 0
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


def hints_of(model: type) -> dict[str, Any]:
    """Return the types of a model's values, without what the class keeps for itself."""
    hints = get_type_hints(model)
    return {name: hint for name, hint in hints.items() if get_origin(hint) is not ClassVar}


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


def strict(model: type) -> Schema:
    """Return a model's schema with every key required, no other allowed, and its meanings."""
    meanings = meanings_of(model)
    properties = {
        name: {
            **({"description": meanings[name]} if name in meanings else {}),
            **schema_of(hint, {}),
        }
        for name, hint in hints_of(model).items()
    }
    return {
        "description": meanings[""],
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def meanings_of(model: type) -> dict[str, str]:
    """Return what a docstring says of each parameter; its first sentence under no name."""
    text = inspect.cleandoc(model.__doc__ or "")
    first, _, rest = text.partition("\n\nParameters\n----------\n")
    meanings = {"": " ".join(first.split())}
    name = ""
    for line in rest.splitlines():
        if not line.startswith(" ") and ":" in line:
            name, _, meaning = line.partition(":")
            meanings[name] = plain(meaning)
        elif name:
            meanings[name] += " " + plain(line)
    return meanings


def plain(text: str) -> str:
    """Return a line of a docstring without its mark-up."""
    return text.strip().replace(":data:", "").replace("``", "").replace("`", "")


def rule(operation: Operation, definitions: Schema) -> Schema:
    """Return what an operation's own results must hold in ``data``.

    The data of a failed run is empty, or has the same keys as that of a good one.
    """
    name = operation.id
    definitions[name] = typed_dict(operation.data(), definitions)
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


def typed_dict(model: type, definitions: Schema) -> Schema:
    """Return a TypedDict's schema; further keys may come in later versions."""
    properties: Schema = {}
    for name, hint in hints_of(model).items():
        schema = schema_of(hint, definitions)
        text = schema.get("type") == "string" or "string" in schema.get("type", ())
        if name.endswith(MOMENTS) and text:
            schema["format"] = "date-time"
        properties[name] = schema
    return {
        "description": meanings_of(model)[""],
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def schema_of(hint: Any, definitions: Schema) -> Schema:
    """Return the schema of a type as results use them.

    Parameters
    ----------
    hint: the type.
    definitions: the TypedDicts in it are put there and referred to.
    """
    if hint in SIMPLE:
        return {"type": SIMPLE[hint]}
    if hint is ErrorBody:
        return {"$ref": "#/$defs/ErrorBody"}
    if is_typeddict(hint):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = typed_dict(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    schema: Schema = {}
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"type": "string", **({"enum": list(inner)} if inner[1:] else {"const": inner[0]})}
    parts = [schema_of(part, definitions) for part in inner if part is not ...]
    if origin in (Union, types.UnionType):
        simple = all(part.keys() == {"type"} for part in parts)
        schema = {"type": [part["type"] for part in parts]} if simple else {"anyOf": parts}
    elif origin in (list, tuple):
        schema = {"type": "array", "items": parts[0]}
    elif origin in (dict, Mapping):
        schema = {"type": "object", **({"additionalProperties": parts[1]} if parts[1] else {})}
    elif hint not in (Any, object):
        msg = f"no JSON Schema is known for {hint!r}"
        raise TypeError(msg)
    return schema
