"""A change of one provider's functions in a stack, whose other resources stay as they are.

The others' resources, parameters and outputs are taken from the template of the deployed stack, so
that CloudFormation finds no change in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from local.bundling.plan import ALL, PROVIDERS
from local.deployment.cloudformation.aws_errors import AwsError
from local.deployment.cloudformation.template import (
    SCHEDULER_ROLE,
    KeptParts,
    StackTemplate,
    scheduled_ids,
)

OWNED = re.compile("({})[A-Z0-9]".format("|".join(each.capitalize() for each in (*PROVIDERS, ALL))))
"""How the logical IDs of a function's resources, parameters and outputs begin."""

SECTIONS = ("Parameters", "Resources", "Outputs")


def provider_of(id_: str) -> str | None:
    """Return whose functions a logical ID belongs to; None for what all of them share."""
    match = OWNED.match(id_)
    return match[1].lower() if match else None


def others(body: Mapping[str, Any], provider: str) -> KeptParts:
    """Return what belongs to other functions than a provider's.

    Parameters
    ----------
    body: the template of the deployed stack.
    provider: whose functions are left out.

    Raises
    ------
    AwsError: the template is not one that a deployment made.
    """
    if not isinstance(body.get("Resources"), Mapping):
        raise AwsError(
            "the template of the stack is not JSON, so no deployment has made it",
            code="UnknownTemplate",
            hint="Run the command without PROVIDER: that replaces the whole template.",
        )
    found = (
        {
            id_: each
            for id_, each in body.get(section, {}).items()
            if provider_of(id_) not in {None, provider}
        }
        for section in SECTIONS
    )
    return KeptParts(*found)


def without(body: Mapping[str, Any], provider: str) -> StackTemplate | None:
    """Return the template of a stack without a provider's functions; None if none would be left.

    Parameters
    ----------
    body: the template of the deployed stack.
    provider: whose functions are removed.

    Raises
    ------
    AwsError: the template is not one that a deployment made.
    """
    kept = others(body, provider)
    if not kept.resources:
        return None
    shared = {id_: each for id_, each in body["Resources"].items() if provider_of(id_) is None}
    resources = {**shared, **kept.resources}
    if SCHEDULER_ROLE in resources:
        scheduled = scheduled_ids(kept.resources)
        if scheduled:
            resources[SCHEDULER_ROLE] = invoking_only(resources[SCHEDULER_ROLE], scheduled)
        else:
            del resources[SCHEDULER_ROLE]
    rest = {name: each for name, each in body.items() if name not in SECTIONS}
    parts = (kept.parameters, resources, kept.outputs)
    sections = {name: part for name, part in zip(SECTIONS, parts, strict=True) if part}
    return StackTemplate({**rest, **sections}, (), tuple(kept.parameters))


def invoking_only(role: Mapping[str, Any], ids: Iterable[str]) -> dict[str, Any]:
    """Return the role of the schedules without the functions that are removed."""
    properties = role["Properties"]
    (policy,) = properties["Policies"]
    document = policy["PolicyDocument"]
    invoke, *more = document["Statement"]
    functions = {**invoke, "Resource": [{"Fn::GetAtt": [id_, "Arn"]} for id_ in ids]}
    changed = {**policy, "PolicyDocument": {**document, "Statement": [functions, *more]}}
    return {**role, "Properties": {**properties, "Policies": [changed]}}
