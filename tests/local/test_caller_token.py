"""``token`` prints a secret for a caller and the setting that lets exactly that caller in."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from local.emulator import Emulator
from shared.settings.weak_secrets import weakness_of
from tests.support.command import command
from tests.support.http_trigger_client import HttpTriggerClient


def made(folder: Path, *arguments: str) -> tuple[str, str, str]:
    ran = command(folder, "token", "--json", *arguments)
    assert ran.code == 0
    found = json.loads(ran.out)
    return found["secret"], found["setting"], found["value"]


def test_the_token_is_accepted_and_the_setting_alone_is_not(tmp_path: Path) -> None:
    secret, setting, value = made(tmp_path)
    with Emulator() as emulator:
        client = HttpTriggerClient(emulator, tmp_path)
        client.environ[setting] = value

        assert client.call({"sync": False}, token=secret).status == 200
        assert client.call({"sync": False}, token=value).status == 401
        assert client.call({"sync": False}, token="").status == 401


def test_a_named_token_has_the_rights_of_its_name(tmp_path: Path) -> None:
    secret, setting, value = made(tmp_path, "--name", "ci")
    rule = {"tokens": ["ci"], "operations": ["*"], "actions": ["status"]}
    with Emulator() as emulator:
        client = HttpTriggerClient(emulator, tmp_path)
        client.environ |= {setting: value, "HTTP_RIGHTS": json.dumps([rule])}

        assert client.call({"sync": False}, token=secret).status == 200
        assert client.call({"sync": True}, token=secret).status == 403


def test_a_webhook_secret_is_valid(tmp_path: Path) -> None:
    secret, setting, value = made(tmp_path, "--webhook")

    assert (setting, value) == ("HTTP_WEBHOOK_SECRETS", secret)
    assert secret.startswith("whsec_")
    assert weakness_of(secret) is None


def test_every_token_is_new(tmp_path: Path) -> None:
    assert made(tmp_path)[0] != made(tmp_path)[0]


def test_the_output_for_people_has_the_token_and_the_setting(tmp_path: Path) -> None:
    lines = command(tmp_path, "token", "--name", "ci").out.splitlines()

    assert lines[0] == (
        "For the caller, who sends it as Authorization: Bearer ...; it is not stored anywhere:"
    )
    assert len(shlex.split(lines[1])) == 1
    assert lines[2] == "For the function's settings (several are separated by spaces):"
    assert lines[3].startswith("  HTTP_BEARER_TOKENS=ci=sha256:")


@pytest.mark.parametrize("name", ["", "1st", "a b", "ci=", "é", "x" * 65])
def test_a_name_that_rules_could_not_contain_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SystemExit) as ended:
        command(tmp_path, "token", "--name", name)

    assert ended.value.code == 2
