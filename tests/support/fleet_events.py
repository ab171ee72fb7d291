"""The events that the descriptors of workflow engines hold."""

from __future__ import annotations

from collections.abc import Mapping

from functions.registry import OPERATIONS, load
from shared.models.operation import Operation
from shared.validation import validation_errors


def operation_named(function: str) -> Operation:
    """Return the operation that a function runs."""
    (found,) = (load(each) for each in OPERATIONS if load(each).function == function)
    return found


def faults_of(event: Mapping[str, object], function: str) -> list[object]:
    """Return what the operation would not accept in an event."""
    return list(validation_errors(event, operation_named(function), partial=False))
