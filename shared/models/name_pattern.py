"""Patterns of names, in which ``*`` matches anything."""

from __future__ import annotations


def matches(value: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a value matches one of the patterns."""
    return any(matches_pattern(value, pattern) for pattern in patterns)


def matches_pattern(value: str, pattern: str) -> bool:
    """Return whether a value matches a pattern, in which only ``*`` has a meaning.

    ``fnmatch`` would also interpret ``?`` and ``[…]``, which IDs and names may contain.
    """
    start, *parts = pattern.split("*")
    if not parts:
        return value == pattern
    if not value.startswith(start):
        return False
    *middle, end = parts
    position = len(start)
    for part in middle:
        found = value.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return len(value) - position >= len(end) and value.endswith(end)
