"""A value that must never be printed."""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """Wraps a secret, which only :meth:`get_secret_value` returns.

    Its ``repr``, ``str`` and ``format`` are three asterisks, and it can be neither serialized nor
    pickled, so that a secret cannot be read in a log line, a traceback or a result.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def get_secret_value(self) -> str:
        """Return the secret itself; only for signing and sending."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> NoReturn:
        msg = "a Secret cannot be pickled or copied"
        raise TypeError(msg)
