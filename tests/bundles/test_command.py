"""What ``python -m local.bundling`` prints, builds and returns."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.bundling.__main__ import main, parser
from local.bundling.plan import chosen
from local.bundling.preflight import advice
from local.console import Console
from tests.support.bundles import CACHE
from tests.support.command import Terminal

OTHERS = [minor for minor in (10, 13) if minor != sys.version_info[1]]


@dataclass(frozen=True)
class CommandOutput:
    code: int
    out: str
    errors: str


def build(
    *arguments: str | Path,
    environ: Mapping[str, str] | None = None,
    out: io.StringIO | None = None,
) -> CommandOutput:
    out, errors = out or io.StringIO(), io.StringIO()
    console = Console(out, out, errors, io.StringIO(), {})
    words = [str(each) for each in (*arguments, "--cache", CACHE)]
    code = main(words, console, os.environ if environ is None else environ)
    return CommandOutput(code, out.getvalue(), errors.getvalue())


def without_pythons(home: Path, **more: str) -> dict[str, str]:
    """An environment in which only the running Python is found."""
    return {**os.environ, "HOME": str(home), "PYENV_ROOT": str(home), "PATH": str(home), **more}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[CommandOutput, Path]:
    """Tencent's bundles without bytecode, on a machine without another Python."""
    home = tmp_path_factory.mktemp("home")
    into = tmp_path_factory.mktemp("dist")
    environ = without_pythons(home)
    output = build(
        "--provider", "tencent", "--bytecode", "no", "--into", into, "--kind", "sync",
        environ=environ,
    )  # fmt: skip
    return output, into


def test_without_bytecode_every_bundle_is_built_with_no_other_python(
    plain: tuple[CommandOutput, Path],
) -> None:
    output, into = plain

    assert (output.code, output.errors) == (0, "")
    assert sorted(path.stem for path in into.glob("*.zip")) == [
        "tencent-fc",
        "tencent-functiongraph",
        "tencent-lambda",
        "tencent-scf",
    ]
    for path in into.glob("*.zip"):
        names = zipfile.ZipFile(path).namelist()
        assert "sync_machines.py" in names
        assert [name for name in names if name.endswith(".pyc")] == []


def test_without_bytecode_the_cost_is_stated_first_and_in_the_manifest(
    plain: tuple[CommandOutput, Path],
) -> None:
    output, into = plain

    assert output.out.startswith(
        "Building without bytecode: each cold start compiles the modules first and executes about "
        "2.2 to 2.5 times the instructions (docs/bundles.md).\n"
    )
    for path in into.glob("*.manifest.json"):
        manifest = json.loads(path.read_text())
        assert (manifest["bytecode"], manifest["built_with"]["python"]) == (False, None)


def test_a_line_is_written_for_each_bundle_and_a_table_at_the_end(
    plain: tuple[CommandOutput, Path],
) -> None:
    lines = plain[0].out.splitlines()

    assert re.fullmatch(r"tencent-lambda  2\.\d\d MB  \d+\.\d s", lines[1])
    assert re.fullmatch(r"tencent-scf  2\.\d\d MB  same file as tencent-fc", lines[3])
    assert lines[5].split() == ["bundle", "Python", "MB", "unpacked", "sha256"]
    assert lines[-1] == (
        "4 of 4 bundles built as 2 files: platforms with the same Python get the same zip."
    )


def test_on_a_terminal_one_line_is_updated_instead(tmp_path: Path) -> None:
    wanted = ("--provider", "tencent", "--platform", "scf", "--kind", "sync", "--bytecode", "no")
    output = build(*wanted, "--into", tmp_path, out=Terminal())

    assert "\r\x1b[K[1/1] tencent-scf …\r\x1b[K" in output.out
    assert "tencent-scf  2." not in output.out


def test_quiet_says_nothing_of_what_succeeds(tmp_path: Path) -> None:
    wanted = ("--provider", "tencent", "--platform", "scf", "--kind", "sync", "--bytecode", "no")
    output = build(*wanted, "--into", tmp_path, "--quiet")

    assert output == CommandOutput(0, "", "")


