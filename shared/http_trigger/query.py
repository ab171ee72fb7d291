"""The query string of an HTTP event, wherever the platform puts it.

AWS's REST API and load balancer show every value of a repeated name in
``multiValueQueryStringParameters`` and only the last in ``queryStringParameters``; a load
balancer with multi-value headers sends the former alone, and leaves values percent-encoded.
Payload 2.0 has the text itself in ``rawQueryString``, Function Compute a text for each name
in ``queryParameters``, SCF in ``queryString``. Of a repeated name the last two keep what they
like; that cannot be seen here.

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
    """Return the query of an HTTP event; sources that disagree make it ambiguous."""
    try:
        raw = _of_text(event.get(RAW_KEY))
        every = _of_mapping(event, MULTI_VALUE_KEY)
        sources = [_of_mapping(event, key) for key in SINGLE_VALUE_KEYS]
    except ValueError as error:
        return Query(error=str(error))
    found = {**every, **raw}
    if any(name in every and every[name] != values for name, values in raw.items()):
        return Query(error=f"the HTTP event's {RAW_KEY} and {MULTI_VALUE_KEY} differ")
    for source in sources:
        for name, values in source.items():
            if not _agree(values, found.setdefault(name, values)):
                return Query(
                    error="the HTTP event shows two different values for a query parameter"
                )
    return Query(found)


def parse_query(text: str) -> Query:
    """Return a query string as it stands in a URL, decoded."""
    return Query(_of_text(text))


def _agree(values: tuple[str, ...], every: tuple[str, ...]) -> bool:
    """Return whether a source says what another does, or what a platform makes of it.

    A platform keeps the first value, the last, or all with commas between; whether it reads
    ``+`` as a space differs too.
    """
    if values == every:
        return True
    kept = {each.replace("+", " ") for each in (every[0], every[-1], ",".join(every))}
    return len(values) == 1 and values[0].replace("+", " ") in kept


def _of_text(text: object) -> Values:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True) if isinstance(text, str) else ():
        found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _of_mapping(event: Mapping[str, Any], key: str) -> Values:
    """Return the parameters under one key of an event.

    Raises
    ------
    ValueError: there is something else than texts; says where.
    """
    query = event.get(key)
    if not query:
        return {}
    if isinstance(query, str):
        return _of_text(query)
    if not isinstance(query, Mapping):
        raise ValueError(f"the HTTP event's {key} is not an object")  # noqa: TRY004 - one kind
    decode = _is_load_balancer(event)
    found: Values = {}
    for name, value in query.items():
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(each, str) for each in values):
            raise ValueError(f"the HTTP event's {key} holds something other than text")
        found[unquote_plus(name) if decode else name] = tuple(
            unquote_plus(each) if decode else each for each in values
        )
    return found


def _is_load_balancer(event: Mapping[str, Any]) -> bool:
    about = event.get("requestContext")
    return isinstance(about, Mapping) and "elb" in about
