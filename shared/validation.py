"""Validates a caller's parameters, and reports all faults at once.

Uses pydantic's compiled validator directly, with the schemas that ``make models`` compiles from
each provider's pydantic models: importing all of pydantic would double a cold start.
Values are never shown: a fault names the parameter only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.errors import InvalidInput, Misconfigured
from shared.models.operation import Operation
from shared.models.parameter_schema import ParameterSchema, ValidatedParameters
from shared.models.secret import Secret
from shared.pydantic_lite import core

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails, SchemaValidator, ValidationError

SAFE_KEY = r"[A-Za-z_][A-Za-z0-9_.-]{0,63}"
"""An unknown key is only named if it looks like a key: it could be a misplaced secret."""

RawParameters = dict[str, object]

_validators: dict[tuple[str, bool], SchemaValidator] = {}


def _validator(operation: Operation, *, partial: bool) -> SchemaValidator:
    """Return the validator of an operation's parameters, cached.

    Parameters
    ----------
    operation: whose.
    partial: whether no parameter is required (for defaults).
    """
    key = (operation.id, partial)
    if key not in _validators:
        fields = operation.params.fields
        if partial:
            fields = {name: {**field, "required": False} for name, field in fields.items()}
        _validators[key] = build_validator(fields)
    return _validators[key]


def build_validator(fields: Mapping[str, Mapping[str, Any]]) -> SchemaValidator:
    """Return the validator of an object with these compiled fields and no other key."""
    validator: SchemaValidator = core().SchemaValidator(
        {
            "type": "typed-dict",
            "extra_behavior": "forbid",
            "config": {"strict": True, "hide_input_in_errors": True},
            "fields": fields,
        }
    )
    return validator


def validation_errors(
    given: Mapping[str, object], operation: Operation, *, partial: bool
) -> list[str]:
    """Return every fault of the given parameters, one phrase each."""
    _, faults = _check(given, operation, partial=partial)
    return faults


def _check(
    given: Mapping[str, object], operation: Operation, *, partial: bool
) -> tuple[RawParameters, list[str]]:
    checked: RawParameters = {}
    faults: list[str] = []
    try:
        checked = _validator(operation, partial=partial).validate_python(dict(given))
    except core().ValidationError as error:
        for detail in details_of(error):
            place, phrase = format_error(detail, operation.params.formats)
            faults.append(f"{place or 'the event'}: {phrase}")
    faults.extend(operation.cross_field_errors(given))
    return checked, list(dict.fromkeys(faults))


def details_of(error: ValidationError) -> list[ErrorDetails]:
    """Return a validator's findings, without the values that it found."""
    return error.errors(include_input=False, include_url=False, include_context=False)


def format_error(
    detail: ErrorDetails,
    formats: Mapping[str, str],
    *,
    safe_key: str = SAFE_KEY,
    extra: str = "is not a parameter of this operation",
) -> tuple[str, str]:
    """Return where a validator found a fault, and the fault as a phrase that contains no value.

    The place is the field's name, and for a list the position in it; empty for the whole object.

    Parameters
    ----------
    detail: the validator's finding.
    formats: field -> what its pattern allows, in words.
    safe_key: what a key must look like to be named.
    extra: what is said of an unknown key.
    """
    location, kind = detail["loc"], detail["type"]
    name = str(location[0]) if location else ""
    if name and not re.fullmatch(safe_key, name):
        name = f"a key of {len(name)} characters"
    phrase = {
        "missing": "is required",
        "extra_forbidden": extra,
        "string_pattern_mismatch": f"use {formats[name]}"
        if name in formats
        else "has the wrong format",
        "bool_type": "must be true or false",
        "string_type": "must be a string",
        "int_type": "must be a whole number",
        "float_type": "must be a number",
        "list_type": "must be a list",
        "dict_type": "must be a JSON object",
    }.get(kind)
    if phrase is None:
        phrase = re.sub(r"^\w+ should ", "must ", detail["msg"]).partition(" after validation")[0]
    return name + "".join(f"[{part}]" for part in location[1:]), phrase


def normalize_names(
    given: Mapping[Any, object], operation: Operation
) -> tuple[RawParameters, list[str]]:
    """Return the parameters under this project's names, and a fault for each duplicate."""
    ours = operation.params.aliases
    named: RawParameters = {}
    faults: list[str] = []
    for key, value in given.items():
        name = ours.get(str(key), str(key))
        if name in named:
            faults.append(f"{name}: is given twice (also under the provider's name)")
        named[name] = value
    return named, faults


def find_secrets(given: object, operation: Operation) -> list[Secret]:
    """Return the values of secret parameters, even if the event is not valid."""
    secret_names = operation.params.secrets
    if not secret_names or not isinstance(given, Mapping):
        return []
    named, _ = normalize_names(given, operation)
    return [
        Secret(value)
        for name, value in named.items()
        if name in secret_names and isinstance(value, str)
    ]


