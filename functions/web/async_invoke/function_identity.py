"""Identifies the running function; validates each part of its name before using it in a URL."""

from __future__ import annotations

import re

from shared.client.endpoints import validate_endpoint
from shared.client.regions import REGION_FORMAT
from shared.errors import Misconfigured
from shared.settings import Settings

NAME = re.compile(r"[A-Za-z0-9_$][A-Za-z0-9_$.-]{0,255}")
"""Without slash, colon and question mark, so that it remains one part of a path, URN or host."""

NOT_PROVIDED_HINT = (
    "The platform does not provide it: report this with the platform and the runtime version."
)


def identifier(label: str, *candidates: object, hint: str = NOT_PROVIDED_HINT) -> str:
    """Return the first candidate that is a non-empty string.

    Parameters
    ----------
    label: its name, or that of its setting, for error messages.
    candidates: the possible values, in order of precedence.
    hint: what to do if there is none.

    Raises
    ------
    Misconfigured: there is none, or it contains invalid characters.
    """
    text = next((value for value in candidates if isinstance(value, str) and value), None)
    if text is None:
        raise Misconfigured(
            f"cannot determine {label}, which is needed to invoke this function",
            code="OwnFunctionUnknown",
            hint=hint,
        )
    if not NAME.fullmatch(text):
        raise Misconfigured(
            f"{label} contains invalid characters",
            code="OwnFunctionUnknown",
            hint=f"Correct {label}, or check what overrides it.",
        )
    return text


def region(label: str, *candidates: object, hint: str = NOT_PROVIDED_HINT) -> str:
    """Return the function's own region; parameters and errors as in :func:`identifier`."""
    text = identifier(label, *candidates, hint=hint)
    if not REGION_FORMAT.fullmatch(text):
        raise Misconfigured(
            f"{label} is not a region ID",
            code="BadRegion",
            hint=f"Correct {label}, or check what overrides it.",
        )
    return text


def endpoint(setting: str, settings: Settings, host: str) -> str:
    """Return the origin of an invoke API: the configured endpoint, else the host's.

    Raises
    ------
    Misconfigured: the configured URL is not valid, or uses http for a remote host.
    """
    value = settings.get(setting)
    return validate_endpoint(setting, value) if value else f"https://{host}"
