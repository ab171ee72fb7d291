"""The language an operation speaks: calls and pauses out, answers in.

An operation is a generator. It yields a :class:`Call` and receives an
:class:`Answer`, or yields a :class:`Pause` and receives whether time was left.
The driver throws a :class:`shared.errors.SyncError` into it when a call fails.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, Literal, TypeVar, cast

from shared.models.service import Service
from shared.models.value import Value
from shared.models.wire import Pairs

OnLost = Literal["repeat", "ask", "stop"]


class Call(Value):
    """One request an operation wants sent, before it is addressed and signed.

    Parameters
    ----------
    service: which of the provider's services it goes to.
    action: the provider's name of the operation; the ``X-…-Action`` header where there is one.
    permission: what the caller's identity must be allowed to do, as the provider names it.
    method, path, query: as on the provider's page, in plain text.
    version: the API version where the provider sends one.
    headers: what the page wants sent beside the provider's usual headers.
    body: a JSON object, which may hold ``Secret`` values; None for an empty body.
    writes: whether it changes something at the provider.
    on_lost: what a lost answer means: ``repeat`` it, ``ask`` the operation (the error is
        thrown into it), or ``stop`` (the run ends).
    on_reset: the same for an answer lost otherwise than by a time-out; ``once`` repeats once.
    read_timeout: seconds to wait for the whole answer.
    rate: at most so many a second, per process and identity; None for no limit.
    cached: whether a good answer may be kept for later runs of this process (look-ups only).
    stand_in: the answer's body that a dry run hands back instead of sending.
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
    """A wish to wait.

    Parameters
    ----------
    seconds: how long.
    within: the whole time, from the first pause on, that pauses of this run may take.
    """

    seconds: float
    within: float


class Answer(Value):
    """A provider's good answer.

    Parameters
    ----------
    body: the decoded JSON, None for an empty body.
    status: HTTP status.
    request_id: the provider's id of the request, if it named one.
    after_lost: whether an earlier answer to the same call was lost.
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
    """Yield one call and return its answer; raises what the driver throws."""
    return cast("Answer", (yield call))


def pause(seconds: float, within: float) -> Steps[bool]:
    """Wait for ``seconds``; False, at once, when no time is left for it."""
    return cast("bool", (yield Pause(seconds, within)))
