"""The web app in a description: what authenticates its callers, and what it answers."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from local.http_events import Http
from shared.errors import Misconfigured
from shared.http_trigger.auth_config import load_auth_config
from shared.models.secret import Secret
from shared.settings import Settings

HEALTH = Http(method="GET", path="/health")
"""The request that tries a deployed app: it needs no token, and changes nothing."""

CREDENTIALS = ("HTTP_BEARER_TOKENS", "HTTP_WEBHOOK_SECRETS")
CHAT_SECRETS = ("SLACK_SIGNING_SECRET", "DINGTALK_APP_SECRET")
OF_CHAT = ("CHAT_RIGHTS", "CHAT_CONFIRM_SECRET", "DINGTALK_CORP_ID")
"""What is of no use without one of the chats' own secrets."""

WANTED = (
    "nothing authenticates the callers of its public URL: name the source of HTTP_BEARER_TOKENS "
    "(python -m local token makes one), of HTTP_WEBHOOK_SECRETS, or of a chat's "
    "SLACK_SIGNING_SECRET or DINGTALK_APP_SECRET"
)


def asks_the_platform(settings: Mapping[str, str], secrets: Iterable[str]) -> bool:
    """Return whether the platform is to authorize the callers, and not the app.

    Parameters
    ----------
    settings: the settings that are known.
    secrets: the names of the others.
    """
    names = {*settings, *secrets}
    return settings.get("HTTP_AUTH") == "platform" and names.isdisjoint(CREDENTIALS)


def guards_of(names: Iterable[str]) -> list[str]:
    """Return those of an app's settings that authenticate its callers."""
    there = set(names)
    # The app does not look at HTTP_AUTH where it has credentials of its own.
    own = CREDENTIALS if not there.isdisjoint(CREDENTIALS) else ("HTTP_AUTH",)
    return [name for name in (*own, *CHAT_SECRETS) if name in there]


def web_faults(
    place: str, settings: Mapping[str, str], sources: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Return what is wrong with the description of a web app.

    Parameters
    ----------
    place: where it is in the description.
    settings: its settings in clear, the platform's included.
    sources: where its secrets come from, by name.
    """
    names = {*settings, *sources}
    if not guards_of(names):
        yield f"{place}.secrets", f'{WANTED}; or set HTTP_AUTH = "platform" in its settings'
    chats = names.intersection(CHAT_SECRETS)
    for name in sorted(names.intersection(OF_CHAT)):
        if not chats:
            reason = "is of no use without SLACK_SIGNING_SECRET or DINGTALK_APP_SECRET in secrets"
            yield f"{place}.{'settings' if name in settings else 'secrets'}.{name}", reason
    if chats and "CHAT_RIGHTS" not in names:
        yield f"{place}.settings", "CHAT_RIGHTS is missing: without it chat refuses every command"
    if "DINGTALK_APP_SECRET" in chats and "DINGTALK_CORP_ID" not in names:
        reason = "DINGTALK_CORP_ID is missing: without it no command from DingTalk is accepted"
        yield f"{place}.settings", reason
    if chats and asks_the_platform(settings, sources):
        reason = "keeps chats out, which sign their requests in their own way: use tokens"
        yield f"{place}.settings.HTTP_AUTH", reason


def credential_faults(environment: Mapping[str, Secret]) -> Iterator[str]:
    """Return why an app would accept none of its credentials; without the credentials."""
    values = {name: value.get_secret_value() for name, value in environment.items()}
    try:
        load_auth_config(Settings.from_environ(values), lambda _secret: None)
    except Misconfigured as error:
        yield f"{error.message}. {error.hint}"


def answer_of(result: Any) -> tuple[bool, str]:
    """Return whether an app is well, and what it answered to :data:`HEALTH`, for people."""
    if not isinstance(result, dict) or not isinstance(result.get("statusCode"), int):
        return False, "the function did not return an HTTP response"
    status = result["statusCode"]
    try:
        body = str(result.get("body") or "")
        text = base64.b64decode(body) if result.get("isBase64Encoded") else body
        document = json.loads(text)
        number = len(document["operations"])
        known = f"version {document['version']}, {number} operation{'' if number == 1 else 's'}"
    except (binascii.Error, ValueError, KeyError, TypeError):
        return False, f"HTTP {status}, but not the app's own answer"
    return status == 200, f"HTTP {status}, {known}"
