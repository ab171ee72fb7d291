"""pydantic models of Tencent's operations: their parameters, and the ``data`` of their results.

``make models`` compiles the parameters into ``_core_schemas.py``; a function imports only that.
"""

from __future__ import annotations

from pydantic import Field
from typing_extensions import TypedDict

from shared.models.documents import EffectData
from shared.models.parameters import CommonParams, Timestamp


class SyncMachinesParams(CommonParams):
    """The documented parameters of CWP: ``Sync``."""

    sync: bool = Field(
        default=True,
        alias="Sync",
        description="Whether to synchronize; false only reads the state.",
    )


class SynchronizationData(EffectData):
    """``data`` of every synchronization's result; the times are CWP's own."""

    state: str
    triggered: bool | None
    latest_start_time: Timestamp | None
    latest_end_time: Timestamp | None


class SyncAssetScanParams(CommonParams):
    """The documented parameters of SyncAssetScan: ``Sync``."""

    sync: bool = Field(
        default=True,
        alias="Sync",
        description="Whether to synchronize; false only reads the state.",
    )


class SyncAssetScanData(SynchronizationData):
    """``data`` of SyncAssetScan's result; ``task_id`` is null if CWP reports none."""

    task_id: int | None


class MachineCounts(TypedDict):
    """How many machines CWP knows and protects."""

    total: int | None
    protected: int | None
    unprotected: int | None
    at_risk: int | None


class CountedMachines(TypedDict):
    """The machines before a synchronization and after it; null if they were not counted.

    A run that only reads the state counts none.
    """

    before: MachineCounts | None
    after: MachineCounts | None


class SyncMachinesData(SynchronizationData):
    """``data`` of SyncMachines' result."""

    machines: CountedMachines
