"""YAML of plain data, in which no text can be read as anything but itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

Scalar = bool | int | float | str
Value = Scalar | Sequence["Value"] | Mapping[str, "Value"]

PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
OTHER_WORDS = frozenset({"false", "n", "no", "null", "off", "on", "true", "y", "yes"})
"""What YAML 1.1 or 1.2 reads as a boolean or as nothing."""

NOT_PRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON leaves in a text, and YAML or one of its readers does not."""


def yaml_lines(value: Mapping[str, Value], indent: int = 0) -> Iterator[str]:
    """Return the lines of a block of YAML."""
    for key, each in value.items():
        name = f"{' ' * indent}{scalar(key)}:"
        if isinstance(each, Mapping) and each:
            yield name
            yield from yaml_lines(each, indent + 2)
        elif isinstance(each, list) and any(isinstance(one, Mapping) for one in each):
            yield name
            yield from _items(each, indent + 2)
        else:
            yield f"{name} {inline(each)}"


def _items(values: Sequence[Value], indent: int) -> Iterator[str]:
    for each in values:
        lines = yaml_lines(each, indent + 2) if isinstance(each, Mapping) else ()
        first, *rest = [*lines] or [inline(each)]
        yield f"{' ' * indent}- {first.removeprefix(' ' * (indent + 2))}"
        yield from rest


def inline(value: Value) -> str:
    """Return a value in one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{scalar(key)}: {inline(each)}' for key, each in value.items())}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(inline, value))}]"
    return scalar(value)


def scalar(value: Scalar) -> str:
    """Return a scalar; a text in quotes unless it is a word that nothing else is written as."""
    if not isinstance(value, str):
        return json.dumps(value)
    if PLAIN.fullmatch(value) and value.lower() not in OTHER_WORDS:
        return value
    if '"' in value and value.isprintable():
        return "'{}'".format(value.replace("'", "''"))
    # JSON's strings are those that YAML has in double quotes.
    quoted = json.dumps(value, ensure_ascii=False)
    return NOT_PRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
