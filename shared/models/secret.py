"""A value that must never be printed."""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """Holds one secret text and shows it only to who calls :meth:`reveal`.

    Its ``repr``, ``str`` and ``format`` are three stars and it can be neither
    serialized nor pickled, so a secret that ends up in a log line, a traceback
    or a result by mistake is not there to read.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself; call this only where it is signed or sent."""
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
