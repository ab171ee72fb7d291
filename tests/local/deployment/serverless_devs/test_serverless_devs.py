"""``python -m local serverless-devs``: what it writes, says and refuses."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.__main__ import main
from local.console import Console
from local.samples import ROOT
from shared.runtime import Runtime
from tests.support.command import CommandRun
from tests.support.deployer import ONE as FOR_SCF

RESOURCE = "alibaba-synchronize-resource"
PLATFORM = """\
name = "example"
[platforms.fc]
region = "cn-hangzhou"
role = "cloud-sync-edas"
"""
FUNCTION = f"""\
[platforms.fc.functions.{RESOURCE}]
schedule = "CRON_TZ=Asia/Shanghai 0 7 * * * *"
parameters = {{ type = "all" }}
"""
SECRETS = f"[platforms.fc.functions.{RESOURCE}.secrets]\n"
ONE = PLATFORM + FUNCTION
WEB = """\
[platforms.fc.web]
operations = "alibaba"
[platforms.fc.web.secrets]
HTTP_BEARER_TOKENS = "env:TOKENS"
"""


def write(
    folder: Path, description: str, *more: str | Path, environ: Mapping[str, str] | None = None
) -> CommandRun:
    """Write ``s.yaml`` from a description."""
    (folder / "deploy.toml").write_text(description, encoding="utf-8")
    files = ("--file", folder / "deploy.toml", "--output", folder / "s.yaml")
    out, errors = io.StringIO(), io.StringIO()
    console = Console(out, out, errors, io.StringIO(), {})
    process = Runtime(environ=dict(environ or {}), home=folder / "home")
    code = main(["serverless-devs", *map(str, (*files, *more))], console, process)
    return CommandRun(code, out.getvalue(), errors.getvalue(), folder)


def resources(folder: Path) -> dict[str, Any]:
    """Return the resources of the file."""
    document = yaml.safe_load((folder / "s.yaml").read_text("utf-8"))
    assert (document["edition"], document["access"]) == ("3.0.0", "default")
    found: dict[str, Any] = document["resources"]
    return found


def test_a_described_function_is_written_with_its_timer(tmp_path: Path) -> None:
    ran = write(tmp_path, ONE)

    props = resources(tmp_path)[RESOURCE]["props"]
    assert ran.code == 0, ran.errors
    assert props["handler"] == "synchronize_resource.handler"
    assert (tmp_path / props["code"]).resolve() == ROOT.resolve() / "dist" / "alibaba-fc.zip"
    assert props["role"] == "cloud-sync-edas"
    assert props["asyncInvokeConfig"]["maxAsyncRetryAttempts"] == 0
    assert props["triggers"] == [
        {
            "triggerName": "cloud-sync",
            "triggerType": "timer",
            "triggerConfig": {
                "cronExpression": "CRON_TZ=Asia/Shanghai 0 7 * * * *",
                "enable": True,
                "payload": '{"type": "all"}',
            },
        }
    ]


def test_what_a_description_leaves_out_is_not_there(tmp_path: Path) -> None:
    bare = PLATFORM.replace('role = "cloud-sync-edas"\n', "")
    write(tmp_path, f"{bare}[platforms.fc.functions.{RESOURCE}]\n")

    props = resources(tmp_path)[RESOURCE]["props"]

    assert props["environmentVariables"] == {}
    assert props.keys().isdisjoint({"role", "triggers", "tags"})


def test_the_code_is_looked_for_from_the_folder_of_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)

    write(tmp_path, ONE, "--output", folder / "s.yaml")

    code = resources(folder)[RESOURCE]["props"]["code"]
    assert (folder / code).resolve() == ROOT.resolve() / "dist" / "alibaba-fc.zip"


def test_a_function_is_called_without_its_prefix(tmp_path: Path) -> None:
    write(tmp_path, ONE.replace("region", 'name_prefix = "staging-"\nregion'))

    assert resources(tmp_path)[RESOURCE]["props"]["functionName"] == f"staging-{RESOURCE}"


@pytest.mark.parametrize(
    ("source", "variable"),
    [("env:MY_NOTIFY", "MY_NOTIFY"), ("prompt", "NOTIFY"), ("kms:cloud-sync#notify", "NOTIFY")],
)
def test_a_secret_is_taken_from_the_environment_of_s(
    source: str, variable: str, tmp_path: Path
) -> None:
    ran = write(
        tmp_path,
        f'{ONE}{SECRETS}NOTIFY = "{source}"\n',
        environ={"MY_NOTIFY": "exampleSecretValue", "NOTIFY": "exampleSecretValue"},
    )

    text = (tmp_path / "s.yaml").read_text("utf-8")
    environment = resources(tmp_path)[RESOURCE]["props"]["environmentVariables"]
    needed = f"{variable}  {source}, for platforms.fc.functions.{RESOURCE}.secrets.NOTIFY"
    assert environment == {"NOTIFY": f"${{env('{variable}')}}"}
    assert f"#   {needed}\n" in text
    assert f"  {needed}\n" in ran.out
    assert "exampleSecretValue" not in text + ran.out + ran.errors


def test_a_secret_of_all_functions_is_one_variable(tmp_path: Path) -> None:
    platform = f'{PLATFORM}[platforms.fc.secrets]\nNOTIFY = "prompt"\n'
    ran = write(tmp_path, platform + FUNCTION + WEB)

    assert ran.code == 0, ran.errors
    assert (
        f"  NOTIFY  prompt, for platforms.fc.functions.{RESOURCE}.secrets.NOTIFY, "
        "platforms.fc.web.secrets.NOTIFY\n"
    ) in ran.out


def test_two_secrets_are_not_taken_from_one_variable(tmp_path: Path) -> None:
    secrets = f'{SECRETS}NOTIFY = "kms:cloud-sync"\n'
    ran = write(tmp_path, f'{ONE}{secrets}{WEB}NOTIFY = "env:NOTIFY"\n')

    assert ran.code == 2
    assert (
        f"platforms.fc.functions.{RESOURCE}.secrets.NOTIFY: s would take kms:cloud-sync from the "
        "variable NOTIFY, as it does env:NOTIFY of platforms.fc.web.secrets.NOTIFY: name another "
        "one with env:NAME"
    ) in ran.errors
    assert not (tmp_path / "s.yaml").exists()


@pytest.mark.parametrize(
    ("description", "place"),
    [
        (
            ONE + f'[platforms.fc.functions.{RESOURCE}.settings]\nLOG_LEVEL = "${{x}}"\n',
            f"platforms.fc.functions.{RESOURCE}.settings.LOG_LEVEL",
        ),
        (
            f'{PLATFORM}[platforms.fc.settings]\nLOG_LEVEL = "<%= 1 %>"\n{FUNCTION}',
            "platforms.fc.settings.LOG_LEVEL",
        ),
        (
            f'{ONE}{SECRETS}NOTIFY = "env:MY_NOTIFY"\n',
            f"platforms.fc.functions.{RESOURCE}.secrets.NOTIFY",
        ),
    ],
    ids=["a function's setting", "a platform's setting", "a secret that is set"],
)
def test_a_text_that_s_would_evaluate_is_a_fault(
    description: str, place: str, tmp_path: Path
) -> None:
    ran = write(tmp_path, description, environ={"MY_NOTIFY": "example${secret}"})

    assert ran.code == 2
    assert f"  {place}: has ${{ or <%, which s evaluates: use make deploy PLATFORM=fc" in ran.errors
    assert "example$" not in ran.errors
    assert not (tmp_path / "s.yaml").exists()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("0 7 * * * *", "7 * * * *", f"{RESOURCE}.schedule: Function Compute wants an interval"),
        ('role = "cloud', 'role = "acs:ram::1:role/cloud', "no ARN"),
        ("schedule", "shedule", "unknown key; did you mean schedule?"),
    ],
)
def test_what_make_deploy_refuses_is_refused(
    old: str, new: str, fault: str, tmp_path: Path
) -> None:
    ran = write(tmp_path, ONE.replace(old, new))

    assert ran.code == 2
    assert "deploy.toml cannot be used:" in ran.errors
    assert fault in ran.errors


def test_a_description_of_other_platforms_has_nothing_for_it(tmp_path: Path) -> None:
    ran = write(tmp_path, FOR_SCF)

    assert ran.code == 2
    assert "  platforms.fc: is not described\n" in ran.errors


def test_a_token_that_is_set_and_too_weak_is_a_fault(tmp_path: Path) -> None:
    ran = write(tmp_path, PLATFORM + WEB, environ={"TOKENS": "short"})

    assert ran.code == 2
    assert "token 1 of HTTP_BEARER_TOKENS is shorter than 16 characters" in ran.errors


def test_the_functions_of_one_provider_can_be_written(tmp_path: Path) -> None:
    other = "[platforms.fc.functions.tencent-sync-machines]\n"
    both = f"{ONE}{other}"

    assert write(tmp_path, both, "--provider", "alibaba").code == 0
    assert list(resources(tmp_path)) == [RESOURCE]
    none = write(tmp_path, both, "--provider", "huawei")
    assert (none.code, "no function of the provider huawei is described for fc" in none.errors) == (
        2,
        True,
    )


@pytest.mark.parametrize(
    ("more", "commands"),
    [
        ("", ["make bundle PROVIDER=alibaba PLATFORM=fc"]),
        ("bytecode = false\n", ["make bundle PROVIDER=alibaba PLATFORM=fc BYTECODE=no"]),
    ],
)
def test_it_says_how_the_code_is_built(more: str, commands: list[str], tmp_path: Path) -> None:
    ran = write(tmp_path, PLATFORM + more + FUNCTION + WEB)

    shown = ran.out.partition("Next:\n")[2].splitlines()
    assert shown == [f"  {each}" for each in commands] + [
        f"  npx @serverless-devs/s@3.1.10 deploy -t {tmp_path / 's.yaml'}"
    ]
    assert f"before `s deploy`: {commands[0]}\n" in (tmp_path / "s.yaml").read_text("utf-8")


def test_alarms_are_left_out_and_that_is_said(tmp_path: Path) -> None:
    alarms = '[platforms.fc.alarms]\nnotify = ["on-call"]\n'

    without = write(tmp_path, ONE)
    ran = write(tmp_path, PLATFORM + alarms + FUNCTION)

    assert without.errors == ""
    assert ran.code == 0
    assert "Serverless Devs makes none" in ran.errors
    assert "# The description's alarms are not here" in (tmp_path / "s.yaml").read_text("utf-8")


def test_a_named_log_is_written_and_otherwise_the_one_that_is_there_is_kept(
    tmp_path: Path,
) -> None:
    log = '[platforms.fc.log]\nproject = "example-project"\nlogstore = "cloud-sync"\n'

    write(tmp_path, ONE + log)
    named = resources(tmp_path)[RESOURCE]["props"]["logConfig"]
    write(tmp_path, ONE)
    unnamed = resources(tmp_path)[RESOURCE]["props"]["logConfig"]

    assert (named["project"], named["logstore"]) == ("example-project", "cloud-sync")
    assert unnamed == "auto"


def test_a_bucket_is_refused_with_what_makes_its_trigger(tmp_path: Path) -> None:
    place = "platforms.fc.functions.huawei-create-sync-events"
    function = (
        f'[{place}]\nsettings = {{ HUAWEICLOUD_REGION = "cn-north-4", OMS_TASKS = "{{}}" }}\n'
        f'[{place}.bucket]\nname = "example-bucket"\n'
    )

    ran = write(tmp_path, PLATFORM + function)

    assert ran.code == 2
    assert f"{place}.bucket: its trigger needs the account's ID" in ran.errors
    assert "deploy/alibaba-fc/s.events.yaml" in ran.errors
    assert not (tmp_path / "s.yaml").exists()


def test_it_is_written_again_after_a_change_and_left_as_it_is_without_one(tmp_path: Path) -> None:
    first, second = write(tmp_path, ONE), write(tmp_path, ONE)
    third = write(tmp_path, ONE.replace("0 7 *", "0 9 *"))

    assert f"s.yaml written: {RESOURCE}\n" in first.out
    assert f"s.yaml is the same as before: {RESOURCE}\n" in second.out
    assert "s.yaml written" in third.out
    assert "0 9 *" in (tmp_path / "s.yaml").read_text("utf-8")


def test_a_file_that_was_written_by_hand_is_kept(tmp_path: Path) -> None:
    by_hand = (ROOT / "deploy" / "alibaba-fc" / "s.yaml").read_text("utf-8")
    (tmp_path / "s.yaml").write_text(by_hand, encoding="utf-8")

    ran = write(tmp_path, ONE)

    assert ran.code == 3
    assert "was not written by this command: remove it, or name another --output" in ran.errors
    assert (tmp_path / "s.yaml").read_text("utf-8") == by_hand


def test_a_file_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    ran = write(tmp_path, ONE, "--output", tmp_path / "missing" / "s.yaml")

    assert ran.code == 1
    assert "s.yaml cannot be written: No such file or directory" in ran.errors


def test_no_cloud_is_called_and_no_key_is_needed(tmp_path: Path) -> None:
    # The command has no environment but this, and no home directory with a profile.
    assert write(tmp_path, ONE + WEB, environ={}).code == 0
