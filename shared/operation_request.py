"""Prepares the request to an operation: parameters, defaults, region, project and credentials.

All triggers use :func:`prepare`, so each setting is read once per request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from shared import validation
from shared.client import credentials
from shared.client.regions import resolve_project, resolve_region
from shared.errors import Misconfigured
from shared.invocation import DEFAULT_ACCOUNT, Invocation
from shared.models.operation import CallContext, Operation
from shared.models.secret import Secret
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.accounts.account import Account
    from shared.accounts.lookup import MayUse
    from shared.models.parameters import CommonParams

Action = Literal["plan", "status", "run"]
OwnIdentity = credentials.ResolvedCredentials | Misconfigured
OWN_IDENTITY = (credentials.ResolvedCredentials, Misconfigured)


class OperationRequest:
    """A request to an operation, validated; nothing has been sent yet.

    Parameters
    ----------
    raw: the caller's parameters as they arrived, without defaults.
    params: the validated parameters, merged with the defaults.
    context: region, project, trigger and time.
    action: what it does: ``plan`` (a dry run), ``status`` (only reads) or ``run``.
    identity: the function's own credentials, or why there are none: a dry run needs none. For a
        named account the account, whose keys are found when they are needed.
    """

    def __init__(
        self,
        raw: Mapping[str, object],
        params: Any,
        context: CallContext,
        action: Action,
        identity: OwnIdentity | Account,
    ) -> None:
        self.raw = raw
        self.params = params
        self.context = context
        self.action = action
        self.identity = identity

    @property
    def account(self) -> str:
        """The account's name, ``default`` for the function's own."""
        identity = self.identity
        return DEFAULT_ACCOUNT if isinstance(identity, OWN_IDENTITY) else identity.name

    @property
    def region(self) -> str | None:
        """The region, None if the operation has none."""
        return self.context.region

    def as_dry_run(self) -> OperationRequest:
        """Return the same request as a dry run."""
        params = self.params.model_copy(update={"dry_run": True})
        return OperationRequest(self.raw, params, self.context, "plan", self.identity)


def prepare(
    operation: Operation,
    invocation: Invocation,
    raw: object,
    *,
    may_use_account: MayUse | None = None,
) -> OperationRequest:
    """Validate raw parameters, and resolve account, region, project and credentials.

    Parameters
    ----------
    operation: the operation to run.
    invocation: the invocation it belongs to.
    raw: the caller's parameters; secrets in them are redacted from now on.
    may_use_account: which accounts an error message may name to the caller; None for all.

    Raises
    ------
    InvalidInput: the parameters are not valid; every error is named. Or the account is unknown.
    Misconfigured: a setting that every run needs is wrong or missing.
    """
    settings, redactor = invocation.settings, invocation.redactor
    for secret in validation.find_secrets(raw, operation):
        redactor.add(secret)
    require_valid_on_failure(settings)
    defaults = defaults_of(operation, invocation)
    if operation.defaults_from_settings is not None and isinstance(raw, Mapping):
        named, _ = validation.normalize_names(raw, operation)
        listed = operation.defaults_from_settings({**defaults, **named}, settings.get)
        defaults = {**defaults, **listed}
    params: CommonParams = validation.parse_parameters(raw, defaults, operation)
    for value in vars(params).values():
        if isinstance(value, Secret):
            redactor.add(value)
    invocation.account = params.account or DEFAULT_ACCOUNT
    invocation.logger.bind(account=invocation.account)
    identity: OwnIdentity | Account
    if invocation.account == DEFAULT_ACCOUNT:
        identity = find_identity(operation, invocation)
    else:
        from shared.accounts.lookup import find_account  # only if a run names one

        identity = find_account(
            invocation.account,
            operation.provider.name,
            invocation,
            may_use=may_use_account,
            configured=not (isinstance(raw, Mapping) and "account" in raw),
        )
    return OperationRequest(
        raw=raw if isinstance(raw, Mapping) else {},
        params=params,
        context=resolve_target(operation, invocation, params, defaults, identity),
        action=action_of(operation, params),
        identity=identity,
    )


def requested_account(operation: Operation, invocation: Invocation, raw: object) -> str:
    """Return the account that raw parameters name, or the defaults; not validated yet.

    Raises
    ------
    Misconfigured: ``DEFAULT_PARAMETERS`` is not valid for this operation.
    """
    value = raw.get("account") if isinstance(raw, Mapping) else None
    if value is None:
        value = defaults_of(operation, invocation).get("account")
    return value if isinstance(value, str) else DEFAULT_ACCOUNT


def defaults_of(operation: Operation, invocation: Invocation) -> Mapping[str, object]:
    """Return the operation's defaults in ``DEFAULT_PARAMETERS``; read once per invocation.

    Raises
    ------
    Misconfigured: the setting is not valid for this operation.
    """
    cached = invocation.defaults
    if operation.id not in cached:
        text = invocation.settings.get("DEFAULT_PARAMETERS")
        cached[operation.id] = validation.parse_defaults(text, operation)
    return cached[operation.id]


def require_valid_on_failure(settings: Settings) -> None:
    """Reject an invalid ``ON_FAILURE`` before anything is sent.

    Raises
    ------
    Misconfigured: it is neither ``raise`` nor ``return``.
    """
    if settings.get("ON_FAILURE") not in {None, "raise", "return"}:
        raise Misconfigured(
            "ON_FAILURE is neither raise nor return",
            code="BadSetting",
            hint="Set ON_FAILURE to raise or return, or unset it.",
        )


def find_identity(operation: Operation, invocation: Invocation) -> OwnIdentity:
    """Return the function's own credentials for an operation, or why there are none."""
    try:
        identity = credentials.resolve(
            operation.provider.name,
            invocation.settings,
            role=invocation.role_keys if invocation.is_own_cloud_of(operation) else None,
            on_platform=invocation.on_platform,
            home=invocation.runtime.home,
        )
    except Misconfigured as error:
        return error
    invocation.redactor.add_credentials(identity.credentials)
    invocation.logger.bind(
        identity=identity.credentials.source, access_key=identity.credentials.masked_id
    )
    return identity


