"""Resolves the region of a run and, for a provider that has them, the region's project."""

from __future__ import annotations

import re
from collections.abc import Mapping

from shared.errors import InvalidInput, Misconfigured
from shared.models.operation import Operation
from shared.models.patterns import REGION
from shared.settings import Settings

REGION_FORMAT = re.compile(REGION)
MAX_REGION_LENGTH = 64
PROJECT_FORMAT = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"


def resolve_region(
    operation: Operation,
    settings: Settings,
    *,
    requested: str | None,
    defaults: Mapping[str, object],
    fallback: str | None,
    of_account: str | None = None,
) -> str | None:
    """Return the region of a run.

    Parameters
    ----------
    operation: its provider's region setting, and the regions where it is available.
    settings: the settings of this invocation.
    requested: the region in the validated parameters, from the event or from the defaults.
    defaults: the default parameters, already validated.
    fallback: the platform's own region on its own cloud, or a profile's.
    of_account: the default region of a named account; takes precedence over the settings.

    Raises
    ------
    Misconfigured: there is none, or the configured one is not a region or not available.
    InvalidInput: the operation is not available in the event's region.
    """
    default = default_region(defaults)
    from_event = None if default is not None and requested == default else requested
    name = operation.provider.region_setting
    configured = default or of_account or settings.get(name) or fallback
    if configured is not None and (
        not REGION_FORMAT.fullmatch(configured) or len(configured) > MAX_REGION_LENGTH
    ):
        raise Misconfigured(
            f"the configured region ({name} or the platform's own) is not a region ID",
            code="BadRegion",
            hint=f"Set {name} to a region ID such as cn-north-4.",
        )
    region = from_event or configured
    if region is None:
        if not operation.needs_region:
            return None
        raise Misconfigured(
            f"no region: {operation.id} requires one",
            code="RegionMissing",
            hint=f"Set region in the event or in DEFAULT_PARAMETERS, or set {name}.",
        )
    if operation.regions and region not in operation.regions:
        overridden = any(settings.get(override) for override in operation.service.endpoint_settings)
        if not (overridden and region == configured):
            error_class = InvalidInput if from_event else Misconfigured
            raise error_class(
                f"region: {operation.service.label} is only available in "
                f"{', '.join(operation.regions)}",
                code="RegionNotServed",
                hint="Use one of them. For a new region, set "
                f"{operation.service.endpoint_settings[0]} to its URL and {name} to its ID.",
            )
    return region


def default_region(defaults: Mapping[str, object]) -> str | None:
    """Return the region in the default parameters, None if they have none."""
    region = defaults.get("region")
    return region if isinstance(region, str) else None


def resolve_project(
    operation: Operation,
    settings: Settings,
    *,
    region: str | None,
    defaults: Mapping[str, object],
    configured: str | None,
) -> str | None:
    """Return the project of a region, None if it must be looked up at the provider.

    A project belongs to one region, so the configured one applies to the default region only.
    So does the function's own project, since the region setting is assumed to name the
    function's region there.

    Parameters
    ----------
    operation: its provider's settings.
    settings: the settings of this invocation.
    region: the run's region.
    defaults: the default parameters, already validated.
    configured: the project configured with the credentials.

    Raises
    ------
    Misconfigured: the ID is not safe in a path.
    """
    provider = operation.provider
    if provider.project_setting is None:
        return None
    default = default_region(defaults) or settings.get(provider.region_setting)
    project = configured if default is None or region == default else None
    if (
        project is None
        and default is not None
        and region == default
        and provider.own_project_setting
    ):
        project = settings.get(provider.own_project_setting)
    if project is not None and not re.fullmatch(PROJECT_FORMAT, project):
        raise Misconfigured(
            "the configured project ID contains invalid characters",
            code="BadProject",
            hint=f"Correct {provider.project_setting}, or unset it so that it is looked up.",
        )
    return project
