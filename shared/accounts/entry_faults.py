"""What is wrong with an accounts file, in words that contain none of its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.models.patterns import ACCOUNT_NAME
from shared.validation import format_error

DEFAULT = "default"
"""The account that is the function's own."""

SAFE_KEY = r"[a-z_]{1,32}"
SECRET_KEY = re.compile(
    r"(^|[_.-])(sk|ak|pass(word|wd|phrase)?|pwd|private|credentials?|(access|secret)[_-]?key)($|[_-])"
    r"|secret|token$|accesskey",
    re.IGNORECASE,
)
"""A key whose value is probably a secret."""

SECRET_VALUE = re.compile(r"(?:LTAI|AKID|STS\.|whsec_|AKIA|ASIA)[A-Za-z0-9+/=._-]{10,}")
"""How the access key IDs of Alibaba Cloud, Tencent Cloud and AWS begin, and a webhook's secret."""

KNOWN_KEYS = frozenset({"secret_id", "oidc_token_file"})
NO_SECRETS = (
    "looks like a secret, and this file holds none: put it in the settings or a secret store"
)

SOURCES = ("settings_prefix", "profile", "secret_id", "parameter_name")
ROLE_NAMES: Mapping[str, tuple[str, ...]] = {
    "alibaba": ("arn",),
    "tencent": ("arn",),
    "huawei": ("agency", "urn"),
}
"""Provider -> the keys that name its roles."""

Details = Sequence[Mapping[str, Any]]
"""A validator's findings, as pydantic-core returns them."""


def document_faults(
    document: Mapping[str, Any], details: Details, formats: Mapping[str, str]
) -> Iterator[str]:
    """Yield every fault of an accounts file, one phrase each.

    Parameters
    ----------
    document: the decoded file.
    details: what the schema's validator found.
    formats: field -> what its pattern allows, in words.
    """
    entries = document.get("accounts")
    entries = entries if isinstance(entries, dict) else {}
    numbers = {name: number for number, name in enumerate(entries, start=1)}
    for detail in details:
        yield schema_fault(detail, formats, numbers)
    for name, entry in entries.items():
        who = shown_account(name, numbers)
        if name == DEFAULT:
            yield f"{who}: this name means the function's own account, so choose another"
        if isinstance(entry, dict):
            for place, phrase in (*secret_faults(entry), *entry_faults(entry)):
                yield f"{who}{f', {place}' if place else ''}: {phrase}"


def schema_fault(
    detail: Mapping[str, Any], formats: Mapping[str, str], numbers: Mapping[str, int]
) -> str:
    """Return a validator's finding as a phrase that names the account and the key in it."""
    location = list(detail["loc"])
    if not location:
        return "must be a JSON object"
    top = location.pop(0)
    if top == "sets" and location:
        name = str(location[0])
        shown = f"set {name}" if re.fullmatch(ACCOUNT_NAME, name) else "the name of a set"
        if "[key]" in location:
            return f"{shown}: use letters, digits, '.', '_' and '-' only"
        return f"{shown}: must be a list of targets, or one JSON object"
    field = next((part for part in reversed(location) if isinstance(part, str)), str(top))
    _, phrase = format_error(
        {**detail, "loc": (field,)},  # type: ignore[typeddict-item]
        formats,
        safe_key=SAFE_KEY,
        extra="is not a known key",
    )
    if top != "accounts" or not location:
        return f"{shown_key(str(top))}: {phrase}"
    who = shown_account(str(location.pop(0)), numbers)
    if location == ["[key]"]:
        return f"{who}: its name may have letters, digits, '.', '_' and '-' only, at most 64"
    if location[-1:] == ["[key]"]:
        del location[-2:]
        phrase = "has a key that is not a region ID"
    elif detail["type"] == "extra_forbidden" and is_secret_key(field):
        phrase = NO_SECRETS
    place = ""
    for part in location:
        place += f"[{part}]" if isinstance(part, int) else f".{shown_key(part)}"
    return f"{who}{f', {place[1:]}' if place else ''}: {phrase}"


