"""Runs an operation's flow as a named account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.accounts.identity import AccountIdentity
from shared.client.api_client import ApiClient, CallStats
from shared.errors import SyncError, Unauthenticated
from shared.models.result import Outcome

if TYPE_CHECKING:
    from shared.accounts.account import Account
    from shared.invocation import Invocation
    from shared.models.flow import Flow
    from shared.models.operation import CallContext, Operation

CALLER = "caller"
"""The key in ``data`` with who acted, if the account has a role."""


def run_with_account(
    account: Account,
    operation: Operation,
    context: CallContext,
    invocation: Invocation,
    stats: CallStats,
    flow: Flow[Outcome],
) -> Outcome:
    """Find the account's keys, assuming its role if it has one, and run a flow with them.

    Parameters
    ----------
    account: whose keys sign the requests, and no others.
    operation: the operation.
    context: region, project, trigger and time.
    invocation: the invocation that runs it.
    stats: counts what is sent.
    flow: the operation's, not started yet.

    Raises
    ------
    SyncError: the keys cannot be found, or the run failed.
    """
    identity = AccountIdentity(account, operation, context, invocation, stats)
    has_role = account.keys.role is not None
    acted = False
    try:
        identity()  # before the flow, which must not catch an error of the role
        acted = has_role
        outcome = ApiClient(operation, context, identity, invocation, stats).run(flow)
    except SyncError as error:
        if isinstance(error, Unauthenticated):
            identity.discard()
        if acted:
            error.data = {**error.data, CALLER: identity.caller}
        raise
    if not has_role:
        return outcome
    return outcome._replace(data={**outcome.data, CALLER: identity.caller})
