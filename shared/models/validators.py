"""The functions that pydantic's validator calls, in models and in what is compiled from them."""

from __future__ import annotations


def split_commas(value: object) -> object:
    """Return the parts of a comma-separated string, any other value unchanged."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",")]
