"""The temporary keys of assumed roles, for the life of the process.

A session is read as one immutable tuple, so its key ID, secret and token always belong together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import timedelta
from typing import NamedTuple

from shared.client.refresh_cache import RefreshCache
from shared.clock import Clock, Deadline
from shared.errors import BadResponse
from shared.models.role import RoleSession

AHEAD_SECONDS = 300.0
"""With less time left a session is replaced, while it can still be used if that fails."""

RESERVE_SECONDS = 60.0
"""In its last minute a session is not used any more: a request could arrive after its end."""


class CachedSession(NamedTuple):
    """A session, and what is known of the clock that its expiry is about.

    Parameters
    ----------
    session: the session.
    clock_offset: how many seconds the provider's clock was ahead of ours when it was assumed.
    """

    session: RoleSession
    clock_offset: float = 0.0

    def seconds_left(self, clock: Clock, clock_offset: float | None = None) -> float:
        """Return for how many seconds the session is valid.

        Parameters
        ----------
        clock: ours.
        clock_offset: how many seconds the provider's clock is ahead now; None for as many as
            when it was assumed.
        """
        offset = self.clock_offset if clock_offset is None else clock_offset
        providers_now = clock.now() + timedelta(seconds=offset)
        return (self.session.expires_at - providers_now).total_seconds()


class RoleSessions:
    """The sessions by role and by who assumed it."""

    def __init__(self) -> None:
        self._cache: RefreshCache[CachedSession] = RefreshCache(AHEAD_SECONDS, RESERVE_SECONDS)

    def get(
        self,
        key: Hashable,
        *,
        assume: Callable[[float], CachedSession],
        clock: Clock,
        deadline: Deadline,
        clock_offset: float | None = None,
    ) -> CachedSession:
        """Return a session that has more than a minute left, assuming the role if necessary.

        One thread assumes it; the others wait, or use the old session while it is valid.

        Parameters
        ----------
        key: the role, and who assumes it.
        assume: returns a new session; called with how long the old one can still be used, in
            seconds, 0 if it cannot.
        clock: ours.
        deadline: how long to wait for another thread.
        clock_offset: as in :meth:`CachedSession.seconds_left`.

        Raises
        ------
        SyncError: the role could not be assumed, here or in the thread that did it.
        BadResponse: the new session would already be in its last minute.
        """

        def assume_valid(usable_seconds: float) -> CachedSession:
            cached = assume(usable_seconds)
            if cached.seconds_left(clock) <= RESERVE_SECONDS:
                raise BadResponse(
                    "the session of the assumed role expires within a minute",
                    code="SessionExpiresTooSoon",
                    hint="Check this machine's clock and the account's duration_seconds.",
                )
            return cached

        return self._cache.get(
            key,
            refresh=assume_valid,
            seconds_left=lambda cached: cached.seconds_left(clock, clock_offset),
            remaining=deadline.remaining,
            monotonic=clock.monotonic,
        )

    def discard(self, key: Hashable, session: CachedSession) -> None:
        """Forget a session that the provider does not accept."""
        self._cache.discard(key, lambda cached: cached is session)
