"""What a function has besides its code and configuration: timers, retries and a URL."""

from __future__ import annotations

from typing import NamedTuple


class Timer(NamedTuple):
    """A timer of a function.

    Parameters
    ----------
    name: its name, unique in the function.
    cron: when it fires, in the platform's own syntax.
    message: what it passes to the function: the parameters as JSON text.
    enabled: whether it fires.
    id: the platform's own identifier, if it has one; not compared.
    """

    name: str
    cron: str
    message: str
    enabled: bool = True
    id: str = ""


class Retries(NamedTuple):
    """What the platform does when an asynchronous run, such as a timer's, fails.

    Parameters
    ----------
    attempts: how many times it runs the event again.
    max_age_seconds: how long it keeps an event that it could not run.
    failed_events: where it keeps an event afterwards, as the description names it; empty for
        nowhere, or, of a function that is wanted, for wherever it is.
    """

    attempts: int
    max_age_seconds: int
    failed_events: str = ""


class HttpUrl(NamedTuple):
    """A URL at which a function answers HTTP requests from anywhere.

    Parameters
    ----------
    authorized: whether the platform itself turns away callers that it does not authorize; where it
        does not, the function has to.
    group: the gateway's group of APIs that the URL belongs to; empty where there are none.
    differs: what else is not as a deployment makes it, for people; empty if nothing is.
    url: the address; empty if it is not known yet. Not compared.
    name, id: the platform's own identifiers, if it has any; not compared.
    """

    authorized: bool
    group: str = ""
    differs: str = ""
    url: str = ""
    name: str = ""
    id: str = ""

    @property
    def compared(self) -> HttpUrl:
        """The URL without what is not compared."""
        return self._replace(url="", name="", id="")
