"""Defers imports of slow modules by third-party packages that hardly ever use them."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class StubModule:
    """Replaces a module, within a ``with`` block, by stubs that import it when they are called.

    urllib3 imports ``importlib.metadata`` only for its optional HTTP/2 support, and Powertools'
    logger a query language only for correlation IDs: together a tenth of a cold start.
    A module that was already imported is not replaced.

    Parameters
    ----------
    module: the module's name.
    functions: its functions that may be imported from it in the block.
    """

    def __init__(self, module: str, *functions: str) -> None:
        self._module = module
        self._stub = ModuleType(module)
        for name in functions:
            setattr(self._stub, name, self._import_on_call(name))

    def _import_on_call(self, name: str) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            return getattr(import_module(self._module), name)(*arguments, **options)

        return call

    def __enter__(self) -> None:
        sys.modules.setdefault(self._module, self._stub)

    def __exit__(self, *_error: object) -> None:
        if sys.modules.get(self._module) is self._stub:
            del sys.modules[self._module]
