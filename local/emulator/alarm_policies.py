"""The alarm policies of Tencent Cloud Monitor, as they are between two requests."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass
class BoundObject:
    """What a policy watches.

    Parameters
    ----------
    region: the region's code, e.g. ``gz``.
    dimensions: a JSON object as text.
    """

    region: str
    dimensions: str


@dataclass
class AlarmPolicy:
    """An alarm policy.

    Parameters
    ----------
    id, name, namespace, remark, condition, notice_ids: as in ``CreateAlarmPolicy``.
    enabled: whether it is evaluated.
    objects: what it is bound to, in all regions.
    """

    id: str
    name: str
    namespace: str
    remark: str
    condition: dict[str, Any]
    notice_ids: list[str]
    enabled: bool = True
    objects: list[BoundObject] = field(default_factory=list)


class AlarmPolicies:
    """All alarm policies by account, in the order in which they were made; none has a region.

    Attributes
    ----------
    notices: the ids of the notice templates that there are.
    quota: how many policies an account may have.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.notices = {"notice-example", "notice-other"}
        self.quota = 300
        self._made = 0
        self._all: dict[str, dict[str, AlarmPolicy]] = {}

    def at(self, account: str = "default") -> dict[str, AlarmPolicy]:
        """Return the policies of an account by id; may be changed."""
        return self._all.setdefault(account, {})

    def new_id(self) -> str:
        """Return an id that no policy had before."""
        self._made += 1
        return f"policy-example{self._made}"
