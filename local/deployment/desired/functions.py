"""What a description wants of a platform: its functions, with their code and settings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from local.bundling.entries import handler_name
from local.bundling.plan import ALL, PLATFORMS, PROVIDERS, WEB, Bundle
from local.deployment.description.bucket import desired_bucket, dry_run_event
from local.deployment.description.description import merged, operations
from local.deployment.description.document import FunctionTable, PlatformTable, WebTable
from local.deployment.description.log import desired_log
from local.deployment.description.web import HEALTH, asks_the_platform, credential_faults
from local.deployment.desired.alarms import desired_alarms, faults_of_alarms, own_alarms
from local.deployment.marker import TIMER
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_parts import HttpUrl, Timer
from local.deployment.models.platform import Limits, Platform
from local.deployment.secret_stores.secret_store import StoredValue
from shared.models.operation import Operation
from shared.models.secret import Secret

MEMORY_MB = 256
TIMEOUT_SECONDS = 60
WEB_MEMORY_MB = 512
PROMPT = "prompt"
ENV = "env:"
SECRETS_MANAGER = "secretsmanager:"
WEB_OPERATIONS = {
    "alibaba": "Alibaba Cloud operations",
    "tencent": "Tencent Cloud operations",
    "huawei": "Huawei Cloud operations",
    "all": "operations of all providers",
}
NOT_ENTERED = Secret("not entered yet")
"""The placeholder for a secret that a plan does not ask for."""


class DesiredFunction(NamedTuple):
    """A function of the description.

    Parameters
    ----------
    place, part: where it is in the description, and what that says.
    function: what the platform is to have, without the marker.
    bundle: the bundle with its code.
    zip_bytes: the bundle's zip.
    sources: where each setting comes from that is never shown.
    origins: the same for people, with the version that a store has.
    event: the event that tries it after a deployment.
    """

    place: str
    part: FunctionTable | WebTable
    function: ManagedFunction
    bundle: Bundle
    zip_bytes: bytes
    sources: Mapping[str, str]
    origins: Mapping[str, str]
    event: Mapping[str, Any]

    @property
    def secrets(self) -> frozenset[str]:
        """The names of the settings that are never shown."""
        return frozenset(self.sources)

    @property
    def prompts(self) -> frozenset[str]:
        """Those of them that are asked for if the function does not have them."""
        return frozenset(name for name, source in self.sources.items() if source == PROMPT)

    @property
    def is_web(self) -> bool:
        """Whether it is the web app."""
        return self.bundle.web


class Chosen(NamedTuple):
    """A function of the description that is to be deployed.

    Parameters
    ----------
    name: its name without a prefix.
    part: its table in the description.
    place: where that is.
    bundle: the bundle that it is made of.
    """

    name: str
    part: FunctionTable | WebTable
    place: str
    bundle: Bundle


def chosen_functions(platform: str, table: PlatformTable, provider: str | None) -> Iterator[Chosen]:
    """Return the functions of a platform, all or those of one provider's operations."""
    known, place = operations(), f"platforms.{platform}"
    for name, function in table.functions.items():
        owner = known[name].provider.name
        if provider in {None, owner}:
            yield Chosen(name, function, f"{place}.functions.{name}", Bundle(owner, platform))
    web = table.web
    if web is not None and provider in {None, web.operations}:
        bundle = Bundle(web.operations, platform, web=True)
        yield Chosen(web_name(web.operations), web, f"{place}.web", bundle)


def web_name(providers: str) -> str:
    """Return the name of the web app's function: ``tencent-web``, or ``all-web``."""
    return f"{providers}-web"


def names_of(provider: str | None, *, web: bool) -> list[str]:
    """Return the names of all functions that there may be, without a prefix.

    Parameters
    ----------
    provider: only those of this provider's operations; None for all.
    web: whether the web apps are among them.
    """
    apps = [web_name(each) for each in (*PROVIDERS, ALL) if provider in {None, each}]
    return [
        *(
            operation.function
            for operation in operations().values()
            if provider in {None, operation.provider.name}
        ),
        *(apps if web else ()),
    ]


def value_of_source(
    source: str, environ: Mapping[str, str], stored: Mapping[str, StoredValue]
) -> Secret:
    """Return the value of a secret that is not asked for; of Secrets Manager's, the reference.

    CloudFormation resolves the reference, so that whoever deploys never has the value.

    Parameters
    ----------
    source: where it comes from.
    environ: where ``env:NAME`` is looked up; empty if it is not set.
    stored: what the stores of secrets have.
    """
    store, _, rest = source.partition(":")
    if store == "secretsmanager":
        name, _, key = rest.partition("#")
        return Secret(f"{{{{resolve:secretsmanager:{name}:SecretString{key and f':{key}'}}}}}")
    return Secret(environ.get(rest, "")) if store == "env" else stored[source].text


