"""The state that the invocations of one warm process share."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from os import urandom
from random import random
from typing import TYPE_CHECKING, Any, TypeVar

from shared.client.rate_limit import RateLimiter
from shared.client.transport import HttpTransport
from shared.clock import Clock
from shared.models.http import Transport
from shared.runtime.replay_cache import ReplayCache
from shared.runtime.response_cache import ResponseCache
from shared.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

NetworkSettings = tuple[str | None, str | None, str | None]
StateT = TypeVar("StateT")
TransportFactory = Callable[[str | None, str | None, str | None], Transport]


def new_nonce() -> str:
    """Return 128 random bits in hexadecimal."""
    return urandom(16).hex()


class Runtime:
    """The execution environment: created once per process, used by all its invocations.

    Parameters
    ----------
    environ: the process environment; None for the real one, read at each invocation.
    home: the directory of the vendors' profile files; None for the user's home directory.
    clock, random, nonce: the time, a random number (0 to 1), a new nonce.
    transport_factory: creates a transport from ``SSL_CERT_FILE``, ``HTTPS_PROXY`` and
        ``NO_PROXY``.

    Attributes
    ----------
    rate_limiter, response_cache, replay_cache: rate limits, cached responses, message IDs seen.
    warned_once: the once-per-process warnings that have already been logged, each account's own.
    cold: whether no run has finished yet.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        home: Path | None = None,
        clock: Clock | None = None,
        random: Callable[[], float] = random,
        nonce: Callable[[], str] = new_nonce,
        transport_factory: TransportFactory = HttpTransport,
    ) -> None:
        self.environ = environ
        self.home = home
        self.clock = clock or Clock()
        self.random = random
        self.nonce = nonce
        self.transport_factory = transport_factory
        self.rate_limiter = RateLimiter()
        self.response_cache = ResponseCache()
        self.replay_cache = ReplayCache()
        self.warned_once: set[str] = set()
        self.cold = True
        self._transports: dict[NetworkSettings, Transport] = {}
        self._states: dict[type[Any], Any] = {}

    @property
    def current_environ(self) -> Mapping[str, str]:
        """The process environment, or the mapping that replaces it."""
        return os.environ if self.environ is None else self.environ

    def with_environ(self, environ: Mapping[str, str]) -> Runtime:
        """Return a runtime with another environment that shares everything else."""
        other = Runtime(
            environ=environ,
            home=self.home,
            clock=self.clock,
            random=self.random,
            nonce=self.nonce,
            transport_factory=self.transport_factory,
        )
        other.rate_limiter = self.rate_limiter
        other.response_cache = self.response_cache
        other.replay_cache = self.replay_cache
        other.warned_once = self.warned_once
        other.cold = self.cold
        other._transports = self._transports
        other._states = self._states
        return other

    def state(self, kind: type[StateT]) -> StateT:
        """Return the one object of a class that this process keeps, created when first needed.

        For what most runs do without, such as the sessions of assumed roles.
        """
        found: StateT | None = self._states.get(kind)
        # One of two threads that create it wins, and both get that one.
        return self._states.setdefault(kind, kind()) if found is None else found

    def transport(self, settings: Settings) -> Transport:
        """Return the pooled transport for the current network settings."""
        key = (
            settings.get("SSL_CERT_FILE"),
            settings.get("HTTPS_PROXY"),
            settings.get("NO_PROXY"),
        )
        transport = self._transports.get(key)
        if transport is None:
            # Of two threads, one stores its transport, and both use that.
            transport = self._transports.setdefault(key, self.transport_factory(*key))
        return transport
