"""Where a run goes: region, project and the origin of each service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from shared.errors import InvalidInput, Misconfigured
from shared.models.address import NotAnAddressError, address_of
from shared.models.fields import REGION
from shared.models.operation import Operation
from shared.models.service import Service
from shared.settings import Settings

REGION_FORM = re.compile(REGION)


def region_of(
    operation: Operation,
    settings: Settings,
    *,
    event: str | None,
    default: str | None,
    fallback: str | None,
) -> str | None:
    """Return the region of a run.

    Parameters
    ----------
    operation: says which setting names the region, and the only ones it exists in.
    settings: the door.
    event: what the event names, already checked.
    default: what ``DEFAULT_PARAMETERS`` names, already checked.
    fallback: the platform's own region on its own cloud, or a profile's.

    Raises
    ------
    Misconfigured: there is none, or the settings' is no region or not one of the operation's.
    InvalidInput: the event's is not one of the operation's.
    """
    name = operation.dialect.region_setting
    configured = default or settings.get(name) or fallback
    if configured is not None and (not REGION_FORM.fullmatch(configured) or len(configured) > 64):
        raise Misconfigured(
            f"the region in the settings ({name} or the platform's own) is not a region id",
            code="BadRegion",
            hint=f"Set {name} to a region id such as cn-north-4.",
        )
    region = event or configured
    if region is None:
        if not operation.needs_region:
            return None
        raise Misconfigured(
            f"no region: {operation.id} is addressed by region",
            code="RegionMissing",
            hint=f"Give region in the event, or set {name}; looked there, in "
            "DEFAULT_PARAMETERS and at the platform's own region.",
        )
    if operation.regions and region not in operation.regions:
        overridden = any(settings.get(override) for override in operation.service.overrides)
        if not (overridden and region == configured):
            kind = InvalidInput if event else Misconfigured
            raise kind(
                f"region: {operation.service.name.upper()} exists in "
                f"{', '.join(operation.regions)} only",
                code="RegionNotServed",
                hint=f"Use one of them. For a new region set {operation.service.overrides[0]} "
                f"to its URL and {name} to its id.",
            )
    return region


def region_for(
    operation: Operation,
    settings: Settings,
    *,
    asked: str | None,
    defaults: Mapping[str, object],
    fallback: str | None,
) -> str | None:
    """Return the region of a run from its parameters and the defaults that lay under them.

    Parameters
    ----------
    operation, settings, fallback: as in :func:`region_of`, which raises what is wrong.
    asked: the parameters' region, be it the event's or the defaults'.
    defaults: what lay under the event.
    """
    laid = default_region(defaults)
    return region_of(
        operation,
        settings,
        event=None if laid is not None and asked == laid else asked,
        default=laid,
        fallback=fallback,
    )


def default_region(defaults: Mapping[str, object]) -> str | None:
    """Return the region among the defaults, which are checked already."""
    region = defaults.get("region")
    return region if isinstance(region, str) else None


def project_of(
    operation: Operation,
    settings: Settings,
    *,
    region: str | None,
    default_region: str | None,
    configured: str | None,
) -> str | None:
    """Return the Huawei project that is known for a region, None where IAM must be asked.

    A project belongs to one region, so what the settings name holds for the default region
    only, and FunctionGraph's own project for its own, which ``HUAWEICLOUD_REGION`` is taken
    to name there.

    Parameters
    ----------
    operation, settings: as in :func:`region_of`.
    region: where the run goes.
    default_region: what ``DEFAULT_PARAMETERS`` names.
    configured: the project named beside the credentials.

    Raises
    ------
    Misconfigured: the id cannot stand in a path.
    """
    if operation.dialect.provider != "huawei":
        return None
    named = default_region or settings.get(operation.dialect.region_setting)
    project: str | None = None
    if named is None or region == named:
        project = configured
    if project is None and named is not None and region == named:
        project = settings.get("RUNTIME_PROJECT_ID")
    if project is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", project):
        raise Misconfigured(
            "the project id in the settings has characters that no project id has",
            code="BadProject",
            hint="Correct HUAWEICLOUD_SDK_PROJECT_ID, or unset it to have it looked up.",
        )
    return project


def origin_of(service: Service, region: str | None, settings: Settings) -> str:
    """Return scheme and authority of a service: a setting's, else the region's own host.

    Raises
    ------
    Misconfigured: the setting's URL is none, or plain http to another machine.
    """
    for name in service.overrides:
        value = settings.get(name)
        if value:
            return checked_origin(name, value)
    return f"https://{service.host(region, settings.get)}"


@lru_cache(maxsize=64)
def checked_origin(name: str, value: str) -> str:
    """Return an endpoint override as an origin.

    Raises
    ------
    Misconfigured: not an absolute URL of a host, or http to other than a loopback host.
    """
    hint = f"Set {name} to https://host[:port]; http is taken for 127.0.0.1 and localhost only."
    try:
        address = address_of(value)
    except NotAnAddressError as error:
        raise Misconfigured(f"{name} {error}", code="BadEndpoint", hint=hint) from None
    if address.path != "/" or address.query:
        raise Misconfigured(f"{name} has a path or a query", code="BadEndpoint", hint=hint)
    return address.origin
