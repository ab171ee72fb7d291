"""What is wrong with a value of the wrong shape, for people."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from local.deployment.description.document import (
    Alarms,
    Bucket,
    DeploymentDocument,
    FunctionTable,
    Log,
    Part,
    PlatformTable,
    WebTable,
)
from local.deployment.secret_stores.stored_secret import STORE_OF

NAME = "must be at most 30 lower-case letters, digits and hyphens, beginning with a letter"
SETTING = "must be upper-case letters, digits and underscores, beginning with a letter"

TABLES: dict[str, type[Part]] = {
    "web": WebTable,
    "log": Log,
    "alarms": Alarms,
    "bucket": Bucket,
}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a suggestion for an unknown word; empty if none is close to it."""
    close = get_close_matches(word, list(known), 1)
    return f"; did you mean {close[0]}?" if close else ""


def reason_of(location: tuple[int | str, ...], kind: str, message: str) -> str:
    """Return what is wrong with a value.

    Parameters
    ----------
    location: where it is.
    kind: the model's type of the error.
    message: the model's own text, for what has none here.
    """
    if kind == "extra_forbidden":
        return (
            f"unknown key{did_you_mean(str(location[-1]), _table_of(location[:-1]).model_fields)}"
        )
    if kind != "string_pattern_mismatch":
        return message
    match location:
        case ("name",) | (*_, "name_prefix"):
            return NAME
        case (*_, "[key]"):
            return SETTING
        case ("platforms", platform, *_, "secrets", _):
            store = STORE_OF.get(str(platform), "secretsmanager")
            return f"must be env:NAME, prompt or {store}:NAME"
        case _:
            return message


def _table_of(location: tuple[Any, ...]) -> type[Part]:
    """Return the model of the table at a location."""
    if len(location) < 2:
        return DeploymentDocument
    if location[-1] in TABLES:
        return TABLES[str(location[-1])]
    return FunctionTable if location[-2] == "functions" else PlatformTable
