"""The ``s.yaml`` that is written from ``deploy.toml``, read by Serverless Devs' own command."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.deployment.marker import VARIABLE
from local.deployment.serverless_devs.command import VERSION_OF_S
from local.emulator import Emulator
from local.emulator.fc_functions import FcFunction, FcTrigger
from tests.support.command import command
from tests.support.deployer import Deployer
from tests.support.descriptors import function_compute
from tests.support.emulator import emulator as emulator  # noqa: PLC0414 - a fixture
from tests.support.repository import ROOT
from tests.support.serverless_devs import preview, props_by_function

RESOURCE, APP, WEB = "alibaba-synchronize-resource", "alibaba-synchronize-app", "alibaba-web"
EXAMPLE = (ROOT / "deploy.example.toml").read_text("utf-8")
WEB_TABLE = """
[platforms.fc.web]
operations = "alibaba"
role = "cloud-sync-web"
[platforms.fc.web.settings]
CONSOLE_LABEL = "no: 'a' # \\"b\\" {c: [d]} \\\\ é \\U0001f600"
[platforms.fc.web.secrets]
HTTP_BEARER_TOKENS = "env:TOKENS"
"""
DESCRIPTION = EXAMPLE + WEB_TABLE
ENVIRON = {"TOKENS": "example'bearer\"token:\\x#{y}"}

ROLES = "acs:ram::1000000000000001:role/"
"""What fc3 puts before a role that is no ARN, with the account of its keys."""


def written(folder: Path, description: str = DESCRIPTION) -> Path:
    """Return an ``s.yaml``, written from a description."""
    (folder / "deploy.toml").write_text(description, encoding="utf-8")
    file = folder / "s.yaml"
    file.unlink(missing_ok=True)
    ran = command(folder, "serverless-devs", "--file", folder / "deploy.toml", "--output", file)
    assert ran.code == 0, ran.errors
    return file


@pytest.fixture
def deployer(emulator: Emulator, tmp_path: Path) -> Deployer:
    """An empty Function Compute, and the description with the web app."""
    found = Deployer(emulator, tmp_path, ENVIRON, platform="fc")
    found.describe(DESCRIPTION)
    found.build("web", "web-alibaba-fc")
    found.build("operations", "alibaba-fc")
    return found


def functions_of(deployer: Deployer) -> dict[str, FcFunction]:
    """Return the functions at the emulated Function Compute."""
    return deployer.emulator.alibaba.function_compute.at()


def test_what_s_deploys_is_what_make_deploy_makes(deployer: Deployer, tmp_path: Path) -> None:
    props = props_by_function(written(tmp_path), tmp_path, ENVIRON)
    ended = deployer.deploy("--yes")
    assert ended.code == 0, ended.out
    made = functions_of(deployer)

    assert set(props) == set(made) == {RESOURCE, APP, WEB}
    for name, function in made.items():
        config = {key: value for key, value in function.config.items() if key != "tags"}
        del config["environmentVariables"][VARIABLE]
        assert function_of(props[name]) == {"functionName": name, **config}
        assert props[name]["asyncInvokeConfig"].items() <= (function.async_config or {}).items()
        triggers = function.triggers.values()
        assert triggers_of(props[name]) == {
            each.name: (each.kind, each.parsed) for each in triggers
        }
    environment = made[WEB].environment
    assert environment["HTTP_BEARER_TOKENS"] == ENVIRON["TOKENS"]
    assert environment["CONSOLE_LABEL"] == "no: 'a' # \"b\" {c: [d]} \\ é \U0001f600"


def function_of(props: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fc3 creates a function from, but for its code and its log."""
    own = {"region", "code", "logConfig", "asyncInvokeConfig", "triggers"}
    config = {key: value for key, value in props.items() if key not in own}
    return {**config, "role": f"{ROLES}{props['role']}"}


def triggers_of(props: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Return the triggers' types and configurations by name."""
    return {
        each["triggerName"]: (each["triggerType"], each["triggerConfig"])
        for each in props["triggers"]
    }


def test_make_deploy_takes_over_what_s_deployed_without_another_difference(
    deployer: Deployer, tmp_path: Path
) -> None:
    props = props_by_function(written(tmp_path), tmp_path, ENVIRON)
    deployed = functions_of(deployer)
    for name, each in props.items():
        deployed[name] = deployed_by_s(each, tmp_path)

    refused = deployer.deploy("--yes")
    adopted = deployer.deploy("--yes", *(f"--adopt={name}" for name in props))

    assert refused.code == 3
    assert "did not make has one of its names" in refused.out
    assert adopted.code == 0, adopted.out
    changes = adopted.out.partition("\n\n")[2].partition("\n  no alarm")[0]
    assert changes.count("take over ") == len(props)
    assert "→" not in changes, changes
    assert "Nothing to do." in deployer.deploy("--yes").out


def deployed_by_s(props: Mapping[str, Any], folder: Path) -> FcFunction:
    """Return a function as Function Compute has it after ``s deploy``."""
    config = {key: each for key, each in function_of(props).items() if key != "functionName"}
    return FcFunction(
        name=props["functionName"],
        id=f"example-{props['functionName']}",
        config={**config, "environmentVariables": dict(config["environmentVariables"])},
        zip_bytes=(folder / Path(props["code"]).name).read_bytes(),
        created="2026-11-27T00:00:00Z",
        updated="2026-11-27T00:00:00Z",
        triggers={
            name: FcTrigger(
                name=name,
                id=f"0000-{name}",
                config=json.dumps(config),
                qualifier="LATEST",
                created="2026-11-27T00:00:00Z",
                updated="2026-11-27T00:00:00Z",
                kind=kind,
            )
            for name, (kind, config) in triggers_of(props).items()
        },
        async_config=props["asyncInvokeConfig"],
    )


def test_the_version_that_is_named_is_the_one_that_is_tested() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))

    assert package["devDependencies"]["@serverless-devs/s"] == VERSION_OF_S


