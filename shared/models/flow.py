"""The interface between an operation and the API client.

An operation is a generator. It yields an :class:`ApiCall` and receives an
:class:`ApiResponse`, or yields a :class:`Sleep` and receives whether there was time left.
The client throws a :class:`shared.errors.SyncError` into it if a call fails.
"""

from collections.abc import Callable, Generator, Mapping
from typing import Any, Literal, NamedTuple, TypeVar, cast

from shared.errors import SyncError
from shared.models.http import QueryParams

GetSetting = Callable[[str], "str | None"]


class Service(NamedTuple):
    """One service of a provider.

    Parameters
    ----------
    name: the provider's short name, e.g. ``ehpc``.
    label: the name in messages, e.g. ``E-HPC``.
    endpoint_settings: settings that override its URL; the first one that is set wins.
    host_of: returns the host name for a region (None for a service without regions) and the
        settings.
    """

    name: str
    label: str
    endpoint_settings: tuple[str, ...]
    host_of: Callable[[str | None, GetSetting], str]


OnUnknownOutcome = Literal["retry", "raise", "fail"]


class ApiCall(NamedTuple):
    """One request of an operation, before it is addressed and signed.

    Parameters
    ----------
    service: the service that it is sent to.
    action: the provider's name for the operation; the ``X-…-Action`` header if there is one.
    method, path, query: as in the provider's documentation, not encoded.
    version: the API version, if the provider's requests name one.
    headers: documented headers, in addition to those of all the provider's requests.
    body: an object, which may hold ``Secret`` values, and which the provider encodes: as JSON, or
        Alibaba Cloud as a form; None for an empty body.
    writes: whether it changes something at the provider.
    on_unknown_outcome: what to do if no response came, so that the request may have been
        processed: ``retry`` the call, ``raise`` the error in the operation, or ``fail`` the run.
    on_connection_error: overrides ``on_unknown_outcome`` if the connection or the response broke;
        ``retry_once`` retries once.
    read_timeout: seconds to wait for the whole response.
    max_per_second: maximum requests per second, per process and identity; None for no limit.
    cache_if: returns whether a successful response may be cached for later runs of this process;
        None never.
    secret_fields: where the response body has secrets, as paths of keys; they are redacted from
        then on.
    dry_run_response: the response body that a dry run uses, since it sends nothing.
    permission: the permission that the caller's identity needs, as the provider names it.
    is_optional: whether the flow goes on without a response: the call is sent at most twice, each
        time for at most a quarter of the time that is left.
    """

    service: Service
    action: str
    method: str
    path: str = "/"
    query: QueryParams = ()
    version: str = ""
    headers: QueryParams = ()
    body: Mapping[str, object] | None = None
    writes: bool = False
    on_unknown_outcome: OnUnknownOutcome = "retry"
    on_connection_error: Literal["retry", "raise", "fail", "retry_once"] | None = None
    read_timeout: float = 10.0
    max_per_second: int | None = None
    cache_if: "Callable[[ApiResponse], bool] | None" = None
    secret_fields: tuple[tuple[str, ...], ...] = ()
    dry_run_response: Any = None
    permission: str = ""
    is_optional: bool = False


class Sleep(NamedTuple):
    """A request to sleep.

    Parameters
    ----------
    seconds: how long.
    max_total_seconds: maximum seconds for all sleeps of the run, counted from the first one.
    """

    seconds: float
    max_total_seconds: float


class ApiResponse(NamedTuple):
    """A provider's successful response.

    Parameters
    ----------
    body: the decoded JSON, None for an empty body.
    status: HTTP status.
    request_id: the provider's ID of the request, if known.
    after_unknown_outcome: whether the outcome of an earlier attempt is unknown.
    received_at: when it was received, RFC 3339; None if nothing was sent.
    """

    body: Any
    status: int = 200
    request_id: str | None = None
    after_unknown_outcome: bool = False
    received_at: str | None = None

    def __repr__(self) -> str:
        return f"ApiResponse(status={self.status}, request_id={self.request_id!r})"


T = TypeVar("T")
Flow = Generator[ApiCall | Sleep, Any, T]


def call_api(call: ApiCall) -> Flow[ApiResponse]:
    """Send one call and return its response; raises the error that the client throws."""
    return cast("ApiResponse", (yield call))


def sleep(seconds: float, max_total_seconds: float) -> Flow[bool]:
    """Sleep for ``seconds``; return False, immediately, if there is no time left for it."""
    return cast("bool", (yield Sleep(seconds, max_total_seconds)))


def optional(flow: Flow[T]) -> Flow[T]:
    """Run a flow whose calls are all optional, see :class:`ApiCall`; return what it returns."""
    step = next(flow)
    while True:
        if isinstance(step, ApiCall):
            step = step._replace(is_optional=True)
        reply: Any = None
        failure: SyncError | None = None
        try:
            reply = yield step
        except SyncError as error:
            failure = error
        try:
            step = flow.send(reply) if failure is None else flow.throw(failure)
        except StopIteration as stop:
            return cast("T", stop.value)
