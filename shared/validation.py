"""Validates a caller's parameters, and reports all errors at once.

Uses pydantic's compiled validator directly, with the schemas that ``make models`` compiles from
each provider's pydantic models: importing all of pydantic would double a cold start.
Error messages never contain values, only the names of parameters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.cold_start.pydantic_lite import core
from shared.errors import InvalidInput, Misconfigured
from shared.models.operation import Operation
from shared.models.parameter_schema import ParameterSchema, ValidatedParameters
from shared.models.secret import Secret

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails, SchemaValidator, ValidationError

SAFE_KEY = r"[A-Za-z_][A-Za-z0-9_.-]{0,63}"
"""An unknown key is only quoted if it looks like a key: it could be a misplaced secret."""

RawParameters = dict[str, object]

_validators: dict[tuple[str, bool], SchemaValidator] = {}


def _validator(operation: Operation, *, partial: bool) -> SchemaValidator:
    """Return the validator of an operation's parameters, cached.

    Parameters
    ----------
    operation: the operation.
    partial: whether all parameters are optional, as for defaults.
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
    raw: Mapping[str, object], operation: Operation, *, partial: bool
) -> list[str]:
    """Return all errors in the raw parameters, one phrase each."""
    _, errors = _validate(raw, operation, partial=partial)
    return errors


def _validate(
    raw: Mapping[str, object], operation: Operation, *, partial: bool
) -> tuple[RawParameters, list[str]]:
    checked, errors = _validate_fields(raw, operation, partial=partial)
    errors.extend(operation.cross_field_errors(raw))
    return checked, list(dict.fromkeys(errors))


def _validate_fields(
    raw: Mapping[str, object], operation: Operation, *, partial: bool
) -> tuple[RawParameters, list[str]]:
    errors: list[str] = []
    try:
        return _validator(operation, partial=partial).validate_python(dict(raw)), errors
    except core().ValidationError as error:
        for detail in details_of(error):
            place, phrase = format_error(detail, operation.params.formats)
            errors.append(f"{place or 'the event'}: {phrase}")
    return {}, errors


def field_errors(raw: Mapping[str, object], operation: Operation) -> list[str]:
    """Return the errors of each raw parameter by itself; other parameters may be missing."""
    return _validate_fields(raw, operation, partial=True)[1]


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
    """Return where a validator found an error, and the error as a phrase that contains no value.

    The place is the field's name, and for a list the position in it; empty for the whole object.

    Parameters
    ----------
    detail: the validator's finding.
    formats: field -> what its pattern allows, in words.
    safe_key: what a key must look like to be named.
    extra: the message for an unknown key.
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
    raw: Mapping[Any, object], operation: Operation
) -> tuple[RawParameters, list[str]]:
    """Return the parameters under this project's names, and an error for each duplicate.

    A name that is not a string, which only a caller in Python can pass, is an error too.
    """
    aliases = operation.params.aliases
    named: RawParameters = {}
    errors: list[str] = []
    for key, value in raw.items():
        if not isinstance(key, str):
            errors.append("the event: every name must be a string")
            continue
        name = aliases.get(key, key)
        if name in named:
            errors.append(f"{name}: is given twice (also under the provider's name)")
        named[name] = value
    return named, errors


def find_secrets(raw: object, operation: Operation) -> list[Secret]:
    """Return the values of secret parameters and of its targets', even if the event is invalid."""
    secret_names = operation.params.secrets
    if not secret_names or not isinstance(raw, Mapping):
        return []
    named, _ = normalize_names(raw, operation)
    found = [
        Secret(value)
        for name, value in named.items()
        if name in secret_names and isinstance(value, str)
    ]
    targets = named.get("targets")
    for target in targets if isinstance(targets, list | tuple) else ():
        if isinstance(target, Mapping) and "targets" not in target:
            found += find_secrets(target, operation)
    return found


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
    named, errors = normalize_names(defaults, operation)
    errors.extend(validation_errors(named, operation, partial=True))
    if errors:
        raise Misconfigured(
            "DEFAULT_PARAMETERS: " + "; ".join(errors), code="BadDefaults", hint=hint
        )
    return named


def parse_parameters(raw: object, defaults: Mapping[str, object], operation: Operation) -> Any:
    """Return an operation's parameters from an event, merged with the defaults.

    Raises
    ------
    InvalidInput: the event is not valid; the message lists all errors.
    """
    if not isinstance(raw, Mapping):
        raise InvalidInput(
            "the event is not a JSON object", code="NotAnObject", hint=_hint(operation)
        )
    named, errors = normalize_names(raw, operation)
    checked, more = _validate({**defaults, **named}, operation, partial=False)
    errors.extend(more)
    if errors:
        raise InvalidInput("; ".join(errors), code="InvalidParameters", hint=_hint(operation))
    return to_params(checked, operation.params)


def to_params(checked: Mapping[str, Any], schema: ParameterSchema) -> ValidatedParameters:
    """Return validated values as an object with attributes, secrets wrapped."""
    return ValidatedParameters(
        {
            name: Secret(value) if name in schema.secrets and value is not None else value
            for name, value in checked.items()
        }
    )


def coerce_strings(raw: Mapping[str, str], operation: Operation) -> RawParameters:
    """Return string parameters, e.g. of a query string, converted to their types."""
    aliases, fields = operation.params.aliases, operation.params.fields
    converted: RawParameters = {}
    for key, text in raw.items():
        field = fields.get(aliases.get(key, key))
        converted[key] = text if field is None else _coerce(text, type_of(field))
    return converted


def type_of(field: Mapping[str, Any]) -> str:
    """Return the type that a field validates, as pydantic-core names it."""
    kind: str = innermost_schema(field)["type"]
    return kind


def innermost_schema(field: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of a field's type, without the defaults and conversions around it."""
    schema: Mapping[str, Any] = field["schema"]
    while "schema" in schema:
        schema = schema["schema"]
    return schema


def _coerce(text: str, kind: str) -> object:
    """Convert a string to a type; if that fails, return it unchanged for the validator."""
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


def join_repeated(raw: Mapping[str, tuple[str, ...]], operation: Operation) -> dict[str, str]:
    """Return one string for each parameter, joining the repeated values of a list.

    Parameters
    ----------
    raw: every value of each name, this project's or the vendor's.
    operation: the operation that the parameters are for.

    Raises
    ------
    InvalidInput: a parameter that is not a list is repeated; the message lists all other errors
        too.
    """
    aliases, fields = operation.params.aliases, operation.params.fields
    joined = {key: ",".join(values) for key, values in raw.items()}
    repeated = [
        key
        for key, values in raw.items()
        if len(values) > 1
        and (field := fields.get(aliases.get(key, key))) is not None
        and type_of(field) != "list"
    ]
    if repeated:
        rest = {key: text for key, text in joined.items() if key not in repeated}
        named, errors = normalize_names(coerce_strings(rest, operation), operation)
        errors += validation_errors(named, operation, partial=True)
        errors = [f"{key}: is given more than once" for key in repeated] + errors
        raise InvalidInput("; ".join(errors), code="InvalidParameters", hint=_hint(operation))
    return joined


def _hint(operation: Operation) -> str:
    return f"See the parameters of {operation.id}: {operation.docs_url}"
