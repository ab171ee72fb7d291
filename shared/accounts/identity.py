"""What signs the requests of a run with a named account: its keys, or a session of its role."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import TYPE_CHECKING

from shared.accounts.keys import FoundKeys, discard_keys, find_keys, named
from shared.client.api_client import ApiClient, CallStats
from shared.client.role_sessions import CachedSession, RoleSessions
from shared.clock import Deadline, rfc3339
from shared.errors import Misconfigured, SyncError
from shared.models.credentials import Anonymous, Credentials
from shared.models.role import OidcIdentity, Role
from shared.models.secret import Secret

if TYPE_CHECKING:
    from shared.accounts.account import Account, OidcSource
    from shared.invocation import Invocation
    from shared.models.operation import CallContext, Operation

AHEAD_SECONDS = 5.0
"""How long a run that still has valid keys tries to get the next ones."""

MAX_SESSION_NAME = 64
MAX_TOKEN_LENGTH = 65_536
NO_KEYS = Anonymous("OpenID Connect token")
"""A role that is assumed with a token needs no keys."""


class AccountIdentity:
    """The identity of one run of a named account; called for the credentials of each request.

    Parameters
    ----------
    account: the account.
    operation: the operation to run.
    context: region and project, for the request that assumes the role.
    invocation: the invocation it belongs to.
    stats: counts what is sent; requests to the provider's STS are no attempts.

    Attributes
    ----------
    caller: who acts with the role: as the provider reports it, else the role that was assumed;
        None before that.
    """

    def __init__(
        self,
        account: Account,
        operation: Operation,
        context: CallContext,
        invocation: Invocation,
        stats: CallStats,
    ) -> None:
        self.caller: str | None = None
        self._account = account
        self._operation = operation
        self._context = context
        self._invocation = invocation
        self._stats = stats
        self._keys: FoundKeys | None = None
        self._session: CachedSession | None = None

    def __call__(self, clock_offset: float = 0.0) -> Credentials:
        """Return the credentials for the next request.

        Parameters
        ----------
        clock_offset: how many seconds the provider's clock was found to be ahead; 0 if it was
            not found to be wrong.

        Raises
        ------
        SyncError: there are none; no others are used instead.
        """
        role = self._account.keys.role
        try:
            if role is None:
                return self._own_keys().credentials
            return self._role_keys(role, clock_offset)
        except SyncError as error:
            raise named(self._account, error) from None

    def discard(self) -> None:
        """Forget the cached keys, which the provider does not accept: the next run gets others."""
        if self._session is not None and (role := self._account.keys.role) is not None:
            sessions = self._invocation.runtime.state(RoleSessions)
            sessions.discard(self._key_of(role), self._session)
        elif self._keys is not None:
            keys = self._keys.credentials
            discard_keys(self._account, self._operation, self._invocation, keys)

    def _own_keys(self) -> FoundKeys:
        """Return the account's keys, or those that its role is assumed with."""
        if self._keys is None:
            self._keys = find_keys(self._account, self._operation, self._invocation)
            self._use(self._keys.credentials)
        return self._keys

    def _role_keys(self, role: Role, clock_offset: float) -> Credentials:
        clock = self._invocation.runtime.clock
        session = self._invocation.runtime.state(RoleSessions).get(
            self._key_of(role),
            assume=lambda usable: self._assume(role, ahead=usable > 0),
            clock=clock,
            deadline=self._invocation.deadline,
            clock_offset=clock_offset or None,
        )
        if session is not self._session:
            self._session = session
            self.caller = session.session.caller or role.qualified_name
            self._use(session.session.credentials)
        return session.session.credentials

    def _use(self, found: Credentials) -> None:
        self._invocation.redactor.add_credentials(found)
        self._invocation.logger.bind(identity=found.source, access_key=found.masked_id)

    def _key_of(self, role: Role) -> Hashable:
        """Return what a session belongs to: the role, and who assumes it."""
        oidc = self._account.keys.oidc
        holder = self._own_keys().holder if oidc is None else oidc
        return (self._operation.provider.name, role, holder)

    def _assume(self, role: Role, *, ahead: bool) -> CachedSession:
        """Assume the role, and return the session.

        Parameters
        ----------
        role: the role, without its token.
        ahead: whether the run could do with the session that there is.
        """
        invocation, operation = self._invocation, self._operation
        assume_role = operation.provider.assume_role
        if assume_role is None:
            raise Misconfigured(
                f"roles of provider {operation.provider.name} cannot be assumed",
                code="NoRoles",
                hint="Give the account keys instead of a role, in the accounts file.",
            )
        keys: Credentials = NO_KEYS
        if (oidc := self._account.keys.oidc) is not None:
            role = role._replace(oidc=self._oidc_identity(oidc))
        else:
            keys = self._own_keys().credentials
        if ahead:
            seconds = min(AHEAD_SECONDS, invocation.deadline.remaining() / 2)
            limit = Deadline(invocation.runtime.clock, seconds + Deadline.MARGIN_SECONDS)
            invocation = invocation.replace(deadline=limit)
        name = session_name(operation.function, invocation.invocation_id)
        try:
            client = ApiClient(operation, self._context, keys, invocation, self._stats)
            session = client.run(assume_role(role, name, self._context))
        except SyncError as error:
            if ahead:
                invocation.logger.log(
                    "warning",
                    "the assumed role's keys could not be renewed ahead of time",
                    {"category": error.category, "code": error.code},
                )
            raise
        source = f"role of account {self._account.name}"
        session = session._replace(credentials=session.credentials._replace(source=source))
        invocation.redactor.add_credentials(session.credentials)
        invocation.logger.log(
            "info",
            "role assumed",
            {
                "session": name,
                "acting_as": session.caller,
                "access_key": session.credentials.masked_id,
                "expires_at": rfc3339(session.expires_at),
            },
        )
        return CachedSession(session, client.provider_clock_offset())

    def _oidc_identity(self, oidc: OidcSource) -> OidcIdentity:
        """Return who assumes the role with a token, which is read each time: it is renewed.

        Raises
        ------
        Misconfigured: the token cannot be read.
        """
        token = ""
        try:
            with open(oidc.token_file, encoding="ascii") as file:
                token = file.read(MAX_TOKEN_LENGTH + 1).strip()
        except (OSError, ValueError):
            pass
        if not token or len(token) > MAX_TOKEN_LENGTH or not token.isprintable():
            raise Misconfigured(
                "the file in oidc_token_file has no token that can be read",
                code="NoOidcToken",
                hint="Check the path, and that the platform mounts the token there.",
            )
        secret = Secret(token)
        self._invocation.redactor.add(secret)
        return OidcIdentity(oidc.provider, secret)


def session_name(function: str, invocation_id: str | None) -> str:
    """Return the name of a session: who ran, as the provider's audit log shows it.

    Parameters
    ----------
    function: the function's name.
    invocation_id: the platform's ID of the invocation, None without a platform.
    """
    identifier = re.sub(r"[^A-Za-z0-9.@_-]", "-", invocation_id or "local")[:36]
    return f"{function[: MAX_SESSION_NAME - 1 - len(identifier)]}-{identifier}"
