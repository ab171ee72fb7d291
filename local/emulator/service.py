"""What every emulated service implements, and how it rejects a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from local.emulator.keys import Key
from local.emulator.message import Received, Reply


class Refusal(Exception):
    """A rejection, before it is rendered in the provider's format.

    Parameters
    ----------
    code: the provider's error code.
    message: its text.
    status: its HTTP status.
    headers: more response headers, e.g. how long to wait.
    details: more fields of the response, where a provider has any.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int,
        headers: tuple[tuple[str, str], ...] = (),
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.headers = headers
        self.details = details or {}


class Service(Protocol):
    """One emulated service of a provider, behind one port."""

    @property
    def name(self) -> str:
        """The short name, as in :meth:`Emulator.url`."""

    def action(self, request: Received) -> str:
        """Return the name of the requested operation, empty if it is not known."""

    def authenticate(self, request: Received, now: float) -> Key:
        """Return the key that signed the request; raises :class:`Refusal`."""

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Do the work and return the documented response; raises :class:`Refusal`."""

    def failure(self, code: str, message: str | None = None, status: int | None = None) -> Refusal:
        """Return the provider's error with that code; text and status from its own table."""

    def throttled(self, retry_after: float | None = None) -> Refusal:
        """Return the provider's error for too many requests, seconds to wait in its header."""

    def refuse(self, refusal: Refusal) -> Reply:
        """Return the rejection in the provider's format, with a request ID."""
