"""The document as a whole: the paths with their requests and responses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from functions.web.version import VERSION
from local.json_schemas.openapi.components import PREFIX, SECURITY, components, parameters_name
from local.json_schemas.openapi.responses import of_a_reading, of_a_run, problem
from shared.models.operation import Operation

Json = dict[str, Any]

ABOUT = """\
Synchronization operations of cloud providers, each answered with one normalized result.

Every path is relative to this document's URL. `application/json` carries a result or a resource, \
`application/problem+json` a refused request. Behind a platform's own authorizer \
(`HTTP_AUTH=platform`) only the credential that the authorizer requires is needed.
"""
WITHOUT_BODY = """\
With an empty body the parameters are read from the query string, each by its type. A deployment \
may have defaults for any parameter (`DEFAULT_PARAMETERS`), required ones included.
"""
STATUS = """\
Reads the state at the provider and changes nothing. The parameters are those of a run; what only \
a run needs is ignored. The right it takes is `status`.
"""


INCLUDE: Json = {
    "name": "include",
    "in": "query",
    "description": "What each operation has beside the usual.",
    "schema": {"type": "string", "enum": ["parameters"]},
}


def document(operations: Sequence[Operation]) -> Json:
    """Return the OpenAPI document of a web app with these operations."""
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
                    "summary": "The operations that the caller may use",
                    "parameters": [INCLUDE],
                    "responses": of_a_reading("Operations", closed=True)
                    | {"400": problem(400, "An unknown value of include.")},
                }
            },
            **{f"/operations/{one.id}": path_of(one) for one in operations},
            **{
                f"/operations/{one.id}/status": status_path_of(one)
                for one in operations
                if one.read_flow is not None
            },
        },
        "components": components(operations),
    }


def path_of(operation: Operation) -> Json:
    """Return the path item that describes and runs an operation."""
    return {
        "get": {
            "operationId": f"{operation.id}.describe",
            "tags": ["operations"],
            "summary": f"The parameters and the result of {operation.id}",
            "responses": of_a_reading("Description", closed=True),
        },
        "post": {
            "operationId": operation.id,
            "tags": ["operations"],
            "summary": operation.title,
            "description": WITHOUT_BODY,
            "externalDocs": {"url": operation.docs_url, "description": "The provider's page"},
            "requestBody": body_of(operation),
            "responses": of_a_run(operation.id),
        },
    }


def status_path_of(operation: Operation) -> Json:
    """Return the path item that checks the status of an operation."""
    return {
        "post": {
            "operationId": f"{operation.id}.status",
            "tags": ["operations"],
            "summary": f"Check the status of {operation.id}",
            "description": STATUS,
            "requestBody": body_of(operation),
            "responses": of_a_run(operation.id),
        },
    }


def body_of(operation: Operation) -> Json:
    """Return the request body that carries an operation's parameters."""
    reference = {"$ref": PREFIX + parameters_name(operation)}
    return {"content": {"application/json": {"schema": reference}}}
