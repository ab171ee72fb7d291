"""The pydantic model of the settings ``HTTP_RIGHTS`` and ``CHAT_RIGHTS``.

``make models`` compiles it into ``_core_schemas.py``; a function imports only that.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.http_trigger.permissions import HTTP, Action
from shared.models.parameters import SettingEntry


class RuleEntry(SettingEntry):
    """One rule: lists of patterns, in which * matches anything."""

    platform: str = Field(default=HTTP, description="http, or the chat that the rule is about.")
    tokens: list[str] | None = Field(
        default=None,
        description="The names of the callers' tokens; required for http, no meaning for chats.",
    )
    users: list[str] | None = Field(
        default=None, description="The users' IDs; required for chats, and only for them."
    )
    channels: list[str] | None = Field(
        default=None, description="The channels' IDs; required for chats, and only for them."
    )
    operations: list[str] = Field(description="The operations' IDs.")
    actions: list[Literal[Action, "*"]] = Field(description="What the callers may do.")
    accounts: list[str] = Field(default=["default"], description="The accounts' names.")
    regions: list[str] = Field(default=["*"], description="The providers' region IDs.")
