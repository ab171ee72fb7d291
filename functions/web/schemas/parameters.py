"""An operation's parameters as a JSON Schema, from the fields that check them."""

from __future__ import annotations

from typing import Any

from shared.models.fields import Choice, Field, Flag, Seconds, SecretText, Text, Texts, Whole
from shared.models.operation import Operation
from shared.models.value import REQUIRED
from shared.parameters import fields_of, required

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def parameters_schema(operation: Operation) -> Schema:
    """Return the schema of an event that calls an operation directly.

    The vendor's own spelling is taken beside ours, one of the two. What a deployment lays
    under every event (``DEFAULT_PARAMETERS``) may stand in for a required parameter.
    """
    known = fields_of(operation.params)
    needed = required(operation.params)
    defaults = {
        name: default
        for name, default in operation.params.declared.items()
        if default is not REQUIRED and default not in (None, ())
    }
    properties: Schema = {}
    rules: list[Schema] = []
    for name, field in known.items():
        properties[name] = described(field)
        if name in defaults:
            properties[name]["default"] = defaults[name]
        if not field.also:
            continue
        properties[field.also] = {"$ref": f"#/properties/{name}"}
        spellings: list[Schema] = [{"required": [name]}, {"required": [field.also]}]
        if name in needed:
            rules.append({"oneOf": spellings})
        else:
            rules.append({"not": {"required": [name, field.also]}})
    schema: Schema = {
        "$schema": DRAFT,
        "$id": f"urn:cloud-sync:parameters:{operation.id}:1",
        "title": f"Parameters of {operation.id}",
        "description": f"{operation.title}. The provider's page: {operation.page}",
        "type": "object",
        "properties": properties,
        "required": sorted(name for name in needed if not known[name].also),
        "additionalProperties": False,
    }
    if rules:
        schema["allOf"] = rules
    return schema


def described(field: Field) -> Schema:
    """Return one parameter's schema with its meaning."""
    schema = schema_of(field)
    return {"description": field.meaning, **schema} if field.meaning else schema


def schema_of(field: Field) -> Schema:
    """Return the schema of the values a field takes."""
    if isinstance(field, Text):
        return text_schema(field)
    if isinstance(field, Choice):
        return {"type": "string", "enum": list(field.words)}
    if isinstance(field, Flag):
        return {"type": "boolean"}
    if isinstance(field, Whole):
        return {"type": "integer", "minimum": field.least, "maximum": field.most}
    if isinstance(field, Seconds):
        return {"type": "number", "minimum": field.least, "maximum": field.most}
    if isinstance(field, Texts):
        items = text_schema(field.each)
        return {
            "anyOf": [
                {"type": "array", "items": items, "minItems": 1, "maxItems": field.most},
                {"type": "string", "description": "The same with commas between."},
            ]
        }
    msg = f"no JSON Schema is known for {type(field).__name__}"
    raise TypeError(msg)


def text_schema(field: Text) -> Schema:
    """Return a text's schema; a secret's says that it is only ever given."""
    schema: Schema = {"type": "string"}
    if field.pattern is not None:
        schema["pattern"] = field.pattern
    if field.shortest:
        schema["minLength"] = field.shortest
    if field.longest is not None:
        schema["maxLength"] = field.longest
    if isinstance(field, SecretText):
        schema["writeOnly"] = True
    return schema
