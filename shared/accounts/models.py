"""The pydantic models of the accounts file.

``make models`` compiles them into ``_core_schemas.py``; a function imports only that.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from shared.models.parameters import Format, Parameters, Region, SettingEntry
from shared.models.patterns import ACCOUNT_NAME

Name = Annotated[str, Field(pattern=ACCOUNT_NAME)]
ProjectId = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"),
    Format("letters, digits, '_' and '-' only, starting with a letter or digit"),
]
PrintableText = Annotated[
    str, Field(pattern=r"^[!-~]+$", max_length=1024), Format("ASCII characters without spaces")
]


class Part(BaseModel):
    """The base of what is nested in the file."""

    model_config = Parameters.model_config


class RoleEntry(Part):
    """A role to assume: with an ARN (Alibaba Cloud, Tencent Cloud), or one of Huawei Cloud's."""

    arn: PrintableText | None = Field(
        default=None, description="The role's ARN at Alibaba Cloud or Tencent Cloud."
    )
    urn: PrintableText | None = Field(
        default=None, description="The URN of a trust agency, which Huawei Cloud's STS takes."
    )
    agency: PrintableText | None = Field(
        default=None, description="The name of an agency, which Huawei Cloud's IAM takes."
    )
    domain: PrintableText | None = Field(
        default=None, description="The name of the Huawei Cloud account that has the agency."
    )
    external_id: PrintableText | None = Field(
        default=None, description="The external ID that the role's trust policy requires."
    )
    duration_seconds: int | None = Field(
        default=None,
        ge=900,
        le=86_400,
        description="How long a session is valid; the provider's default if it is left out.",
    )
    policy: dict[str, Any] | None = Field(
        default=None, description="Restricts the session further, in the provider's language."
    )
    oidc_provider_arn: PrintableText | None = Field(
        default=None,
        description="Alibaba Cloud: the identity provider that knows the token's issuer.",
    )
    oidc_token_file: PrintableText | None = Field(
        default=None, description="The file with the OpenID Connect token, read for each session."
    )


class AccountEntry(Part):
    """One account: where its keys come from, and its regions."""

    provider: Literal["alibaba", "tencent", "huawei"] = Field(description="Whose account it is.")
    regions: list[Region] = Field(
        default=[],
        min_length=1,
        description="The regions of a fleet; the first one is the account's default.",
    )
    projects: dict[Region, ProjectId] = Field(
        default={}, description="Huawei Cloud's projects by region; others are looked up."
    )
    settings_prefix: (
        Annotated[
            str,
            Field(pattern=r"^[A-Z][A-Z0-9_]{0,63}$"),
            Format("capitals, digits and '_' only, starting with a letter"),
        ]
        | None
    ) = Field(
        default=None,
        description="The prefix of the settings with its keys: PROD1 reads "
        "PROD1_ALIBABA_CLOUD_ACCESS_KEY_ID and so on.",
    )
    profile: (
        Annotated[
            str,
            Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$"),
            Format("the name of a profile, without spaces or slashes"),
        ]
        | None
    ) = Field(
        default=None,
        description="A profile in the files of the vendor's tools; on a developer's machine only.",
    )
    secret_id: PrintableText | None = Field(
        default=None,
        description="The name or ARN of a secret in AWS Secrets Manager that holds its keys.",
    )
    parameter_name: PrintableText | None = Field(
        default=None,
        description="The name or ARN of a parameter in AWS SSM that holds its keys.",
    )
    role: RoleEntry | None = Field(
        default=None,
        description="A role to assume with these keys, or with the function's own if it has none.",
    )


class AccountsDocument(SettingEntry):
    """The accounts that runs may name in account, and the sets that fleets may name in targets."""

    accounts: dict[Name, AccountEntry] = Field(description="The accounts by name.")
    sets: dict[Name, dict[str, Any] | list[Any]] = Field(
        default={}, description="Targets by name, as an event would give them in targets."
    )
