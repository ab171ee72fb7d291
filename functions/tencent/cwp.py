"""Tencent's host security service (CWP): its hosts, its state, and one of its synchronizations.

CWP synchronizes its list of machines and its list of assets in the same way: a request with
``Sync: true`` starts it, and one with ``Sync: false`` returns its state.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from shared.errors import BadResponse, Misconfigured
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api
from shared.models.provider_errors import as_text

VERSION = "2018-02-28"
MAX_PER_SECOND = 20
"""The documented limit for each action, per account."""

TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")
ZONE = "+08:00"
"""China Standard Time, inferred: CWP's times have no time zone."""

IN_PROGRESS = "SYNCING"
TERMINAL_STATES = ("FINISHED", "NOTASK")
"""Any other state, known or not, means that CWP is synchronizing."""


class State(NamedTuple):
    """CWP's state.

    Parameters
    ----------
    name: CWP's own name for it.
    started, ended: RFC 3339 with CWP's inferred time zone, None if CWP reported no time.
    read_at: when it was read, RFC 3339; None in a dry run.
    task_id: CWP's number for the task, None if it reported none.
    """

    name: str
    started: str | None
    ended: str | None
    read_at: str | None = None
    task_id: int | None = None

    @property
    def in_progress(self) -> bool:
        """Whether a synchronization is in progress."""
        return self.name not in TERMINAL_STATES

    def started_after(self, earlier: State) -> bool:
        """Whether a synchronization has started since; only CWP's own times are compared."""
        return self.started is not None and self.started > (earlier.started or "")

    @property
    def is_known(self) -> bool:
        """Whether CWP documents the state."""
        return self.name == IN_PROGRESS or self.name in TERMINAL_STATES


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


class Synchronization(NamedTuple):
    """One of the lists that CWP synchronizes.

    Parameters
    ----------
    action: CWP's name for the operation.
    subject: what is synchronized, for sentences.
    has_task_id: whether CWP documents a task ID in the response.
    """

    action: str
    subject: str
    has_task_id: bool = False

    def request(self, *, sync: bool) -> ApiCall:
        """Return the request; ``Sync`` is always sent, since only some actions have a default."""
        return ApiCall(
            service=CWP,
            action=self.action,
            permission=f"cwp:{self.action}",
            version=VERSION,
            method="POST",
            body={"Sync": sync},
            writes=sync,
            on_unknown_outcome="raise" if sync else "retry",
            max_per_second=MAX_PER_SECOND,
            dry_run_response={"State": IN_PROGRESS if sync else "NOTASK"},
        )

    def fetch(self) -> Flow[State]:
        """Read the state."""
        return read_state((yield from call_api(self.request(sync=False))))


def read_state(response: ApiResponse) -> State:
    """Return the state in a response.

    Raises
    ------
    BadResponse: there is none.
    """
    name = as_text(response.body.get("State"))
    if not name:
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
    task_id = response.body.get("TaskId")
    return State(
        name,
        started,
        ended,
        response.received_at,
        task_id if type(task_id) is int else None,  # True is an int too
    )


def read_time(value: object) -> str | None:
    """Return CWP's time as RFC 3339, None if it is empty or has another format."""
    match = TIME.fullmatch(value) if isinstance(value, str) else None
    return f"{match[1]}T{match[2]}{ZONE}" if match else None
