"""The one door settings are read through.

They are read anew at every invocation and never kept: function platforms change the
environment of a warm process between two of them, and all of them rotate keys.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from shared.models.secret import Secret
from shared.settings.definitions import ALIASES, ALL_NAMES, DEFAULTS, SECRETS, SETTINGS

Lookup = Callable[[str], "str | None"]
"""The value of a name in one place, or None."""


class Source(NamedTuple):
    """One place settings come from.

    Parameters
    ----------
    label: what people call it.
    values: the settings of the table that have a value there.
    lookup: asks it for any other name; deployers may choose some.
    """

    label: str
    values: Mapping[str, str]
    lookup: Lookup

    def __repr__(self) -> str:
        return f"Place({self.label})"  # some of the values are secrets


def make_source(label: str, raw: Mapping[str, Any], lookup: Lookup) -> Source:
    """Return a place of settings.

    An empty value counts as unset. Surrounding whitespace is removed: consoles and files tend to
    add a line break to a pasted value.

    Parameters
    ----------
    label, lookup: as in :class:`Source`.
    raw: the values by the names in the table; anything that is not a string is ignored.
    """
    values = {
        name: text
        for name, value in raw.items()
        if isinstance(value, str) and (text := value.strip())
    }
    for other, name in ALIASES.items():
        if other in values:
            values.setdefault(name, values[other])
    return Source(label, values, lookup)


def environment_source(environ: Mapping[str, str] = os.environ) -> Source:
    """Return the process environment, or a mapping in its place, as a place of settings."""
    return make_source(
        "environment",
        {name: environ[name] for name in ALL_NAMES.intersection(environ)},
        environ.get,
    )


class Settings:
    """The door to the settings of one call; of several places the first with a value wins.

    Parameters
    ----------
    places: in the order they are asked.
    """

    __slots__ = ("_places", "_values")

    def __init__(self, *places: Source) -> None:
        self._places = places
        self._values: dict[str, str] = {}
        for each in reversed(places):
            self._values.update(each.values)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read from the process environment only, or from another mapping in its place."""
        return cls(environment_source(environ))

    def get(self, name: str) -> str | None:
        """Return the value of a setting, its default, or None when there is neither.

        Raises KeyError for a name that is not in the table and TypeError for a secret
        setting, which :meth:`secret` reads: both are defects of the caller.
        """
        if name in SECRETS:
            msg = f"{name} is secret: read it with secret()"
            raise TypeError(msg)
        return self._values.get(name, DEFAULTS[name])

    def secret(self, name: str) -> Secret | None:
        """Return the wrapped value of a secret setting, or None.

        Raises KeyError for a name that is not in the table and TypeError for a setting that
        is not marked secret: its value would be missing from :meth:`secrets`.
        """
        if not SETTINGS[name].secret:
            msg = f"{name} is not marked secret: mark it, or read it with get()"
            raise TypeError(msg)
        value = self._values.get(name)
        return Secret(value) if value else None

    def secret_value(self, name: str) -> str | None:
        """Return the value of a secret setting, or None; errors as in :meth:`secret`."""
        secret = self.secret(name)
        return secret.get_secret_value() if secret is not None else None

    def secret_by_name(self, name: str) -> Secret | None:
        """Return the value of a name that the deployer chose, wrapped, or None.

        Other settings refer to such names (the storage keys of a task, the URL of a
        notification), so they need not be in the table.
        """
        if name in SETTINGS:
            value = self._values.get(name)
        else:
            asked = (each.lookup(name) for each in self._places)
            value = next((text for told in asked if told and (text := told.strip())), None)
        return Secret(value) if value else None

    def source_of(self, name: str) -> str | None:
        """Return the label of the place a setting's value comes from; None if it is not set.

        Raises KeyError for a name that is not in the table.
        """
        row = SETTINGS[name]
        for each in self._places:
            if row.name in each.values:
                return each.label
        return None

    def secrets(self) -> list[Secret]:
        """Return the value of every secret setting that is set, to be redacted in outputs."""
        return [Secret(self._values[name]) for name in SECRETS & self._values.keys()]

    def __repr__(self) -> str:
        return f"Settings({', '.join(each.label for each in self._places)})"
