"""pydantic models of Huawei's operations: parameters, ``data`` of results, and ``OMS_TASKS``.

``make models`` compiles the parameters and the setting's entries into ``_core_schemas.py``; a
function imports only that.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr
from typing_extensions import TypedDict

from shared.models.parameters import (
    CommaList,
    CommonParams,
    Format,
    Identifier,
    Region,
    SettingEntry,
    Timestamp,
)

StorageKey = Annotated[SecretStr, Field(min_length=1, max_length=100)]
Crypto = Literal["DEFAULT", "KMS"]
KmsKeyId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9-]{36}$"), Format("36 letters, digits and '-'")
]
KMS_KEY = "The ID of a KMS key, 36 characters."


class StartSyncTaskParams(CommonParams):
    """The documented parameters of OMS. The storage keys are secrets of the buckets' owners."""

    sync_task_id: Identifier = Field(max_length=255, description="The synchronization task's ID.")
    project_id: Identifier | None = Field(
        default=None, max_length=1024, description="The project the task is in."
    )
    source_keys: Literal["none"] | None = Field(
        default=None, description="none for a URL-list task, which has no source keys."
    )
    src_ak: StorageKey | None = Field(default=None, description="Access key of the source.")
    src_sk: StorageKey | None = Field(default=None, description="Secret key of the source.")
    dst_ak: StorageKey | None = Field(default=None, description="Access key of the destination.")
    dst_sk: StorageKey | None = Field(default=None, description="Secret key of the destination.")
    source_cdn_authentication_key: Annotated[SecretStr, Field(max_length=255)] | None = Field(
        default=None, description="The source CDN's key; an empty one is omitted."
    )
    src_crypto_type: Crypto | None = Field(
        default=None, description="How the source keys are encrypted."
    )
    src_kms_key_id: KmsKeyId | None = Field(default=None, description=KMS_KEY)
    dst_crypto_type: Crypto | None = Field(
        default=None, description="How the destination keys are encrypted."
    )
    dst_kms_key_id: KmsKeyId | None = Field(default=None, description=KMS_KEY)
    source_cdn_crypto_type: Crypto | None = Field(
        default=None, description="How the CDN key is encrypted."
    )
    source_cdn_kms_key_id: KmsKeyId | None = Field(default=None, description=KMS_KEY)


class StartSyncTaskData(TypedDict):
    """``data`` of the result; the counters cover the current month."""

    sync_task_id: str
    state_before: str | None
    state_after: str | None
    triggered: bool | None
    src_cloud_type: str | None
    src_region: str | None
    src_bucket: str | None
    dst_region: str | None
    dst_bucket: str | None
    created_at: Timestamp | None
    last_start_time: Timestamp | None
    monthly_acceptance_request: int | None
    monthly_success_object: int | None
    monthly_failure_object: int | None
    monthly_skip_object: int | None
    monthly_size: int | None
    hint: str | None


class TaskEntry(SettingEntry):
    """One task of ``OMS_TASKS``: where it is, and which settings hold its storage keys."""

    project_id: Identifier | None = Field(default=None, description="The task's project.")
    region: Region | None = Field(default=None, description="The task's region ID.")
    keys: Annotated[
        str,
        Field(pattern="^[A-Z][A-Z0-9_]*$"),
        Format("capital letters, digits and '_' only, starting with a letter"),
    ] = Field(
        default="OMS",
        description="The prefix of the settings that hold its storage keys: OMS_PHOTOS for "
        "OMS_PHOTOS_SRC_AK and so on.",
    )


SortKey = Annotated[
    str,
    Field(pattern="^[A-Za-z][A-Za-z0-9_]*$", max_length=64),
    Format("letters, digits and '_' only, starting with a letter"),
]


class SyncDevServersParams(CommonParams):
    """The documented parameters of ModelArts, and which servers the result lists."""

    project_id: (
        Annotated[
            str,
            Field(pattern="^[A-Za-z0-9][A-Za-z0-9-]*$", max_length=64),
            Format("letters, digits and '-' only, starting with a letter or digit"),
        ]
        | None
    ) = Field(default=None, description="The servers' project.")
    owner: (
        Annotated[
            str,
            Field(pattern="^[a-z0-9-]{1,64}$"),
            Format("1 to 64 lower-case letters, digits and '-'"),
        ]
        | None
    ) = Field(
        default=None, description="Only this owner's servers; requires administrator permissions."
    )
    sort_dir: Literal["ASC", "DESC"] | None = Field(
        default=None, description="Order of the sort keys."
    )
    sort_key: CommaList[SortKey] = Field(
        default=[], max_length=10, description="Sort keys: createTime, updateTime."
    )
    offset: int | None = Field(
        default=None,
        ge=0,
        le=2_147_483_647,
        description="Skip this many servers. Without limit, all the rest are read.",
    )
    limit: int | None = Field(
        default=None, ge=1, le=1024, description="Read one page of this many servers."
    )
    include_servers: Literal["all", "attention", "none"] | None = Field(
        default=None,
        description="Which servers the result lists: all (default for direct and HTTP calls), "
        "attention (default for timers and workflows) or none.",
    )


class Image(TypedDict):
    """The image a server runs."""

    id: str | None
    name: str | None
    arch: str | None
    server_type: str | None
    status: str | None


class Server(TypedDict):
    """One server, without ``extensions``: they can be links that grant access to it."""

    id: str | None
    name: str | None
    status: str | None
    health: str
    flavor: str | None
    charging_mode: str | None
    category: str | None
    server_type: str | None
    cloud_server_id: str | None
    hps_id: str | None
    hps_ecs_id: str | None
    server_hps: dict[str, Any] | None
    image: Image | None
    vpc_id: str | None
    subnet_id: str | None
    key_pair_name: str | None
    order_id: str | None
    created_at: Timestamp | None
    updated_at: Timestamp | None
    private_ips: list[str]
    endpoints: list[dict[str, Any]]
    volumes: list[dict[str, Any]]


class SyncDevServersData(TypedDict):
    """``data`` of the result."""

    project_id: str
    total: int
    by_status: dict[str, int]
    attention: list[str]
    complete: bool
    truncated: bool
    servers: list[Server]
