"""From what a caller gave to an operation's parameters, or to every fault at once.

pydantic's validator is used directly: the rules stand beside the parameters
(:mod:`shared.models.fields`), and importing all of pydantic for them would double a
cold start. Its inputs are never shown: a fault names the parameter, not the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from shared.compiled import core
from shared.errors import InvalidInput, Misconfigured
from shared.models.fields import CoreSchema, Field, SecretText, Texts
from shared.models.operation import Operation
from shared.models.params import CommonParams
from shared.models.secret import Secret
from shared.models.value import REQUIRED

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

P = TypeVar("P", bound=CommonParams)

SPEAKABLE = r"[A-Za-z_][A-Za-z0-9_.-]{0,63}"
"""An unknown key is named only if it looks like one: it could be a misplaced secret."""

Given = dict[str, object]


_fields: dict[type[CommonParams], Mapping[str, Field]] = {}
_spellings: dict[type[CommonParams], Mapping[str, str]] = {}
_secret_names: dict[type[CommonParams], frozenset[str]] = {}
_validators: dict[tuple[type[CommonParams], bool], SchemaValidator] = {}


def fields_of(params: type[CommonParams]) -> Mapping[str, Field]:
    """Return each parameter's field, in the order they are declared, own ones first."""
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
    params: the operation's.
    partial: whether nothing is required (defaults are checked alone).
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
    """Return every fault of the given parameters, each as one clause."""
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
        faults = [fault(detail["loc"], detail["type"], detail["msg"]) for detail in details]
    faults.extend(operation.conflicts(given))
    return checked, list(dict.fromkeys(faults))


def fault(location: tuple[int | str, ...], kind: str, message: str) -> str:
    """Return a validator's finding as a clause that holds no value."""
    name = str(location[0]) if location else "the event"
    if not re.fullmatch(SPEAKABLE, name):
        name = f"a key of {len(name)} characters"
    place = "".join(f"[{part}]" for part in location[1:])
    said = {
        "missing": "is required",
        "extra_forbidden": "is not a parameter of this operation",
        "string_pattern_mismatch": "has characters that are not allowed, or the wrong form",
    }.get(kind)
    if said is None:
        said = message[:1].lower() + message[1:]
        said = said.removeprefix("input ")
    return f"{name}{place}: {said}"


def _spellings_of(params: type[CommonParams]) -> Mapping[str, str]:
    """Return our name for each of the vendor's own."""
    if params not in _spellings:
        known = fields_of(params).items()
        _spellings[params] = {field.also: name for name, field in known if field.also}
    return _spellings[params]


def _secret_names_of(params: type[CommonParams]) -> frozenset[str]:
    """Return the names of the parameters that are secrets."""
    if params not in _secret_names:
        known = fields_of(params).items()
        _secret_names[params] = frozenset(n for n, field in known if isinstance(field, SecretText))
    return _secret_names[params]


def spelled(given: Mapping[Any, object], operation: Operation) -> tuple[Given, list[str]]:
    """Return the parameters under our names, and a fault for each given in two spellings."""
    ours = _spellings_of(operation.params)
    named: Given = {}
    faults: list[str] = []
    for key, value in given.items():
        name = ours.get(str(key), str(key))
        if name in named:
            faults.append(f"{name}: is given in two spellings")
        named[name] = value
    return named, faults


def secrets_in(given: object, operation: Operation) -> list[Secret]:
    """Return what stands where a secret belongs, whatever else is wrong with the event."""
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
    """Return the parameters that ``DEFAULT_PARAMETERS`` lays under every event.

    Parameters
    ----------
    text: a JSON object, flat or keyed by operation id; None for none.

    Raises
    ------
    Misconfigured: it is no JSON object, or not one of parameters of this operation.
    """
    if text is None:
        return {}
    import json

    hint = (
        "Set DEFAULT_PARAMETERS to a JSON object of this operation's parameters, or to one "
        'keyed by operation id: {"' + operation.id + '": {…}}.'
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
    """Return an operation's parameters from an event and the defaults under it.

    Raises
    ------
    InvalidInput: the event does not fit; every fault is named.
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
    """Return the parameters of checked values: lists frozen, secrets wrapped."""
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
    """Return parameters that came as texts (a query string), read by each one's type."""
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