def test_json_is_all_that_is_printed_and_says_what_is_the_same(tmp_path: Path) -> None:
    wanted = ("--provider", "tencent", "--kind", "sync", "--bytecode", "no", "--json")
    output = build(*wanted, "--into", tmp_path)

    document = json.loads(output.out)
    assert [(each["name"], each["same_as"]) for each in document["built"]] == [
        ("tencent-lambda", None),
        ("tencent-fc", None),
        ("tencent-scf", "tencent-fc"),
        ("tencent-functiongraph", "tencent-fc"),
    ]
    assert document["not_built"] == []
    first = document["built"][0]
    assert (first["python"], first["bytecode"], first["kind"]) == ("3.13", False, "sync")
    assert Path(first["file"]).stat().st_size == first["size"]
    assert "tencent-lambda  2." in output.errors


def test_everything_missing_is_named_at_once_with_the_ways_to_get_it() -> None:
    missing = {13: "Python 3.13 is not installed", 10: "Python 3.10 is not installed"}
    output = advice(missing, chosen()).splitlines()

    assert output[:2] == [
        "Python 3.13 is not installed; it compiles the bundles for lambda.",
        "Python 3.10 is not installed; it compiles the bundles for fc, scf and functiongraph.",
    ]
    for way in (
        "uv python install 3.13 3.10",
        "pyenv install 3.13",
        "pyenv install 3.10",
        "make bundle BYTECODE=no",
    ):
        assert f"  {way}" in output


@pytest.mark.parametrize("minor", OTHERS)
def test_where_nothing_can_be_built_nothing_is_written(tmp_path: Path, minor: int) -> None:
    platform, purpose = {
        10: ("scf", "it compiles the bundles for scf."),
        13: ("lambda", "it compiles the bundles for lambda."),
    }[minor]
    output = build(
        "--platform", platform, "--into", tmp_path / "dist", environ=without_pythons(tmp_path)
    )

    assert output.code == 1
    assert output.errors.startswith(f"Python 3.{minor} is not installed; {purpose}\n")
    assert output.out == "0 of 7 bundles built.\n"
    assert re.search(rf"web-all-{platform} +Python 3\.{minor} is not installed\n", output.errors)
    assert not (tmp_path / "dist").exists()


def test_what_can_be_built_is_built_though_something_is_missing(tmp_path: Path) -> None:
    # Besides the missing ones, what the running Python compiles, or else a linked one.
    here, missing = (13, 10) if sys.version_info[1] == 13 else (10, 13)
    program = tmp_path / f"python3.{here}"
    if sys.version_info[1] != here:
        from tests.support.bundles import python

        program.write_text(f'#!/bin/sh\nexec "{python(here)}" "$@"\n')
        program.chmod(0o755)
    wanted = ("--provider", "tencent", "--kind", "sync", "--into", tmp_path / "dist")
    output = build(*wanted, environ=without_pythons(tmp_path))

    built = ["lambda"] if here == 13 else ["fc", "functiongraph", "scf"]
    names = sorted(path.stem for path in (tmp_path / "dist").glob("*.zip"))
    assert output.code == 1
    assert names == [f"tencent-{platform}" for platform in built]
    closing = {
        10: "3 of 4 bundles built as 1 file: platforms with the same Python get the same zip.",
        13: "1 of 4 bundles built.",
    }
    assert output.out.splitlines()[-1] == closing[here]
    assert f"Python 3.{missing} is not installed" in output.errors.splitlines()[-1]


def test_uv_is_announced_before_it_installs_and_its_failure_is_reported(tmp_path: Path) -> None:
    minor = OTHERS[0]
    platform = {10: "scf", 13: "lambda"}[minor]
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho 'error: no network' >&2\nexit 2\n")
    uv.chmod(0o755)
    output = build(
        "--platform", platform, "--into", tmp_path / "dist", environ=without_pythons(tmp_path)
    )

    assert output.code == 1
    assert output.out.startswith(
        f"Python 3.{minor} is not installed: uv python install 3.{minor} …\n"
    )
    assert output.errors.startswith(
        f"Python 3.{minor} is not installed, and uv could not install it (error: no network); "
    )


def test_the_help_has_the_exit_codes() -> None:
    text = " ".join(parser().format_help().split())

    assert (
        "exit codes: 0 every bundle was built; 1 at least one was not, and the table at the end "
        "says which and why; 2 wrong usage; 130 interrupted"
    ) in text
