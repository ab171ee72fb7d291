"""Tencent CWP ``SyncMachines``: refresh the host-security machine list.

Page: https://cloud.tencent.com/document/api/296/85754
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.tencent._core_schemas import SYNC_MACHINES
from functions.tencent.cwp import CWP, Synchronization
from functions.tencent.machine_counts import NOT_COUNTED, Counted, count_machines, unprotected
from functions.tencent.provider import TENCENT
from functions.tencent.synchronization import reading_only, synchronize
from shared import entrypoint
from shared.errors import SyncError
from shared.models.flow import Flow
from shared.models.operation import CallContext, Operation
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.tencent.models import SyncMachinesParams as Params

MACHINES = Synchronization("SyncMachines", "machine list")


def run(params: Params, _context: CallContext) -> Flow[Outcome]:
    """Read the state, start a synchronization, poll until it is done, and count the machines."""
    state = yield from MACHINES.fetch()
    before = NOT_COUNTED
    if params.sync:
        before = yield from count_machines()
    try:
        progress = yield from synchronize(
            MACHINES, state, sync=params.sync, wait_seconds=params.wait_seconds
        )
    except SyncError as error:
        if error.data:
            error.data = with_counts(error.data, before, NOT_COUNTED)
        raise
    after = NOT_COUNTED
    if progress.is_done:
        after = yield from count_machines()
    data = with_counts(progress.data, before, after)
    found = "".join(f"; {item['name']} are not protected" for item in data["attention"])
    return Outcome(
        progress.status,
        progress.summary.removesuffix(".") + found if found else progress.summary,
        data,
        (*progress.warnings, *before.warnings, *after.warnings),
        (*before.hints, *after.hints),
    )


def with_counts(data: Any, before: Counted, after: Counted) -> dict[str, Any]:
    """Return the result's data with the counts of machines, and what needs attention."""
    attention = unprotected(after.counts or before.counts)
    return {
        **data,
        "machines": {"before": before.counts, "after": after.counts},
        "attention": attention,
        "attention_count": len(attention),
    }


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
    items_noun="groups of machines",
    supports_wait=True,
    is_read_only=lambda params: not params.sync,
    read_flow=reading_only(run),
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)


if __name__ == "__main__":
    from shared.command_line import run_command

    raise SystemExit(run_command(OPERATION, "functions.tencent.sync_machines"))
