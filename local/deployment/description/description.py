"""Reads ``deploy.toml``: everything that is wrong with it is named at once, with its place."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from functions.registry import OPERATIONS, load
from local.bundling.plan import PLATFORMS
from local.deployment.description.bucket import bucket_faults
from local.deployment.description.document import (
    Configured,
    DeploymentDocument,
    FunctionTable,
    PlatformTable,
)
from local.deployment.description.log import LAMBDA, log_faults
from local.deployment.description.valid_part import valid_part
from local.deployment.description.web import web_faults
from local.deployment.description.wording import did_you_mean, reason_of
from local.deployment.schedule_fields import zone_faults
from local.deployment.secret_stores.stored_secret import STORE_OF, stored_secret
from shared import validation
from shared.errors import Misconfigured, SyncError
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.operation_request import prepare
from shared.runtime import Runtime
from shared.settings.definitions import SECRETS, SETTINGS, USER_SETTINGS

Fault = tuple[str, str]
"""A place in the description, and what is wrong there."""

FIRST_WITH_TOML = (3, 11)

TELLS_ITS_REGION = {"scf": "tencent", "fc": "alibaba"}
"""Platform -> the provider whose operations run in its region if no other is named."""

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")

PLACEHOLDER = "placeholder"


class DescriptionError(Exception):
    """The description cannot be used.

    Parameters
    ----------
    path: the file.
    faults: all that is wrong.
    """

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        super().__init__(f"{path}: {len(faults)} faults")
        self.path = path
        self.faults = faults


def parse_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises
    ------
    DescriptionError: there is no such file, it is not TOML, or this Python cannot read TOML.
    """
    # Python 3.10 has no TOML parser. A dependency for it would be one of those that ship, so there
    # the one of the development tools is used if it is installed.
    try:
        toml = import_module("tomllib" if sys.version_info >= FIRST_WITH_TOML else "tomli")
    except ModuleNotFoundError:
        reason = "TOML needs Python 3.11 or newer: make deploy PYTHON=python3.11"
        raise DescriptionError(path, [("", reason)]) from None
    try:
        parsed: dict[str, Any] = toml.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        reason = "there is no such file: copy deploy.example.toml to it, and change the copy"
        raise DescriptionError(path, [("", reason)]) from None
    except OSError as error:
        raise DescriptionError(path, [("", error.strerror or "cannot be read")]) from None
    except ValueError as error:
        # The message has the line and the column, and no value.
        raise DescriptionError(path, [("", str(error))]) from None
    return parsed


def read_description(path: Path) -> DeploymentDocument:
    """Return a description without faults.

    Raises
    ------
    DescriptionError: it has faults.
    """
    raw = parse_toml(path)
    try:
        document = DeploymentDocument.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        faults = [
            (place_of(each["loc"]), reason_of(each["loc"], each["type"], each["msg"]))
            for each in found
        ]
        rest = valid_part(raw, error)
        faults += faults_of(rest) if rest is not None else ()
        raise DescriptionError(path, faults) from None
    if faults := list(faults_of(document)):
        raise DescriptionError(path, faults)
    return document


def place_of(location: tuple[int | str, ...]) -> str:
    """Return a place as a dotted key."""
    return ".".join(str(part) for part in location if part != "[key]")


def operations() -> dict[str, Operation]:
    """Return the operations that can be deployed, by their functions' names."""
    loaded = [load(operation_id) for operation_id in OPERATIONS]
    return {operation.function: operation for operation in loaded}


def faults_of(document: DeploymentDocument) -> Iterator[Fault]:
    """Return what is wrong with a description besides its shape."""
    known = operations()
    for platform, table in document.platforms.items():
        place = f"platforms.{platform}"
        if platform not in PLATFORMS:
            yield place, f"unknown platform; use one of: {', '.join(PLATFORMS)}"
            continue
        bundled = f"3.{PLATFORMS[platform]}"
        if table.python not in {None, bundled}:
            yield f"{place}.python", f"the bundles for {platform} are made for Python {bundled}"
        if platform == LAMBDA:
            yield from _faults_of_the_stacks_alarms(place, table)
            for reason in zone_faults(table.timezone) if table.timezone else ():
                yield f"{place}.timezone", reason
        else:
            yield from _faults_of_what_only_lambda_has(place, table)
        yield from log_faults(platform, place, table)
        yield from bucket_faults(platform, place, table)
        yield from _setting_faults(place, table)
        if table.web is not None:
            yield from _setting_faults(f"{place}.web", table.web)
            yield from _store_faults(platform, f"{place}.web", table.web)
            yield from web_faults(f"{place}.web", *merged(table, table.web))
        elif not table.functions:
            yield f"{place}.functions", "there is none, and no web app"
        yield from _store_faults(platform, place, table)
        for name, function in table.functions.items():
            inside = f"{place}.functions.{name}"
            yield from _setting_faults(inside, function)
            yield from _store_faults(platform, inside, function)
            operation = known.get(name)
            if operation is None:
                choice = did_you_mean(name, known) or f"; use one of: {', '.join(known)}"
                yield inside, f"unknown function{choice}"
            else:
                yield from _parameter_faults(platform, inside, operation, table, function)


