"""The one door settings are read through.

They are read anew at every invocation and never kept: function platforms change the
environment of a warm process between two of them, and all of them rotate keys.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from shared.models.secret import Secret
from shared.settings.table import SECRETS, SETTINGS, Setting

Lookup = Callable[[str], "str | None"]
"""One place settings come from: the value of a name there, or None."""


def environment(environ: Mapping[str, str]) -> tuple[str, Lookup]:
    """Return the process environment, or a mapping in its place, as a place of settings.

    Which names are set is seen at once: one call of a function asks for forty settings, most of
    which are not set, and for those ``os.environ`` takes its time.
    """
    return "environment", among(frozenset(environ), environ)


def among(names: frozenset[str], environ: Mapping[str, str]) -> Lookup:
    """Return a look-up that asks a mapping only for the names that it has."""
    return lambda name: environ.get(name) if name in names else None


class Settings:
    """The door: reads settings from several places, the first that has a value wins.

    An empty value is an unset one. Surrounding whitespace does not belong to a value:
    consoles and files tend to add a line break when one pastes.

    Parameters
    ----------
    sources: places in the order they are asked, each a label for people and a look-up.
    names: every name that has a value in any of them, None where that is not known.
    """

    __slots__ = ("_names", "_sources")

    def __init__(
        self, sources: Sequence[tuple[str, Lookup]], names: frozenset[str] | None = None
    ) -> None:
        self._sources = tuple(sources)
        self._names = names

    @classmethod
    def of_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read from the process environment only, or from another mapping in its place."""
        names = frozenset(environ)
        return cls((("environment", among(names, environ)),), names)

    def get(self, name: str) -> str | None:
        """Return the value of a setting, its default, or None when there is neither.

        Raises KeyError for a name that is not in the table and TypeError for a secret
        setting, which :meth:`secret` reads: both are defects of the caller.
        """
        row = SETTINGS[name]
        if row.secret:
            msg = f"{name} is secret: read it with secret()"
            raise TypeError(msg)
        return self._value(row)

    def secret(self, name: str) -> Secret | None:
        """Return the wrapped value of a secret setting, or None.

        Raises KeyError for a name that is not in the table and TypeError for a setting that
        is not marked secret: its value would be missing from :meth:`secrets`.
        """
        row = SETTINGS[name]
        if not row.secret:
            msg = f"{name} is not marked secret: mark it, or read it with get()"
            raise TypeError(msg)
        value = self._value(row)
        return Secret(value) if value else None

    def secret_called(self, name: str) -> Secret | None:
        """Return the value of a name that the deployer chose, wrapped, or None.

        Other settings refer to such names (the storage keys of a task, the URL of a
        notification), so they are in no table.
        """
        found = self._found(name, ())
        return Secret(found[1]) if found else None

    def where(self, name: str) -> str | None:
        """Return the label of the place a setting's value comes from; None if it is not set.

        Raises KeyError for a name that is not in the table.
        """
        found = self._found(name, SETTINGS[name].also)
        return found[0] if found else None

    def secrets(self) -> list[Secret]:
        """Return the value of every secret setting that is set, to be scrubbed from outputs."""
        known = self._names
        rows = SECRETS if known is None else [row for row in SECRETS if row.name in known]
        values = [self._found(row.name, ()) for row in rows]
        return [Secret(found[1]) for found in values if found]

    def _value(self, row: Setting) -> str | None:
        found = self._found(row.name, row.also)
        return found[1] if found else row.default or None

    def _found(self, name: str, also: tuple[str, ...]) -> tuple[str, str] | None:
        """Return the first place that has a value for a name, and the value."""
        for label, lookup in self._sources:
            value = lookup(name)
            if value and (value := value.strip()):
                return label, value
            for other in also:
                value = lookup(other)
                if value and (value := value.strip()):
                    return label, value
        return None

    def __repr__(self) -> str:
        return f"Settings({', '.join(label for label, _ in self._sources)})"
