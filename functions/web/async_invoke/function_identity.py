"""Identifies the running function; validates each part of its name before using it in a URL."""

from __future__ import annotations

import re

from shared.client.endpoints import validate_endpoint
from shared.client.regions import REGION_FORMAT
from shared.errors import Misconfigured
from shared.settings import Settings

NAME = re.compile(r"[A-Za-z0-9_$][A-Za-z0-9_$.-]{0,255}")
"""Without slash, colon and question mark, so that it stays one part of a path, URN or host."""


NOT_PROVIDED_HINT = (
    "The platform does not provide it: report this with the platform and the runtime version."
)


def identifier(what: str, *found: object, hint: str = NOT_PROVIDED_HINT) -> str:
    """Return the first non-empty string of the given values.

    Parameters
    ----------
    what: what it is, or the setting that holds it, for people.
    found: the possible values, in order of precedence.
    hint: what to do if there is none.

    Raises
    ------
    Misconfigured: there is none, or it contains invalid characters.
    """
    text = next((value for value in found if isinstance(value, str) and value), None)
    if text is None:
        raise Misconfigured(
            f"cannot determine {what}, which is needed to invoke this function",
            code="OwnFunctionUnknown",
            hint=hint,
        )
    if not NAME.fullmatch(text):
        raise Misconfigured(
            f"{what} contains invalid characters",
            code="OwnFunctionUnknown",
            hint=f"Correct {what}, or check what overrides it.",
        )
    return text


def region(what: str, *found: object, hint: str = NOT_PROVIDED_HINT) -> str:
    """Return the function's own region; parameters and errors as in :func:`part`."""
    text = identifier(what, *found, hint=hint)
    if not REGION_FORMAT.fullmatch(text):
        raise Misconfigured(
            f"{what} is not a region ID",
            code="BadRegion",
            hint=f"Correct {what}, or check what overrides it.",
        )
    return text


def endpoint(setting: str, settings: Settings, host: str) -> str:
    """Return scheme and authority of an invoke API: the configured ones, else the host's.

    Raises
    ------
    Misconfigured: the configured URL is not valid, or uses http for a remote host.
    """
    value = settings.get(setting)
    return validate_endpoint(setting, value) if value else f"https://{host}"
