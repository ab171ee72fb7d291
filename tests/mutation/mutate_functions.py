"""Mutates functions with mutmut, <https://mutmut.readthedocs.io>.

Runs in a folder of its own, since mutmut works in ``mutants`` below the current one. Texts for
people are left as they are: string literals with words, and every ``hint``.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import libcst as cst
from mutmut.__main__ import _run
from mutmut.configuration import config
from mutmut.mutation import mutators
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant

RESULTS = Path("functions.json")
KILLED = {1, 3, 24, -24, 36, 152, 255}
"""Exit codes for a mutant that mutmut counts as killed or stopped after its time limit."""

WORDS = re.compile(r"[A-Za-z}][,.:;]? [A-Za-z{]")


def is_text(node: object) -> bool:
    """Return whether an expression or an argument is a text for people."""
    if isinstance(node, cst.Arg):
        return (node.keyword is not None and node.keyword.value == "hint") or is_text(node.value)
    return isinstance(node, cst.BaseString) and bool(
        WORDS.search(cst.Module([]).code_for_node(node))
    )


def keeping_texts(operator: Callable[[Any], Iterable[Any]]) -> Callable[[Any], Iterator[Any]]:
    """Return an operator without the mutants that change only a text for people."""

    def mutants(node: Any) -> Iterator[Any]:
        if is_text(node) or is_text(getattr(node, "value", None)):
            return
        for mutant in operator(node):
            if isinstance(node, cst.Call) and isinstance(mutant, cst.Call):
                kept = {id(argument) for argument in mutant.args}
                if any(is_text(each) for each in node.args if id(each) not in kept):
                    continue
            yield mutant

    return mutants


def results(modules: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield each mutant that was tested, and whether a test noticed it."""
    for path in modules:
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            if code is not None:
                was_killed = code in KILLED
                yield name if was_killed else f"{name}\n{changed_lines(name, path)}", was_killed


def changed_lines(name: str, path: str) -> str:
    """Return the lines that a mutant changes, as in a diff."""
    lines = get_diff_for_mutant(name, path=path).splitlines()
    changed = (line for line in lines if line[:1] in {"+", "-"} and line[:3] not in {"+++", "---"})
    return "\n".join(f"    {line}" for line in changed)


def main() -> None:
    """Mutate the functions of some modules."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.mutate_functions")
    parser.add_argument("--modules", nargs="+", required=True)
    parser.add_argument("--tests", nargs="+", required=True)
    parser.add_argument("--functions", nargs="*", default=[], help="patterns; default: all")
    parser.add_argument("--at-once", type=int, required=True, help="how many mutants")
    given = parser.parse_args()
    mutators.mutation_operators[:] = [
        (kind, keeping_texts(operator)) for kind, operator in mutators.mutation_operators
    ]
    settings = config()
    settings.only_mutate = given.modules
    settings.pytest_add_cli_args_test_selection = given.tests
    settings.also_copy += [
        Path(name.name) for name in Path().iterdir() if name.name not in {"shared", "functions"}
    ]
    _run(given.functions, given.at_once)
    RESULTS.write_text(json.dumps(list(results(given.modules))))


if __name__ == "__main__":
    main()