def test_s_does_not_start_without_a_secret(tmp_path: Path) -> None:
    ran = preview(written(tmp_path), tmp_path, {})

    assert ran.returncode == 1
    assert "env('TOKENS') not found" in ran.stdout + ran.stderr


# What is said where a text has one of these marks is true.
@pytest.mark.parametrize("text", ["<%= 1 + 1 %>", "${vars.example}"])
def test_s_evaluates_what_is_refused_in_a_setting(text: str, tmp_path: Path) -> None:
    file = written(tmp_path)
    document = file.read_text("utf-8").replace("LOG_LEVEL: INFO", f'LOG_LEVEL: "{text}"')
    file.write_text(document, encoding="utf-8")

    ran = preview(file, tmp_path, ENVIRON)

    assert ran.returncode == 1 or text not in ran.stdout


DIFFERENCES: Mapping[tuple[str, str], tuple[object, object]] = {
    # `make deploy` has one for all platforms, of the characters that each of them takes.
    (APP, "description"): (
        "Copy an E-HPC application to other regions",
        "Copy an E HPC application to other regions",
    ),
    # The triggers that `make deploy` has as its own, so that it finds them again.
    (RESOURCE, "triggers.0.triggerName"): ("hourly", "cloud-sync"),
    (APP, "triggers.0.triggerName"): ("daily", "cloud-sync"),
    (WEB, "triggers.0.triggerName"): ("http", "cloud-sync-http"),
    # Function Compute's default, which `make deploy` sends.
    (WEB, "triggers.0.triggerConfig.disableURLInternet"): (None, False),
    # By hand, every setting of the web app is there, empty unless a variable is set. A description
    # names those that are used, and `s` does not start without them.
    (WEB, "environmentVariables.HTTP_BEARER_TOKENS"): ("", "${env('HTTP_BEARER_TOKENS')}"),
    (WEB, "environmentVariables.HTTP_RIGHTS"): ("", None),
    (WEB, "environmentVariables.SLACK_SIGNING_SECRET"): ("", None),
    (WEB, "environmentVariables.DINGTALK_APP_SECRET"): ("", None),
    (WEB, "environmentVariables.DINGTALK_CORP_ID"): ("", None),
    (WEB, "environmentVariables.CHAT_CONFIRM_SECRET"): ("", None),
    (WEB, "environmentVariables.CHAT_RIGHTS"): ("", None),
}
"""Function and property -> what it is by hand and by the command; None for nothing."""


def test_the_files_by_hand_mean_the_same_but_for_what_is_listed(tmp_path: Path) -> None:
    web = '[platforms.fc.web]\noperations = "alibaba"\nrole = "cloud-sync-web"\n'
    secrets = '[platforms.fc.web.secrets]\nHTTP_BEARER_TOKENS = "env:HTTP_BEARER_TOKENS"\n'
    file = written(tmp_path, f"{EXAMPLE}\n{web}{secrets}")
    ours = properties(yaml.safe_load(file.read_text("utf-8")))
    by_hand = properties(function_compute("s.yaml")) | properties(function_compute("s.web.yaml"))

    found = {
        place: (by_hand.get(place), ours.get(place))
        for place in by_hand.keys() | ours.keys()
        if by_hand.get(place) != ours.get(place)
    }

    assert len(ours) > 60
    assert found == DIFFERENCES


def properties(document: Any) -> dict[tuple[str, str], object]:
    """Return each property of each function; a role's name, which fc3 completes, and a zip's."""
    found = {}
    for resource in document["resources"].values():
        props = resource["props"]
        props["role"] = props["role"].rpartition("/")[2]
        props["code"] = Path(props["code"]).name
        for path, value in leaves(props):
            found[props["functionName"], path] = value
    return found


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, object]]:
    """Return what is in objects and lists, each with its dotted path; a list of texts is one."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from leaves(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for number, each in enumerate(value):
            yield from leaves(each, f"{path}.{number}")
    else:
        yield path, value
