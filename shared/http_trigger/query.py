"""Reads the query string of an HTTP event, which each platform passes under another key.

AWS's REST API and load balancer pass all values of a repeated name in
``multiValueQueryStringParameters`` and only the last in ``queryStringParameters``; a load
balancer with multi-value headers passes only the former, and leaves values percent-encoded.
Payload 2.0 has the original query string in ``rawQueryString``, Function Compute one value for
each name in ``queryParameters``, SCF in ``queryString``. The last two drop all but one value of a
repeated name, which cannot be detected here. No platform documents a query string in the path;
events that people and test tools write have one there, and without it a dry run would be a run.

Sources: API Gateway's developer guide (set-up-lambda-proxy-integrations, http-api-develop-
integrations-lambda), the load balancer's (lambda-functions), and the vendors' pages named in
:mod:`shared.http_trigger.request`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from shared.errors import InvalidInput

MULTI_VALUE_KEY = "multiValueQueryStringParameters"
RAW_KEY = "rawQueryString"
PATH_KEYS = ("rawPath", "path")
SINGLE_VALUE_KEYS = ("queryStringParameters", "queryParameters", "queryString")

Values = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Query:
    """A query string, decoded.

    Parameters
    ----------
    parameters: each name with all its values, in order.
    error: why it is ambiguous; empty if it is not.
    """

    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    error: str = ""

    def values(self) -> Mapping[str, tuple[str, ...]]:
        """Return each name with its values.

        Raises
        ------
        InvalidInput: it is ambiguous.
        """
        if self.error:
            raise InvalidInput(
                self.error,
                code="AmbiguousQuery",
                hint="Send the operation's parameters as one JSON object in the body.",
            )
        return self.parameters


def read_query(event: Mapping[str, Any]) -> Query:
    """Return the query of an HTTP event; it is ambiguous if its sources disagree."""
    try:
        raw = _parse_text(event.get(RAW_KEY))
        multi = _parse_key(event, MULTI_VALUE_KEY)
        sources = [_parse_key(event, key) for key in SINGLE_VALUE_KEYS]
        sources += [_parse_path(event.get(key)) for key in PATH_KEYS]
    except ValueError as error:
        return Query(error=str(error))
    parameters = {**multi, **raw}
    if any(name in multi and multi[name] != values for name, values in raw.items()):
        return Query(error=f"the HTTP event's {RAW_KEY} and {MULTI_VALUE_KEY} differ")
    for source in sources:
        for name, values in source.items():
            if not _is_consistent(values, parameters.setdefault(name, values)):
                return Query(error="the HTTP event has two different values for a query parameter")
    return Query(parameters)


def parse_query(text: str) -> Query:
    """Parse the query string of a URL."""
    return Query(_parse_text(text))


def _is_consistent(values: tuple[str, ...], all_values: tuple[str, ...]) -> bool:
    """Return whether the values of one source are what a platform may make of all values.

    A platform keeps the first value, the last, or all joined by commas; platforms also differ in
    whether they decode ``+`` as a space.
    """
    if values == all_values:
        return True
    candidates = (all_values[0], all_values[-1], ",".join(all_values))
    decoded = {each.replace("+", " ") for each in candidates}
    return len(values) == 1 and values[0].replace("+", " ") in decoded


def _parse_text(text: object) -> Values:
    parameters: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True) if isinstance(text, str) else ():
        parameters.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in parameters.items()}


def _parse_path(path: object) -> Values:
    return _parse_text(path.partition("?")[2]) if isinstance(path, str) else {}


def _parse_key(event: Mapping[str, Any], key: str) -> Values:
    """Return the parameters under one key of an event.

    Raises
    ------
    ValueError: it contains something other than strings.
    """
    query = event.get(key)
    if not query:
        return {}
    if isinstance(query, str):
        return _parse_text(query)
    if not isinstance(query, Mapping):
        raise ValueError(f"the HTTP event's {key} is not an object")  # noqa: TRY004 - one kind
    decode = _is_load_balancer(event)
    parameters: Values = {}
    for name, value in query.items():
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(each, str) for each in (name, *values)):
            raise ValueError(f"the HTTP event's {key} contains something other than strings")
        parameters[unquote_plus(name) if decode else name] = tuple(
            unquote_plus(each) if decode else each for each in values
        )
    return parameters


def _is_load_balancer(event: Mapping[str, Any]) -> bool:
    context = event.get("requestContext")
    return isinstance(context, Mapping) and "elb" in context
