"""What doctor checks without sending a request."""

from __future__ import annotations

import json
import platform as interpreter
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import unquote

from functions.huawei.oms_tasks import read_tasks
from functions.huawei.provider import IAM
from functions.registry import OPERATIONS, load
from local.accounts import AccountFacts, accounts_found
from local.caller_settings import caller_problems
from local.identity import CredentialReport, find_credentials
from local.refusals import Refusal
from shared import validation
from shared.client.credentials import PROVIDERS
from shared.client.endpoints import endpoint_of
from shared.client.regions import resolve_project, resolve_region
from shared.client.transport import ca_bundle, tls_context
from shared.errors import Misconfigured
from shared.models.credentials import AccessKey
from shared.models.flow import Service
from shared.models.operation import Operation
from shared.models.secret import Secret
from shared.observability import level_number
from shared.platforms import detect_platform
from shared.platforms.local_machine import LocalMachine
from shared.redaction import MASK, Redactor
from shared.runtime import Runtime
from shared.settings import SETTINGS, Settings
from shared.settings.definitions import ALIBABA, HUAWEI, STORAGE_KEYS, TENCENT

PACKAGES = ("urllib3", "pydantic", "aws-lambda-powertools")
GROUPS = {"alibaba": (ALIBABA,), "tencent": (TENCENT,), "huawei": (HUAWEI, STORAGE_KEYS)}
STORAGE_PAIRS = (("OMS_SRC_AK", "OMS_SRC_SK"), ("OMS_DST_AK", "OMS_DST_SK"))
KEY_IDS = frozenset(
    {
        "AWS_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "TENCENTCLOUD_SECRET_ID",
        "HUAWEICLOUD_SDK_AK",
        "CLOUD_SDK_AK",
    }
)
"""Settings that hold the public half of a key: of these the last characters are displayed."""

