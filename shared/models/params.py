"""The base class of parameters, and the parameters of every operation."""

from __future__ import annotations

from typing import Annotated

from shared.models.fields import REGION, Choice, Flag, Seconds, Text
from shared.models.value import Value, dataclass_transform


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Parameters(Value):
    """Values set by keyword, each annotated with ``Annotated[type, field]``."""

    _by_name_only = True


class CommonParams(Parameters):
    """The parameters of every operation, in addition to its own."""

    region: Annotated[
        str | None, Text(pattern=REGION, longest=64, meaning="The provider's region ID.")
    ] = None
    wait_seconds: Annotated[
        float,
        Seconds(most=86_400, meaning="How long to wait for the provider to finish."),
    ] = 0
    dry_run: Annotated[
        bool, Flag(meaning="Only list the requests that a run would send; needs no credentials.")
    ] = False
    on_failure: Annotated[
        str | None,
        Choice(
            words=("raise", "return"),
            meaning="Whether a failed run raises an error or returns its result.",
        ),
    ] = None
    trigger: Annotated[
        str | None,
        Choice(
            words=("timer", "workflow", "direct"),
            meaning="What started the run, if the event does not show it.",
        ),
    ] = None
