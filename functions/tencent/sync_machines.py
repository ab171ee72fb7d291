"""Tencent CWP ``SyncMachines``: refresh the host-security machine list.

Page: https://cloud.tencent.com/document/api/296/85754
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from functions.tencent._core_schemas import SYNC_MACHINES
from functions.tencent.provider import TENCENT
from shared import entrypoint
from shared.errors import BadResponse, Misconfigured, SyncError
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api
from shared.models.operation import CallContext, Operation
from shared.models.polling import poll_until, start_once
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.tencent.models import SyncMachinesData as Data
    from functions.tencent.models import SyncMachinesParams as Params
else:
    Data = dict

PERMISSION = "cwp:SyncMachines"

MAX_PER_SECOND = 20
"""The documented limit for this operation, per account."""

TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")
ZONE = "+08:00"
"""China Standard Time, inferred: CWP's times have no time zone."""

TERMINAL_STATES = ("FINISHED", "NOTASK")
"""Any other state, known or not, means that CWP is synchronizing."""


class State(NamedTuple):
    """CWP's state.

    Parameters
    ----------
    name: CWP's own name for it.
    started, ended: RFC 3339 with CWP's inferred time zone, None if CWP reported no time.
    """

    name: str
    started: str | None
    ended: str | None

    @property
    def in_progress(self) -> bool:
        """Whether a synchronization is in progress."""
        return self.name not in TERMINAL_STATES

    def started_after(self, earlier: State) -> bool:
        """Whether a synchronization has started since; only CWP's own times are compared."""
        return self.started is not None and self.started > (earlier.started or "")

    def data(self, *, triggered: bool | None) -> dict[str, object]:
        """Return the result's data."""
        return dict(
            Data(
                state=self.name,
                triggered=triggered,
                latest_start_time=self.started,
                latest_end_time=self.ended,
            )
        )


def host(_region: str | None, setting: GetSetting) -> str:
    """Return CWP's global host for the site that ``CWP_SITE`` names.

    Raises
    ------
    Misconfigured: there is no such site.
    """
    site = setting("CWP_SITE")
    if site not in HOSTS:
        raise Misconfigured(
            "CWP_SITE must be intl or unset",
            code="BadSetting",
            hint="Set CWP_SITE to intl for the international site, or unset it.",
        )
    return HOSTS[site]


HOSTS: Mapping[str | None, str] = {
    None: "cwp.tencentcloudapi.com",
    "intl": "cwp.intl.tencentcloudapi.com",
}
CWP = Service(name="cwp", label="CWP", endpoint_settings=("CWP_ENDPOINT_URL",), host_of=host)


def sync_machines(*, sync: bool) -> ApiCall:
    """Return ``SyncMachines``, as documented; ``Sync`` has no default, so it is always sent."""
    return ApiCall(
        service=CWP,
        action="SyncMachines",
        permission=PERMISSION,
        version="2018-02-28",
        method="POST",
        body={"Sync": sync},
        writes=sync,
        on_unknown_outcome="raise" if sync else "retry",
        max_per_second=MAX_PER_SECOND,
        dry_run_response={"State": "SYNCING" if sync else "NOTASK"},
    )


def read_state(response: ApiResponse) -> State:
    """Return the state in a response.

    Raises
    ------
    BadResponse: there is none.
    """
    name = response.body.get("State")
    if not isinstance(name, str) or not name:
        raise BadResponse(
            "CWP's response has no State",
            outcome_unknown=True,
            http_status=response.status,
            request_id=response.request_id,
            retryable=False,
        )
    started, ended = (
        read_time(response.body.get(key)) for key in ("LatestStartTime", "LatestEndTime")
    )
    return State(name, started, ended)


def read_time(value: object) -> str | None:
    """Return CWP's time as RFC 3339, None if it is empty or has another format."""
    match = TIME.fullmatch(value) if isinstance(value, str) else None
    return f"{match[1]}T{match[2]}{ZONE}" if match else None


def fetch_state() -> Flow[State]:
    """Read CWP's state."""
    return read_state((yield from call_api(sync_machines(sync=False))))


