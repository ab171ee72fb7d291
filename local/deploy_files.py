"""``python -m local.deploy_files``: a platform's request bodies with your own values in them.

The bodies in ``deploy/`` are tracked by git, so nothing secret is ever written there: they hold
``${NAME}`` where a value of yours belongs. What is filled in lies in ``build/``, which git ignores.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
INTO = ROOT / "build" / "deploy"

PLACEHOLDER = re.compile(r"\$\{([A-Z_]+)\}")

DESCRIPTION = """\
Fills in the request bodies of a folder in deploy/ and writes them to the same folder in
build/deploy/, readable by you alone. Each ${NAME} in a body is the environment's variable NAME.
"""
EPILOG = """\
exit codes: 0 all files were written; 2 wrong usage, or a variable is not set: nothing was written
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    command = argparse.ArgumentParser(
        prog="python -m local.deploy_files",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "folder", choices=folders(), metavar="FOLDER", help=f"one of {', '.join(folders())}"
    )
    return command


def folders() -> list[str]:
    """Return the folders in ``deploy/`` that hold request bodies."""
    bodies = ("create-function.json", "create-workflow.json")
    found = {path.parent for name in bodies for path in DEPLOY.rglob(name)}
    return sorted(path.relative_to(DEPLOY).as_posix() for path in found)


def main(
    arguments: Sequence[str] | None = None,
    environ: Mapping[str, str] | None = None,
    into: Path = INTO,
    out: TextIO | None = None,
    errors: TextIO | None = None,
) -> int:
    """Write the filled-in bodies and return the exit code.

    Parameters
    ----------
    arguments: the command line without the program; the real one when left out.
    environ: where the values come from; this process's environment when left out.
    into: the folder that the files go to.
    out, errors: streams; those of this process when left out.
    """
    options = parser().parse_args(arguments)
    environ = os.environ if environ is None else environ
    bodies = {
        path.name: json.loads(path.read_text("utf-8"))
        for path in sorted((DEPLOY / options.folder).glob("*.json"))
    }
    missing = sorted({name for body in bodies.values() for name in names(body)} - set_in(environ))
    if missing:
        print(
            f"deploy/{options.folder} needs {', '.join(missing)}: set "
            f"{'it' if len(missing) == 1 else 'them'} in the environment",
            file=errors or sys.stderr,
        )
        return 2
    folder = into / options.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, body in bodies.items():
        write(folder / name, json.dumps(filled(body, environ), indent=2, ensure_ascii=False) + "\n")
        print(folder / name, file=out or sys.stdout)
    return 0


def set_in(environ: Mapping[str, str]) -> set[str]:
    """Return the names of the variables that have a value."""
    return {name for name, value in environ.items() if value}


def names(body: object) -> set[str]:
    """Return the names of all values that a body needs."""
    return set(PLACEHOLDER.findall(json.dumps(body)))


def filled(body: object, values: Mapping[str, str]) -> object:
    """Return a body with every ``${NAME}`` replaced.

    Parameters
    ----------
    body: as read from JSON; a text in it that is a JSON object stays one, whatever a value holds.
    values: by name.
    """
    if isinstance(body, dict):
        return {key: filled(value, values) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, values) for value in body]
    if not isinstance(body, str) or not PLACEHOLDER.search(body):
        return body
    if body.startswith("{"):
        return json.dumps(filled(json.loads(body), values), ensure_ascii=False)
    return PLACEHOLDER.sub(lambda match: values[match[1]], body)


def write(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    path.unlink(missing_ok=True)
    with open(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main())
