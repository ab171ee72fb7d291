"""What cannot be built is refused in a sentence, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from local.bundling import lock, pip
from local.bundling.__main__ import main
from local.bundling.bytecode import Compiler, compiled, compiler
from local.bundling.lock import Pin
from local.bundling.problem import BundleError
from local.bundling.wheels import cached, fetch
from local.console import Console
from tests.support.bundles import python

ALONE = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PATH": os.defpath}
"""A pip that looks nowhere."""

URLLIB3 = "urllib3-2.8.0-py3-none-any.whl"


def run_command(*arguments: str | Path, environ: Mapping[str, str] = ALONE) -> tuple[int, str]:
    errors = io.StringIO()
    console = Console(io.StringIO(), io.StringIO(), errors, io.StringIO(), {})
    code = main([str(each) for each in arguments], console, environ)
    return code, errors.getvalue()


def test_an_unknown_provider_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    code, output = run_command("--provider", "azure", "--into", tmp_path)
    assert code == 2
    assert "alibaba, tencent, huawei" in output
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_platform_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    code, output = run_command("--platform", "knative", "--into", tmp_path)
    assert code == 2
    assert "lambda, fc, scf, functiongraph" in output


def test_a_build_without_wheels_and_index_says_so_and_writes_nothing(tmp_path: Path) -> None:
    python(10)
    into = tmp_path / "dist"
    wanted = ("--provider", "tencent", "--platform", "scf", "--bytecode", "no")
    code, output = run_command(*wanted, "--into", into, "--cache", tmp_path / "cache")
    assert code == 1
    assert "tencent-scf      no wheel for Linux x86_64 and Python 3.10" in output
    assert "web-tencent-scf  no wheel for Linux x86_64 and Python 3.10" in output
    assert not into.exists()


def test_an_index_that_cannot_be_reached_is_distinguished_from_a_wheel_that_is_not_there(
    tmp_path: Path,
) -> None:
    environ = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:1/simple",
        "PIP_RETRIES": "0",
        "PATH": os.defpath,
    }
    pin = Pin("urllib3", "2.8.0", frozenset({"0" * 64}))
    with pytest.raises(BundleError, match="could not reach its package index"):
        fetch([pin], 13, tmp_path, environ)


def test_a_wheel_with_another_hash_is_not_used(tmp_path: Path) -> None:
    offered = tmp_path / "offered"
    offered.mkdir()
    (offered / URLLIB3).write_bytes(b"not what was locked")
    pin = Pin("urllib3", "2.8.0", frozenset({"0" * 64}))
    with pytest.raises(BundleError, match=r"hash mismatch: urllib3==2\.8\.0"):
        fetch([pin], 13, tmp_path / "cache", {**ALONE, "PIP_FIND_LINKS": str(offered)})
    assert list((tmp_path / "cache").rglob("*.whl")) == []


def test_a_modified_cached_wheel_is_not_used(tmp_path: Path) -> None:
    (tmp_path / URLLIB3).write_bytes(b"changed")
    assert cached(Pin("urllib3", "2.8.0", frozenset({"0" * 64})), tmp_path) is None


def test_a_missing_pip_is_named_with_the_way_to_get_it() -> None:
    output = f"{sys.executable}: No module named pip"
    assert "-m ensurepip" in pip.reason(output, 13)


def test_a_python_that_is_not_installed_is_named_with_the_ways_to_get_it() -> None:
    with pytest.raises(
        BundleError,
        match=r"3\.99 is not installed.*uv python install 3\.99, or pyenv install 3\.99",
    ):
        compiler(99)


def test_a_module_that_cannot_be_compiled_fails_the_build() -> None:
    by = compiler(sys.version_info[1])
    with pytest.raises(BundleError, match=r"cannot compile the bundle.*shared/broken\.py"):
        compiled({"shared/broken.py": b"def ("}, sys.version_info[1], by)


def test_a_module_without_bytecode_fails_the_build() -> None:
    # A compiler that does nothing and says that all is well.
    lazy = Compiler(shutil.which("true") or "", "3.10.0", b"\0\0\0\0")
    with pytest.raises(BundleError, match=r"shared/errors\.py has no unchecked-hash bytecode"):
        compiled({"shared/errors.py": b"x = 1\n"}, 10, lazy)


def test_a_lock_that_does_not_match_its_requirements_is_refused(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("urllib3==2.9.0\n")
    (tmp_path / "requirements.lock").write_text(
        f"urllib3==2.8.0 \\\n    --hash=sha256:{'0' * 64}\n"
    )
    with pytest.raises(BundleError, match="run make lock"):
        lock.matching_pins(tmp_path)


def test_a_lock_without_a_hash_is_refused(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("urllib3==2.8.0\n")
    with pytest.raises(BundleError, match="no exact version and hash"):
        lock.read(tmp_path / "requirements.lock")


@pytest.mark.parametrize("name", lock.LOCKS)
def test_the_committed_lock_matches_its_requirements_and_names_no_index(name: str) -> None:
    assert lock.matching_pins(lock.ROOT, name)
    assert "://" not in (lock.ROOT / name).read_text()
