"""Finds known values for an operation's parameters: tasks and regions in the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shared.client.regions import resolve_region
from shared.errors import SyncError
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.operation_request import defaults_of

MayUse = Callable[["str | None"], bool]
"""Returns whether the caller may do anything with the operation in a region."""


def known_values(
    operation: Operation, invocation: Invocation, may_use: MayUse
) -> dict[str, list[str]]:
    """Return the known values of each parameter that the caller may use.

    An invalid setting is ignored here; a run reports it.

    Parameters
    ----------
    operation: the operation.
    invocation: the invocation, for its settings.
    may_use: whether the caller may use a region.
    """
    default = default_region(operation, invocation)
    listed: dict[str, list[str]] = {}
    regions = dict.fromkeys((*operation.regions, *([default] if default else [])))
    for name, value, region in values_from_settings(operation, invocation):
        if may_use(region or default):
            listed.setdefault(name, []).append(value)
            regions |= {region: None} if region else {}
    usable = [region for region in regions if may_use(region)]
    return {**listed, **({"region": usable} if usable else {})}


def values_from_settings(
    operation: Operation, invocation: Invocation
) -> Iterator[tuple[str, str, str | None]]:
    """Yield each value that a setting lists: the parameter, the value, and its region if known."""
    get = invocation.settings.get
    for name, source in (operation.listed_values or {}).items():
        try:
            values = list(source.values(get))
        except SyncError:
            continue
        for value in values:
            defaults = (
                operation.defaults_from_settings({name: value}, get)
                if operation.defaults_from_settings
                else {}
            )
            region = defaults.get("region")
            yield name, value, region if isinstance(region, str) else None


def default_region(operation: Operation, invocation: Invocation) -> str | None:
    """Return the default region of a run, None if there is none."""
    try:
        return resolve_region(
            operation,
            invocation.settings,
            requested=None,
            defaults=defaults_of(operation, invocation),
            fallback=invocation.platform_region(operation),
        )
    except SyncError:
        return None
