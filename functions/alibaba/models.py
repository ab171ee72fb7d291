"""pydantic models of Alibaba's operations: their parameters, and the ``data`` of their results.

``make models`` compiles the parameters into ``_core_schemas.py``; a function imports only that.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from shared.models.parameters import CommaList, CommonParams, Format, Identifier
from shared.models.patterns import REGION

ResourceId = Annotated[Identifier, Field(max_length=128)]
TargetRegion = Annotated[
    str,
    Field(pattern=f"{REGION}|^all$", max_length=64),
    Format("a region ID such as cn-shanghai, or all"),
]


class SynchronizeResourceParams(CommonParams):
    """The documented parameters of EDAS: ``Type`` and ``ResourceIds``."""

    type: Literal["ecs", "slb", "vpc", "ram", "all"] = Field(
        alias="Type", description="Which resources to synchronize."
    )
    resource_ids: CommaList[ResourceId] = Field(
        default=[],
        alias="ResourceIds",
        max_length=50,
        description="Synchronize only these ECS instances; requires type ecs.",
    )


class SynchronizeResourceData(TypedDict):
    """``data`` of the result."""

    type: str
    resource_ids: list[str]
    code: int | None
    message: str | None
    provider_data: str | None


class SynchronizeAppParams(CommonParams):
    """The documented parameters of E-HPC: ``AppId`` and ``TargetRegionIds``."""

    app_id: Identifier = Field(
        alias="AppId", max_length=128, description="The application's ID (ci-…)."
    )
    target_region_ids: CommaList[TargetRegion] = Field(
        default=[],
        alias="TargetRegionIds",
        max_length=100,
        description="Regions to copy it to; all means every region that lacks it.",
    )


class SynchronizeAppData(TypedDict):
    """``data`` of the result: ``regions`` holds the outcome for each requested region."""

    app_id: str
    target_region_ids: list[str]
    regions: dict[str, str]
