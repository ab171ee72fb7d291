"""The log of a function, and the service of a platform that keeps it.

A deployment names a log that exists, as it names roles: it makes none, and removes none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from local.deployment.models.place import Place


class FunctionLog(NamedTuple):
    """Where the log of a function is kept.

    Parameters
    ----------
    group: the project of SLS by its name, or the log set of CLS or the log group of LTS by its ID.
    stream: in it, the logstore of SLS by its name, or the topic of CLS or the log stream of LTS by
        its ID.
    group_name, stream_name: the names of what has an ID, where the platform takes them besides;
        not compared, since no platform reports them.
    """

    group: str
    stream: str
    group_name: str = ""
    stream_name: str = ""

    @property
    def compared(self) -> FunctionLog:
        """The log without what is not compared."""
        return self._replace(group_name="", stream_name="")

    @property
    def text(self) -> str:
        """The log for people."""
        return f"{self.group}/{self.stream}"


class LogService(NamedTuple):
    """The service of a platform that keeps logs.

    Parameters
    ----------
    label: its name for people, e.g. ``SLS``.
    is_default: whether it keeps the log of a function that names none, too.
    place: returns where a person finds a log, from the region and the log.
    """

    label: str
    is_default: bool
    place: Callable[[str, FunctionLog], Place]
