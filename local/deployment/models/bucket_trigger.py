"""The bucket whose new objects call a function, and how a platform lets it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from local.deployment.models.function_parts import Retries
from shared.models.flow import Flow
from shared.models.operation import CallContext


class BucketTrigger(NamedTuple):
    """A trigger by which a bucket calls a function.

    Parameters
    ----------
    bucket: the bucket's name.
    events: what it reports, in the platform's own words; sorted.
    prefix, suffix: how the keys of the objects begin and end that it reports; empty for any.
    enabled: whether it calls.
    own: whether it has the name that a deployment gives its triggers; not compared.
    name, id: the platform's own identifiers; not compared.
    """

    bucket: str
    events: tuple[str, ...]
    prefix: str = ""
    suffix: str = ""
    enabled: bool = True
    own: bool = False
    name: str = ""
    id: str = ""

    @property
    def compared(self) -> BucketTrigger:
        """The trigger without what is not compared."""
        return self._replace(own=False, name="", id="")

    @property
    def text(self) -> str:
        """The trigger for people."""
        parts = [self.bucket, " and ".join(self.events)]
        if self.prefix:
            parts.append(f"prefix {self.prefix}")
        if self.suffix:
            parts.append(f"suffix {self.suffix}")
        return ", ".join(parts if self.enabled else [*parts, "off"])


LOST = "then an event is lost: set failed_events"


class BucketTriggers(NamedTuple):
    """How a platform lets a bucket call functions.

    Parameters
    ----------
    events: what a trigger reports unless the description says otherwise: new objects.
    retries: what is set for such functions, which no later tick repeats.
    unkept: what becomes of an event whose retries failed too, for people, where the description
        names no place for it.
    put: creates a trigger of the function of that name in place of an old one, if there is one.
    delete: deletes a trigger; not an error if there is none, or no such function.
    """

    events: tuple[str, ...]
    retries: Retries
    unkept: str
    put: Callable[[str, BucketTrigger, BucketTrigger | None, CallContext], Flow[None]]
    delete: Callable[[str, BucketTrigger, CallContext], Flow[None]]
