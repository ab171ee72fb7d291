"""The interface between an operation and the driver.

An operation is a generator. It yields a :class:`Call` and receives an
:class:`Answer`, or yields a :class:`Pause` and receives whether there was time left.
The driver throws a :class:`shared.errors.SyncError` into it if a call fails.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, Literal, TypeVar, cast

from shared.models.service import Service
from shared.models.value import Value
from shared.models.wire import Pairs

OnLost = Literal["repeat", "ask", "stop"]


class Call(Value):
    """One request of an operation, before it is addressed and signed.

    Parameters
    ----------
    service: the provider's service that it goes to.
    action: the provider's name of the operation; the ``X-…-Action`` header if there is one.
    method, path, query: as on the provider's page, not encoded.
    version: the API version, if the provider's requests name one.
    headers: headers of the page, in addition to the provider's usual ones.
    body: a JSON object, which may hold ``Secret`` values; None for an empty body.
    writes: whether it changes something at the provider.
    on_lost: what to do after a lost response: ``repeat`` the call, ``ask`` the operation (the
        error is thrown into it), or ``stop`` (the run ends).
    on_reset: the same if the response was not lost to a timeout; ``once`` repeats once.
    read_timeout: seconds to wait for the whole response.
    rate: maximum requests per second, per process and identity; None for no limit.
    cached: whether a successful response may be cached for later runs of this process.
    stand_in: the response body that a dry run uses instead of sending the request.
    permission: the permission that the caller's identity needs, as the provider names it.
    """

    service: Service
    action: str
    method: str
    path: str = "/"
    query: Pairs = ()
    version: str = ""
    headers: Pairs = ()
    body: Mapping[str, object] | None = None
    writes: bool = False
    on_lost: OnLost = "repeat"
    on_reset: Literal["repeat", "ask", "stop", "once"] | None = None
    read_timeout: float = 10.0
    rate: int | None = None
    cached: bool = False
    stand_in: Any = None
    permission: str = ""


class Pause(Value):
    """A request to sleep.

    Parameters
    ----------
    seconds: how long.
    within: maximum seconds for all pauses of the run, counted from the first one.
    """

    seconds: float
    within: float


class Answer(Value):
    """A provider's successful response.

    Parameters
    ----------
    body: the decoded JSON, None for an empty body.
    status: HTTP status.
    request_id: the provider's ID of the request, if known.
    after_lost: whether a response to an earlier attempt was lost.
    """

    body: Any
    status: int = 200
    request_id: str | None = None
    after_lost: bool = False

    def __repr__(self) -> str:
        return f"Answer(status={self.status}, request_id={self.request_id!r})"


T = TypeVar("T")
Steps = Generator[Call | Pause, Any, T]


def ask(call: Call) -> Steps[Answer]:
    """Yield one call and return its answer; raises the error that the driver throws."""
    return cast("Answer", (yield call))


def pause(seconds: float, within: float) -> Steps[bool]:
    """Sleep for ``seconds``; return False, immediately, if there is no time left for it."""
    return cast("bool", (yield Pause(seconds, within)))
