"""The schemas that the OpenAPI document's paths refer to, and the ways to authenticate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from local.json_schemas.parameters import parameters_schema
from local.json_schemas.result import result_schema
from shared.models.operation import Operation

Json = dict[str, Any]

PREFIX = "#/components/schemas/"
OF_A_DOCUMENT = ("$schema", "$id")
"""What a schema has as a document of its own, and must not have inside another."""

WEBHOOK = {
    "webhookId": ("webhook-id", "A unique text; it is accepted once."),
    "webhookTimestamp": ("webhook-timestamp", "Seconds since 1970, at most 5 minutes off."),
    "webhookSignature": (
        "webhook-signature",
        "`v1,` and base64 of the HMAC-SHA256 over `<id>.<timestamp>.<body>`; several with spaces.",
    ),
}
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {name: [] for name in WEBHOOK}]
"""Either of them; the second needs all three headers."""

PROBLEM: Json = {
    "description": "The request was refused before anything was run (RFC 9457).",
    "type": "object",
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
    },
    "required": ["type", "title", "status", "detail"],
    "additionalProperties": False,
}
ENTRY: Json = {
    "description": "One operation of this bundle.",
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "function": {"type": "string", "description": "The name of its own function."},
        "title": {"type": "string"},
        "provider": {"type": "string", "enum": ["alibaba", "tencent", "huawei"]},
        "page": {
            "type": "string",
            "format": "uri",
            "description": "Where the provider documents it.",
        },
        "changes": {"type": "string", "description": "What a run changes at the provider."},
        "waits": {
            "type": "boolean",
            "description": "Whether it supports wait_seconds.",
        },
        "needs_seconds": {"type": "integer", "description": "How long a run may take."},
        "actions": {
            "description": "What the caller may do: plan (a dry run), status (read only), run.",
            "type": "array",
            "items": {"type": "string", "enum": ["plan", "status", "run"]},
            "minItems": 1,
        },
    },
}
ENTRY["required"] = list(ENTRY["properties"])
FORM: Json = {
    "parameters": {"type": "object", "description": "A JSON Schema, 2020-12."},
    "choices": {
        "description": "Known values by parameter, only those that the caller may use.",
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    },
}
ENTRY["properties"] |= FORM
DEPLOYMENT: Json = {
    "description": "Which deployment answers.",
    "type": "object",
    "properties": {
        "label": {"type": ["string", "null"], "description": "The setting CONSOLE_LABEL."},
        "platform": {"type": ["string", "null"], "description": "Null outside a platform."},
        "region": {"type": ["string", "null"], "description": "The function's own, if known."},
    },
    "required": ["label", "platform", "region"],
    "additionalProperties": False,
}
LIST: Json = {
    "type": "object",
    "properties": {
        "operations": {"type": "array", "items": {"$ref": PREFIX + "Operation"}},
        "deployment": {"$ref": PREFIX + "Deployment"},
    },
    "required": ["operations", "deployment"],
    "additionalProperties": False,
}
DESCRIPTION: Json = {
    "description": "One operation of this bundle with its schemas.",
    "allOf": [{"$ref": PREFIX + "Operation"}],
    "type": "object",
    "properties": {"result": {"type": "object", "description": "A JSON Schema, 2020-12."}},
    "required": ["parameters", "choices", "result"],
}
HEALTH: Json = {
    "type": "object",
    "properties": {
        "status": {"type": "string", "const": "ok"},
        "version": {"type": "string"},
        "operations": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["status", "version", "operations"],
    "additionalProperties": False,
}


def components(operations: Sequence[Operation]) -> Json:
    """Return the document's components.

    Parameters
    ----------
    operations: those of the bundle.
    """
    schemas: Json = {
        "Problem": PROBLEM,
        "Health": HEALTH,
        "Operation": ENTRY,
        "Operations": LIST,
        "Deployment": DEPLOYMENT,
        "Description": DESCRIPTION,
    }
    if operations:
        schemas["Result"] = moved(result_schema(operations), PREFIX + "Result")
    for operation in operations:
        name = parameters_name(operation)
        schemas[name] = moved(parameters_schema(operation), PREFIX + name)
    return {"schemas": schemas, "securitySchemes": security_schemes()}


def parameters_name(operation: Operation) -> str:
    """Return the name of an operation's parameters among the schemas."""
    return f"Parameters.{operation.id}"


def security_schemes() -> Json:
    """Return the ways to authenticate."""
    schemes: Json = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of the setting HTTP_BEARER_TOKENS.",
        }
    }
    for name, (header, meaning) in WEBHOOK.items():
        schemes[name] = {"type": "apiKey", "in": "header", "name": header, "description": meaning}
    return schemes


def moved(schema: Json, place: str) -> Json:
    """Return a schema that was a document of its own as a part of another one.

    Parameters
    ----------
    schema: its references begin with ``#/``.
    place: such as ``#/components/schemas/Result``.
    """
    kept = {key: value for key, value in schema.items() if key not in OF_A_DOCUMENT}
    led: Json = with_references(kept, place)
    return led


def with_references(value: Any, place: str) -> Any:
    """Return a JSON value with each ``$ref`` in it led to a place."""
    if isinstance(value, dict):
        return {
            key: place + item[1:]
            if key == "$ref" and isinstance(item, str)
            else with_references(item, place)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [with_references(item, place) for item in value]
    return value