JSON_SETTINGS = ("DEFAULT_PARAMETERS", "OMS_TASKS")


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem or a note, and what to do about it."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One read-only call.

    Parameters
    ----------
    call: what was called.
    status: the result's, or ``skipped``.
    summary: the result's, or why it was skipped.
    hint: what to do about it.
    result: the whole result, None if no call was made.
    """

    call: str
    status: str
    summary: str
    hint: str = ""
    result: dict[str, Any] | None = None

    @property
    def is_refused(self) -> bool:
        """Whether the provider refused the call."""
        error = (self.result or {}).get("error") or {}
        return error.get("category") == "forbidden"


@dataclass(frozen=True, slots=True)
class PermissionFacts:
    """Whether an identity has a permission.

    Parameters
    ----------
    provider: whose permission it is.
    permission: as the provider names it.
    status: ``allowed``, ``refused``, or ``unknown`` where no call showed it.
    operations: the operations that need it.
    summary: what the provider said, or why it is not known.
    policy: the policy file that has it.
    hint: how to attach that, for a refused one.
    refusal: what the provider says about the refusal, None if it says nothing.
    counts: whether it is a problem if it is refused: whether an operation that is in use needs it.
    """

    provider: str
    permission: str
    status: str
    operations: tuple[str, ...]
    summary: str
    policy: str
    hint: str = ""
    refusal: Refusal | None = None
    counts: bool = True


@dataclass
class ProviderFacts:
    """What a run of one provider's operations would use.

    Parameters
    ----------
    account: whose the credentials are, None if the provider was not asked or did not respond.
    """

    provider: str
    configured: bool
    identity: dict[str, str] | None = None
    account: dict[str, str | None] | None = None
    region: dict[str, str] | None = None
    project: dict[str, str | None] | None = None
    endpoints: list[dict[str, str | None]] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def attribute(self, error: Misconfigured) -> None:
        """Add a problem, once."""
        finding = Finding(error.message, error.hint)
        if finding not in self.problems:
            self.problems.append(finding)


@dataclass
class Diagnosis:
    """The result of all checks.

    Parameters
    ----------
    settings: the settings that were checked.
    context: the platform's, None without a platform.
    redactor: redacts every secret that was found.
    """

    settings: Settings
    context: object
    redactor: Redactor
    platform: str
    versions: dict[str, str | None]
    trust_store: dict[str, str] | None = None
    proxy: dict[str, str] | None = None
    clock_offset: float | None = None
    function_limit: float | None = None
    problems: list[Finding] = field(default_factory=list)
    providers: list[ProviderFacts] = field(default_factory=list)
    accounts: list[AccountFacts] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    permissions: list[PermissionFacts] = field(default_factory=list)

    @property
    def problem_count(self) -> int:
        """The number of problems: in the settings of configured providers, and in the calls.

        A call that is refused counts as the permission that is missing, which counts only if an
        operation that is in use needs it.
        """
        set_up = [facts for facts in self.providers if facts.configured]
        refused = [facts for facts in self.permissions if facts.status == "refused"]
        failed = [
            check
            for check in self.checks
            if check.status == "failed" and not (refused and check.is_refused)
        ]
        found = len(self.problems) + sum(len(facts.problems) for facts in set_up)
        return found + len(failed) + sum(facts.counts for facts in refused)

    @property
    def healthy(self) -> bool | None:
        """Whether there is no problem; None if there was nothing to check."""
        if self.problem_count:
            return False
        return True if any(facts.configured for facts in self.providers) or self.accounts else None

    def facts(self) -> dict[str, Any]:
        """Return the findings as JSON values, without any secret."""
        facts: dict[str, Any] = self.redactor.redact_value(
            {
                "healthy": self.healthy,
                "platform": self.platform,
                "versions": self.versions,
                "trust_store": self.trust_store,
                "proxy": self.proxy,
                "clock_offset_seconds": self.clock_offset,
                "function_limit_seconds": self.function_limit,
                "problems": [asdict(finding) for finding in self.problems],
                "providers": [asdict(facts) for facts in self.providers],
                "accounts": [asdict(facts) for facts in self.accounts],
                "settings": list(settings_set(self.settings)),
                "checks": [asdict(check) for check in self.checks],
                "permissions": [asdict(facts) for facts in self.permissions],
            }
        )
        return facts


def diagnose(process: Runtime, context: object = None) -> Diagnosis:
    """Return what a run would use, without sending a request.

    Parameters
    ----------
    process: environment and home directory.
    context: a platform's context, None on a developer's machine.
    """
    platform = detect_platform({}, context)
    settings = platform.settings(context, process.environ or {})
    redactor = Redactor(settings.secrets())
    diagnosis = Diagnosis(
        settings,
        context,
        redactor,
        platform=platform.name,
        versions={"Python": interpreter.python_version(), **{p: installed(p) for p in PACKAGES}},
        function_limit=platform.timeout_seconds(context, settings),
    )
    proxy = settings.get("HTTPS_PROXY")
    if proxy is not None:
        learn_proxy(proxy, redactor)
        diagnosis.proxy = {
            "url": without_login(proxy),
            "where": f"{settings.source_of('HTTPS_PROXY')} HTTPS_PROXY",
            "no_proxy": settings.get("NO_PROXY") or "",
        }
    for name in PROVIDERS:
        diagnosis.providers.append(diagnose_provider(name, process, diagnosis))
    diagnosis.accounts, faults = accounts_found(
        settings, process, redactor, on_platform=not isinstance(platform, LocalMachine)
    )
    diagnosis.problems += [Finding(fault.message, fault.hint) for fault in faults]
    diagnose_shared_settings(diagnosis)
    return diagnosis


def installed(package: str) -> str | None:
    """Return a package's version, None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def diagnose_shared_settings(diagnosis: Diagnosis) -> None:
    """Check what all providers share: the CA bundle and the general settings."""
    settings = diagnosis.settings
    problems: list[Finding] = []
    try:
        path, how = ca_bundle(settings.get("SSL_CERT_FILE"))
        diagnosis.trust_store = {"path": path, "how": how}
        tls_context(settings.get("SSL_CERT_FILE"))
    except Misconfigured as error:
        problems.append(Finding(error.message, error.hint))
    if settings.get("ON_FAILURE") not in {None, "raise", "return"}:
        problems.append(
            Finding("ON_FAILURE is neither raise nor return", "Set it to one of them, or unset it.")
        )
    if level_number(settings.get("LOG_LEVEL") or "") is None:
        problems.append(
            Finding(
                "LOG_LEVEL is not a log level, so INFO is used",
                "Set it to DEBUG, INFO, WARNING, ERROR or CRITICAL.",
            )
        )
    # On a machine where nothing is configured, nothing is misconfigured either.
    if any(facts.configured for facts in diagnosis.providers) or settings.get("SSL_CERT_FILE"):
        diagnosis.problems += problems
    diagnosis.problems += [
        Finding(*each) for each in caller_problems(settings, diagnosis.redactor.add)
    ]


