"""pydantic models of Huawei's operations: parameters, ``data`` of results, and ``OMS_TASKS``.

``make models`` compiles the parameters and the setting's entries into ``_core_schemas.py``; a
function imports only that.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr
from typing_extensions import TypedDict

from shared.models.documents import EffectData, Verified
from shared.models.parameters import (
    CommaList,
    CommonParams,
    Format,
    Identifier,
    Region,
    SettingEntry,
    Timestamp,
)
from shared.models.patterns import STORAGE_KEY
from shared.models.validators import split_commas

StorageKey = Annotated[
    SecretStr,
    Field(min_length=1, max_length=100, json_schema_extra={"pattern": STORAGE_KEY}),
    Format("characters other than <, >, &, ', \" and \\"),
]
Crypto = Literal["DEFAULT", "KMS"]
KmsKeyId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9-]{36}$"), Format("36 letters, digits and '-'")
]
Project = Annotated[Identifier, Field(max_length=1024)]
PROJECT = Field(default=None, description="The project the task is in.")
KMS_KEY = "The ID of a KMS key, 36 characters."


class StartSyncTaskParams(CommonParams):
    """The documented parameters of OMS. The storage keys are secrets of the buckets' owners."""

    sync_task_id: Identifier = Field(
        max_length=255,
        description="The synchronization task's ID, or stopped: every stopped task of OMS_TASKS.",
    )
    project_id: Project | None = PROJECT
    since_seconds: int = Field(
        default=3600,
        ge=300,
        le=604_800,
        description="How far back failed objects need attention: the period of the timer.",
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


class StopSyncTaskParams(CommonParams):
    """The documented parameters of OMS; a stop needs no storage keys."""

    sync_task_id: Identifier = Field(max_length=255, description="The synchronization task's ID.")
    project_id: Project | None = PROJECT


SyncTaskWindow = TypedDict(
    "SyncTaskWindow",
    {
        "from": Timestamp,
        "to": Timestamp,
        "request": int | None,
        "success": int | None,
        "failure": int | None,
        "skip": int | None,
        "size": int | None,
    },
)
"""What OMS counted since the last tick: objects, and bytes in ``size``."""


class TaskError(TypedDict):
    """Why one of several tasks failed."""

    category: str
    code: str
    message: str


class TaskResult(TypedDict):
    """What became of one of several tasks."""

    id: str
    status: Literal["succeeded", "accepted", "unchanged", "failed"]
    state_before: str | None
    state_after: str | None
    triggered: bool | None
    verified: Verified | None
    window: SyncTaskWindow | None
    error: TaskError | None


class SyncTaskData(EffectData):
    """What the results of all operations on a task have; the counters cover the current month."""

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


class StopSyncTaskData(SyncTaskData):
    """``data`` of the result."""


class StartSyncTaskData(SyncTaskData):
    """``data`` of the result.

    ``window`` is null without the permission to read OMS's statistics. With ``sync_task_id:
    "stopped"`` there is one entry in ``tasks`` for each task of OMS_TASKS in the run's region and
    project, and ``left_out`` has the IDs of the others.
    """

    window: SyncTaskWindow | None
    tasks: list[TaskResult]
    left_out: list[str]


Bucket = Annotated[str, Field(min_length=1, max_length=255)]
ObjectKey = Annotated[
    str,
    Field(pattern=r"^(?:[A-Za-z0-9._~/-]|%[0-9A-Fa-f]{2})+$", max_length=16_384),
    Format("URL-encoded keys: letters, digits, '._~-/', and %XX for any other byte"),
]


class CreateSyncEventsParams(CommonParams):
    """The documented parameters of OMS, and what a bucket event adds to them."""

    sync_task_id: Identifier = Field(max_length=255, description="The synchronization task's ID.")
    object_keys: Annotated[list[ObjectKey], BeforeValidator(split_commas)] = Field(
        max_length=10_000,
        description="The new objects' keys, URL-encoded; a bucket event provides them.",
    )
    project_id: Identifier | None = Field(
        default=None, max_length=1024, description="The project the task is in."
    )
    bucket: Bucket | None = Field(
        default=None, description="The objects' bucket, for which OMS_TASKS may list the task."
    )
    ignored_records: int = Field(
        default=0,
        ge=0,
        le=10_000,
        description="How many records of a bucket event were about something else.",
    )


class CreateSyncEventsData(EffectData):
    """``data`` of the result; ``left_keys`` are the first of the keys that OMS did not take."""

    sync_task_id: str
    bucket: str | None
    keys: int
    duplicates: int
    ignored_records: int
    batches: int
    handed_over: int
    left: int
    left_keys: list[str]


class TaskEntry(SettingEntry):
    """One task of ``OMS_TASKS``: where it is, and which settings hold its storage keys."""

    project_id: Identifier | None = Field(default=None, description="The task's project.")
    region: Region | None = Field(default=None, description="The task's region ID.")
    source_keys: Literal["none"] | None = Field(
        default=None, description="none for a URL-list task, which has no source keys."
    )
    keys: Annotated[
        str,
        Field(pattern="^[A-Z][A-Z0-9_]*$"),
        Format("capital letters, digits and '_' only, starting with a letter"),
    ] = Field(
        default="OMS",
        description="The prefix of the settings that hold its storage keys: OMS_PHOTOS for "
        "OMS_PHOTOS_SRC_AK and so on.",
    )
    bucket: Bucket | None = Field(
        default=None,
        description="Its source bucket, for CreateSyncEvents; COS's with its app ID.",
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


class SyncDevServersData(EffectData):
    """``data`` of the result."""

    project_id: str
    total: int
    by_status: dict[str, int]
    complete: bool
    truncated: bool
    servers: list[Server]
