"""Parses a command's parameters by their types; rejects those not available in chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared import validation
from shared.errors import InvalidInput
from shared.models.operation import Operation
from shared.models.secret import Secret

RESERVED_ARGUMENTS = ("dry_run", "trigger", "on_failure")


def parse_arguments(
    texts: Mapping[str, str], operation: Operation, redact: Callable[[Secret], None]
) -> dict[str, object]:
    """Return the parameters by this project's names, not validated yet.

    Parameters
    ----------
    texts: the parameters as they were written.
    operation: the operation that they are for.
    redact: redacts a secret from now on.

    Raises
    ------
    InvalidInput: a secret, a parameter that is not available in chat, or one given twice.
    """
    secrets = validation.find_secrets(texts, operation)
    for secret in secrets:
        redact(secret)
    if secrets:
        raise InvalidInput(
            "Storage keys are not accepted in chat, where others can read them",
            code="SecretsNotTaken",
            hint="Put them in the function's settings, and replace the ones you just wrote.",
        )
    named, errors = validation.normalize_names(texts, operation)
    for name in RESERVED_ARGUMENTS:
        if name in named:
            errors.append(f"{name}: not available in chat; use the commands `plan` and `run`")
    if errors:
        raise InvalidInput(
            "; ".join(errors),
            code="InvalidParameters",
            hint="`list` shows the parameters of each operation.",
        )
    return validation.coerce_strings(texts, operation)
