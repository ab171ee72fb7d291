"""What a description wants of AWS Lambda: one stack, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from local.bundling.plan import Bundle
from local.deployment.cloudformation.limits import (
    LIMITS,
    MAX_UNPACKED_BYTES,
    REFERENCE,
    unpacked_size,
)
from local.deployment.cloudformation.template import (
    MAX_TEMPLATE_BYTES,
    StackDescription,
    StackFunction,
    StackTemplate,
)
from local.deployment.description.description import DescriptionError, Fault, operations
from local.deployment.description.document import DeploymentDocument, PlatformTable
from local.deployment.desired.functions import (
    Chosen,
    chosen_functions,
    desired_function,
    faults_of_desired,
)
from local.deployment.desired.zips import Zips
from shared.models.secret import Secret

PLACE = f"platforms.{LIMITS.name}"
"""Where AWS Lambda is in the description."""


def desired_stack(
    path: Path,
    document: DeploymentDocument,
    provider: str | None,
    zips: Zips,
    environ: Mapping[str, str],
) -> StackDescription:
    """Return the stack that a description wants.

    Parameters
    ----------
    path: the description's file, for its faults.
    document: the description.
    provider: only the operations of this provider; None for all.
    zips: builds the bundles.
    environ: where ``env:NAME`` is looked up.

    Raises
    ------
    DescriptionError: Lambda would refuse a function, the bucket is missing, or there is no function
        of the provider.
    """
    table = document.platforms[LIMITS.name]
    if table.bucket is None:
        reason = "is missing: the bucket of S3 that the code is put into"
        raise DescriptionError(path, [(f"{PLACE}.bucket", reason)])
    chosen = list(chosen_functions(LIMITS.name, table, provider))
    if not chosen:
        reason = f"no function of the provider {provider} is described for {LIMITS.name}"
        raise DescriptionError(path, [(f"{PLACE}.functions", reason)])
    bundles = dict.fromkeys(each.bundle for each in chosen)
    # Faults are reported before the build, which takes time.
    _functions(path, table, chosen, dict.fromkeys(bundles, b""), environ)
    built = zips(list(bundles), table.bytecode)
    functions = _functions(path, table, chosen, built, environ)
    require_no_faults(
        path,
        (
            (PLACE, f"{bundle.name}.zip has {size:,} bytes unpacked, and Lambda takes 250 MB")
            for bundle, content in built.items()
            if (size := unpacked_size(content)) > MAX_UNPACKED_BYTES
        ),
    )
    notify = (table.alarms.notify if table.alarms is not None else None) or ()
    return StackDescription(document.name, table.bucket, notify, table.timezone or "UTC", functions)


def _functions(
    path: Path,
    table: PlatformTable,
    chosen: Sequence[Chosen],
    zips: Mapping[Bundle, bytes],
    environ: Mapping[str, str],
) -> list[StackFunction]:
    known = operations()
    found = [
        (each, desired_function(LIMITS, table, each, zips[each.bundle], environ, {}))
        for each in chosen
    ]
    require_no_faults(
        path,
        (fault for _each, desired in found for fault in faults_of_desired(LIMITS, desired)),
    )
    return [StackFunction(desired, each.name, known.get(each.name)) for each, desired in found]


def known_secrets(stack: StackDescription) -> list[Secret]:
    """Return the values of a stack's secrets, without those that only AWS has."""
    found = []
    for each in stack.functions:
        environment = each.desired.function.environment
        known = [environment[name] for name in each.desired.secrets - each.desired.prompts]
        found += [value for value in known if not value.get_secret_value().startswith(REFERENCE)]
    return found


def template_faults(template: StackTemplate) -> Iterable[Fault]:
    """Return what CloudFormation would refuse in a template: its size."""
    size = len(template.text.encode())
    if size > MAX_TEMPLATE_BYTES:
        reason = (
            f"their template has {size:,} bytes, and CloudFormation takes {MAX_TEMPLATE_BYTES:,}; "
            "have two deployments"
        )
        yield f"{PLACE}.functions", reason


def require_no_faults(path: Path, found: Iterable[Fault]) -> None:
    """Raise :class:`DescriptionError` if there are faults; each is named once."""
    if faults := list(dict.fromkeys(found)):
        raise DescriptionError(path, faults)
