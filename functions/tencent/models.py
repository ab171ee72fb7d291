"""pydantic models of Tencent's operations: their parameters, and the ``data`` of their results.

``make models`` compiles the parameters into ``_core_schemas.py``; a function imports only that.
"""

from __future__ import annotations

from pydantic import Field
from typing_extensions import TypedDict

from shared.models.parameters import CommonParams, Timestamp


class SyncMachinesParams(CommonParams):
    """The documented parameters of CWP: ``Sync``."""

    sync: bool = Field(
        default=True,
        alias="Sync",
        description="Whether to synchronize; false only reads the state.",
    )


class SyncMachinesData(TypedDict):
    """``data`` of the result; the times are CWP's own."""

    state: str
    triggered: bool | None
    latest_start_time: Timestamp | None
    latest_end_time: Timestamp | None
