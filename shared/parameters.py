"""Validates a caller's parameters, and reports all faults at once.

Uses pydantic's validator directly: the rules are declared with the parameters
(:mod:`shared.models.fields`), and importing all of pydantic would double a cold start.
Values are never shown: a fault names the parameter only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from shared.compiled import core
from shared.errors import InvalidInput, Misconfigured
from shared.models.fields import CoreSchema, Field, SecretText, Text, Texts
from shared.models.operation import Operation
from shared.models.params import CommonParams
from shared.models.secret import Secret
from shared.models.value import REQUIRED

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

P = TypeVar("P", bound=CommonParams)

SPEAKABLE = r"[A-Za-z_][A-Za-z0-9_.-]{0,63}"
"""An unknown key is only named if it looks like a key: it could be a misplaced secret."""

Given = dict[str, object]


_fields: dict[type[CommonParams], Mapping[str, Field]] = {}
_spellings: dict[type[CommonParams], Mapping[str, str]] = {}
_secret_names: dict[type[CommonParams], frozenset[str]] = {}
_validators: dict[tuple[type[CommonParams], bool], SchemaValidator] = {}


def fields_of(params: type[CommonParams]) -> Mapping[str, Field]:
    """Return the fields by parameter, in the order of declaration, the operation's own first."""
    if params not in _fields:
        _fields[params] = _read_fields(params)
    return _fields[params]


def _read_fields(params: type[CommonParams]) -> Mapping[str, Field]:
    hints = get_type_hints(params, include_extras=True)
    common, names = CommonParams.declared, params.declared
    ordered = [n for n in names if n not in common] + [n for n in names if n in common]
    return {
        name: next(note for note in hints[name].__metadata__ if isinstance(note, Field))
        for name in ordered
    }


def required(params: type[CommonParams]) -> frozenset[str]:
    """Return the names of the parameters without a default."""
    return frozenset(name for name, default in params.declared.items() if default is REQUIRED)


def core_schema(params: type[CommonParams], *, partial: bool = False) -> CoreSchema:
    """Return the pydantic-core schema of an operation's event.

    Parameters
    ----------
    params: the operation's parameters.
    partial: whether no parameter is required (for defaults).
    """
    needed = frozenset() if partial else required(params)
    return {
        "type": "typed-dict",
        "extra_behavior": "forbid",
        "config": {"hide_input_in_errors": True},
        "fields": {
            name: {
                "type": "typed-dict-field",
                "schema": field.schema(),
                "required": name in needed,
            }
            for name, field in fields_of(params).items()
        },
    }


def _validator(params: type[CommonParams], *, partial: bool) -> SchemaValidator:
    key = (params, partial)
    if key not in _validators:
        schema = core_schema(params, partial=partial)
        _validators[key] = core().SchemaValidator(schema)
    return _validators[key]


def faults_in(given: Mapping[str, object], operation: Operation, *, partial: bool) -> list[str]:
    """Return every fault of the given parameters, one phrase each."""
    _, faults = _check(given, operation, partial=partial)
    return faults


def _check(
    given: Mapping[str, object], operation: Operation, *, partial: bool
) -> tuple[Given, list[str]]:
    checked: Given = {}
    faults: list[str] = []
    try:
        checked = _validator(operation.params, partial=partial).validate_python(dict(given))
    except core().ValidationError as error:
        details = error.errors(include_input=False, include_url=False, include_context=False)
        fields = fields_of(operation.params)
        faults = [fault(each["loc"], each["type"], each["msg"], fields) for each in details]
    faults.extend(operation.conflicts(given))
    return checked, list(dict.fromkeys(faults))


def fault(
    location: tuple[int | str, ...], kind: str, message: str, fields: Mapping[str, Field]
) -> str:
    """Return a validator's finding as a phrase that contains no value.

    Parameters
    ----------
    location: the parameter's name, and for a list the position in it.
    kind, message: the validator's own.
    fields: the operation's, to say what a parameter may contain.
    """
    name = str(location[0]) if location else "the event"
    if not re.fullmatch(SPEAKABLE, name):
        name = f"a key of {len(name)} characters"
    place = "".join(f"[{part}]" for part in location[1:])
    said = {
        "missing": "is required",
        "extra_forbidden": "is not a parameter of this operation",
        "string_pattern_mismatch": form_of(fields.get(name)),
        "bool_type": "must be true or false",
        "string_type": "must be a string",
        "int_type": "must be a whole number",
        "float_type": "must be a number",
    }.get(kind)
    if said is None:
        said = re.sub(r"^\w+ should ", "must ", message).partition(" after validation")[0]
    return f"{name}{place}: {said}"


