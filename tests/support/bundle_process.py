"""Plays a platform's runtime for an unpacked bundle; needs nothing but a bare Python.

    python -S -E bundle_process.py PLAN LEFT

Both are JSON files. It loads the entry as the platform would, calls its handler for each
call of the plan and writes what came of it, with the modules that were imported.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from types import ModuleType, SimpleNamespace
from typing import Any

Handler = Callable[[object, object], object]


class FunctionGraphContext:
    """FunctionGraph's context: a method for every value, and the user's settings."""

    def __init__(self, values: Mapping[str, object], user_data: Mapping[str, str]) -> None:
        self._user_data = user_data
        for name, value in values.items():
            setattr(self, name, lambda value=value: value)

    def getUserData(self, key: str) -> str | None:  # noqa: N802 - the platform's name
        return self._user_data.get(key)


def as_namespace(value: object) -> object:
    if isinstance(value, dict):
        return SimpleNamespace(**{name: as_namespace(each) for name, each in value.items()})
    return value


def context_of(platform: str, values: Any, user_data: Mapping[str, str]) -> object:
    if platform == "fc":
        return as_namespace(values)
    if platform == "functiongraph":
        return FunctionGraphContext(values, user_data)
    return values


def load(platform: str, root: str, entry: str) -> Handler:
    if platform != "scf":
        imported: Handler = importlib.import_module(entry).handler
        return imported
    # SCF's published runner gives the entry no name and keeps it out of sys.modules.
    path = f"{root}/{entry}.py"
    with open(path, encoding="utf-8") as source:
        code = compile(source.read(), path, "exec")
    names: dict[str, Any] = {"__name__": "", "__file__": path}
    exec(code, names)
    handler: Handler = names["handler"]
    return handler


def file_of(module: object) -> str | None:
    """Where a module came from; one that was loaded by hand tells it by its spec only."""
    spec = getattr(module, "__spec__", None)
    return getattr(module, "__file__", None) or getattr(spec, "origin", None)


def preloaded_module(name: str, path: str) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = path
    return module


def modules_from_elsewhere(files: Mapping[str, str | None], root: str) -> list[str]:
    """The modules that are neither the bundle's nor the standard library's."""
    library = os.path.dirname(os.path.realpath(os.__file__))
    known = (root, library, os.path.abspath(__file__))
    built_in = ("built-in", "frozen")
    return [
        name
        for name, path in files.items()
        if path and path not in built_in and not os.path.realpath(path).startswith(known)
    ]


def main(given: str, left: str) -> None:
    with open(given, encoding="utf-8") as file:
        plan = json.load(file)
    platform, root = plan["platform"], plan["root"]
    sys.path[0:1] = [*plan["before"], root]
    sys.modules.update(
        {name: preloaded_module(name, path) for name, path in plan["loaded"].items()}
    )
    outcomes: list[object] = []
    for call in plan["calls"]:
        event = call["event"].encode() if call["bytes"] else call["event"]
        context = context_of(platform, call["context"], call["user_data"])
        try:
            handler = load(platform, root, call["entry"])
            outcomes.append({"result": handler(event, context)})
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            outcomes.append({"error": type(error).__name__, "message": str(error)})
    files = {name: file_of(module) for name, module in sys.modules.items()}
    own = {name: path for name, path in files.items() if path and path.startswith(root)}
    with open(left, "w", encoding="utf-8") as file:
        json.dump(
            {"outcomes": outcomes, "modules": own, "foreign": modules_from_elsewhere(files, root)},
            file,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
