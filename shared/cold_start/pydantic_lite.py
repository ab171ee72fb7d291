"""pydantic-core's compiled validator and JSON parser, without the package around them.

``import pydantic_core`` also runs 4,400 lines of type hints, needed only for editor support, which
take a sixth of a timer's cold start. The compiled module is loaded under its own name, so a later
``import pydantic_core`` finds it and completes the package.
"""

from __future__ import annotations

import json
import sys
import threading
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

PACKAGE = "pydantic_core"
MODULE = "pydantic_core._pydantic_core"

_LOADING = threading.Lock()

LONG_TEXT = 64 * 1024
"""Characters; a longer JSON text repeats its keys so often that caching them pays off."""


def core() -> ModuleType:
    """Return the compiled module with ``SchemaValidator`` and ``ValidationError``."""
    loaded = sys.modules.get(MODULE)
    if loaded is None:
        with _LOADING:  # the first requests of a threaded server may arrive together
            loaded = sys.modules.get(MODULE) or _load()
    return loaded


def parse_json(text: str | bytes) -> Any:
    """Parse JSON in half the time of the standard library.

    Input that the compiled parser rejects, such as a byte order mark or a lone surrogate, is
    parsed by ``json.loads``, so that both accept the same input. The keys of a long text are
    cached for the next one; values, which may be secrets, never are.

    Raises
    ------
    ValueError: it is not JSON.
    RecursionError: it is nested too deeply.
    """
    try:
        return core().from_json(text, cache_strings="keys" if len(text) > LONG_TEXT else "none")
    except (ValueError, TypeError):  # TypeError: a string that UTF-8 cannot encode
        return json.loads(text)


def parse_encodable_json(text: bytes) -> Any:
    """Parse JSON; every string in it can be encoded in UTF-8.

    Half a surrogate pair, which only an escape can express, becomes a question mark: AWS Lambda's
    client writes a result without escapes, and would report a finished run as failed.

    Raises
    ------
    ValueError, RecursionError: as for :func:`parse_json`.
    """
    value = parse_json(text)
    if b"\\ud" not in text and b"\\uD" not in text:
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def dump_json(value: object) -> bytes:
    """Return a value as compact JSON in UTF-8; values that JSON lacks are converted by ``str``.

    If a string contains a lone surrogate, all non-ASCII characters are escaped.
    """
    try:
        text: bytes = core().to_json(value, fallback=str)
    except ValueError:
        text = json.dumps(value, separators=(",", ":"), default=str).encode()
    return text


def _load() -> ModuleType:
    package = PathFinder.find_spec(PACKAGE)
    locations = package.submodule_search_locations if package is not None else None
    spec = PathFinder.find_spec(MODULE, locations)
    if spec is None or spec.loader is None:
        raise ImportError(f"{MODULE} is not installed", name=MODULE)
    module = spec.loader.create_module(spec)
    if module is None:
        raise ImportError(f"{MODULE} is not a compiled module", name=MODULE)
    module.__spec__ = spec
    spec.loader.exec_module(module)
    sys.modules[MODULE] = module  # not before it is complete
    return module
