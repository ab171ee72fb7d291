"""pydantic's compiled validator, without the package around it.

``import pydantic_core`` also runs 4,400 lines of type hints that only who writes schemas in
an editor needs; they are a sixth of a timer's cold start. The compiled module is loaded
under its own name, so a later ``import pydantic_core`` finds it and completes the package.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from types import ModuleType

PACKAGE = "pydantic_core"
MODULE = "pydantic_core._pydantic_core"


def core() -> ModuleType:
    """Return the compiled module with ``SchemaValidator`` and ``ValidationError``."""
    return sys.modules.get(MODULE) or _load()


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
