"""The roles of an emulated provider: who may assume them, and the temporary keys they issue."""

from __future__ import annotations

import itertools
import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal

from local.emulator.keys import Key, KeyRing

SHORTEST_SECONDS = 900
LONGEST_SECONDS = 43_200

Problem = Literal["unknown", "not_trusted", "external_id", "duration"]

_numbers = itertools.count(1)


@dataclass(slots=True)
class AssumableRole:
    """A role, or an agency, that others may assume.

    Parameters
    ----------
    account: whose role it is; what its temporary keys do is done by this account.
    trusted: the accounts whose keys may assume it.
    external_id: the one that must come along, None for none.
    longest_seconds: how long its sessions may be.
    oidc_provider: the identity provider whose tokens may assume it, None for none.
    domain: the name of its account, for Huawei Cloud's IAM.
    sessions_issued: how often it was assumed.
    """

    account: str
    trusted: AbstractSet[str] = frozenset({"default"})
    external_id: str | None = None
    longest_seconds: int = LONGEST_SECONDS
    oidc_provider: str | None = None
    domain: str | None = None
    sessions_issued: int = 0


@dataclass(frozen=True, slots=True)
class OidcToken:
    """A token that an identity provider issued.

    Parameters
    ----------
    provider: the identity provider's ARN.
    expires_at: in seconds since 1970.
    """

    provider: str
    expires_at: float = field(default=float("inf"))


def problem_of(
    role: AssumableRole | None, caller: Key, external_id: object, seconds: int
) -> Problem | None:
    """Return why keys may not assume a role for so long, None if they may."""
    if role is None:
        return "unknown"
    if caller.account not in role.trusted:
        return "not_trusted"
    if role.external_id is not None and external_id != role.external_id:
        return "external_id"
    return None if has_duration(role, seconds) else "duration"


def has_duration(role: AssumableRole, seconds: int) -> bool:
    """Return whether a role's sessions may be so long."""
    return SHORTEST_SECONDS <= seconds <= role.longest_seconds


def issue(role: AssumableRole, keys: KeyRing, prefix: str, seconds: int, now: float) -> Key:
    """Add temporary keys of a role's account to the keys that are known, and return them."""
    number = next(_numbers)
    key = Key(
        f"{prefix}examplerole{number}",
        f"exampleRoleSecret{number}",
        f"exampleRoleToken{number}",
        now + seconds,
        role.account,
    )
    keys.add(key)
    role.sessions_issued += 1
    return key


def is_policy(text: str) -> bool:
    """Return whether a text is a policy document: a JSON object with statements."""
    try:
        document: object = json.loads(text)
    except ValueError:
        return False
    return isinstance(document, dict) and isinstance(
        document.get("Statement", document.get("statement")), list
    )
