"""A command's parameters, read by each one's type; what chat does not take is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared import parameters
from shared.errors import InvalidInput
from shared.models.operation import Operation
from shared.models.secret import Secret

NOT_FOR_CHAT = ("dry_run", "trigger", "on_failure")


def read_given(
    texts: Mapping[str, str], operation: Operation, learn: Callable[[Secret], None]
) -> dict[str, object]:
    """Return what somebody gave, under our names and not yet checked.

    Parameters
    ----------
    texts: the parameters as they were written.
    operation: whose they are.
    learn: keeps a secret out of what leaves.

    Raises
    ------
    InvalidInput: a secret, a parameter that is not for chat, or one in two spellings.
    """
    secrets = parameters.secrets_in(texts, operation)
    for secret in secrets:
        learn(secret)
    if secrets:
        raise InvalidInput(
            "keys are not taken from chat: everybody here, and the chat's operator, can read them",
            code="SecretsNotTaken",
            hint="Put them into the function's settings, and replace the ones you just wrote.",
        )
    named, faults = parameters.spelled(texts, operation)
    for name in NOT_FOR_CHAT:
        if name in named:
            faults.append(f"{name}: is not for chat; plan only plans, and run runs")
    if faults:
        raise InvalidInput(
            "; ".join(faults), code="InvalidParameters", hint="list says what each one takes."
        )
    return parameters.read_texts(texts, operation)
