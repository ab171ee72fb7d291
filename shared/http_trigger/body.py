"""Reads the parameters of an HTTP request: its JSON body, or its query string."""

from __future__ import annotations

import json

from shared import validation
from shared.errors import InvalidInput
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.invocation import Invocation
from shared.models.operation import Operation

TARGETS = "targets"
JSON_TYPES = ("application/json", "text/json")
JSON_SUFFIX = "+json"
UTF8 = ("", "utf-8", "utf8", "us-ascii")


def require_json(request: HttpRequest, body: bytes) -> None:
    """Reject a body whose content type is not JSON in UTF-8.

    Raises
    ------
    HttpProblem: the content type is another one.
    """
    declared = request.header("content-type")
    if not body or declared is None:
        return
    kind, _, parameter_text = declared.partition(";")
    kind = kind.strip().lower()
    if kind not in JSON_TYPES and not kind.endswith(JSON_SUFFIX):
        raise HttpProblem(415, "the body is not application/json")
    for parameter in parameter_text.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in UTF8:
            raise HttpProblem(415, "the body is not in UTF-8")


def parse_body(
    operation: Operation, invocation: Invocation, request: HttpRequest, body: bytes
) -> object:
    """Return the raw parameters: the body, or the query if the body has no parameters.

    Parameters
    ----------
    operation: the operation that the parameters are for.
    invocation: its settings determine whether secrets are accepted in a body.
    request, body: the request and its decoded body.

    Raises
    ------
    InvalidInput: the body is not JSON, parameters are in both or repeated, or a secret or targets
        are not accepted there.
    """
    query = request.query.values()
    raw = parse_json(body) if body.strip() else {}
    if query and raw != {}:
        raise InvalidInput(
            "parameters were sent in both the body and the query string",
            code="AmbiguousParameters",
            hint="Send all of them in the body, as one JSON object, or all in the query string.",
        )
    if TARGETS in query:
        raise InvalidInput(
            f"{TARGETS} was sent in the query string",
            code="TargetsInQuery",
            hint=f"Send {TARGETS} in a JSON body, with all other parameters.",
        )
    if query:
        texts = validation.join_repeated(query, operation)
        raw = validation.coerce_strings(texts, operation)
        accepts_secrets, source = False, "a query string"
    else:
        accepts_secrets = invocation.settings.get("ALLOW_SECRETS_IN_EVENTS") == "1"
        source = "an HTTP body unless ALLOW_SECRETS_IN_EVENTS is 1"
    secrets = validation.find_secrets(raw, operation)
    for secret in secrets:
        invocation.redactor.add(secret)
    if secrets and not accepts_secrets:
        raise InvalidInput(
            f"secret parameters are not accepted from {source}",
            code="SecretsNotTaken",
            hint=operation.secrets_hint,
        )
    return raw


def parse_json(body: bytes) -> object:
    """Parse a JSON body.

    Raises
    ------
    InvalidInput: it is not JSON, or an object in it has a duplicate name.
    """
    try:
        return json.loads(body, object_pairs_hook=with_unique_names)
    except RepeatedNameError:
        raise InvalidInput(
            "the body contains a name more than once",
            code="AmbiguousParameters",
            hint="Send each parameter once.",
        ) from None
    except (ValueError, RecursionError):
        raise InvalidInput(
            "the body is not JSON in UTF-8",
            code="NotJson",
            hint="Send the operation's parameters as one JSON object.",
        ) from None


class RepeatedNameError(ValueError):
    """A JSON object has a duplicate name; RFC 8259 does not define which value counts."""


def with_unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object's members; raises ``RepeatedNameError`` for a duplicate name."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise RepeatedNameError
    return members
