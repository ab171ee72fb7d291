"""What each HTTP status means, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from local.json_schemas.openapi.components import PREFIX

Json = dict[str, Any]

RESULT = "application/json"
PROBLEM = "application/problem+json"

HEADERS: dict[str, Json] = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "WWW-Authenticate": {"description": "How to authenticate.", "schema": {"type": "string"}},
    "Allow": {"description": "The methods of this path.", "schema": {"type": "string"}},
}

OF_A_RUN: dict[int, tuple[str, tuple[str, ...]]] = {
    200: ("succeeded, unchanged, idle, planned or partial.", (RESULT,)),
    202: ("accepted or running: the provider is working on it.", (RESULT,)),
    400: ("failed: the parameters are not valid; every fault is named.", (RESULT,)),
    401: ("No credential, or one that is not valid.", (PROBLEM,)),
    403: ("No rule allows it, or it cannot be done over HTTP.", (PROBLEM,)),
    404: ("failed: the provider cannot find it.", (RESULT,)),
    409: ("failed: the provider is in a state that forbids it.", (RESULT,)),
    413: ("The body is larger than 64 KB.", (PROBLEM,)),
    415: ("The body is not JSON in UTF-8.", (PROBLEM,)),
    429: ("failed: the provider throttled the request.", (RESULT,)),
    500: ("failed: a setting is wrong, or an internal error.", (RESULT, PROBLEM)),
    502: ("failed: the provider rejected the request, or its response is not valid.", (RESULT,)),
    503: ("failed: the provider is unavailable or cannot be reached.", (RESULT,)),
    504: ("failed: the time limit was reached.", (RESULT,)),
}
"""Status -> its meaning, and whether a result or a problem document says it."""

OF_A_READING: dict[int, str] = {
    401: "No credential, or one that is not valid.",
    403: "No caller is set up, or no rule names this one.",
    413: "The body is larger than 64 KB; none is needed.",
    500: "A setting about callers is wrong, or an internal error.",
}


def of_a_run(operation_id: str) -> Json:
    """Return the responses to a request that runs an operation."""
    result = {
        "allOf": [
            {"$ref": PREFIX + "Result"},
            {
                "type": "object",
                "properties": {
                    "operation": {"const": operation_id},
                    "trigger": {"const": "http"},
                },
            },
        ]
    }
    schemas = {RESULT: result, PROBLEM: {"$ref": PREFIX + "Problem"}}
    return {
        str(status): with_headers(
            status,
            {
                "description": meaning,
                "content": {kind: {"schema": schemas[kind]} for kind in kinds},
            },
        )
        for status, (meaning, kinds) in OF_A_RUN.items()
    }


def of_a_reading(schema: str, *, closed: bool) -> Json:
    """Return the responses to a request about the app itself.

    Parameters
    ----------
    schema: the name of the schema of a good response.
    closed: whether callers are authenticated.
    """
    found: Json = {
        "200": {
            "description": "Success.",
            "content": {RESULT: {"schema": {"$ref": PREFIX + schema}}},
        }
    }
    for status, meaning in OF_A_READING.items() if closed else ():
        found[str(status)] = problem(status, meaning)
    return found


def problem(status: int, meaning: str) -> Json:
    """Return a response that carries a problem document."""
    content = {PROBLEM: {"schema": {"$ref": PREFIX + "Problem"}}}
    return with_headers(status, {"description": meaning, "content": content})


def with_headers(status: int, response: Json) -> Json:
    """Return a response with the headers that belong to its status."""
    name = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After"}.get(status)
    return response | {"headers": {name: HEADERS[name]}} if name else response
