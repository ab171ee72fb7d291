"""Which function this is: the parts of its own name, checked before they go into an address."""

from __future__ import annotations

import re

from shared.errors import Misconfigured
from shared.settings import Settings
from shared.target import REGION_FORM, checked_origin

NAME = re.compile(r"[A-Za-z0-9_$][A-Za-z0-9_$.-]{0,255}")
"""No slash, no colon, no query: a part stays one part of a path, a URN or a host."""


UNTOLD = "Report it with the platform's name and the runtime's version: its context lacks it."


def part(what: str, *found: object, hint: str = UNTOLD) -> str:
    """Return the first text among what the platform told.

    Parameters
    ----------
    what: what it is, or the setting it stands in, for people.
    found: the places' values, in the order they are asked.
    hint: what to do where there is none.

    Raises
    ------
    Misconfigured: there is none, or it has characters that no such name has.
    """
    text = next((value for value in found if isinstance(value, str) and value), None)
    if text is None:
        raise Misconfigured(
            f"{what} is not known, so the function cannot name itself to its platform",
            code="OwnFunctionUnknown",
            hint=hint,
        )
    if not NAME.fullmatch(text):
        raise Misconfigured(
            f"{what} has characters that no such name has",
            code="OwnFunctionUnknown",
            hint=f"Correct {what}, or look what overwrites it.",
        )
    return text


def region(what: str, *found: object, hint: str = UNTOLD) -> str:
    """Return the function's own region; parameters and errors as in :func:`part`."""
    text = part(what, *found, hint=hint)
    if not REGION_FORM.fullmatch(text):
        raise Misconfigured(
            f"{what} is not a region id",
            code="BadRegion",
            hint=f"Correct {what}, or look what overwrites it.",
        )
    return text


def origin(setting: str, settings: Settings, host: str) -> str:
    """Return scheme and authority of an invoke API: the setting's, else the host's.

    Raises
    ------
    Misconfigured: the setting's URL is none, or plain http to another machine.
    """
    value = settings.get(setting)
    return checked_origin(setting, value) if value else f"https://{host}"
