"""The validators that the models and the schemas compiled from them call."""

from __future__ import annotations


def split_commas(value: object) -> object:
    """Return the parts of a comma-separated string; return any other value unchanged."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",")]
