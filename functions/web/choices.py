"""The values that the function knows for an operation's parameters: tasks and regions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from shared import validation
from shared.arrival import Visit, own_cloud
from shared.client.endpoints import region_for
from shared.errors import SyncError
from shared.models.operation import Operation

MayUse = Callable[["str | None"], bool]
"""Whether the caller may do anything with the operation in a region."""


def choices(operation: Operation, visit: Visit, may_use: MayUse) -> dict[str, list[str]]:
    """Return known values by parameter, only those that the caller may use.

    A setting that is wrong offers nothing here; a run reports it.

    Parameters
    ----------
    operation: whose parameters.
    visit: holds the settings.
    may_use: decides by region.
    """
    default = default_region(operation, visit)
    found: dict[str, list[str]] = {}
    regions = dict.fromkeys((*operation.regions, *([default] if default else [])))
    for name, value, region in listed(operation, visit):
        if may_use(region or default):
            found.setdefault(name, []).append(value)
            regions |= {region: None} if region else {}
    known = [region for region in regions if may_use(region)]
    return {**found, **({"region": known} if known else {})}


def listed(operation: Operation, visit: Visit) -> Iterator[tuple[str, str, str | None]]:
    """Yield each value that a setting lists: the parameter, the value, its region if known."""
    get = visit.settings.get
    for name, source in (operation.listed or {}).items():
        try:
            values = list(source.values(get))
        except SyncError:
            continue
        for value in values:
            beside = operation.lay_under({name: value}, get) if operation.lay_under else {}
            region = beside.get("region")
            yield name, value, region if isinstance(region, str) else None


def default_region(operation: Operation, visit: Visit) -> str | None:
    """Return the region of a run that names none, None if there is none."""
    settings = visit.settings
    cloud = own_cloud(operation, visit.platform, visit.context, settings)
    try:
        defaults: Mapping[str, object] = validation.parse_defaults(
            settings.get("DEFAULT_PARAMETERS"), operation
        )
        return region_for(
            operation, settings, asked=None, defaults=defaults, fallback=cloud.get("region")
        )
    except SyncError:
        return None