def repeated_fault(key: str) -> str:
    """Return the fault of a key that an object has twice."""
    shown = re.fullmatch(ACCOUNT_NAME, key) and not SECRET_VALUE.search(key)
    return f"{key if shown else shown_key(key)}: is given twice in one object"


def shown_account(name: str, numbers: Mapping[str, int]) -> str:
    """Return an account's name, or its number in the file if it is not a valid name."""
    if re.fullmatch(ACCOUNT_NAME, name) and not SECRET_VALUE.search(name):
        return f"account {name}"
    return f"account number {numbers.get(name, 0)}"


def shown_key(key: str) -> str:
    """Return a key, or its length if it is not like one of ours: it may be a misplaced secret."""
    return (
        key if re.fullmatch(r"[a-z_][a-z0-9_-]{0,63}", key) else f"a key of {len(key)} characters"
    )


def is_secret_key(key: str) -> bool:
    """Return whether the value of a key is probably a secret."""
    return key not in KNOWN_KEYS and SECRET_KEY.search(key) is not None


def secret_faults(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield where an account has a value that looks like a secret, with the reason."""
    role = entry.get("role")
    for place, holder in (("", entry), ("role.", role if isinstance(role, dict) else {})):
        for key, value in holder.items():
            if isinstance(value, str) and SECRET_VALUE.search(value):
                yield f"{place}{shown_key(key)}", NO_SECRETS


def entry_faults(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what no schema finds in an account: the key, empty for all of it, and a phrase."""
    provider = entry.get("provider")
    given = [name for name in SOURCES if entry.get(name) is not None]
    role = entry.get("role")
    if len(given) > 1:
        yield "", f"has {' and '.join(given)}, but its keys can come from one source only"
    if not given and "role" not in entry:
        yield "", f"has no keys, add one of {', '.join(SOURCES)}, or a role"
    if "projects" in entry and provider in ("alibaba", "tencent"):
        yield "projects", f"does not apply to provider {provider}"
    if isinstance(role, dict):
        for place, phrase in role_faults(role, provider, given):
            yield f"role.{place}".rstrip("."), phrase


def role_faults(
    role: Mapping[str, Any], provider: object, given: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield what no schema finds in an account's role.

    Parameters
    ----------
    role: as given.
    provider: the account's.
    given: the sources of keys that the account has.
    """
    known = ROLE_NAMES.get(provider) if isinstance(provider, str) else None
    if known is None:
        return
    names = [name for name in ("arn", "agency", "urn") if role.get(name) is not None]
    for name in names:
        if name not in known:
            yield name, f"does not apply to provider {provider}, use {' or '.join(known)}"
    if len(names) > 1:
        yield "", f"has {' and '.join(names)}, but only one of them can name it"
    if not names:
        yield "", f"names no role, add {' or '.join(known)}"
    yield from agency_faults(role)
    yield from oidc_faults(role, provider, given)


def agency_faults(role: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the faults of an agency's name, and of what goes with a name but not with a URN."""
    agency, urn = role.get("agency"), role.get("urn")
    if isinstance(agency, str) and ":" in agency:
        yield "agency", "is not an agency's name, use urn"
    if isinstance(urn, str) and ":" not in urn:
        yield "urn", "is not a URN such as iam::<account ID>:agency:<name>"
    if agency is not None and role.get("domain") is None:
        yield "domain", "is required with agency: the name of the account that has it"
    if agency is None and role.get("domain") is not None:
        yield "domain", "applies to agency only"
    if agency is not None and role.get("external_id") is not None:
        yield "external_id", "does not apply to agency"


def oidc_faults(
    role: Mapping[str, Any], provider: object, given: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield the faults of a role that is assumed with a token; parameters as above."""
    both = ("oidc_provider_arn", "oidc_token_file")
    there = [name for name in both if role.get(name) is not None]
    if not there:
        return
    if provider != "alibaba":
        yield there[0], f"does not apply to provider {provider}"
    for name in both:
        if name not in there:
            yield name, f"is required with {there[0]}"
    if given:
        yield there[0], f"needs no keys, remove {' and '.join(given)}"
    if role.get("external_id") is not None:
        yield "external_id", "does not apply to a role that is assumed with a token"
