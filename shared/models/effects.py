"""What is known about a run's effect, in every operation's ``data.verified``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from shared.models.documents import Verified
else:
    Verified = dict

Effect = Literal["seen", "not_seen", "cannot_be_known"]
"""``seen``: the provider shows that what was requested is so. ``not_seen``: it shows that it is
not so, or not yet. ``cannot_be_known``: it does not show it, or could not be asked."""


def verified(effect: Effect, by: Iterable[str], at: str | None) -> Verified:
    """Return ``data.verified``: whether the effect is there, and how that is known.

    Parameters
    ----------
    effect: what the provider's state shows.
    by: the actions of the requests that were asked, in order.
    at: when the last of them was answered, RFC 3339; None in a dry run.
    """
    return Verified(effect=effect, by=list(dict.fromkeys(by)), at=at)
