"""The help of ``deploy`` and ``remove``: each has the options that do something for it."""

from __future__ import annotations

import subprocess

import pytest

from local.__main__ import main
from local.samples import ROOT


def help_of(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the help of a command."""
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_a_removal_has_a_help_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    shown = help_of("remove", capsys)

    assert "Deletes what make deploy made" in shown
    assert "the platform to remove from" in shown
    for option in ("--overwrite", "--adopt", "--zips"):
        assert option not in shown


def test_a_deployment_shows_its_options_and_what_make_turns_a_failure_into(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = help_of("deploy", capsys)

    assert "Creates or changes the functions, settings and schedules" in shown
    assert "the platform to deploy to" in shown
    assert "make turns every failure into 2" in shown
    for option in ("--overwrite", "--adopt", "--zips"):
        assert option in shown


@pytest.mark.parametrize("option", ["--overwrite", "--adopt=example"])
def test_a_removal_refuses_options_of_a_deployment(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["remove", "--platform", "scf", option])

    assert ended.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err


def make(*words: str) -> subprocess.CompletedProcess[str]:
    """Run make without running what it prints."""
    return subprocess.run(
        ["make", "--no-print-directory", "--dry-run", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_make_plan_is_a_deployment_that_ends_after_the_plan() -> None:
    shown = make("plan", "PLATFORM=scf", "PROVIDER=tencent").stdout

    command = "python -m local deploy --plan --platform scf --provider tencent"
    assert command in shown.splitlines()[-1]
