"""What a description wants of a platform: its functions, with their code and settings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from local.bundling.entries import entry_name
from local.bundling.plan import PLATFORMS, Bundle
from local.deployment.description import merged, operations
from local.deployment.document import FunctionTable, PlatformTable
from local.deployment.marker import TIMER
from local.deployment.platform import Limits, ManagedFunction, Timer
from shared.models.operation import Operation
from shared.models.secret import Secret

MEMORY_MB = 256
TIMEOUT_SECONDS = 60
PROMPT = "prompt"


class DesiredFunction(NamedTuple):
    """A function of the description.

    Parameters
    ----------
    place: where it is in the description.
    function: what the platform is to have, without the marker.
    bundle: the bundle with its code.
    zip_bytes: the bundle's zip.
    secrets: the names of the settings that are never shown.
    prompts: those of them that are asked for if the function does not have them.
    event: the event of the dry run after a deployment.
    """

    place: str
    function: ManagedFunction
    bundle: Bundle
    zip_bytes: bytes
    secrets: frozenset[str]
    prompts: frozenset[str]
    event: Mapping[str, Any]


def bundle_of(operation: Operation, platform: str) -> Bundle:
    """Return the bundle that an operation's function is made of."""
    return Bundle(operation.provider.name, platform)


def chosen_functions(
    table: PlatformTable, provider: str | None
) -> Iterator[tuple[str, FunctionTable, Operation]]:
    """Return the functions of a platform, all or those of one provider's operations."""
    known = operations()
    for name, function in table.functions.items():
        operation = known[name]
        if provider in {None, operation.provider.name}:
            yield name, function, operation


def value_of_source(source: str, environ: Mapping[str, str]) -> Secret:
    """Return the value of a secret that is not asked for; of Secrets Manager's, the reference.

    CloudFormation resolves the reference, so that whoever deploys never has the value.
    """
    store, _, rest = source.partition(":")
    if store == "secretsmanager":
        name, _, key = rest.partition("#")
        return Secret(f"{{{{resolve:secretsmanager:{name}:SecretString{key and f':{key}'}}}}}")
    return Secret(environ.get(rest, ""))


def desired_function(
    platform: Limits,
    table: PlatformTable,
    name: str,
    zip_bytes: bytes,
    environ: Mapping[str, str],
) -> DesiredFunction:
    """Return what a function of the description is to be.

    A secret whose variable is not set is empty, and one that is asked for is missing.

    Parameters
    ----------
    platform: where it goes.
    table: the platform's part of the description.
    name: the function's name there.
    zip_bytes: the zip of its bundle.
    environ: where ``env:NAME`` is looked up.
    """
    function, operation = table.functions[name], operations()[name]
    bundle = bundle_of(operation, platform.name)
    settings, sources = merged(table, function)
    environment = {key: Secret(value) for key, value in settings.items()}
    for key, source in sources.items():
        if source != PROMPT:
            environment[key] = value_of_source(source, environ)
    timers: tuple[Timer, ...] = ()
    if function.schedule is not None:
        message = json.dumps(function.parameters, ensure_ascii=False) if function.parameters else ""
        timers = (Timer(TIMER, function.schedule, message, function.enabled),)
    entry = entry_name(bundle.handlers[operation.id]).removesuffix(".py")
    return DesiredFunction(
        place=f"platforms.{platform.name}.functions.{name}",
        function=ManagedFunction(
            name=f"{table.name_prefix or ''}{name}",
            runtime=platform.runtime_of[f"3.{PLATFORMS[platform.name]}"],
            handler=f"{entry}.handler",
            memory_mb=function.memory_mb or table.memory_mb or MEMORY_MB,
            timeout_seconds=function.timeout_seconds or table.timeout_seconds or TIMEOUT_SECONDS,
            environment=dict(sorted(environment.items())),
            role=function.role or table.role,
            # The characters that every platform takes.
            description=re.sub(r"[^A-Za-z0-9 ,.]", " ", operation.title),
            code_sha256=sha256(zip_bytes).hexdigest(),
            code_size=len(zip_bytes),
            retries=platform.retries,
            timers=timers,
        ),
        bundle=bundle,
        zip_bytes=zip_bytes,
        secrets=frozenset(sources),
        prompts=frozenset(key for key, source in sources.items() if source == PROMPT),
        event={**function.parameters, "dry_run": True, "on_failure": "return"},
    )


def faults_of_desired(
    platform: Limits, desired: DesiredFunction, table: PlatformTable
) -> Iterator[tuple[str, str]]:
    """Return what keeps a function from being deployed: unset variables, the platform's limits."""
    _settings, sources = merged(table, table.functions[desired.place.rpartition(".")[2]])
    for name, source in sources.items():
        if source != PROMPT and not desired.function.environment[name]:
            yield f"{desired.place}.secrets.{name}", f"{source[4:]} is not set in the environment"
    unset = {name for name, value in desired.function.environment.items() if not value}
    for field, reason in platform.faults_of(desired.function):
        if field.removeprefix("settings.") not in unset & desired.secrets:
            yield f"{desired.place}.{field}", reason
    if len(desired.zip_bytes) > platform.max_zip_bytes:
        most = f"{platform.max_zip_bytes:,}"
        size = f"{len(desired.zip_bytes):,} bytes"
        yield desired.place, f"the zip has {size}, and {platform.title} takes {most}"
