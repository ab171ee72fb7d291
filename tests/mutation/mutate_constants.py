"""Mutates the constants of modules and classes, which mutmut leaves as they are.

A number becomes one more, a truth value its opposite, and a text gets an ``XX`` at each end.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import NamedTuple

from tests.mutation.mutate_functions import WORDS

MAX_SECONDS = 180
"""For the tests of one mutant."""


class Mutant(NamedTuple):
    """A module with one changed constant.

    Parameters
    ----------
    path: the module's path.
    line: where the constant is.
    change: what was changed, for the report.
    source: the changed module.
    """

    path: str
    line: int
    change: str
    source: str


def mutants_of(path: str, source: str) -> Iterator[Mutant]:
    """Yield the mutants of a module's constants."""
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    for constant in constants(ast.parse(source)):
        change = changed(constant.value)
        if change is None or constant.end_lineno is None or constant.end_col_offset is None:
            continue
        first, last = constant.lineno - 1, constant.end_lineno - 1
        before = b"".join(lines[:first]) + lines[first][: constant.col_offset]
        after = lines[last][constant.end_col_offset :] + b"".join(lines[last + 1 :])
        text = (before + repr(change).encode() + after).decode()
        yield Mutant(path, constant.lineno, f"{constant.value!r} -> {change!r}", text)


def constants(module: ast.Module) -> Iterator[ast.Constant]:
    """Yield the constants in the assignments of a module and of its classes.

    Annotations, ``__all__`` and the parts of f-strings are left out.
    """
    bodies = [module.body, *(node.body for node in module.body if isinstance(node, ast.ClassDef))]
    for statement in (each for body in bodies for each in body):
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            continue
        yield from constants_in(statement.value)


def constants_in(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield the constants in an expression, except texts for people."""
    if isinstance(node, ast.Constant):
        yield node
    elif not isinstance(node, ast.JoinedStr) and getattr(node, "arg", None) != "hint":
        for child in ast.iter_child_nodes(node):
            yield from constants_in(child)


def changed(value: object) -> object:
    """Return another value of the same type, None if it is to be left as it is."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str) and not WORDS.search(value):
        return f"XX{value}XX"
    return None


def run_mutants(
    paths: list[str], tests: tuple[str, ...], tree: Path, at_once: int
) -> list[tuple[Mutant, bool]]:
    """Test the mutants of some modules, and return each with whether the tests noticed it.

    Parameters
    ----------
    paths: the modules.
    tests: the tests to run.
    tree: a copy of the project, in which one worker after the other may change files.
    at_once: how many mutants are tested at the same time.
    """
    mutants = [mutant for path in paths for mutant in mutants_of(path, (tree / path).read_text())]
    trees: Queue[Path] = Queue()
    for number in range(at_once):
        copy = tree.with_name(f"constants-{number}")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(tree, copy)
        trees.put(copy)

    def run(mutant: Mutant) -> tuple[Mutant, bool]:
        copy = trees.get()
        original = (copy / mutant.path).read_text()
        (copy / mutant.path).write_text(mutant.source)
        try:
            return mutant, not tests_pass(copy, tests)
        finally:
            (copy / mutant.path).write_text(original)
            trees.put(copy)

    if mutants and not tests_pass(tree, tests):
        raise SystemExit("the tests fail without a mutant")
    with ThreadPoolExecutor(trees.qsize()) as pool:
        return list(pool.map(run, mutants))


def tests_pass(tree: Path, tests: tuple[str, ...]) -> bool:
    """Return whether the tests pass in a copy of the project, in time."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", *tests]
    # A cached module of the same size and second would be taken for the changed one.
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return (
            subprocess.run(
                command,
                cwd=tree,
                env=environ,
                capture_output=True,
                timeout=MAX_SECONDS,
                check=False,
            ).returncode
            == 0
        )
    except subprocess.TimeoutExpired:
        return False
