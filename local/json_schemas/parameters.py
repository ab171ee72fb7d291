"""An operation's parameters as a JSON Schema, from the pydantic model that checks them."""

from __future__ import annotations

from typing import Any

from local.json_schemas.targets import targets_schema, with_and_without_targets
from local.operation_models import model_of
from shared.models.operation import Operation
from shared.models.parameters import Parameters
from shared.validation import type_of

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def parameters_schema(operation: Operation) -> Schema:
    """Return the schema of an event that calls an operation directly.

    The vendor's own spelling is accepted as well, one of the two. What a deployment sets for every
    event (``DEFAULT_PARAMETERS``) may provide a required parameter.
    """
    model = model_of(operation.id)
    spellings = {name: alias for alias, name in operation.params.aliases.items()}
    properties: Schema = {}
    required_rules: list[Schema] = []
    rules: list[Schema] = []
    for name, field in operation.params.fields.items():
        properties[name] = property_schema(model, name)
        if type_of(field) == "list":
            properties[name] = list_or_text(properties[name])
        if name not in spellings:
            continue
        alias = spellings[name]
        properties[alias] = {"$ref": f"#/properties/{name}"}
        if name in operation.params.required:
            required_rules.append({"oneOf": [{"required": [name]}, {"required": [alias]}]})
            rules.append({"not": {"required": [name, alias]}})
        else:
            rules.append({"not": {"required": [name, alias]}})
    schema: Schema = {
        "$schema": DRAFT,
        "$id": f"urn:cloud-sync:parameters:{operation.id}:1",
        "title": f"Parameters of {operation.id}",
        "description": f"{operation.title}. The provider's page: {operation.docs_url}",
        "type": "object",
        "properties": {**properties, "targets": targets_schema(properties)},
        **with_and_without_targets(
            sorted(operation.params.required - set(spellings)), required_rules
        ),
        "additionalProperties": False,
    }
    if rules:
        schema["allOf"] = rules
    return schema


def property_schema(model: type[Parameters], name: str) -> Schema:
    """Return pydantic's schema of a field: no title, and no null, which is refused."""
    published = dict(model.model_json_schema(by_alias=False)["properties"][name])
    published.pop("title", None)
    if published.get("default", ...) in (None, []):
        del published["default"]
    for option in published.pop("anyOf", ()):
        if option != {"type": "null"}:
            published |= option
    if "const" in published:
        published["enum"] = [published.pop("const")]
    return published


def list_or_text(schema: Schema) -> Schema:
    """Return the schema of a list that may come as one comma-separated string."""
    about = {key: schema.pop(key) for key in ("description",) if key in schema}
    text = {"type": "string", "description": "The same with commas between."}
    return {**about, "anyOf": [schema, text]}
