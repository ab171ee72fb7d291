"""Resolves where a run goes: region, project and the origin of each service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from shared.errors import InvalidInput, Misconfigured
from shared.models.address import NotAnAddressError, address_of
from shared.models.operation import Operation
from shared.models.patterns import REGION
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
    operation: its provider's region setting, and the regions where it is available.
    settings: the settings of this invocation.
    event: the event's region, already validated.
    default: the region in ``DEFAULT_PARAMETERS``, already validated.
    fallback: the platform's own region on its own cloud, or a profile's.

    Raises
    ------
    Misconfigured: there is none, or the configured one is not a region or not available.
    InvalidInput: the operation is not available in the event's region.
    """
    name = operation.dialect.region_setting
    configured = default or settings.get(name) or fallback
    if configured is not None and (not REGION_FORM.fullmatch(configured) or len(configured) > 64):
        raise Misconfigured(
            f"the configured region ({name} or the platform's own) is not a region ID",
            code="BadRegion",
            hint=f"Set {name} to a region ID such as cn-north-4.",
        )
    region = event or configured
    if region is None:
        if not operation.needs_region:
            return None
        raise Misconfigured(
            f"no region: {operation.id} requires one",
            code="RegionMissing",
            hint=f"Set region in the event or in DEFAULT_PARAMETERS, or set {name}.",
        )
    if operation.regions and region not in operation.regions:
        overridden = any(settings.get(override) for override in operation.service.overrides)
        if not (overridden and region == configured):
            kind = InvalidInput if event else Misconfigured
            raise kind(
                f"region: {operation.service.label} is only available in "
                f"{', '.join(operation.regions)}",
                code="RegionNotServed",
                hint=f"Use one of them. For a new region, set {operation.service.overrides[0]} "
                f"to its URL and {name} to its ID.",
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
    """Return the region of a run from its parameters and the defaults.

    Parameters
    ----------
    operation, settings, fallback: as in :func:`region_of`, which also raises the errors.
    asked: the region in the parameters, from the event or the defaults.
    defaults: the default parameters.
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
    """Return the region in the defaults, which are already validated."""
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
    """Return the Huawei project of a region if it is known, None if IAM must look it up.

    A project belongs to one region, so the configured one applies to the default region only,
    and FunctionGraph's own project to the function's region, which ``HUAWEICLOUD_REGION`` is
    assumed to name there.

    Parameters
    ----------
    operation, settings: as in :func:`region_of`.
    region: where the run goes.
    default_region: the region in ``DEFAULT_PARAMETERS``.
    configured: the project configured with the credentials.

    Raises
    ------
    Misconfigured: the ID is not safe in a path.
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
            "the configured project ID contains invalid characters",
            code="BadProject",
            hint="Correct HUAWEICLOUD_SDK_PROJECT_ID, or unset it so that it is looked up.",
        )
    return project


def origin_of(service: Service, region: str | None, settings: Settings) -> str:
    """Return scheme and authority of a service: the configured ones, else the region's host.

    Raises
    ------
    Misconfigured: the configured URL is not valid, or uses http for a remote host.
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
    Misconfigured: not a valid URL, or http for a remote host.
    """
    hint = f"Set {name} to https://host[:port]; http is only allowed for 127.0.0.1 and localhost."
    try:
        address = address_of(value)
    except NotAnAddressError as error:
        raise Misconfigured(f"{name} {error}", code="BadEndpoint", hint=hint) from None
    if address.path != "/" or address.query:
        raise Misconfigured(f"{name} contains a path or a query", code="BadEndpoint", hint=hint)
    return address.origin
