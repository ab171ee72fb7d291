"""The pydantic model of the setting ``NOTIFY``.

``make models`` compiles it into ``_core_schemas.py``; a function imports only that.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.models.parameters import Format, SettingEntry
from shared.notifications.channel import Kind, Style
from shared.notifications.conditions import DEFAULT_CONDITIONS, Condition

NOT_BLANK = r"\S"


class ChannelEntry(SettingEntry):
    """One channel of ``NOTIFY``."""

    kind: Kind = Field(description="Whose format the posts have.")
    url: Annotated[
        str, Field(pattern=NOT_BLANK), Format("an https URL, or env: and the name of a setting")
    ] = Field(description="Where to post, or env: and the name of the setting that says it.")
    secret: (
        Annotated[
            str, Field(pattern=NOT_BLANK), Format("a secret, or env: and the name of a setting")
        ]
        | None
    ) = Field(
        default=None,
        description="The key that signs the posts, or env: and the name of the setting with it.",
    )
    on: list[Condition] = Field(
        default=list(DEFAULT_CONDITIONS),
        min_length=1,
        description="The conditions under which a message is sent.",
    )
    since_minutes: int | None = Field(
        default=None,
        ge=1,
        le=10_080,
        description="For the condition attention: ignore what was last updated longer ago.",
    )
    style: Style = Field(
        default="healthchecks", description="For a heartbeat: whose format the reports have."
    )
