"""The pydantic model of ``deploy.toml``, the description of a deployment."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from local.deployment.secret_stores.stored_secret import PATTERNS as STORED
from shared.models.patterns import REGION

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,29}$")]
SettingName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]
SECRETS_MANAGER = r"secretsmanager:[A-Za-z0-9/_+=.@:-]{1,512}(#[A-Za-z0-9_.-]{1,128})?"
SOURCES = ("env:[A-Za-z_][A-Za-z0-9_]*", "prompt", *STORED, SECRETS_MANAGER)
Source = Annotated[str, Field(pattern=f"^({'|'.join(SOURCES)})$")]
Role = Annotated[str, Field(min_length=1, max_length=128)]
Memory = Annotated[int, Field(ge=64, le=10_240)]
Timeout = Annotated[int, Field(ge=1, le=900)]
Receiver = Annotated[str, Field(min_length=1, max_length=256)]
LogName = Annotated[str, Field(min_length=1, max_length=64)]
Silence = Annotated[int, Field(ge=60, le=604_800)]


class Part(BaseModel):
    """The base of all tables: unknown keys are refused, and types are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class Alarms(Part):
    """The alarms of a function, as far as it has its own."""

    notify: Annotated[list[Receiver], Field(min_length=1)] | None = Field(
        default=None,
        description="Who is notified: on SCF the ids of notice templates, on FunctionGraph the "
        "URNs of SMN topics.",
    )
    silence_seconds: Silence | None = Field(
        default=None,
        description="After how many seconds without a run the alarm is raised; three times the "
        "schedule's period if it is left out and the schedule tells it.",
    )
    failed: bool | None = Field(
        default=None, description="Whether a run that failed raises an alarm; true if left out."
    )
    silent: bool | None = Field(
        default=None,
        description="Whether a schedule without runs raises an alarm; true if left out.",
    )


class Log(Part):
    """Where a function's log is kept; what it names must exist."""

    project: LogName | None = Field(
        default=None, description="Function Compute: the name of a project of SLS."
    )
    logstore: LogName | None = Field(
        default=None, description="Function Compute: the name of a logstore of that project."
    )
    logset_id: LogName | None = Field(default=None, description="SCF: the ID of a log set of CLS.")
    topic_id: LogName | None = Field(
        default=None, description="SCF: the ID of a topic of that log set."
    )
    group_id: LogName | None = Field(
        default=None, description="FunctionGraph: the ID of a log group of LTS."
    )
    stream_id: LogName | None = Field(
        default=None, description="FunctionGraph: the ID of a log stream of that group."
    )
    group_name: LogName | None = Field(
        default=None, description="FunctionGraph: the log group's name, which may be left out."
    )
    stream_name: LogName | None = Field(
        default=None, description="FunctionGraph: the log stream's name, which may be left out."
    )


class Configured(Part):
    """What a platform has for all its functions, and a function for itself."""

    role: Role | None = Field(
        default=None,
        description="The name of the role, or agency, that the function runs as. It must exist.",
    )
    memory_mb: Memory | None = Field(default=None, description="Memory in MB; 256 if left out.")
    timeout_seconds: Timeout | None = Field(
        default=None, description="The longest run in seconds; 60 if left out."
    )
    settings: dict[SettingName, str] = Field(
        default={},
        description="Settings of docs/settings.md that are not secret, in clear.",
    )
    secrets: dict[SettingName, Source] = Field(
        default={},
        description="Where each secret comes from: `env:NAME`, a variable of the environment that "
        "deploys; `prompt`: it is asked for when the function does not have it yet; `ssm:NAME`, "
        "`kms:NAME` or `csms:NAME`: it is read from SCF's, Function Compute's or FunctionGraph's "
        "own store of secrets; `secretsmanager:NAME`: CloudFormation reads it, on Lambda. `#KEY` "
        "after such a name takes one key of a JSON object, and "
        "`@VERSION` after one of SSM a version that is not the newest.",
    )
    log: Log | None = Field(
        default=None,
        description="Where the log is kept. If it is left out, a function keeps the log that it "
        "has: one that was set by hand, or else the platform's own; Function Compute has none.",
    )


