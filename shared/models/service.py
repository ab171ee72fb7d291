"""A provider's service: its name, its host, and the settings that override its endpoint."""

from collections.abc import Callable
from typing import NamedTuple

GetSetting = Callable[[str], "str | None"]


class Service(NamedTuple):
    """One service of a provider.

    Parameters
    ----------
    name: the provider's short name, e.g. ``ehpc``.
    label: the name in messages, e.g. ``E-HPC``.
    endpoint_settings: settings that override its URL; the first one that is set wins.
    host_of: returns the host name for a region (None for a service without regions) and the
        settings.
    """

    name: str
    label: str
    endpoint_settings: tuple[str, ...]
    host_of: Callable[[str | None, GetSetting], str]
