"""The parameters that every operation takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from shared.models.fields import REGION, Choice, Flag, Seconds, Text

TRIGGERS = ("direct", "timer", "workflow", "http", "chat")
"""Every word ``trigger`` may be in a result."""


@dataclass(frozen=True, kw_only=True)
class CommonParams:
    """What may stand in the event of any operation beside its own parameters."""

    region: Annotated[
        str | None, Text(pattern=REGION, longest=64, meaning="The provider's region id.")
    ] = None
    wait_seconds: Annotated[
        float,
        Seconds(most=86_400, meaning="How long to wait for the provider's work to be done."),
    ] = 0
    dry_run: Annotated[
        bool, Flag(meaning="Only list the requests a run would send; needs no credentials.")
    ] = False
    on_failure: Annotated[
        str | None,
        Choice(words=("raise", "return"), meaning="How a failed run leaves the function."),
    ] = None
    trigger: Annotated[
        str | None,
        Choice(
            words=("timer", "workflow", "direct"),
            meaning="What started the run, where the event cannot show it.",
        ),
    ] = None
