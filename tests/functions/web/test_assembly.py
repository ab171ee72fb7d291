"""Assembling the console: one style sheet and one script, or an error in one sentence."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from functions.web import static_files
from functions.web.assembly import AssemblyError, assemble
from functions.web.assembly.page import hashed_name
from functions.web.version import VERSION
from tests.support.prerequisites import program

INDEX = """\
<link rel="stylesheet" href="one.css">
<link rel="stylesheet" href="two.css">
<script type="module" src="main.js"></script>
{version}
"""
FILES = {
    "index.html": INDEX,
    "one.css": "/* First. */\na {\n  top: 0;\n}\n",
    "two.css": "b {\n  top: 1px;\n}\n",
    "main.js": """\
/** The entry. */
import { hidden, shown as seen } from "./part.js";

console.log(seen, hidden); // prints 3 5
""",
    "part.js": """\
const base = 2;

/**
 * Exported under its own name.
 */
export const shown = base + 1;
// On a line of its own.
export function hidden() {
  return base;
}
export class Thing {}
""",
}


def write(folder: Path, **changed: str) -> str:
    """Write the files, some of them changed: ``main`` is ``main.js``."""
    files = FILES | {f"{name}.js": text for name, text in changed.items()}
    for name, text in files.items():
        (folder / name).write_text(text)
    return str(folder)


def test_the_files_are_joined_in_their_order_without_comments(tmp_path: Path) -> None:
    files = {name: text.decode() for name, text in assemble(write(tmp_path)).items()}

    style = "a {\n  top: 0;\n}\nb {\n  top: 1px;\n}\n"
    script = """\
const $part = (() => {
const base = 2;
const shown = base + 1;
function hidden() {
  return base;
}
class Thing {}
return { shown, hidden, Thing };
})();
(() => {
const { hidden, shown: seen } = $part;
console.log(seen, hidden); // prints 3 5
})();
"""
    assert files == {
        hashed_name("css", style): style,
        hashed_name("js", script): script,
        "index.html": f"""\
<link rel="stylesheet" href="{hashed_name("css", style)}">
    <script type="module" src="{hashed_name("js", script)}"></script>
{VERSION}
""",
    }


def test_a_name_is_the_digest_of_the_content() -> None:
    assert hashed_name("js", "") == "console.e3b0c44298fc1c14.js"


def test_the_same_source_is_the_same_files(tmp_path: Path) -> None:
    copy = shutil.copytree(static_files.CONSOLE_FOLDER, tmp_path / "copy")

    assert assemble(str(copy)) == assemble(static_files.CONSOLE_FOLDER)


def test_a_change_has_another_name(tmp_path: Path) -> None:
    before = assemble(write(tmp_path))
    after = assemble(write(tmp_path, main='console.log(1);\nimport { shown } from "./part.js";\n'))

    assert set(before) & set(after) == {next(n for n in before if n.endswith(".css")), "index.html"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"main": 'import part from "./part.js";\n'}, "main.js: not supported: import part"),
        ({"main": 'import "./part.js";\n'}, "main.js: not supported: import"),
        ({"main": 'import * as part from "./part.js";\n'}, "main.js: not supported: import *"),
        ({"main": 'import { shown } from "part";\n'}, "main.js: not supported: import { shown }"),
        ({"main": 'import { none } from "./part.js";\n'}, "part.js does not export none"),
        ({"main": 'import { a } from "./gone.js";\n'}, "gone.js is referred to and does not exist"),
        ({"main": 'const part = import("./part.js");\n'}, "main.js: not supported: const part"),
        ({"main": "console.log(import.meta.url);\n"}, "main.js: not supported: console.log"),
        ({"main": "const a = await f();\n"}, "main.js: not supported: const a = await f();"),
        ({"part": "export default 1;\n"}, "part.js: not supported: export default 1;"),
        ({"part": "export let shown = 1;\n"}, "part.js: not supported: export let shown"),
        ({"part": "const shown = 1;\nexport { shown };\n"}, "part.js: not supported: export {"),
        ({"part": "export const shown = `a\n// b`;\n"}, "a template literal must end on its line"),
        (
            {"part": 'import { x } from "./main.js";\nexport const shown = 1, hidden = 2;\n'},
            "modules import each other: main.js > part.js > main.js",
        ),
        ({"other": "const a = 1;\n"}, "nothing refers to other.js"),
    ],
)
def test_what_is_not_supported_is_refused(
    tmp_path: Path, changed: dict[str, str], message: str
) -> None:
    with pytest.raises(AssemblyError) as refused:
        assemble(write(tmp_path, **changed))

    assert message in str(refused.value)


@pytest.mark.parametrize("text", ['@import "b.css";', "a { background: url(b.png); }"])
def test_a_style_sheet_that_refers_to_another_file_is_refused(tmp_path: Path, text: str) -> None:
    folder = write(tmp_path)
    (tmp_path / "two.css").write_text(text)

    with pytest.raises(AssemblyError, match=r"two\.css: not supported"):
        assemble(folder)


@pytest.mark.parametrize(
    "index",
    [
        INDEX.replace("main.js", "main.mjs"),
        INDEX + '<script type="module" src="part.js"></script>\n',
        INDEX.replace('<link rel="stylesheet" href="two.css">\n', "")
        + '<link rel="stylesheet" href="two.css">\n',
        INDEX.replace("{version}", ""),
    ],
)
def test_another_page_is_refused(tmp_path: Path, index: str) -> None:
    folder = write(tmp_path)
    (tmp_path / "index.html").write_text(index)

    with pytest.raises(AssemblyError, match=r"index\.html must have"):
        assemble(folder)


def test_the_joined_script_does_what_the_modules_do(tmp_path: Path) -> None:
    node = program("node", "Node.js")
    main = 'import { hidden, shown as seen } from "./part.js";\nconsole.log(seen, hidden());\n'
    files = assemble(write(tmp_path, main=main))
    script = next(text for name, text in files.items() if name.endswith(".js"))

    ran = subprocess.run([node, "-"], input=script, capture_output=True, check=True)

    assert ran.stdout == b"3 2\n"
