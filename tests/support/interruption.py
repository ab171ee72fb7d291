"""Commands that are interrupted at each of their calls, from one state of the emulated clouds."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import fields, is_dataclass
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from local.emulator import Emulator
from local.emulator.faults import Fault
from local.emulator.invocations import Invocations
from local.emulator.keys import KeyRing, NonceMemory
from tests.support.deployer import from_call

_NO_STATE = (
    type(threading.RLock()),
    type(threading.Lock()),
    FunctionType,
    BuiltinFunctionType,
    MethodType,
    tuple,
    frozenset,
    Invocations,
    KeyRing,
    NonceMemory,
)
"""What the emulator's objects have besides what a cloud remembers: routes, keys, past requests."""

_FRESH = re.compile(
    r"(?<![0-9a-f-])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32})(?![0-9a-f-])"
    r"|(?<=//1250000001-)[0-9a-f]{10}(?=\.)"
)
"""The identifiers that the emulator draws at random."""

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?")


class CloudState:
    """What the emulated clouds remember at one moment: functions, triggers, alarms and the like."""

    def __init__(self, emulator: Emulator) -> None:
        clouds = (emulator.alibaba, emulator.tencent, emulator.huawei, emulator.aws)
        self._kept: list[tuple[Any, str, Any]] = [
            (owner, name, deepcopy(value))
            for cloud in clouds
            for owner, name, value in _attributes(cloud, set())
        ]

    def restore(self) -> None:
        """Put the clouds back to this state."""
        for owner, name, value in self._kept:
            current = getattr(owner, name)
            # Several objects may share a container, so it is filled anew and not replaced.
            if isinstance(value, dict | set):
                current.clear()
                current.update(deepcopy(value))
            elif isinstance(value, list):
                current[:] = deepcopy(value)
            else:
                setattr(owner, name, value)

    def changes_since(self, earlier: CloudState) -> str:
        """Return what is not as it was; equal texts differ in new identifiers and times at most."""
        before, after = [], []
        for (_, _, old), (_, name, new) in zip(earlier._kept, self._kept, strict=True):
            if new != old:
                before.append(_text(old))
                after.append(f"{name}: {_text(new)}")
        known = set(_FRESH.findall("".join(before)))
        numbers: dict[str, int] = {}

        def number(found: re.Match[str]) -> str:
            if found[0] in known:
                return found[0]
            return f"<{numbers.setdefault(found[0], len(numbers))}>"

        return _TIME.sub("<time>", _FRESH.sub(number, "\n".join(after)))


def _text(value: object) -> str:
    """Return a value with all its fields, also those that its ``repr()`` leaves out."""
    if is_dataclass(value):
        fields_ = {each.name: getattr(value, each.name) for each in fields(value)}
        return f"{type(value).__name__}({_text(fields_)})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_text(key)}: {_text(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, set):
        return f"{{{', '.join(sorted(map(_text, value)))}}}"
    if value is None or isinstance(value, str | int | float | bytes):
        return repr(value)
    raise TypeError(type(value))


def _attributes(owner: object, seen: set[int]) -> Iterator[tuple[object, str, object]]:
    """Return the attributes with state of an object of the emulator and those in it."""
    seen.add(id(owner))
    for name, value in vars(owner).items():
        if name == "_recent" or isinstance(value, _NO_STATE):  # _recent: the rate limit's requests
            continue
        if value is None or isinstance(value, str | int | float | dict | set | list):
            yield owner, name, value
        elif type(value).__module__.startswith("local.emulator."):
            if id(value) not in seen:
                yield from _attributes(value, seen)
        else:
            msg = f"say whether {type(owner).__name__}.{name} is state"
            raise TypeError(msg)


def interruptions(
    emulator: Emulator,
    fault: Fault,
    services: Sequence[str],
    run: Callable[[], object],
    begun: CloudState,
    calls: range,
) -> Iterator[int]:
    """Interrupt a command at each of its calls, and yield after those that left another state.

    The platform has all the state of a
    deployment, so two interruptions that left the same are taken up again in the same way, and
    only the first of them is yielded. All faults are cleared by then.

    Parameters
    ----------
    emulator: the platform's.
    fault: applies to the call and all later ones.
    services: whose calls are counted, and fail.
    run: runs the command, and checks that it failed as it should.
    begun: the state that each run begins with.
    calls: which calls to interrupt, counted from 0.
    """
    seen = set[str]()
    for number in calls:
        begun.restore()
        emulator.clear()
        broken = from_call(number)
        for service in services:
            emulator.inject_fault(service, fault, times=None, when=broken)
        run()
        emulator.clear()
        left = CloudState(emulator).changes_since(begun)
        if left not in seen:
            seen.add(left)
            yield number
    assert seen, "nothing was interrupted"