def parse_defaults(text: str | None, operation: Operation) -> RawParameters:
    """Return the default parameters in ``DEFAULT_PARAMETERS``.

    Parameters
    ----------
    text: a JSON object, flat or keyed by operation ID; None for none.

    Raises
    ------
    Misconfigured: it is not a JSON object, or its parameters are not valid for this operation.
    """
    if text is None:
        return {}
    import json

    hint = (
        "Set DEFAULT_PARAMETERS to a JSON object with this operation's parameters, or to one "
        'keyed by operation ID: {"' + operation.id + '": {…}}.'
    )
    try:
        defaults = json.loads(text)
    except (ValueError, RecursionError):
        raise Misconfigured(
            "DEFAULT_PARAMETERS is not JSON", code="BadDefaults", hint=hint
        ) from None
    if isinstance(defaults, dict) and defaults and all(key.count(".") == 2 for key in defaults):
        defaults = defaults.get(operation.id, {})
    if not isinstance(defaults, dict):
        raise Misconfigured(
            "DEFAULT_PARAMETERS is not a JSON object", code="BadDefaults", hint=hint
        )
    named, faults = normalize_names(defaults, operation)
    faults.extend(validation_errors(named, operation, partial=True))
    if faults:
        raise Misconfigured(
            "DEFAULT_PARAMETERS: " + "; ".join(faults), code="BadDefaults", hint=hint
        )
    return named


def parse_parameters(given: object, defaults: Mapping[str, object], operation: Operation) -> Any:
    """Return an operation's parameters from an event, merged with the defaults.

    Raises
    ------
    InvalidInput: the event is not valid; every fault is named.
    """
    if not isinstance(given, Mapping):
        raise InvalidInput(
            "the event is not a JSON object", code="NotAnObject", hint=_hint(operation)
        )
    named, faults = normalize_names(given, operation)
    checked, more = _check({**defaults, **named}, operation, partial=False)
    faults.extend(more)
    if faults:
        raise InvalidInput("; ".join(faults), code="InvalidParameters", hint=_hint(operation))
    return to_params(checked, operation.params)


def to_params(checked: Mapping[str, Any], schema: ParameterSchema) -> ValidatedParameters:
    """Return validated values as attributes, with secrets wrapped."""
    return ValidatedParameters(
        {
            name: Secret(value) if name in schema.secrets and value is not None else value
            for name, value in checked.items()
        }
    )


def coerce_strings(given: Mapping[str, str], operation: Operation) -> RawParameters:
    """Return parameters that came as strings (a query string), converted to their types."""
    aliases, fields = operation.params.aliases, operation.params.fields
    converted: RawParameters = {}
    for key, text in given.items():
        field = fields.get(aliases.get(key, key))
        converted[key] = text if field is None else _coerce(text, type_of(field))
    return converted


def type_of(field: Mapping[str, Any]) -> str:
    """Return the type that a field validates, as pydantic-core names it."""
    kind: str = innermost_schema(field)["type"]
    return kind


def innermost_schema(field: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of a field's type, without defaults and conversions around it."""
    schema: Mapping[str, Any] = field["schema"]
    while "schema" in schema:
        schema = schema["schema"]
    return schema


def _coerce(text: str, kind: str) -> object:
    """Convert a string to a type; return it unchanged if that fails, for the validator to name."""
    if kind == "bool":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if kind == "int":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text
    if kind == "float":
        try:
            return float(text)
        except ValueError:
            return text
    return text


def join_repeated(given: Mapping[str, tuple[str, ...]], operation: Operation) -> dict[str, str]:
    """Return one text for each parameter: a list may come in several parts, nothing else.

    Parameters
    ----------
    given: each name, in our spelling or the vendor's, with every value it came with.
    operation: whose parameters they are.

    Raises
    ------
    InvalidInput: another parameter came more than once; every fault of the others is named too.
    """
    aliases, fields = operation.params.aliases, operation.params.fields
    joined = {key: ",".join(values) for key, values in given.items()}
    repeated = [
        key
        for key, values in given.items()
        if len(values) > 1
        and (field := fields.get(aliases.get(key, key))) is not None
        and type_of(field) != "list"
    ]
    if repeated:
        rest = {key: text for key, text in joined.items() if key not in repeated}
        named, faults = normalize_names(coerce_strings(rest, operation), operation)
        faults += validation_errors(named, operation, partial=True)
        faults = [f"{key}: is given more than once" for key in repeated] + faults
        raise InvalidInput("; ".join(faults), code="InvalidParameters", hint=_hint(operation))
    return joined


def _hint(operation: Operation) -> str:
    return f"See the parameters of {operation.id}: {operation.docs_url}"
