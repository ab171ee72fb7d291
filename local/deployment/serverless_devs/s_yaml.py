"""The text of ``s.yaml``: the functions that ``make deploy`` would make, for Serverless Devs.

Sources: the component fc3, <https://github.com/devsapp/fc3> at 4ca1c1b8, whose schema of the
properties is ``src/schema.json``; <https://docs.serverless-devs.com/user-guide/spec/>.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import cast

from local.deployment.description.document import PlatformTable
from local.deployment.desired.functions import DesiredFunction
from local.deployment.fc.function_url import HTTP, URL_NAME, url_config_of
from local.deployment.fc.functions import creation_of
from local.deployment.fc.retries import async_config_of
from local.deployment.fc.timers import TIMER, timer_config_of
from local.deployment.serverless_devs.secret_variables import SecretVariable, variable_of
from local.deployment.serverless_devs.yaml_text import Value, yaml_lines

FIRST_LINE = "# Written by `make serverless-devs`: change deploy.toml, not this file."
"""Files that begin with it may be written again."""

TEMPLATES = ("${", "<%")
"""What ``s`` evaluates in a text, whatever its quotes."""

EVALUATED = f"has {' or '.join(TEMPLATES)}, which s evaluates: use make deploy PLATFORM=fc for it"

NO_BUCKETS = (
    "its trigger needs the account's ID, which the file does not have: use make deploy "
    "PLATFORM=fc, or deploy/alibaba-fc/s.events.yaml"
)

LOGS = "auto"
"""Keep the log that a function has, or make one, where the description names none: without any,
fc3 switches a function's log off."""


def faults_of_texts(desired: DesiredFunction) -> Iterator[tuple[str, str]]:
    """Return where ``s`` would evaluate what is meant as a text."""
    for name, value in desired.function.environment.items():
        if not is_template(value.get_secret_value()):
            continue
        if name in desired.sources:
            yield f"{desired.place}.secrets.{name}", EVALUATED
        else:
            # The place is platforms.fc.web or platforms.fc.functions.NAME.
            place = desired.place if name in desired.part.settings else "platforms.fc"
            yield f"{place}.settings.{name}", EVALUATED
    for timer in desired.function.timers:
        if is_template(timer.message):
            yield f"{desired.place}.parameters", EVALUATED


def is_template(text: str) -> bool:
    """Return whether ``s`` would evaluate a part of a text."""
    return any(mark in text for mark in TEMPLATES)


def s_yaml(
    name: str,
    table: PlatformTable,
    functions: Sequence[DesiredFunction],
    dist: PurePath,
    comments: Sequence[str],
) -> str:
    """Return the text of ``s.yaml``.

    Parameters
    ----------
    name: the deployment's name.
    table: the platform's part of the description.
    functions: what it wants.
    dist: the folder of the bundles, as seen from that of the file.
    comments: what is said at its beginning, a line each.
    """
    head: dict[str, Value] = {"edition": "3.0.0", "name": name, "access": "default"}
    lines = [FIRST_LINE, *(f"# {each}".rstrip() for each in comments), *yaml_lines(head)]
    lines += ["", "resources:"]
    for number, each in enumerate(functions):
        resource: dict[str, Value] = {
            resource_name(each, table): {"component": "fc3", "props": props_of(each, table, dist)}
        }
        lines += [*([""] if number else []), *yaml_lines(resource, 2)]
    return "\n".join(lines) + "\n"


def resource_name(desired: DesiredFunction, table: PlatformTable) -> str:
    """Return what a function is called on the command line of ``s``: its name without a prefix."""
    return desired.function.name.removeprefix(table.name_prefix or "")


def props_of(desired: DesiredFunction, table: PlatformTable, dist: PurePath) -> dict[str, Value]:
    """Return a function as fc3 takes it: a role by its name, which fc3 completes to the ARN."""
    function = desired.function
    code = (dist / f"{desired.bundle.name}.zip").as_posix()
    created = creation_of(function, function.role or "", code)
    if not created["tags"]:
        del created["tags"]
    created["environmentVariables"] = environment_of(desired)
    created.setdefault("logConfig", LOGS)
    props = {"region": table.region, **created}
    if function.retries is not None:
        props["asyncInvokeConfig"] = async_config_of(function.retries)
    if triggers := [*triggers_of(desired)]:
        props["triggers"] = triggers
    return cast("dict[str, Value]", props)


def environment_of(desired: DesiredFunction) -> Mapping[str, str]:
    """Return the settings, with a reference to the environment of ``s`` for each secret."""
    settings = {
        name: value.get_secret_value()
        for name, value in desired.function.environment.items()
        if name not in desired.sources
    }
    secrets = {
        name: f"${{env('{variable_of(name, source)}')}}" for name, source in desired.sources.items()
    }
    return dict(sorted({**settings, **secrets}.items()))


def triggers_of(desired: DesiredFunction) -> Iterator[Mapping[str, object]]:
    """Return the timers and the URL, under the names that ``make deploy`` gives them."""
    for timer in desired.function.timers:
        yield {
            "triggerName": timer.name,
            "triggerType": TIMER,
            "triggerConfig": timer_config_of(timer),
        }
    if desired.function.url is not None:
        yield {
            "triggerName": URL_NAME,
            "triggerType": HTTP,
            "triggerConfig": url_config_of(desired.function.url),
        }


def bundle_commands(functions: Sequence[DesiredFunction], *, bytecode: bool) -> list[str]:
    """Return the commands that build the functions' code."""
    providers = dict.fromkeys(each.bundle.provider for each in functions)
    option = "" if bytecode else " BYTECODE=no"
    return [f"make bundle PROVIDER={each} PLATFORM=fc{option}" for each in providers]


def comments_of(
    description: str,
    table: PlatformTable,
    functions: Sequence[DesiredFunction],
    variables: Sequence[SecretVariable],
) -> list[str]:
    """Return what the file says about itself.

    Parameters
    ----------
    description: the name of the description's file.
    table: the platform's part of it.
    functions: what it wants.
    variables: what has to be set.
    """
    commands = " and ".join(bundle_commands(functions, bytecode=table.bytecode))
    found = [
        f"It is the part platforms.fc of {description}, for Serverless Devs 3: the functions of",
        "`make deploy PLATFORM=fc`, but not under its control; docs/deploy-fc.md has what differs.",
        f"Their code, before `s deploy`: {commands}",
    ]
    if variables:
        found.append("In the environment, before `s deploy`:")
        width = max(len(each.name) for each in variables)
        found += [
            f"  {each.name:{width}}  {each.source}, for {', '.join(each.places)}"
            for each in variables
        ]
    if has_alarms(functions):
        found.append("The description's alarms are not here: Serverless Devs makes none.")
    return found


def has_alarms(functions: Sequence[DesiredFunction]) -> bool:
    """Return whether a deployment of these functions would make alarms."""
    return any(each.function.alarms for each in functions)
