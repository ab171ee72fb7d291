"""The functions of SCF that were made through its API, as they are between two requests."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

REGIONS = frozenset(
    {
        "ap-bangkok",
        "ap-beijing",
        "ap-chengdu",
        "ap-chongqing",
        "ap-guangzhou",
        "ap-hongkong",
        "ap-mumbai",
        "ap-nanjing",
        "ap-shanghai",
        "ap-shanghai-fsi",
        "ap-shenzhen-fsi",
        "ap-singapore",
        "ap-tokyo",
        "eu-frankfurt",
        "na-ashburn",
        "na-siliconvalley",
        "na-toronto",
    }
)

MOMENT = "2026-11-21 20:24:29"
"""When each function and trigger is reported to be made and changed."""

DEFAULT_LOG = ("00000000-0000-4000-8000-0000000000c1", "00000000-0000-4000-8000-0000000000c2")
"""The log set and the topic that SCF makes for functions that name none."""

Place = tuple[str, str]
"""The account and the region that a function is in."""


@dataclass
class ScfTrigger:
    """A trigger of a function.

    Parameters
    ----------
    name, kind, description, message: as in ``CreateTrigger``.
    enabled: whether it is open.
    qualifier: the version that it runs.
    address: where a function URL is.
    """

    name: str
    kind: str
    description: str
    message: str = ""
    enabled: bool = True
    qualifier: str = "$LATEST"
    address: str = ""


@dataclass
class ScfFunction:
    """A function.

    Parameters
    ----------
    name: its name.
    runtime, handler, description, memory, timeout, role: as in ``CreateFunction``.
    environment: its variables.
    log: the log set and the topic of CLS that its log goes to.
    zip_bytes: its code.
    status: the state that it has once SCF is done.
    busy_looks: how many times it is still reported as being worked on.
    retries, ttl: what happens after a failed asynchronous run; SCF's defaults.
    triggers: by name.
    """

    name: str
    runtime: str = "Python2.7"
    handler: str = ""
    description: str = ""
    memory: int = 128
    timeout: int = 3
    role: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    log: tuple[str, str] = DEFAULT_LOG
    zip_bytes: bytes = field(default=b"", repr=False)
    status: str = "Active"
    busy_state: str = "Creating"
    busy_looks: int = 0
    retries: int = 2
    ttl: int = 21_600
    triggers: dict[str, ScfTrigger] = field(default_factory=dict)


class ScfFunctions:
    """All functions, by place and name.

    Attributes
    ----------
    regions: where SCF exists.
    roles: the roles that SCF may assume; None for any but those named ``no-such-…``.
    quota: how many functions a place may have.
    looks: how many times a change is still under way when it is looked at.
    buckets: the buckets of COS, with their app ids; None for any.
    topics: the log sets of CLS, each with its topics; None for any.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.regions = REGIONS
        self.roles: set[str] | None = None
        self.quota = 50
        self.looks = 1
        self.buckets: set[str] | None = None
        self.topics: dict[str, set[str]] | None = None
        self._all: dict[Place, dict[str, ScfFunction]] = {}

    def at(self, account: str = "default", region: str = "ap-guangzhou") -> dict[str, ScfFunction]:
        """Return the functions of a place by name; may be changed."""
        return self._all.setdefault((account, region), {})

    def work(self, function: ScfFunction, state: str) -> None:
        """Begin to work on a function."""
        function.busy_state, function.busy_looks = state, self.looks