def form_of(field: Field | None) -> str:
    """Return what a parameter with a pattern may contain, in words."""
    if isinstance(field, Texts):
        field = field.each
    form = field.form if isinstance(field, Text) else ""
    return f"use {form}" if form else "has the wrong format"


def _spellings_of(params: type[CommonParams]) -> Mapping[str, str]:
    """Return the parameter for each of the vendor's names."""
    if params not in _spellings:
        known = fields_of(params).items()
        _spellings[params] = {field.also: name for name, field in known if field.also}
    return _spellings[params]


def _secret_names_of(params: type[CommonParams]) -> frozenset[str]:
    """Return the names of the secret parameters."""
    if params not in _secret_names:
        known = fields_of(params).items()
        _secret_names[params] = frozenset(n for n, field in known if isinstance(field, SecretText))
    return _secret_names[params]


def spelled(given: Mapping[Any, object], operation: Operation) -> tuple[Given, list[str]]:
    """Return the parameters under this project's names, and a fault for each duplicate."""
    ours = _spellings_of(operation.params)
    named: Given = {}
    faults: list[str] = []
    for key, value in given.items():
        name = ours.get(str(key), str(key))
        if name in named:
            faults.append(f"{name}: is given twice (also under the provider's name)")
        named[name] = value
    return named, faults


def secrets_in(given: object, operation: Operation) -> list[Secret]:
    """Return the values of secret parameters, even if the event is not valid."""
    secret_names = _secret_names_of(operation.params)
    if not secret_names or not isinstance(given, Mapping):
        return []
    named, _ = spelled(given, operation)
    return [
        Secret(value)
        for name, value in named.items()
        if name in secret_names and isinstance(value, str)
    ]


def read_defaults(text: str | None, operation: Operation) -> Given:
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
    named, faults = spelled(defaults, operation)
    faults.extend(faults_in(named, operation, partial=True))
    if faults:
        raise Misconfigured(
            "DEFAULT_PARAMETERS: " + "; ".join(faults), code="BadDefaults", hint=hint
        )
    return named


def read(given: object, defaults: Mapping[str, object], operation: Operation) -> Any:
    """Return an operation's parameters from an event, merged with the defaults.

    Raises
    ------
    InvalidInput: the event is not valid; every fault is named.
    """
    if not isinstance(given, Mapping):
        raise InvalidInput(
            "the event is not a JSON object", code="NotAnObject", hint=_hint(operation)
        )
    named, faults = spelled(given, operation)
    checked, more = _check({**defaults, **named}, operation, partial=False)
    faults.extend(more)
    if faults:
        raise InvalidInput("; ".join(faults), code="InvalidParameters", hint=_hint(operation))
    return build(operation.params, checked)


def build(params: type[P], checked: Mapping[str, Any]) -> P:
    """Return validated values as parameters, with lists as tuples and secrets wrapped."""
    secret_names = _secret_names_of(params)
    values: Given = {}
    for name, value in checked.items():
        if isinstance(value, list):
            values[name] = tuple(value)
        elif name in secret_names:
            values[name] = Secret(value)
        else:
            values[name] = value
    return params(**values)  # type: ignore[arg-type]


def read_texts(given: Mapping[str, str], operation: Operation) -> Given:
    """Return parameters that came as strings (a query string), converted to their types."""
    ours, known = _spellings_of(operation.params), fields_of(operation.params)
    read: Given = {}
    for key, text in given.items():
        field = known.get(ours.get(key, key))
        read[key] = text if field is None else field.read_text(text)
    return read


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
    ours, known = _spellings_of(operation.params), fields_of(operation.params)
    joined = {key: ",".join(values) for key, values in given.items()}
    repeated = [
        key
        for key, values in given.items()
        if len(values) > 1
        and (field := known.get(ours.get(key, key))) is not None
        and not isinstance(field, Texts)
    ]
    if repeated:
        rest = {key: text for key, text in joined.items() if key not in repeated}
        named, faults = spelled(read_texts(rest, operation), operation)
        faults += faults_in(named, operation, partial=True)
        faults = [f"{key}: is given more than once" for key in repeated] + faults
        raise InvalidInput("; ".join(faults), code="InvalidParameters", hint=_hint(operation))
    return joined


def _hint(operation: Operation) -> str:
    return f"See the parameters of {operation.id}: {operation.page}"
