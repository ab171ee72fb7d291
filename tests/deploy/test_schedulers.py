"""The recipes for schedulers without functions run, with the documented exit codes."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from functions.registry import OPERATIONS
from local.emulator import Emulator
from local.fake_chats import FakeChats
from shared.command_line import FAILED, HELP, INTERRUPTED, SUCCEEDED, TEMPORARY_FAILURE, USAGE
from tests.support.emulator import emulator as emulator_fixture
from tests.support.prerequisites import program
from tests.support.repository import ROOT

SERVICE = ROOT / "deploy/systemd/cloud-sync@.service"
TIMERS = sorted((ROOT / "deploy/systemd").glob("*.timer"))
CRON_SCRIPT = ROOT / "deploy/cron/cloud-sync.sh"
CRON_TABLE = ROOT / "deploy/cron/cloud-sync.cron"
CRON_JOB = ROOT / "deploy/kubernetes/cronjob.yaml"
CONTAINERFILE = ROOT / "deploy/container/Containerfile"
WORKFLOW = ROOT / "deploy/github-actions/tencent-sync-machines.yml"
PAGE = ROOT / "docs/without-a-function.md"
RECIPES = [SERVICE, *TIMERS, CRON_SCRIPT, CRON_TABLE, CRON_JOB, CONTAINERFILE, WORKFLOW]

emulator = emulator_fixture

GOOD_EVENT = {"trigger": "timer", "sync": False}
PERMANENT = [FAILED, USAGE]
MODULE = re.compile(r"functions\.[a-z]+\.[a-z_]+")


def unit(path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    return parser


def cron_job() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(CRON_JOB.read_text())
    return document


def container() -> dict[str, Any]:
    spec = cron_job()["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (found,) = spec["containers"]
    result: dict[str, Any] = found
    return result


def step(name: str) -> dict[str, Any]:
    steps = yaml.safe_load(WORKFLOW.read_text())["jobs"]["sync"]["steps"]
    (found,) = [each for each in steps if each.get("name") == name]
    result: dict[str, Any] = found
    return result


@pytest.mark.parametrize("recipe", [*RECIPES, PAGE], ids=lambda path: path.name)
def test_every_module_that_a_recipe_runs_is_an_operation(recipe: Path) -> None:
    assert set(MODULE.findall(recipe.read_text())) <= set(OPERATIONS.values())


def test_the_help_and_the_page_name_every_exit_code() -> None:
    codes = [str(code) for code in (SUCCEEDED, FAILED, USAGE, TEMPORARY_FAILURE, INTERRUPTED)]
    assert re.findall(r"^  (\d+) +\S", HELP, re.MULTILINE) == codes
    assert re.findall(r"^\| (\d+) \|", PAGE.read_text(), re.MULTILINE) == codes


# systemd


def test_the_service_runs_the_module_that_its_instance_names() -> None:
    service = unit(SERVICE)["Service"]
    command = shlex.split(service["ExecStart"])
    assert command == ["/opt/cloud-sync/.venv/bin/python", "-m", "functions.%i", "-"]
    assert service["StandardInput"] == "file:/etc/cloud-sync/%i.json"
    for timer in TIMERS:
        module = timer.stem.partition("@")[2]
        assert f"functions.{module}" in OPERATIONS.values()


def test_the_service_is_started_again_unless_a_retry_would_not_help() -> None:
    service = unit(SERVICE)["Service"]
    assert (service["Type"], service["Restart"]) == ("oneshot", "on-failure")
    assert service["RestartPreventExitStatus"].split() == [str(code) for code in PERMANENT]


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    command = program("systemd-analyze", "systemd")
    for path in (SERVICE, *TIMERS):
        text = path.read_text().replace("/opt/cloud-sync/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text)
    units = [f"./{timer.stem}.{kind}" for timer in TIMERS for kind in ("timer", "service")]
    ended = subprocess.run(
        [command, "verify", "--man=no", *units],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


# cron


def installed(folder: Path, environ: Mapping[str, str], event: object) -> dict[str, str]:
    """Return the environment of the cron script, with the project and its settings in a folder."""
    home = folder / "home"
    (home / ".venv/bin").mkdir(parents=True)
    # A link would not find the packages of this Python's environment.
    python = home / ".venv/bin/python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    for name in ("functions", "shared"):
        (home / name).symlink_to(ROOT / name)
    settings = folder / "settings"
    settings.mkdir()
    lines = [f"{name}={shlex.quote(value)}" for name, value in environ.items()]
    (settings / "settings.env").write_text("\n".join(lines))
    (settings / "tencent.sync_machines.json").write_text(json.dumps(event))
    return {
        "PATH": os.environ["PATH"],
        "CLOUD_SYNC_HOME": str(home),
        "CLOUD_SYNC_SETTINGS": str(settings),
        "CLOUD_SYNC_LOCKS": str(folder),
        "CLOUD_SYNC_RETRY_SECONDS": "0",
    }


def cron(environ: Mapping[str, str]) -> tuple[int, str]:
    """Run the script of the table's line; return the exit code and what cron would mail."""
    (line,) = [line for line in CRON_TABLE.read_text().splitlines() if line[:1].isdigit()]
    command = shlex.split(line)[6:]
    assert ROOT / Path(command[0]).relative_to("/opt/cloud-sync") == CRON_SCRIPT
    ended = subprocess.run(
        [str(CRON_SCRIPT), *command[1:]],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    return ended.returncode, ended.stdout


@pytest.fixture
def flock() -> str:
    return program("flock", "flock")


@pytest.mark.usefixtures("flock")
def test_cron_mails_nothing_if_a_run_did_not_fail(tmp_path: Path, emulator: Emulator) -> None:
    with FakeChats() as monitors:
        notify = {"NOTIFY": monitors.setting(kinds=("healthchecks",))}
        assert cron(installed(tmp_path, emulator.environment() | notify, GOOD_EVENT)) == (0, "")
    assert [report.is_down for report in monitors.received] == [False]


@pytest.mark.parametrize(
    ("parameter", "environ", "code", "category"),
    [
        ({"sync": "no"}, {}, USAGE, "invalid_input"),
        ({}, {"CWP_ENDPOINT_URL": "http://remote.example"}, FAILED, "misconfigured"),
    ],
)
@pytest.mark.usefixtures("flock")
def test_cron_mails_a_failure_for_good_after_one_attempt(
    tmp_path: Path,
    emulator: Emulator,
    parameter: dict[str, object],
    environ: dict[str, str],
    code: int,
    category: str,
) -> None:
    given = installed(tmp_path, emulator.environment() | environ, GOOD_EVENT | parameter)
    ended, mail = cron(given)
    assert ended == code
    assert mail.startswith(
        f"functions.tencent.sync_machines ended with exit code {code} after 1 of 3 attempts:\n"
    )
    assert f'"category": "{category}"' in mail


@pytest.mark.usefixtures("flock")
def test_cron_tries_a_temporary_failure_three_times(tmp_path: Path, emulator: Emulator) -> None:
    environ = installed(tmp_path, emulator.environment(), GOOD_EVENT)
    python = Path(environ["CLOUD_SYNC_HOME"], ".venv/bin/python")
    python.write_text('#!/bin/sh\necho run >> "$CLOUD_SYNC_LOCKS/runs"\nexit 75\n')
    python.chmod(0o755)
    ended, mail = cron(environ)
    assert ended == TEMPORARY_FAILURE
    assert "exit code 75 after 3 of 3 attempts" in mail
    assert (tmp_path / "runs").read_text().splitlines() == ["run"] * 3


def test_cron_mails_that_flock_is_missing(tmp_path: Path) -> None:
    environ = installed(tmp_path, {}, GOOD_EVENT) | {"PATH": str(tmp_path)}
    missing = "functions.tencent.sync_machines was not run: flock is missing, install util-linux\n"
    assert cron(environ) == (FAILED, missing)


def test_cron_leaves_a_run_that_is_still_going_alone(tmp_path: Path, flock: str) -> None:
    environ = installed(tmp_path, {}, {"sync": "no"})
    lock = tmp_path / "cloud-sync-tencent.sync_machines.lock"
    holder = subprocess.Popen(
        [flock, str(lock), "sh", "-c", "echo held; read line"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert cron(environ) == (0, "")
    holder.communicate("go\n")
    assert cron(environ)[0] == USAGE


# Kubernetes and containers


def test_kubernetes_starts_a_failed_run_again_unless_a_retry_would_not_help() -> None:
    spec = cron_job()["spec"]
    job = spec["jobTemplate"]["spec"]
    fails, ignored = job["podFailurePolicy"]["rules"]
    assert spec["concurrencyPolicy"] == "Forbid"
    assert (fails["action"], ignored["action"]) == ("FailJob", "Ignore")
    assert fails["onExitCodes"]["values"] == PERMANENT
    assert fails["onExitCodes"]["containerName"] == container()["name"]
    assert job["template"]["spec"]["restartPolicy"] == "Never"


def test_the_settings_of_the_pod_that_are_secret_are_references() -> None:
    for setting in container()["env"]:
        is_secret = setting["name"].endswith(("_ID", "_KEY", "_URL"))
        assert ("valueFrom" in setting) == is_secret, setting["name"]


def test_the_container_of_the_pod_runs(emulator: Emulator) -> None:
    entry = json.loads(instructions("ENTRYPOINT")[-1])
    assert entry == ["python", "-m"]
    environ = {each["name"]: each.get("value", "") for each in container()["env"]}
    with FakeChats() as monitors:
        ended = subprocess.run(
            [sys.executable, "-m", *container()["args"]],
            cwd=ROOT,
            env=environ
            | emulator.environment()
            | {"PATH": os.environ["PATH"], "HEARTBEAT_URL": monitors.url("healthchecks")},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert (ended.returncode, json.loads(ended.stdout)["status"]) == (0, "succeeded")
    assert [report.is_accepted for report in monitors.received] == [True]


def instructions(name: str) -> list[str]:
    """Return the arguments of each of the Containerfile's instructions of a name."""
    lines = CONTAINERFILE.read_text().splitlines()
    return [line.partition(" ")[2] for line in lines if line.startswith(f"{name} ")]


def test_the_image_installs_by_hash_and_runs_as_the_pods_user() -> None:
    install = instructions("RUN")[0]
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(shlex.split(install))
    pod = cron_job()["spec"]["jobTemplate"]["spec"]["template"]["spec"]["securityContext"]
    assert instructions("USER") == [f"{pod['runAsUser']}:{pod['runAsGroup']}"]


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    ignore = (CONTAINERFILE.parent / "Containerfile.dockerignore").read_text().splitlines()
    kept = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    copied = {line.split()[0] for line in instructions("COPY") if not line.startswith("--from")}
    assert copied == kept
    assert all((ROOT / name).exists() for name in copied)


# GitHub Actions


def run_step(emulator: Emulator, **environ: str) -> subprocess.CompletedProcess[str]:
    sync = step("Synchronize")
    given = {name: str(value) for name, value in sync["env"].items() if "${{" not in str(value)}
    return subprocess.run(
        [program("bash", "bash"), "-e", "-o", "pipefail", "-c", sync["run"]],
        cwd=ROOT,
        env=given | emulator.environment() | {"RETRY_SECONDS": "0"} | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "python").write_text(
        f'#!/bin/sh\necho run >> "{tmp_path}/runs"\nexec {sys.executable} "$@"\n'
    )
    (tmp_path / "python").chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


def test_the_workflow_runs_the_operation(tmp_path: Path, path: str, emulator: Emulator) -> None:
    with FakeChats() as monitors:
        ended = run_step(emulator, PATH=path, HEARTBEAT_URL=monitors.url("healthchecks"))
    assert (ended.returncode, json.loads(ended.stdout)["status"]) == (0, "succeeded")
    assert len((tmp_path / "runs").read_text().splitlines()) == 1
    assert [report.is_down for report in monitors.received] == [False]


def test_the_workflow_does_not_repeat_a_failure_for_good(
    tmp_path: Path, path: str, emulator: Emulator
) -> None:
    ended = run_step(emulator, PATH=path, EVENT='{"sync": "no"}')
    assert ended.returncode == USAGE
    assert len((tmp_path / "runs").read_text().splitlines()) == 1


def test_the_workflow_repeats_a_temporary_failure(
    tmp_path: Path, path: str, emulator: Emulator
) -> None:
    Path(tmp_path, "python").write_text(f'#!/bin/sh\necho run >> "{tmp_path}/runs"\nexit 75\n')
    ended = run_step(emulator, PATH=path)
    assert ended.returncode == TEMPORARY_FAILURE
    assert len((tmp_path / "runs").read_text().splitlines()) == 3


def test_the_workflow_has_no_rights_and_pins_what_it_uses() -> None:
    document = yaml.safe_load(WORKFLOW.read_text())
    assert document["permissions"] == {"contents": "read"}
    assert document["concurrency"]["cancel-in-progress"] is False
    used = [each["uses"] for each in document["jobs"]["sync"]["steps"] if "uses" in each]
    assert all(re.fullmatch(r"[a-z/-]+@[0-9a-f]{40}", name) for name in used)
    assert "--require-hashes" in step("Install")["run"]
