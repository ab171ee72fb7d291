"""Keeps a module that is slow to import away from one that hardly ever needs it."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class StubModule:
    """Within it, some names of a module are functions that import it when they are called.

    urllib3 takes ``importlib.metadata.version`` for the case that somebody turns its HTTP/2 on,
    Powertools' logger a query language for correlation ids: a tenth of a cold start together.
    What was already imported is left as it is.

    Parameters
    ----------
    module: the module's name.
    functions: those of its functions that may be imported from it.
    """

    def __init__(self, module: str, *functions: str) -> None:
        self._module = module
        self._stand_in = ModuleType(module)
        for name in functions:
            setattr(self._stand_in, name, self._late(name))

    def _late(self, name: str) -> Any:
        def late(*arguments: Any, **options: Any) -> Any:
            return getattr(import_module(self._module), name)(*arguments, **options)

        return late

    def __enter__(self) -> None:
        sys.modules.setdefault(self._module, self._stand_in)

    def __exit__(self, *_error: object) -> None:
        if sys.modules.get(self._module) is self._stand_in:
            del sys.modules[self._module]