def diagnose_provider(name: str, process: Runtime, diagnosis: Diagnosis) -> ProviderFacts:
    """Check one provider: credentials, region, project, endpoints."""
    settings = diagnosis.settings
    operations = [op for op in map(load, OPERATIONS) if op.provider.name == name]
    platform = detect_platform({}, diagnosis.context)
    own = platform.provider == name
    found = find_credentials(
        name,
        settings,
        process.home,
        role=(lambda: platform.role_credentials(diagnosis.context, settings)) if own else None,
        on_platform=not isinstance(platform, LocalMachine),
    )
    platform_region = platform.region(diagnosis.context, settings) if own else None
    facts = ProviderFacts(name, configured=is_configured(name, operations, settings, found))
    if found.identity is not None:
        credentials = found.identity.credentials
        diagnosis.redactor.add_credentials(credentials)
        facts.identity = {"source": credentials.source, "key": credentials.masked_id}
    elif found.broken is not None:
        facts.attribute(found.broken)
    elif found.absent is not None:
        if facts.configured:
            facts.attribute(found.absent)
        else:
            facts.notes.append(Finding(found.absent.message, found.absent.hint))
    for operation in operations:
        diagnose_operation(operation, found, platform_region, settings, facts, diagnosis.redactor)
    if name == "huawei":
        diagnose_storage_keys(settings, facts)
    return facts


def is_configured(
    name: str, operations: Iterable[Operation], settings: Settings, found: CredentialReport
) -> bool:
    """Return whether a provider has any setting set, or credentials in a profile file."""
    names = {row.name for row in SETTINGS.values() if row.group in GROUPS[name]}
    for operation in operations:
        names |= {*operation.service.endpoint_settings, operation.provider.region_setting}
    if name == "huawei":
        names |= set(IAM.endpoint_settings)
    if name in {"alibaba", "tencent"}:
        names.add(f"{name.upper()}_STS_ENDPOINT_URL")
    if name == "tencent":
        names.add("CWP_SITE")
    there = found.identity is not None or found.broken is not None
    return there or any(settings.source_of(each) for each in names)


def diagnose_operation(
    operation: Operation,
    found: CredentialReport,
    platform_region: str | None,
    settings: Settings,
    facts: ProviderFacts,
    redactor: Redactor,
) -> None:
    """Check which region and endpoints an operation would use without a region in its event."""
    identity = found.identity
    profile_region = identity.region if identity else None
    defaults: Mapping[str, object] = {}
    region: str | None = None
    try:
        text = settings.get("DEFAULT_PARAMETERS")
        defaults = validation.parse_defaults(text, operation)
        for secret in validation.find_secrets(defaults, operation):
            redactor.add(secret)
    except Misconfigured as error:
        facts.attribute(error)
    try:
        region = resolve_region(
            operation,
            settings,
            requested=None,
            defaults=defaults,
            fallback=platform_region or profile_region,
        )
    except Misconfigured as error:
        facts.attribute(error)
    if region is not None and facts.region is None:
        name = operation.provider.region_setting
        where = f"{settings.source_of(name)} {name}"
        if defaults.get("region") is not None:
            where = f"{settings.source_of('DEFAULT_PARAMETERS')} DEFAULT_PARAMETERS"
        elif settings.get(name) is None:
            where = "the platform" if platform_region else f"{found.who.partition(',')[0]}"
        facts.region = {"value": region, "where": where}
    services = [operation.service]
    if operation.provider.name == "huawei":
        services.append(IAM)
        diagnose_project(operation, found, settings, region, defaults, facts)
    for service in services:
        if service.name not in {endpoint["service"] for endpoint in facts.endpoints}:
            needs = operation.needs_region and region is None
            facts.endpoints.append(examine_endpoint(service, region, settings, facts, needs=needs))


