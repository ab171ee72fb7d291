"""The parameters of a local run: from the user's file, or from the samples in ``events/``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from functions.registry import OPERATIONS

ROOT = Path(__file__).resolve().parent.parent
EVENTS = ROOT / "events"

Parameters = dict[str, object]


class BadFileError(Exception):
    """A file of parameters that cannot be used; the message does not quote its content."""


def sample_path(operation_id: str, folder: Path = EVENTS) -> Path:
    """Return where the sample event of an operation is."""
    _, provider, module = OPERATIONS[operation_id].split(".")
    return folder / provider / f"{module}.json"


def sample(operation_id: str, folder: Path = EVENTS) -> Parameters:
    """Return the sample event of an operation; empty if there is none."""
    path = sample_path(operation_id, folder)
    return read_object(path) if path.exists() else {}


def given(path: Path, operation_ids: Sequence[str]) -> dict[str, Parameters]:
    """Return the parameters that a file gives to each operation.

    Parameters
    ----------
    path: a JSON object: one operation's parameters, or several keyed by operation id.
    operation_ids: the operations to run.

    Raises
    ------
    BadFileError: it cannot be read, or does not name the operation.
    """
    document = read_object(path)
    if document and all(key in OPERATIONS for key in document):
        wrong = [key for key, value in document.items() if not isinstance(value, dict)]
        if wrong:
            raise BadFileError(f"{path}: {wrong[0]} is not a JSON object")
        return {
            key: dict(value)
            for key, value in document.items()
            if isinstance(value, dict) and key in operation_ids
        }
    if len(operation_ids) != 1:
        raise BadFileError(
            f"{path} holds the parameters of one operation: say which with --operation, or key "
            'the parameters by operation id ({"tencent.cwp.SyncMachines": {…}})'
        )
    return {operation_ids[0]: document}


def read_object(path: Path) -> Parameters:
    """Return the JSON object in a file.

    Raises
    ------
    BadFileError: the file cannot be read or contains something else.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadFileError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BadFileError(f"{path} is not JSON") from None
    if not isinstance(document, dict):
        raise BadFileError(f"{path} is not a JSON object")
    return document


def placeholder_values(parameters: Mapping[str, object]) -> list[str]:
    """Return the names of the parameters that still have a sample's placeholder value."""
    return [name for name, value in parameters.items() if "example" in json.dumps(value).lower()]