def resolve_target(
    operation: Operation,
    invocation: Invocation,
    params: CommonParams,
    defaults: Mapping[str, object],
    identity: OwnIdentity | Account,
) -> CallContext:
    """Return the region and the project of a run.

    Parameters
    ----------
    operation: the operation to run.
    invocation: the invocation it belongs to.
    params: the validated parameters.
    defaults: the default parameters that they were merged with.
    identity: the credentials, whose source may name a region or a project, or the account.

    Raises
    ------
    InvalidInput: the operation is not available in the given region.
    Misconfigured: a region is required and there is none, or a setting is wrong.
    """
    settings = invocation.settings
    account = None if isinstance(identity, OWN_IDENTITY) else identity
    resolved = identity if isinstance(identity, credentials.ResolvedCredentials) else None
    region = resolve_region(
        operation,
        settings,
        requested=params.region,
        defaults=defaults,
        of_account=account.regions[0] if account is not None and account.regions else None,
        fallback=invocation.platform_region(operation) or (resolved.region if resolved else None),
    )
    invocation.logger.bind(region=region)
    project_id: str | None = None
    if account is not None:
        # A configured project is the function's own account's.
        project_id = account.projects.get(region or "")
    elif (setting := operation.provider.project_setting) is not None:
        project_id = resolve_project(
            operation,
            settings,
            region=region,
            defaults=defaults,
            configured=resolved.project_id if resolved else settings.get(setting),
        )
    return CallContext(
        region=region,
        project_id=project_id,
        trigger=invocation.trigger,
        now=invocation.runtime.clock.now(),
        account=params.account,
        max_calls_per_second=params.max_calls_per_second,
    )


def action_of(operation: Operation, params: CommonParams) -> Action:
    """Return what a run with these parameters does."""
    if params.dry_run:
        return "plan"
    is_read_only = operation.is_read_only
    return "status" if is_read_only is not None and is_read_only(params) else "run"