class Bucket(Part):
    """The bucket whose new objects call a function."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")] = Field(
        description="The bucket's name, on SCF with the app id; it must be in the platform's "
        "region and account."
    )
    events: Annotated[list[str], Field(min_length=1)] | None = Field(
        default=None, description="What it reports; new objects if it is left out."
    )
    prefix: Annotated[str, Field(max_length=1024)] = Field(
        default="", description="How the keys of the objects begin that it reports."
    )
    suffix: Annotated[str, Field(max_length=1024)] = Field(
        default="", description="How the keys of the objects end that it reports."
    )
    failed_events: Annotated[str, Field(min_length=1, max_length=256)] | None = Field(
        default=None,
        description="Where an event is kept whose retries failed too: another bucket on "
        "FunctionGraph, a queue of MNS on Function Compute. Without it such an event is lost.",
    )


class FunctionTable(Configured):
    """One function: an operation, with its schedule and parameters."""

    schedule: str | None = Field(
        default=None,
        min_length=1,
        description="When its timer fires, in the platform's own syntax; no timer if left out.",
    )
    enabled: bool = Field(default=True, description="Whether the timer fires.")
    parameters: dict[str, Any] = Field(
        default={}, description="The parameters that the timer passes to the operation."
    )
    bucket: Bucket | None = Field(
        default=None,
        description="The bucket that calls the function, instead of a schedule.",
    )
    alarms: Alarms | None = Field(
        default=None, description="What differs from the platform's alarms for this function."
    )


class WebTable(Configured):
    """The web app: one function that answers HTTP requests for many operations."""

    memory_mb: Memory | None = Field(
        default=None, description="Memory in MB; the platform's, or 512, if left out."
    )
    operations: Literal["alibaba", "tencent", "huawei", "all"] = Field(
        description="Whose operations it has."
    )
    api_group: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        default=None,
        description="The id of the API group of yours that its URL belongs to, on FunctionGraph.",
    )


class PlatformTable(Configured):
    """One function platform: what all its functions have, and which they are."""

    region: Annotated[str, Field(pattern=REGION, max_length=64)] = Field(
        description="The platform's region."
    )
    project_id: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        default=None, description="The project in that region, where the provider has projects."
    )
    python: Annotated[str, Field(pattern=r"^3\.[0-9]+$")] | None = Field(
        default=None,
        description="The Python of the runtime; it must be the one that the bundle is made for, "
        "which is taken if it is left out.",
    )
    bytecode: bool = Field(
        default=True,
        description="Whether the bundle is compiled beforehand, which needs that Python here.",
    )
    name_prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,29}$")] | None = Field(
        default=None, description="What the names of the functions begin with, e.g. `staging-`."
    )
    bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")] | None = Field(
        default=None,
        description="Lambda: the bucket of S3, in the same region and account, for the code.",
    )
    timezone: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_+/-]{0,49}$")] | None = Field(
        default=None,
        description="Lambda: the time zone of the schedules, e.g. `Asia/Shanghai`; UTC if left "
        "out.",
    )
    alarms: Alarms | None = Field(
        default=None, description="The alarms of all functions; none are made if it is left out."
    )
    functions: dict[str, FunctionTable] = Field(
        default={}, description="The functions by name, e.g. `tencent-sync-machines`."
    )
    web: WebTable | None = Field(
        default=None, description="The web app, with a public URL; none if left out."
    )


class DeploymentDocument(Part):
    """A deployment: which functions run where, when and with what."""

    name: Name = Field(
        description="The deployment's name. A function remembers it, and belongs to one deployment."
    )
    platforms: dict[str, PlatformTable] = Field(
        min_length=1, description="The platforms by name, e.g. `scf`."
    )
