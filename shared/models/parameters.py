"""pydantic models: the parameters of every operation, and the types and bases of all models.

Read by people, type checkers and ``make models``, which compiles the models into the
``_core_schemas.py`` files. A function does not import this module: pydantic would double its
cold start.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.models.patterns import ACCOUNT_NAME, IDENTIFIER, REGION
from shared.models.validators import split_commas


class Format(NamedTuple):
    """Annotation of a type with a pattern: a description of the format it requires."""

    words: str


Identifier = Annotated[
    str,
    Field(pattern=IDENTIFIER),
    Format("letters, digits, '.', '_' and '-' only, starting with a letter or digit"),
]
Region = Annotated[
    str, Field(pattern=REGION, max_length=64), Format("a region ID such as cn-north-4")
]
AccountName = Annotated[
    str, Field(pattern=ACCOUNT_NAME), Format("the name of an account, such as prod-1")
]
Timestamp = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""RFC 3339, as a string."""

Item = TypeVar("Item")
CommaList = Annotated[list[Item], Field(min_length=1), BeforeValidator(split_commas)]
"""A list, or one comma-separated string."""


class Parameters(BaseModel):
    """Base class of all parameters: names or aliases, no unknown names, no type conversion.

    A parameter without a value must be omitted: the compiled validator rejects ``null``.
    """

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )


class CommonParams(Parameters):
    """The parameters of every operation, in addition to its own."""

    account: AccountName | None = Field(
        default=None,
        description="An account in the accounts file, or default: the function's own.",
    )
    region: Region | None = Field(default=None, description="The provider's region ID.")
    wait_seconds: float = Field(
        default=0,
        ge=0,
        le=86_400,
        allow_inf_nan=False,
        description="How long to wait for the provider to finish.",
    )
    max_concurrency: int | None = Field(
        default=None,
        ge=1,
        le=64,
        description="How many targets run at the same time, 16 if it is not given.",
    )
    max_calls_per_second: float | None = Field(
        default=None,
        gt=0,
        le=1000,
        allow_inf_nan=False,
        description="This function's share of the provider's limit on requests per second.",
    )
    dry_run: bool = Field(
        default=False,
        description="Only list the requests that a run would send; needs no credentials.",
    )
    on_failure: Literal["raise", "return"] | None = Field(
        default=None, description="Whether a failed run raises an error or returns its result."
    )
    trigger: Literal["timer", "workflow", "direct"] | None = Field(
        default=None, description="What started the run, if the event does not show it."
    )


class SettingEntry(Parameters):
    """The base of the entries of settings that hold JSON."""
