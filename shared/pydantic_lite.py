"""pydantic's compiled validator and JSON, without the package around them.

``import pydantic_core`` also runs 4,400 lines of type hints that only who writes schemas in
an editor needs; they are a sixth of a timer's cold start. The compiled module is loaded
under its own name, so a later ``import pydantic_core`` finds it and completes the package.
"""

from __future__ import annotations

import json
import sys
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

PACKAGE = "pydantic_core"
MODULE = "pydantic_core._pydantic_core"

LONG = 64 * 1024
"""Characters of a JSON text in which names come again and again."""


def core() -> ModuleType:
    """Return the compiled module with ``SchemaValidator`` and ``ValidationError``."""
    return sys.modules.get(MODULE) or _load()


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text, in half the time of the standard library.

    What the compiled parser does not take, such as a byte order mark or half a surrogate pair, is
    left to ``json.loads``, so that both take the same texts. The names of a long text are kept for
    the next one, which takes memory first and saves more; its values, which may be secrets, never.

    Raises
    ------
    ValueError: it is no JSON.
    RecursionError: it is too deep.
    """
    try:
        return core().from_json(text, cache_strings="keys" if len(text) > LONG else "none")
    except (ValueError, TypeError):  # the latter for a text that UTF-8 cannot spell
        return json.loads(text)


def dump_json(value: object) -> bytes:
    """Return a value as compact JSON in UTF-8; what JSON does not know is spelled by ``str``.

    A text that UTF-8 cannot spell, half a surrogate pair, is escaped, and all others with it.
    """
    try:
        text: bytes = core().to_json(value, fallback=str)
    except ValueError:
        text = json.dumps(value, separators=(",", ":"), default=str).encode()
    return text


def _load() -> ModuleType:
    package = PathFinder.find_spec(PACKAGE)
    folder = package.submodule_search_locations if package is not None else None
    spec = PathFinder.find_spec(MODULE, folder)
    if spec is None or spec.loader is None:
        raise ImportError(f"{MODULE} is not installed", name=MODULE)
    module = spec.loader.create_module(spec)
    if module is None:
        raise ImportError(f"{MODULE} is no compiled module", name=MODULE)
    module.__spec__ = spec
    sys.modules[MODULE] = module
    spec.loader.exec_module(module)
    return module
