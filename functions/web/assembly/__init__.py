"""Assembles the console from its source: one page, one style sheet and one script.

Bundles hold the result and not this package. From a source tree the web app assembles the
console when it is first asked for, so what is seen there is what ships.
"""

from __future__ import annotations

from functions.web.assembly.page import assemble
from functions.web.assembly.source import AssemblyError

__all__ = ["AssemblyError", "assemble"]
