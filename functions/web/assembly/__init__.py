"""Assembles the console from its source: one page, one style sheet and one script.

Bundles contain the result instead of this package. In a source tree, the web app assembles the
console when it is first requested, so that it serves exactly what ships.
"""

from __future__ import annotations

from functions.web.assembly.page import assemble
from functions.web.assembly.source import AssemblyError

__all__ = ["AssemblyError", "assemble"]
