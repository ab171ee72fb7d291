"""How many machines CWP knows and protects: ``DescribeMachineGeneral``.

Source: tencentcloud-sdk-python-cwp 3.1.190, ``DescribeMachineGeneral``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.tencent.cwp import CWP, MAX_PER_SECOND, VERSION
from shared.errors import Forbidden, SyncError
from shared.models.flow import ApiCall, Flow, call_api
from shared.models.provider_errors import as_count

if TYPE_CHECKING:
    from functions.tencent.models import MachineCounts
    from shared.models.documents import Attention
else:
    Attention = MachineCounts = dict

ACTION = "DescribeMachineGeneral"
PERMISSION = f"cwp:{ACTION}"
PERMISSION_HINT = f"allow `{PERMISSION}` so that CWP's machines can be counted"

RESPONSE_SECONDS = 5.0
"""Maximum time for a response: the counts must not cost the time that a start needs."""


class Counted(NamedTuple):
    """The counts, or why there are none.

    Parameters
    ----------
    counts: the counts, None if they could not be read.
    warnings: why they could not be read.
    hints: the permission that is missing.
    """

    counts: MachineCounts | None
    warnings: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


NOT_COUNTED = Counted(None)


def describe_machines() -> ApiCall:
    """Return ``DescribeMachineGeneral``, as documented; it has no parameters."""
    return ApiCall(
        service=CWP,
        action=ACTION,
        permission=PERMISSION,
        version=VERSION,
        method="POST",
        body={},
        on_unknown_outcome="fail",
        read_timeout=RESPONSE_SECONDS,
        max_per_second=MAX_PER_SECOND,
        is_optional=True,
        dry_run_response={},
    )


def count_machines() -> Flow[Counted]:
    """Read the counts; an error is a warning."""
    try:
        response = yield from call_api(describe_machines())
    except Forbidden:
        return Counted(None, hints=(PERMISSION_HINT,))
    except SyncError as error:
        return Counted(None, (f"CWP's machines could not be counted: {error.code}",))
    counts = MachineCounts(
        total=as_count(response.body.get("MachineCnt")),
        protected=as_count(response.body.get("ProtectMachineCnt")),
        unprotected=as_count(response.body.get("NotProtectMachineCnt")),
        at_risk=as_count(response.body.get("RiskMachineCnt")),
    )
    if counts["total"] is None:
        return Counted(None, ("CWP's machines could not be counted: no MachineCnt",))
    return Counted(counts)


def unprotected(counts: MachineCounts | None) -> list[Attention]:
    """Return what needs attention: the machines without protection, which CWP only counts."""
    if counts is None or not counts["unprotected"]:
        return []
    name = f"{counts['unprotected']} of {counts['total']} machines"
    return [Attention(id="unprotected", name=name, why="CWP does not protect them")]
