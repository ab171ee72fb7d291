"""Parses a command's parameters by their types; rejects those not available in chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared import validation
from shared.errors import InvalidInput
from shared.models.operation import Operation
from shared.models.secret import Secret
from shared.models.validators import split_commas

SET_PREFIX = "set:"
TARGET_ARGUMENTS = ("targets", "accounts", "regions")
"""The arguments that name several targets."""

RESERVED_ARGUMENTS = ("dry_run", "trigger", "on_failure", "max_calls_per_second")


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
    targets = parse_targets(texts, errors)
    if errors:
        raise InvalidInput(
            "; ".join(errors),
            code="InvalidParameters",
            hint="`list` shows the parameters of each operation.",
        )
    single = {key: text for key, text in texts.items() if key not in TARGET_ARGUMENTS}
    return validation.coerce_strings(single, operation) | targets


def parse_targets(texts: Mapping[str, str], errors: list[str]) -> dict[str, object]:
    """Return the parameter ``targets`` that a command describes, nothing if it has one target.

    Parameters
    ----------
    texts: the parameters as they were written.
    errors: gets the errors.
    """
    given = {name: texts[name] for name in TARGET_ARGUMENTS if name in texts}
    if not given:
        return {}
    name = given.pop("targets", None)
    if name is None:
        return {"targets": {key: split_commas(text) for key, text in given.items()}}
    if given:
        errors.append("targets: give a set, or accounts and regions, not both")
    if not name.startswith(SET_PREFIX):
        errors.append("targets: write targets=set:NAME, or accounts=… and regions=…")
    return {"targets": {"set": name.removeprefix(SET_PREFIX)}}
