"""A command's parameters, parsed by their types; those not available in chat are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared import validation
from shared.errors import InvalidInput
from shared.models.operation import Operation
from shared.models.secret import Secret

RESERVED_ARGUMENTS = ("dry_run", "trigger", "on_failure")


def parse_arguments(
    texts: Mapping[str, str], operation: Operation, learn: Callable[[Secret], None]
) -> dict[str, object]:
    """Return the given parameters, under our names and not yet validated.

    Parameters
    ----------
    texts: the parameters as they were written.
    operation: whose they are.
    learn: has a secret redacted.

    Raises
    ------
    InvalidInput: a secret, a parameter that is not available in chat, or one given twice.
    """
    secrets = validation.find_secrets(texts, operation)
    for secret in secrets:
        learn(secret)
    if secrets:
        raise InvalidInput(
            "Storage keys are not accepted in chat, where others can read them",
            code="SecretsNotTaken",
            hint="Put them in the function's settings, and replace the ones you just wrote.",
        )
    named, faults = validation.normalize_names(texts, operation)
    for name in RESERVED_ARGUMENTS:
        if name in named:
            faults.append(f"{name}: not available in chat; use the commands `plan` and `run`")
    if faults:
        raise InvalidInput(
            "; ".join(faults),
            code="InvalidParameters",
            hint="`list` shows the parameters of each operation.",
        )
    return validation.coerce_strings(texts, operation)
