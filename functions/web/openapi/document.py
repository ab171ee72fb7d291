"""The document as a whole: which paths there are, and what each takes and answers."""

from __future__ import annotations

from typing import Any

from functions.catalog import load
from functions.web import bundle
from functions.web.openapi.components import PREFIX, SECURITY, components, parameters_name
from functions.web.openapi.responses import of_a_reading, of_a_run
from functions.web.version import VERSION
from shared.models.operation import Operation

Json = dict[str, Any]

ABOUT = """\
Synchronization operations of cloud providers, each answered with one normalized result.

Every path is relative to where this document is. `application/json` carries a result or what was \
asked for, `application/problem+json` a refusal of ours. Behind a platform's own authorizer \
(`HTTP_AUTH=platform`) no credential is needed beside the one that it wants.
"""
WITHOUT_BODY = """\
With an empty body the parameters are taken from the query string, each read by its type. A \
deployment may lay parameters under every request (`DEFAULT_PARAMETERS`), required ones too.
"""


def document() -> Json:
    """Return the OpenAPI document of this bundle."""
    operations = [load(name) for name in bundle.operation_ids()]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cloud sync functions",
            "version": VERSION,
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": ".", "description": "Where this document is."}],
        "security": SECURITY,
        "tags": [{"name": "operations"}, {"name": "about"}],
        "paths": {
            "/health": {
                "get": {
                    "operationId": "health",
                    "tags": ["about"],
                    "summary": "Whether the web app answers",
                    "security": [],
                    "responses": of_a_reading("Health", closed=False),
                }
            },
            "/operations": {
                "get": {
                    "operationId": "operations",
                    "tags": ["operations"],
                    "summary": "The operations that the caller may do anything with",
                    "responses": of_a_reading("Operations", closed=True),
                }
            },
            **{f"/operations/{one.id}": path_of(one) for one in operations},
        },
        "components": components(operations),
    }


def path_of(operation: Operation) -> Json:
    """Return what an operation's own path takes and answers."""
    return {
        "get": {
            "operationId": f"{operation.id}.describe",
            "tags": ["operations"],
            "summary": f"What {operation.id} takes and answers",
            "responses": of_a_reading("Description", closed=True),
        },
        "post": {
            "operationId": operation.id,
            "tags": ["operations"],
            "summary": operation.title,
            "description": WITHOUT_BODY,
            "externalDocs": {"url": operation.page, "description": "The provider's page"},
            "requestBody": {
                "content": {
                    "application/json": {"schema": {"$ref": PREFIX + parameters_name(operation)}}
                }
            },
            "responses": of_a_run(operation.id),
        },
    }
