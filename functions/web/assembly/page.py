"""Assembles the served files from the directory of the console's source."""

from __future__ import annotations

import hashlib
import os
import re

from functions.web.assembly.modules import join
from functions.web.assembly.source import AssemblyError, without_comments
from functions.web.version import VERSION

INDEX = "index.html"
STYLE = re.compile(r'<link rel="stylesheet" href="([\w-]+\.css)">')
STYLES = re.compile(rf"({STYLE.pattern}\s*)+")
SCRIPT = re.compile(r'(<script type="module" src=")([\w-]+\.js)("></script>)')
VERSION_MARK = "{version}"
UNSUPPORTED_STYLE = re.compile(r"@import|@charset|url\(")


def assemble(folder: str) -> dict[str, bytes]:
    """Return the served files by name: the page, ``console.<digest>.css`` and ``….js``.

    The digest is that of the file's content, so a file with a given name never changes.

    Parameters
    ----------
    folder: the directory of ``index.html``, the style sheets and the modules.

    Raises
    ------
    AssemblyError: a file contains something unsupported, or no other file refers to it.
    """

    def read(name: str) -> str:
        try:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            raise AssemblyError(f"{name} is referred to and does not exist") from None

    page = read(INDEX)
    sheets, entries = STYLE.findall(page), SCRIPT.findall(page)
    if len(STYLES.findall(page)) != 1 or len(entries) != 1:
        raise AssemblyError(f"{INDEX} must have its style sheets together and one module script")
    style = "".join(read_style(name, read(name)) for name in sheets)
    script, modules = join(entries[0][1], read)
    unused = set(os.listdir(folder)) - {INDEX, *sheets, *modules}
    if unused:
        raise AssemblyError(f"nothing refers to {', '.join(sorted(unused))}")
    files = {hashed_name("css", style): style, hashed_name("js", script): script}
    styles, scripts = files
    page = STYLES.sub(f'<link rel="stylesheet" href="{styles}">\n    ', page)
    page = SCRIPT.sub(lambda found: f"{found[1]}{scripts}{found[3]}", page)
    if page.count(VERSION_MARK) != 1:
        raise AssemblyError(f"{INDEX} must have one {VERSION_MARK}")
    files[INDEX] = page.replace(VERSION_MARK, VERSION)
    return {name: text.encode() for name, text in files.items()}


def read_style(name: str, text: str) -> str:
    """Return a style sheet without comments.

    Raises
    ------
    AssemblyError: it refers to another file.
    """
    found = UNSUPPORTED_STYLE.search(text)
    if found:
        raise AssemblyError(f"{name}: not supported: {found[0]}")
    return without_comments(name, text)


def hashed_name(kind: str, text: str) -> str:
    """Return the name of an assembled file: ``console.<16 digits of its SHA-256>.css``."""
    return f"console.{hashlib.sha256(text.encode()).hexdigest()[:16]}.{kind}"
