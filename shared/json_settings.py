"""Settings that hold JSON: validated by a compiled schema, and all faults reported at once.

A fault names its entry by the number, and the key in it. Values are never shown: they may be
secrets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.errors import Misconfigured
from shared.models.parameter_schema import ParameterSchema
from shared.pydantic_lite import core, parse_json
from shared.validation import build_validator, details_of, format_error

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

SAFE_KEY = r"[a-z_]{1,32}"
"""An unknown key is only named if it looks like one of ours: it could be a misplaced secret."""

Fault = tuple[str, str]
"""The key in the entry, empty for the whole entry, and a phrase that contains no value."""

CrossCheck = Callable[[str, Mapping[str, Any]], Iterable[Fault]]
"""Returns the faults that no schema finds, from an entry's own key and its values as given; the
value that is faulty by itself is None."""

_validators: dict[str, SchemaValidator] = {}


class JsonSetting(NamedTuple):
    """A setting that holds entries, each a JSON object.

    Parameters
    ----------
    name: the setting's.
    container: ``list``, or ``dict`` if each entry has a key.
    code: the code of its errors.
    hint: how to set it.
    """

    name: str
    container: type[list[object] | dict[str, object]]
    code: str
    hint: str

    def error(self, message: str) -> Misconfigured:
        """Return the error of a setting that is not valid."""
        return Misconfigured(message, code=self.code, hint=self.hint)


class Entry(NamedTuple):
    """A valid entry.

    Parameters
    ----------
    key: its own; empty in a list.
    values: by field, with the defaults.
    """

    key: str
    values: Mapping[str, Any]


def parse_entries(
    setting: JsonSetting, text: str, schema: ParameterSchema, cross_check: CrossCheck
) -> list[Entry]:
    """Return the entries in a setting's text.

    Parameters
    ----------
    setting: which.
    text: its value.
    schema: compiled from the pydantic model of an entry.
    cross_check: called for each entry that is an object.

    Raises
    ------
    Misconfigured: the text is not valid; every fault is named.
    """
    if setting.name not in _validators:
        _validators[setting.name] = build_validator(schema.fields)
    validator = _validators[setting.name]
    entries: list[Entry] = []
    errors: list[str] = []
    for number, (key, raw) in enumerate(_items(setting, text), start=1):
        values, faults = _validate(raw, validator, schema.formats)
        if isinstance(raw, dict):
            faults += cross_check(key, {name: values.get(name) for name in raw})
        entries.append(Entry(key, values))
        errors += [
            f"entry {number}{f', {place}' if place else ''}: {phrase}" for place, phrase in faults
        ]
    if errors:
        raise setting.error(f"{setting.name}: {'; '.join(errors)}")
    return entries


def _items(setting: JsonSetting, text: str) -> list[tuple[str, object]]:
    try:
        listed = parse_json(text)
    except (ValueError, RecursionError):  # the parser's own error would quote the text
        raise setting.error(f"{setting.name} is not JSON") from None
    if not isinstance(listed, setting.container):
        kind = "list" if setting.container is list else "object"
        raise setting.error(f"{setting.name} is not a JSON {kind}")
    return list(listed.items()) if isinstance(listed, dict) else [("", raw) for raw in listed]


def _validate(
    raw: object, validator: SchemaValidator, formats: Mapping[str, str]
) -> tuple[Mapping[str, Any], list[Fault]]:
    """Return an entry's values with the defaults, or those that are valid by themselves."""
    try:
        return validator.validate_python(raw), []
    except core().ValidationError as error:
        details = details_of(error)
    faulty = {detail["loc"][0] for detail in details if detail["loc"]}
    given = raw.items() if isinstance(raw, dict) else ()
    return {name: value for name, value in given if name not in faulty}, [
        format_error(detail, formats, safe_key=SAFE_KEY, extra="is not a known key")
        for detail in details
    ]


def one_of(words: Iterable[str]) -> str:
    """Return the phrase for a value that is not one of these words, worded as the validator's."""
    *most, last = (f"'{word}'" for word in words)
    return f"must be {', '.join(most)} or {last}"