def desired_function(
    platform: Limits,
    table: PlatformTable,
    chosen: Chosen,
    zip_bytes: bytes,
    environ: Mapping[str, str],
    stored: Mapping[str, StoredValue],
) -> DesiredFunction:
    """Return what a function of the description is to be.

    A secret whose variable is not set is empty, and one that is asked for is missing.

    Parameters
    ----------
    platform: where it goes.
    table: the platform's part of the description.
    chosen: the function there.
    zip_bytes: the zip of its bundle.
    environ: where ``env:NAME`` is looked up.
    stored: what the stores of secrets have for each other source.
    """
    part, bundle = chosen.part, chosen.bundle
    settings, sources = merged(table, part)
    environment = {key: Secret(value) for key, value in settings.items()}
    for key, source in sources.items():
        if source != PROMPT:
            environment[key] = value_of_source(source, environ, stored)
    function = ManagedFunction(
        name=f"{table.name_prefix or ''}{chosen.name}",
        runtime=platform.runtime_of[f"3.{PLATFORMS[platform.name]}"],
        handler="",
        memory_mb=part.memory_mb or table.memory_mb or MEMORY_MB,
        timeout_seconds=part.timeout_seconds or table.timeout_seconds or TIMEOUT_SECONDS,
        environment=dict(sorted(environment.items())),
        role=part.role or table.role,
        description="",
        code_digest=platform.digest_of(zip_bytes),
        code_size=len(zip_bytes),
        retries=platform.retries,
        alarms=desired_alarms(platform.alarms, table, part),
        log=desired_log(platform.name, table, part),
    )
    if isinstance(part, WebTable):
        function, event = web_app(platform, table, part, function, settings, sources)
    else:
        operation = operations()[chosen.name]
        function = called_by_bucket(platform, part, function)
        function, event = operation_function(operation, bundle, part, function)
    origins = {key: origin_of(source, stored) for key, source in sorted(sources.items())}
    return DesiredFunction(chosen.place, part, function, bundle, zip_bytes, sources, origins, event)


def called_by_bucket(
    platform: Limits, part: FunctionTable, function: ManagedFunction
) -> ManagedFunction:
    """Return a function with its bucket, and the retries that one wants which a bucket calls."""
    buckets = desired_bucket(platform.buckets, part)
    if not buckets or platform.buckets is None or part.bucket is None:
        return function
    failed = part.bucket.failed_events or ""
    retries = platform.buckets.retries._replace(failed_events=failed)
    return function._replace(buckets=buckets, retries=retries)


def operation_function(
    operation: Operation, bundle: Bundle, part: FunctionTable, function: ManagedFunction
) -> tuple[ManagedFunction, Mapping[str, Any]]:
    """Return an operation's function, and the event of its dry run."""
    timers: tuple[Timer, ...] = ()
    if part.schedule is not None:
        message = json.dumps(part.parameters, ensure_ascii=False) if part.parameters else ""
        timers = (Timer(TIMER, part.schedule, message, part.enabled),)
    handler = handler_name(bundle.handlers[operation.id])
    # The characters that every platform takes.
    description = re.sub(r"[^A-Za-z0-9 ,.]", " ", operation.title)
    found = function._replace(handler=handler, description=description, timers=timers)
    event = {**part.parameters, **dry_run_event(part), "dry_run": True, "on_failure": "return"}
    return found, event


def web_app(
    platform: Limits,
    table: PlatformTable,
    part: WebTable,
    function: ManagedFunction,
    settings: Mapping[str, str],
    sources: Mapping[str, str],
) -> tuple[ManagedFunction, Mapping[str, Any]]:
    """Return the web app's function, and the event that tries it."""
    found = function._replace(
        handler=handler_name(WEB),
        memory_mb=part.memory_mb or table.memory_mb or WEB_MEMORY_MB,
        description=f"The web app over the {WEB_OPERATIONS[part.operations]}",
        url=HttpUrl(asks_the_platform(settings, sources), part.api_group or ""),
    )
    return found, platform.http.event(HEALTH) if platform.http is not None else {}


def origin_of(source: str, stored: Mapping[str, StoredValue]) -> str:
    """Return where a secret comes from, with the version that a store has."""
    found = stored.get(source)
    return source if found is None else f"{source}, version {found.version}"


def sources_of(
    platform: str, table: PlatformTable, provider: str | None
) -> dict[str, tuple[str, ...]]:
    """Return the sources of the chosen functions' secrets, each with its places."""
    found: dict[str, tuple[str, ...]] = {}
    for each in chosen_functions(platform, table, provider):
        for key, source in merged(table, each.part)[1].items():
            found[source] = (*found.get(source, ()), f"{each.place}.secrets.{key}")
    return found


def faults_of_desired_alarms(
    platform: Platform, table: PlatformTable, desired: DesiredFunction
) -> Iterator[tuple[str, str]]:
    """Return what keeps a function's alarms from being made."""
    for field, reason in faults_of_alarms(platform, table, desired.part):
        # How long a silence may be depends on the function's schedule.
        own = own_alarms(desired.part) is not None or field == "alarms.silence_seconds"
        yield f"{desired.place if own else f'platforms.{platform.name}'}.{field}", reason


def faults_of_desired(platform: Limits, desired: DesiredFunction) -> Iterator[tuple[str, str]]:
    """Return what keeps a function from being deployed: unset variables, the platform's limits."""
    if desired.is_web and platform.http is None:
        reason = (
            f"no URL can be made on {platform.title}: docs/deploy-by-hand.md has the way by hand"
        )
        yield desired.place, reason
        return
    for name, source in desired.sources.items():
        if source.startswith(ENV) and not desired.function.environment[name]:
            unset_variable = f"{source.removeprefix(ENV)} is not set in the environment"
            own = name in desired.part.secrets
            place = desired.place if own else f"platforms.{platform.name}"
            yield f"{place}.secrets.{name}", unset_variable
    unset = {name for name, value in desired.function.environment.items() if not value}
    for field, reason in platform.faults_of(desired.function):
        if field.removeprefix("settings.") not in unset & desired.secrets:
            yield f"{desired.place}.{field}", reason
    if len(desired.zip_bytes) > platform.max_zip_bytes:
        most = f"{platform.max_zip_bytes:,}"
        size = f"{len(desired.zip_bytes):,} bytes"
        yield desired.place, f"the zip has {size}, and {platform.title} takes {most}"
    if desired.is_web and not unset:
        sources = desired.sources
        known = {
            name: value
            for name, value in desired.function.environment.items()
            if value != NOT_ENTERED and not sources.get(name, "").startswith(SECRETS_MANAGER)
        }
        for reason in credential_faults(known):
            yield f"{desired.place}.secrets", reason