def run(params: Params, _context: CallContext) -> Flow[Outcome]:
    """Read the state, start a synchronization, and poll until it is done or the wait is over."""
    before = yield from fetch_state()
    if not params.sync:
        if before.in_progress and params.wait_seconds > 0:
            before = yield from poll_until(
                fetch_state, lambda state: not state.in_progress, params.wait_seconds
            )
        return read_only_outcome(before)
    if before.in_progress:
        return (yield from wait_for_running(before, params.wait_seconds))
    try:
        response = yield from start_once(
            sync_machines(sync=True),
            fetch_state,
            lambda state: state.in_progress or state.started_after(before),
        )
    except SyncError as error:
        triggered = None if error.may_have_been_processed else False
        error.data = error.data or before.data(triggered=triggered)
        raise
    warnings: tuple[str, ...] = ()
    last = before
    if response is not None:
        last = state_or(response, before)

    def fetch_and_remember() -> Flow[State]:
        nonlocal last
        last = yield from fetch_state()
        return last

    try:
        yield from poll_until(
            fetch_and_remember,
            lambda state: state.name == "FINISHED" and state.started_after(before),
            params.wait_seconds,
        )
    except SyncError as error:
        warnings = (f"could not read CWP's state after the start: {error.code}",)
    return outcome_after_trigger(before, last, warnings)


def status(params: Params, context: CallContext) -> Flow[Outcome]:
    """Read the state, regardless of ``sync``; wait until it is done if ``wait_seconds`` is set."""
    return run(params.model_copy(update={"sync": False}), context)


def state_or(response: ApiResponse, before: State) -> State:
    """Return the state in the response to the start, else the earlier one.

    The start was accepted, so a response without a state is not an error.
    """
    try:
        return read_state(response)
    except BadResponse:
        return before


def read_only_outcome(state: State) -> Outcome:
    """Return the outcome of ``sync: false``."""
    data = state.data(triggered=False)
    if state.name == "FINISHED":
        return Outcome(
            "succeeded", f"CWP machine list synchronized, {end_time_phrase(state)}", data
        )
    if state.name == "NOTASK":
        return Outcome("idle", "CWP: no sync in progress.", data)
    return Outcome("running", "CWP is synchronizing its machine list", data)


def wait_for_running(before: State, wait_seconds: float) -> Flow[Outcome]:
    """Wait for the synchronization that another run started, if ``wait_seconds`` is set."""
    last = before
    warnings: tuple[str, ...] = ()
    if wait_seconds > 0:
        try:
            last = yield from poll_until(
                fetch_state, lambda state: not state.in_progress, wait_seconds
            )
        except SyncError as error:
            warnings = (f"could not read CWP's state while it was synchronizing: {error.code}",)
    data = last.data(triggered=False)
    if not last.in_progress:
        return Outcome(
            "succeeded",
            f"CWP machine list synchronized by an earlier run, {end_time_phrase(last)}",
            data,
        )
    if wait_seconds > 0:
        return Outcome(
            "running", "CWP is still synchronizing; an earlier run started it", data, warnings
        )
    return Outcome("unchanged", "CWP was already synchronizing; nothing was triggered", data)


def outcome_after_trigger(before: State, last: State, warnings: tuple[str, ...]) -> Outcome:
    """Return the outcome after the start; FINISHED from an earlier run is never a success."""
    data = last.data(triggered=True)
    if last.in_progress:
        return Outcome("running", "CWP is synchronizing its machine list", data, warnings)
    if last.name == "FINISHED" and last.started_after(before):
        summary = f"CWP machine list synchronized, {end_time_phrase(last)}"
        return Outcome("succeeded", summary, data, warnings)
    return Outcome(
        "accepted", "CWP accepted the request; it does not show the new run yet", data, warnings
    )


def end_time_phrase(state: State) -> str:
    """Return the phrase that says when a synchronization ended."""
    return f"finished {state.ended}" if state.ended else "end time not reported"


OPERATION = Operation(
    id="tencent.cwp.SyncMachines",
    function="tencent-sync-machines",
    title="Refresh the host-security machine list",
    docs_url="https://cloud.tencent.com/document/api/296/85754",
    service=CWP,
    provider=TENCENT,
    params=SYNC_MACHINES,
    flow=run,
    effect="makes CWP reload the list of machines",
    needs_region=False,
    min_timeout_seconds=60,
    unknown_outcome_hint="CWP may still complete the request; the next run checks its state first.",
    supports_wait=True,
    is_read_only=lambda params: not params.sync,
    read_flow=status,
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)
