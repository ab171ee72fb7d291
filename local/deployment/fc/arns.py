"""The resource names (ARNs) of Alibaba Cloud that a function's configuration has."""

from __future__ import annotations

from local.caller_identity import alibaba as find_account
from shared.models.flow import Flow
from shared.models.operation import CallContext


def role_name(arn: object) -> str | None:
    """Return the name of the role in ``acs:ram::<account>:role/<name>``, None for no role."""
    return str(arn).rpartition("/")[2] if arn else None


def role_arn(name: str | None, context: CallContext) -> Flow[str]:
    """Return the ARN of a role of the account whose keys these are, empty for no role."""
    if name is None:
        return ""
    account = yield from find_account(None, context)
    return f"acs:ram::{account.data['account_id']}:role/{name}"


def place_of(context: CallContext) -> Flow[str]:
    """Return region and account as resource names have them."""
    account = yield from find_account(None, context)
    return f"{context.region}:{account.data['account_id']}"