def diagnose_project(
    operation: Operation,
    found: CredentialReport,
    settings: Settings,
    region: str | None,
    defaults: Mapping[str, object],
    facts: ProviderFacts,
) -> None:
    """Check which Huawei project a run would use."""
    setting = "HUAWEICLOUD_SDK_PROJECT_ID"
    configured = found.identity.project_id if found.identity else settings.get(setting)
    try:
        project = resolve_project(
            operation, settings, region=region, defaults=defaults, configured=configured
        )
    except Misconfigured as error:
        facts.attribute(error)
        return
    where = f"in IAM, by the region's name; set {setting} to avoid the look-up"
    if project is not None:
        where = "the platform's RUNTIME_PROJECT_ID"
        if project == configured:
            source = settings.source_of(setting)
            where = f"{source} {setting}" if source else found.who.partition(",")[0]
    facts.project = {"value": project, "where": where}


def examine_endpoint(
    service: Service,
    region: str | None,
    settings: Settings,
    facts: ProviderFacts,
    *,
    needs: bool,
) -> dict[str, str | None]:
    """Return the URL of a service, and which setting it comes from."""
    override = next((name for name in service.endpoint_settings if settings.get(name)), None)
    where = f"{settings.source_of(override)} {override}" if override else "the provider's default"
    if override is None and service.name == "cwp" and settings.get("CWP_SITE"):
        where = f"{settings.source_of('CWP_SITE')} CWP_SITE"
    url: str | None = None
    if needs and override is None:
        where = f"depends on the region; or set {service.endpoint_settings[0]}"
    else:
        try:
            url = endpoint_of(service, region, settings)
        except Misconfigured as error:
            facts.attribute(error)
    return {"service": service.name, "url": url, "where": where}


def diagnose_storage_keys(settings: Settings, facts: ProviderFacts) -> None:
    """Check whether OMS has the storage keys it needs to start a task."""
    listed = False
    try:
        listed = bool(read_tasks(settings.get))
    except Misconfigured as error:
        facts.attribute(error)
    for names in STORAGE_PAIRS:
        there = [name for name in names if settings.source_of(name)]
        missing = [name for name in names if name not in there]
        if there and missing:
            facts.problems.append(
                Finding(
                    f"Incomplete storage keys: {there[0]} is set, {missing[0]} is missing.",
                    f"Set {missing[0]} too, or remove {there[0]}.",
                )
            )
        elif missing and facts.configured:
            hint = "Only OMS needs them."
            if listed:
                hint += " A task in OMS_TASKS may have keys of its own."
            if names is STORAGE_PAIRS[0]:
                hint += ' A URL-list task needs none: give source_keys: "none" in its event.'
            facts.notes.append(Finding(f"{' and '.join(missing)} are not set.", hint))


def settings_set(settings: Settings) -> Iterable[dict[str, str]]:
    """Yield each setting that is set, with its redacted value and where it is set."""
    for name in SETTINGS:
        where = settings.source_of(name)
        if where is not None and name != "HOME":  # every environment has one
            yield {"name": name, "value": shown(name, settings), "where": where}


def shown(name: str, settings: Settings) -> str:
    """Return a setting's value, redacted."""
    if SETTINGS[name].secret:
        return MASK
    value = settings.get(name) or ""
    if name in KEY_IDS:
        return AccessKey(value, Secret("")).masked_id
    if value.startswith(("{", "[")) or name in JSON_SETTINGS:
        return names_in(value)
    # None of the URLs needs a query, and a query may contain a token.
    url, query, _ = value.partition("?") if "://" in value else (value, "", "")
    return without_login(url) + (f"?{MASK}" if query else "")


def names_in(text: str) -> str:
    """Return the keys of a JSON value only, since a value could be a secret."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, list):
        return f"a list of {len(document)}"
    if not isinstance(document, dict):
        return f"not a JSON object ({len(text)} characters)"
    keys = (key if re.fullmatch(validation.SAFE_KEY, key) else MASK for key in document)
    return "{" + ", ".join(f"{key}: …" for key in keys) + "}"


def without_login(url: str) -> str:
    """Return a URL with the user name and password in it masked."""
    scheme, between, rest = url.rpartition("://")
    login, at, host = rest.rpartition("@")
    if not at:
        return url
    name, colon, _ = login.partition(":")
    # A login without a password may well be a token.
    return f"{scheme}{between}{f'{name}:{MASK}' if colon else MASK}@{host}"


def learn_proxy(url: str, redactor: Redactor) -> None:
    """Have a proxy's password redacted from all output."""
    login = url.rpartition("://")[2].rpartition("@")[0]
    name, colon, password = login.partition(":")
    for text in {password, unquote(password)} if colon else {name}:
        redactor.add(Secret(text))
