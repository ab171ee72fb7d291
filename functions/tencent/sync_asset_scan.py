"""Tencent CWP ``SyncAssetScan``: refresh the host-security asset list.

Page: https://cloud.tencent.com/document/api/296/57280
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.tencent._core_schemas import SYNC_ASSET_SCAN
from functions.tencent.cwp import CWP, Synchronization
from functions.tencent.provider import TENCENT
from functions.tencent.synchronization import reading_only, synchronize
from shared import entrypoint
from shared.models.flow import Flow
from shared.models.operation import CallContext, Operation
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.tencent.models import SyncAssetScanParams as Params

ASSETS = Synchronization("SyncAssetScan", "asset list", has_task_id=True)


def run(params: Params, _context: CallContext) -> Flow[Outcome]:
    """Read the state, start a synchronization, and poll until it is done."""
    state = yield from ASSETS.fetch()
    progress = yield from synchronize(
        ASSETS, state, sync=params.sync, wait_seconds=params.wait_seconds
    )
    return Outcome(progress.status, progress.summary, progress.data, progress.warnings)


OPERATION = Operation(
    id="tencent.cwp.SyncAssetScan",
    function="tencent-sync-asset-scan",
    title="Refresh the host-security asset list",
    docs_url="https://cloud.tencent.com/document/api/296/57280",
    service=CWP,
    provider=TENCENT,
    params=SYNC_ASSET_SCAN,
    flow=run,
    effect="makes CWP reload the list of assets",
    needs_region=False,
    min_timeout_seconds=60,
    unknown_outcome_hint="CWP may still complete the request; the next run checks its state first.",
    items_noun="assets",
    supports_wait=True,
    is_read_only=lambda params: not params.sync,
    read_flow=reading_only(run),
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)


if __name__ == "__main__":
    from shared.command_line import run_command

    raise SystemExit(run_command(OPERATION, "functions.tencent.sync_asset_scan"))
