"""No test is skipped without a reason that names how to get what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.samples import ROOT

CASES = """
import pytest
from tests.support.prerequisites import reason, skip

def test_needs_curl():
    skip("curl")

@pytest.mark.skipif(True, reason=reason("curl"))
def test_needs_curl_too():
    pass

def test_needs_a_python():
    skip("Python 3.99")
"""


def run(folder: Path, cases: str, *options: str) -> tuple[int, str]:
    """Run some tests under this project's own hooks; return the exit code and the last lines."""
    (folder / "test_cases.py").write_text(cases)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-c", "/dev/null"]
    command += ["-p", "no:cacheprovider", "--rootdir", str(folder), *options, str(folder)]
    # The vendors' pytest plugins, which nothing here needs, take seconds to import.
    environ = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ran = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    return ran.returncode, ran.stdout


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "with workers"])
def test_skips_are_counted_by_reason_at_the_end(tmp_path: Path, workers: tuple[str, ...]) -> None:
    code, output = run(tmp_path, CASES, *workers)
    assert code == 0
    lines = output.splitlines()
    assert lines[-3:-1] == [
        "    2  needs curl: apt-get install curl",
        "    1  needs Python 3.99: uv python install 3.99",
    ]
    assert lines[-1].startswith("3 skipped in ")


@pytest.mark.parametrize(
    "cases",
    [
        "import pytest\ndef test_it():\n    pytest.skip('not today')\n",
        "import pytest\n@pytest.mark.skip\ndef test_it():\n    pass\n",
        "import pytest\npytest.skip('not today', allow_module_level=True)\n",
        "import pytest\npytest.importorskip('no_such_module')\n",
    ],
    ids=["skip", "mark", "module", "importorskip"],
)
def test_a_skip_that_names_no_command_fails(tmp_path: Path, cases: str) -> None:
    code, output = run(tmp_path, cases)
    assert code != 0
    assert "skipped without naming what brings it" in output


def test_a_skip_that_is_not_allowed_fails(tmp_path: Path) -> None:
    code, output = run(tmp_path, CASES, "--allow-skips", "valgrind,curl")
    assert code == 1
    assert "1 failed, 2 skipped" in output
    assert "skipped although --allow-skips does not list it: needs Python 3.99" in output
