"""Joins ES modules into one script.

Each module becomes a function that runs once and returns its exports, so that every module
has its own scope. Supported are ``import { a, b as c } from "./x.js";`` and ``export``
in front of a function, a class or a ``const``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from functions.web.assembly.source import AssemblyError, ReadFile, without_comments

IMPORT = re.compile(r'^import \{([\w$\s,]+)\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function|class|const) ([\w$]+)", re.MULTILINE)
UNSUPPORTED = re.compile(
    r"^\s*(?:import|export)\b.*"  # any other form of the two
    r"|^.*\bimport\s*[.(].*"  # import(…), import.meta
    r"|^\S.*\bawait\b.*",  # at the top level
    re.MULTILINE,
)


@dataclass(frozen=True)
class Module:
    """One module, without import and export statements.

    Parameters
    ----------
    name: the file's name.
    imports: file -> the names imported from it.
    exports: the names it exports.
    body: its text, with a declaration in place of each import.
    """

    name: str
    imports: Mapping[str, tuple[str, ...]]
    exports: tuple[str, ...]
    body: str

    def as_function(self) -> str:
        """Return the module as an immediately invoked function that returns the exports."""
        if not self.exports:
            return f"(() => {{\n{self.body}}})();\n"
        exports = f"return {{ {', '.join(self.exports)} }};\n"
        return f"const {variable(self.name)} = (() => {{\n{self.body}{exports}}})();\n"


def variable(name: str) -> str:
    """Return the variable that holds the exports of a file, e.g. ``$words``."""
    return "$" + name.removesuffix(".js").replace("-", "_")


def read_module(name: str, text: str) -> Module:
    """Parse a module.

    Raises
    ------
    AssemblyError: it contains an unsupported form of import or export.
    """
    imports: dict[str, tuple[str, ...]] = {}

    def declaration(found: re.Match[str]) -> str:
        pairs = [part.split(" as ") for part in found[1].replace("\n", " ").split(",")]
        names = [[name.strip() for name in pair] for pair in pairs if "".join(pair).strip()]
        imports[found[2]] = imports.get(found[2], ()) + tuple(pair[0] for pair in names)
        declared = ", ".join(": ".join(pair) for pair in names)
        return f"const {{ {declared} }} = {variable(found[2])};\n"

    text = IMPORT.sub(declaration, without_comments(name, text))
    exports = tuple(found[2] for found in EXPORT.finditer(text))
    body = EXPORT.sub(r"\1 \2", text)
    unsupported = UNSUPPORTED.search(body)
    if unsupported:
        raise AssemblyError(f"{name}: not supported: {unsupported[0].strip()}")
    return Module(name, imports, exports, body)


def join(entry: str, read: ReadFile) -> tuple[str, frozenset[str]]:
    """Return one script, and the names of the files in it.

    Parameters
    ----------
    entry: the module that the page loads.
    read: reads a module by its file name.

    Raises
    ------
    AssemblyError: a module contains an unsupported form, imports are circular, or an imported
        name is not exported.
    """
    ordered: dict[str, Module] = {}

    def add(name: str, importers: tuple[str, ...]) -> None:
        if name in importers:
            raise AssemblyError(f"modules import each other: {' > '.join((*importers, name))}")
        if name in ordered:
            return
        module = read_module(name, read(name))
        for other, names in module.imports.items():
            add(other, (*importers, name))
            missing = [each for each in names if each not in ordered[other].exports]
            if missing:
                raise AssemblyError(f"{name}: {other} does not export {', '.join(missing)}")
        ordered[name] = module

    add(entry, ())
    return "".join(module.as_function() for module in ordered.values()), frozenset(ordered)
