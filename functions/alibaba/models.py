"""pydantic models of Alibaba's operations: their parameters, and the ``data`` of their results.

``make models`` compiles the parameters into ``_core_schemas.py``; a function imports only that.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from shared.models.documents import EffectData
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
        alias="Type", description="Which resources to synchronize, for EDAS's ECS clusters."
    )
    resource_ids: CommaList[ResourceId] = Field(
        default=[],
        alias="ResourceIds",
        max_length=50,
        description="Synchronize only these ECS instances; requires type ecs.",
    )


class ResourceChange(TypedDict):
    """What changed in EDAS's lists: a VPC or a load balancer, or the ECS instances of a VPC.

    ``before`` and ``after`` say how many there are: 0 or 1, and for ``ecs`` the number of instances
    in the VPC that ``id`` names.
    """

    type: Literal["ecs", "vpc", "slb"]
    id: str
    before: int
    after: int


class SynchronizeResourceData(EffectData):
    """``data`` of the result.

    ``changed`` is null if it is not known; ``changed_count`` is larger if not all fit.
    """

    type: str
    resource_ids: list[str]
    code: int | None
    message: str | None
    provider_data: str | None
    changed: list[ResourceChange] | None
    changed_count: int | None


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


class SynchronizeAppData(EffectData):
    """``data`` of the result.

    ``regions`` has for each region ``unchanged`` (it had the application), ``succeeded`` (it has it
    now), ``running`` (the copy is on its way), ``accepted`` (E-HPC accepted the copy; more is not
    known), ``failed``, ``missing`` (it lacks the application) or ``unknown``. If every region is
    meant, it has those that E-HPC shows. ``triggered`` says whether E-HPC accepted a copy, null if
    that is unknown.
    """

    app_id: str
    target_region_ids: list[str]
    regions: dict[str, str]
    triggered: bool | None
