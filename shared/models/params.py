"""The parameters of an operation, and those that every operation takes."""

from __future__ import annotations

from typing import Annotated

from shared.models.fields import REGION, Choice, Flag, Seconds, Text
from shared.models.value import Value, dataclass_transform


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Parameters(Value):
    """Values by keyword, each annotated with ``Annotated[type, field]``."""

    _by_name_only = True


class CommonParams(Parameters):
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