def _faults_of_what_only_lambda_has(place: str, table: PlatformTable) -> Iterator[Fault]:
    for field in ("bucket", "timezone"):
        if getattr(table, field):
            yield f"{place}.{field}", "is for lambda alone"
    tables: dict[str, Configured] = {place: table}
    tables |= {f"{place}.functions.{name}": each for name, each in table.functions.items()}
    if table.web is not None:
        tables[f"{place}.web"] = table.web
    for inside, configured in tables.items():
        for name, source in configured.secrets.items():
            if source.startswith("secretsmanager:"):
                yield f"{inside}.secrets.{name}", "secretsmanager: is for lambda alone"


def _faults_of_the_stacks_alarms(place: str, table: PlatformTable) -> Iterator[Fault]:
    """Return what cannot be chosen of the alarms that every stack has."""
    if table.alarms is not None:
        for address in table.alarms.notify or ():
            if not EMAIL.fullmatch(address):
                yield f"{place}.alarms.notify", f"{address} is no e-mail address"
        for field in sorted(table.alarms.model_fields_set - {"notify"}):
            yield f"{place}.alarms.{field}", "follows from the schedules on lambda: remove it"
    for name, function in table.functions.items():
        if function.alarms is not None:
            yield f"{place}.functions.{name}.alarms", "are those of the whole stack on lambda"


def _setting_faults(place: str, table: Configured) -> Iterator[Fault]:
    for name in table.settings:
        inside = f"{place}.settings.{name}"
        if name in SECRETS:
            reason = "is a secret and must not be in plain text here"
            yield inside, f"{reason}; name its source in [{place}.secrets]"
        elif name not in USER_SETTINGS:
            suggested = did_you_mean(name, USER_SETTINGS - SECRETS)
            reason = f"A name of your own goes into [{place}.secrets]"
            yield (
                inside,
                f"unknown setting{suggested or '; docs/settings.md has them all.'} {reason}",
            )
    for name in table.secrets:
        if name in table.settings:
            yield f"{place}.secrets.{name}", f"is in {place}.settings too"
        if name in SETTINGS and name not in USER_SETTINGS:
            yield f"{place}.secrets.{name}", "is set by the platform"


def _store_faults(platform: str, place: str, table: Configured) -> Iterator[Fault]:
    own = STORE_OF.get(platform)
    for name, source in table.secrets.items():
        secret = stored_secret(source)
        if secret is not None and secret.store != own:
            other = f"use {own or ('secretsmanager' if platform == LAMBDA else 'env')}:NAME"
            yield f"{place}.secrets.{name}", f"{platform} does not read {secret.store}: {other}"


def _parameter_faults(
    platform: str, place: str, operation: Operation, table: PlatformTable, function: FunctionTable
) -> Iterator[Fault]:
    inside = f"{place}.parameters"
    if function.parameters and function.schedule is None:
        yield inside, "are passed by the timer, and there is no schedule"
    if validation.find_secrets(function.parameters, operation):
        yield inside, "contain a secret: name its source in secrets, under its setting's name"
        return
    if function.schedule is None:
        return
    invocation = Invocation.from_event(
        function.parameters,
        None,
        Runtime(environ=_settings_to_check(platform, operation, table, function)),
    )
    try:
        request = prepare(operation, invocation, {**function.parameters, "dry_run": True})
        if operation.with_secrets is not None:
            settings, params = invocation.settings, request.params
            # A dry run would need no keys, but the timer's runs do.
            params = params.model_copy(update={"dry_run": False})
            operation.with_secrets(params, settings.secret_by_name, settings.get)
    except Misconfigured as error:
        # A setting from the environment has no value yet, and may be what is missed here.
        if not (merged(table, function)[1].keys() & (USER_SETTINGS - SECRETS)):
            yield f"{place}.settings", f"{error.message} ({error.code})"
    except SyncError as error:
        yield inside, error.message


def _settings_to_check(
    platform: str, operation: Operation, table: PlatformTable, function: FunctionTable
) -> dict[str, str]:
    """Return a function's settings, with something in place of each secret."""
    settings, sources = merged(table, function)
    region = operation.provider.region_setting
    found = {**dict.fromkeys(sources, PLACEHOLDER), **settings}
    if region in sources or TELLS_ITS_REGION.get(platform) == operation.provider.name:
        found[region] = settings.get(region, table.region)
    return found


def merged(table: PlatformTable, function: Configured) -> tuple[Mapping[str, str], ...]:
    """Return the settings and the secrets' sources of a function; its own take precedence."""
    own = {*function.settings, *function.secrets}
    settings = {name: value for name, value in table.settings.items() if name not in own}
    secrets = {name: source for name, source in table.secrets.items() if name not in own}
    return {**settings, **function.settings}, {**secrets, **function.secrets}
