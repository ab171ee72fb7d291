"""What a provider says about a refusal: the action, the resource, who was refused, and by what."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DETAIL = "AccessDeniedDetail"
"""The key of Alibaba Cloud's error body with RAM's reasons.

Source: https://www.alibabacloud.com/help/en/ram/support/how-to-troubleshoot-an-access-denied-error
"""

DEEPEST = 4

TENCENT = re.compile(
    r"not authorized to perform operation \((?P<action>[^)\s]+)\)"
    r"(?:\s+resource \((?P<resource>[^)\s]+)\))?"
)
"""Source: https://github.com/TencentCloud/tencentcloud-sdk-java/issues/78"""

HUAWEI = re.compile(
    r"User: (?P<principal>\S+) is not authorized to perform:? (?:action )?(?P<action>[\w:-]+)"
    r"(?: on resource:? (?P<resource>\S+))?"
    r"(?: because no (?P<missing>[\w -]+?) policy allows| with an explicit deny in (?:the|an?) "
    r"(?P<denying>[\w -]+?) policy)?"
)
"""Source: https://support.huaweicloud.com/intl/en-us/iam5_faq/iam_01_0931.html"""

HUAWEI_OLDER = re.compile(r"Policy doesn'?t allow (?P<action>[\w:-]+) to be performed")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a provider says about a refusal; None for what it does not say.

    Parameters
    ----------
    action: the permission that is missing, as the provider names it.
    resource: on what.
    principal: who was refused.
    policy_type: the kind of policy that does not allow it, or denies it.
    is_explicit: whether a policy denies it, so that allowing it in another does not help.
    diagnosis: a text of Alibaba Cloud's that ``ram:DecodeDiagnosticMessage`` explains.
    """

    action: str | None = None
    resource: str | None = None
    principal: str | None = None
    policy_type: str | None = None
    is_explicit: bool | None = None
    diagnosis: str | None = None


def read_refusal(body: bytes) -> Refusal | None:
    """Return what the body of an error response says about a refusal, None if it says nothing."""
    try:
        document = json.loads(body)
    except ValueError:
        return None
    objects = list(objects_in(document))
    for each in objects:
        detail = each.get(DETAIL)
        if isinstance(detail, Mapping):
            return of_alibaba(detail)
    texts = (value for each in objects for value in each.values() if isinstance(value, str))
    return next((found for text in texts if (found := of_text(text))), None)


def objects_in(value: object, depth: int = DEEPEST) -> Iterator[Mapping[str, Any]]:
    """Yield a JSON object, and those in it."""
    if isinstance(value, dict) and depth:
        yield value
        for each in value.values():
            yield from objects_in(each, depth - 1)


def of_alibaba(detail: Mapping[str, Any]) -> Refusal:
    """Return what Alibaba Cloud's ``AccessDeniedDetail`` says."""

    def text(name: str) -> str | None:
        value = detail.get(name)
        return value if isinstance(value, str) and value else None

    kind = text("NoPermissionType")
    who = (text("AuthPrincipalType"), text("AuthPrincipalDisplayName"))
    return Refusal(
        action=text("AuthAction"),
        resource=text("AuthResource"),
        principal=" ".join(filter(None, who)) or None,
        policy_type=text("PolicyType"),
        is_explicit=None if kind is None else kind == "ExplicitDeny",
        diagnosis=text("EncodedDiagnosticMessage"),
    )


def of_text(text: str) -> Refusal | None:
    """Return what a message of Tencent Cloud's or Huawei Cloud's says, None if it says nothing."""
    if match := TENCENT.search(text):
        return Refusal(action=match["action"], resource=match["resource"])
    if match := HUAWEI.search(text):
        kind = match["missing"] or match["denying"]
        return Refusal(
            action=match["action"],
            resource=match["resource"],
            principal=match["principal"],
            policy_type=kind,
            is_explicit=match["denying"] is not None if kind else None,
        )
    if match := HUAWEI_OLDER.search(text):
        return Refusal(action=match["action"])
    return None
