"""Reads the settings, the single access point for all of them.

They are read again at every invocation and never cached: function platforms rotate keys, and
change the environment of a warm process between two invocations.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from shared.models.secret import Secret
from shared.settings.definitions import ALIASES, ALL_NAMES, DEFAULTS, SECRETS, SETTINGS

Lookup = Callable[[str], "str | None"]
"""Returns the value of a name in one source, or None."""


class Source(NamedTuple):
    """One source of settings.

    Parameters
    ----------
    label: its name, for people.
    values: the values of the defined settings that are set in it.
    lookup: returns the value of any other name, since deployers may choose some names.
    """

    label: str
    values: Mapping[str, str]
    lookup: Lookup

    def __repr__(self) -> str:
        return f"Source({self.label})"  # some of the values are secrets


def make_source(label: str, raw: Mapping[str, Any], lookup: Lookup) -> Source:
    """Return a source of settings.

    An empty value counts as unset. Surrounding whitespace is removed: consoles and files tend to
    add a line break to a pasted value.

    Parameters
    ----------
    label, lookup: as in :class:`Source`.
    raw: the values by name; anything that is not a string is ignored.
    """
    values = {
        name: text
        for name, value in raw.items()
        if isinstance(value, str) and (text := clean_text(value))
    }
    for other, name in ALIASES.items():
        if other in values:
            values.setdefault(name, values[other])
    return Source(label, values, lookup)


def clean_text(value: str) -> str:
    """Return a value without surrounding whitespace, as text that UTF-8 can encode.

    Python reads a byte of the environment that is not UTF-8 as half a surrogate pair.
    """
    text = value.strip()
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def environment_source(environ: Mapping[str, str] = os.environ) -> Source:
    """Return the process environment, or a mapping that replaces it, as a source of settings."""
    return make_source(
        "environment",
        {name: environ[name] for name in ALL_NAMES.intersection(environ)},
        environ.get,
    )


class Settings:
    """The settings of one invocation; the first source that has a value wins.

    Parameters
    ----------
    sources: in order of precedence.
    """

    __slots__ = ("_sources", "_values")

    def __init__(self, *sources: Source) -> None:
        self._sources = sources
        self._values: dict[str, str] = {}
        for each in reversed(sources):
            self._values.update(each.values)

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the process environment only, or a mapping that replaces it."""
        return cls(environment_source(environ))

    def get(self, name: str) -> str | None:
        """Return the value of a setting, its default, or None if there is neither.

        Raises KeyError for an undefined setting and TypeError for a secret one, which
        :meth:`secret` reads: both are bugs of the caller.
        """
        if name in SECRETS:
            msg = f"{name} is secret: read it with secret()"
            raise TypeError(msg)
        return self._values.get(name, DEFAULTS[name])

    def secret(self, name: str) -> Secret | None:
        """Return the wrapped value of a secret setting, or None.

        Raises KeyError for an undefined setting and TypeError for one that is not marked secret:
        its value would be missing from :meth:`secrets`.
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
        notification), so they need not be defined here.
        """
        if name in SETTINGS:
            value = self._values.get(name)
        else:
            raw = (each.lookup(name) for each in self._sources)
            value = next((text for each in raw if each and (text := clean_text(each))), None)
        return Secret(value) if value else None

    def source_of(self, name: str) -> str | None:
        """Return the label of the source of a setting's value, None if it is not set.

        Raises KeyError for an undefined setting.
        """
        row = SETTINGS[name]
        for each in self._sources:
            if row.name in each.values:
                return each.label
        return None

    def secrets(self) -> list[Secret]:
        """Return what is to be redacted: all secret settings, and the proxy's password."""
        found = [Secret(self._values[name]) for name in SECRETS & self._values.keys()]
        proxy = self._values.get("HTTPS_PROXY", "")
        if "@" in proxy:
            from shared.settings.url_password import url_passwords  # most proxies have none

            found += url_passwords(proxy)
        return found

    def __repr__(self) -> str:
        return f"Settings({', '.join(each.label for each in self._sources)})"
