"""A provider's service: its name, its host, and which settings may name another."""

from __future__ import annotations

from collections.abc import Callable

from shared.models.value import Value

ReadSetting = Callable[[str], "str | None"]


class Service(Value):
    """One service of a provider.

    Parameters
    ----------
    name: the provider's short name, e.g. ``ehpc``.
    label: the name in messages, e.g. ``E-HPC``.
    overrides: settings that may hold another URL; the first one that is set wins.
    host: from the region (None for a service without regions) and the settings to the host name.
    """

    name: str
    label: str
    overrides: tuple[str, ...]
    host: Callable[[str | None, ReadSetting], str]
