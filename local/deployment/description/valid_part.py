"""The part of a description that has the right shape, so that its other faults are named too."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from local.deployment.description.document import DeploymentDocument

PLACEHOLDER_NAME = "unnamed"

Location = tuple[int | str, ...]


def valid_part(raw: Mapping[str, Any], error: ValidationError) -> DeploymentDocument | None:
    """Return a description without the tables that the model refused; None if none is left.

    A function with a refused value is left out as a whole, and so is a platform with one of its
    own: what else would be said of them could be wrong.

    Parameters
    ----------
    raw: the content of the file.
    error: what the model says about it.
    """
    rest = deepcopy(dict(raw))
    for each in error.errors(include_input=False, include_url=False, include_context=False):
        leave_out(rest, each["loc"])
    try:
        return DeploymentDocument.model_validate(rest)
    except ValidationError:
        return None  # no platform is left, or one without functions


def leave_out(rest: dict[str, Any], location: Location) -> None:
    """Remove the function, the platform or the key that a location is in."""
    match location:
        case ("platforms", platform, "functions", function, *_) if function != "[key]":
            table = rest["platforms"].get(platform, {})
            table.get("functions", {}).pop(function, None)
            if not table.get("functions") and "web" not in table:
                rest["platforms"].pop(platform, None)
        case ("platforms", platform, *_):
            rest["platforms"].pop(platform, None)
        case ("name", *_):
            rest["name"] = PLACEHOLDER_NAME
        case (key, *_):
            rest.pop(str(key), None)
