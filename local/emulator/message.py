"""A received request, with what was done with it, and a reply."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Pairs = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Received:
    """One request as received, and what the emulator did with it.

    Parameters
    ----------
    service: the emulated service it reached, e.g. ``cwp``.
    method, path, raw_query: from the request line, percent-encoded as they came.
    query: the decoded name and value pairs, in the order they came.
    headers: with lower-case names; the values of a repeated header joined by commas.
    body: the bytes as they came.
    time: seconds since 1970 by this machine's clock, not by the emulated one.
    connection: a number for each connection, to tell a kept one from a new one.
    action: the provider's name of the operation, if it could be determined.
    account: the account of the key that it was signed with, empty if it was not accepted.
    accepted: whether signature, time, nonce and token passed.
    processed: whether the emulated service did the work.
    status: the HTTP status of the answer; None if none was sent.
    code: the provider's error code in the answer, if it was one.
    fault: the name of the fault injected into this request, if any.
    """

    service: str
    method: str
    path: str
    raw_query: str = field(default="", repr=False)
    query: Pairs = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    time: float = field(default=0.0, repr=False)
    connection: int = 0
    action: str = ""
    account: str = ""
    accepted: bool = False
    processed: bool = False
    status: int | None = None
    code: str | None = None
    fault: str | None = None

    @property
    def authorization(self) -> str | None:
        """The ``Authorization`` header, None if there was none."""
        return self.headers.get("authorization")

    def json(self) -> Any:
        """Return the body's JSON; raises ``ValueError`` if it is not JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """One response before it is sent.

    Parameters
    ----------
    status: HTTP status.
    body: the bytes to send.
    headers: besides ``Date``, ``Content-Length`` and ``Content-Type``.
    content_type: None to send none.
    code: the provider's error code, for the journal.
    """

    status: int = 200
    body: bytes = b""
    headers: Pairs = ()
    content_type: str | None = "application/json"
    code: str | None = None

    def with_headers(self, *pairs: tuple[str, str]) -> Reply:
        """Return the same reply with more headers."""
        return replace(self, headers=self.headers + pairs)


def to_json(value: object) -> bytes:
    """Return compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Journal:
    """The requests received so far, in order; safe to read while more arrive.

    Parameters
    ----------
    keep: how many at most; the oldest are dropped, so that a long run fits in memory.
    """

    def __init__(self, keep: int = 100_000) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._entries: list[Received] = []

    def add(self, request: Received) -> None:
        """Append one request."""
        with self._lock:
            self._entries.append(request)
            if len(self._entries) >= 2 * self._keep:
                del self._entries[: -self._keep]

    def all(self) -> list[Received]:
        """Return a copy of the list as it is now."""
        with self._lock:
            return self._entries[-self._keep :]

    def of(self, service: str, action: str | None = None) -> list[Received]:
        """Return the requests to one service, and of one action if it is given."""
        return [
            entry
            for entry in self.all()
            if entry.service == service and (action is None or entry.action == action)
        ]

    def clear(self) -> None:
        """Remove all of them."""
        with self._lock:
            self._entries.clear()

    def __iter__(self) -> Iterator[Received]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self.all())

    def __getitem__(self, index: int) -> Received:
        return self.all()[index]
