"""A request to run an operation for several targets: what they have in common, and the targets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from shared import validation
from shared.accounts.account import AccountsFile
from shared.errors import InvalidInput
from shared.fleet.targets import MaySee, Target, Targets, read_targets
from shared.invocation import DEFAULT_ACCOUNT, Invocation
from shared.models.operation import Operation
from shared.operation_request import defaults_of, require_valid_on_failure

TARGETS = "targets"
MAX_CONCURRENCY = "max_concurrency"
DEFAULT_CONCURRENCY = 16

HINT = "docs/fleets.md describes events with targets."

OF_A_TARGET = ("account", "region")
"""The parameters that each target has, so that the event must not."""


class FleetRequest(NamedTuple):
    """A valid request; nothing has been sent yet.

    Parameters
    ----------
    common: the parameters of every target, by this project's names.
    targets: the targets.
    max_concurrency: how many of them run at the same time.
    max_concurrency_given: the event's own, None if it has none.
    has_secrets: whether the event holds secrets, which no result may repeat.
    dry_run: whether it is a dry run, whatever the parameters of a target say.
    """

    common: Mapping[str, Any]
    targets: Targets
    max_concurrency: int
    max_concurrency_given: object
    has_secrets: bool
    dry_run: bool = False

    def parameters_of(self, target: Target) -> dict[str, object]:
        """Return the parameters of a target's run: the event's, and its own, which win."""
        merged = {**self.common, **target.parameters}
        if merged.get("account") == DEFAULT_ACCOUNT:
            del merged["account"]
        return {**merged, "dry_run": True} if self.dry_run else merged


def prepare_fleet(
    operation: Operation,
    invocation: Invocation,
    raw: object,
    *,
    accounts: AccountsFile | None = None,
    may_see: MaySee = lambda _name: True,
) -> FleetRequest:
    """Validate an event with targets; each target's own values are validated by its run.

    Parameters
    ----------
    operation: the operation to run.
    invocation: the invocation it belongs to; secrets in the event are redacted from now on.
    raw: the event's parameters.
    accounts: what the accounts file has; None to read it if it is needed.
    may_see: returns whether the caller may know of an account; see
        :func:`shared.fleet.targets.read_targets`.

    Raises
    ------
    InvalidInput: the event is not valid; every error is named.
    Misconfigured: a setting that every run needs, or the accounts file, is wrong.
    """
    secrets = validation.find_secrets(raw, operation)
    for secret in secrets:
        invocation.redactor.add(secret)
    require_encodable(raw)
    require_valid_on_failure(invocation.settings)
    defaults = defaults_of(operation, invocation)
    named, errors = validation.normalize_names(raw if isinstance(raw, Mapping) else {}, operation)
    given = named.pop(TARGETS, None)
    errors += [
        f"{name}: belongs to each target, since the event has targets"
        for name in OF_A_TARGET
        if name in named
    ]
    errors += validation.field_errors(named, operation)

    def read_accounts() -> AccountsFile:
        if accounts is not None:
            return accounts
        from shared.accounts import accounts_file  # only patterns and sets need it

        return accounts_file.read_accounts(invocation.settings, invocation.runtime)

    hint = ""
    targets: Targets | None = None
    try:
        targets = read_targets(given, operation, read_accounts, may_see)
    except InvalidInput as error:
        if not errors:
            raise
        errors.append(error.message)
        hint = error.hint
    if errors or targets is None:
        raise InvalidInput("; ".join(errors), code="InvalidParameters", hint=hint or HINT)
    concurrency_given = named.pop(MAX_CONCURRENCY, None)
    concurrency = concurrency_given or defaults.get(MAX_CONCURRENCY)
    return FleetRequest(
        named,
        targets,
        concurrency if isinstance(concurrency, int) else DEFAULT_CONCURRENCY,
        concurrency_given,
        bool(secrets),
    )


def require_encodable(raw: object) -> None:
    """Reject an event that a result could not repeat, as it does with what was not started.

    Raises
    ------
    InvalidInput: it holds a value that JSON lacks, or text that UTF-8 cannot encode.
    """
    try:
        json.dumps(raw, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise InvalidInput(
            "the event holds a value that JSON in UTF-8 cannot express",
            code="NotJson",
            hint="Send the operation's parameters as one JSON object.",
        ) from None
