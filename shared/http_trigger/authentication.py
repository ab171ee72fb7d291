"""Authenticates callers by a bearer token, a signed webhook, or the platform's own authorizer.

Webhooks are signed as specified by https://www.standardwebhooks.com/. Secrets are compared in
constant time, and always with every configured one, so that the time taken reveals nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from shared.errors import InvalidInput, Misconfigured
from shared.http_trigger.auth_config import AuthConfig, BearerToken, load_auth_config
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.invocation import Invocation
from shared.settings.weak_secrets import weakness_of
from shared.signing import standard_webhooks

TOLERANCE_SECONDS = 300
WEBHOOK_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
AWS = "AWS Lambda"
NO_CALLERS = (
    "no HTTP caller is configured: set HTTP_BEARER_TOKENS or HTTP_WEBHOOK_SECRETS, or "
    "HTTP_AUTH=platform behind an authorizer"
)
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="cloud-sync"'}


class Caller(NamedTuple):
    """An authenticated caller.

    Parameters
    ----------
    name: a token's name, ``webhook``, ``platform``, or empty for an unnamed token.
    is_named: whether the deployer gave this caller a name that rules can refer to.
    webhook_id: the ID of the webhook, None if it is not one; each ID is only run once.
    """

    name: str
    is_named: bool = False
    webhook_id: str | None = None


def identify_caller(invocation: Invocation, request: HttpRequest) -> Caller:
    """Authenticate the caller of a page that runs no operation.

    Raises
    ------
    HttpProblem: the caller is unknown.
    Misconfigured: a setting for HTTP callers is wrong; only the log names it, since a visitor
        cannot correct it.
    """
    try:
        config = load_auth_config(invocation.settings, invocation.redactor.add)
    except Misconfigured as error:
        invocation.logger.log("error", error.message, {"code": error.code, "hint": error.hint})
        raise Misconfigured(
            "the settings for HTTP callers are wrong",
            code="BadSetting",
            hint="The function's log names the setting to correct.",
        ) from None
    try:
        body = request.body()
    except InvalidInput:
        body = b""
    return authenticate(invocation, request, body, config)


def authenticate(
    invocation: Invocation, request: HttpRequest, body: bytes, config: AuthConfig
) -> Caller:
    """Authenticate the caller of a request.

    Parameters
    ----------
    invocation: the invocation that the request belongs to.
    request: the request.
    body: its exact bytes, which a webhook's signature covers.
    config: the credentials that are accepted.

    Raises
    ------
    HttpProblem: the caller is unknown.
    """
    bearer = bearer_token(request)
    is_webhook = any(name in request.headers for name in WEBHOOK_HEADERS)
    if not config.tokens and not config.webhook_keys:
        return authenticate_by_authorizer(invocation, request, config)
    if bearer is not None and is_webhook:
        raise HttpProblem(401, "send a bearer token or a webhook signature, not both", CHALLENGE)
    if bearer:
        return authenticate_token(bearer, config.tokens)
    if is_webhook:
        now = invocation.runtime.clock.now()
        return Caller("webhook", webhook_id=verify_webhook(request, body, config.webhook_keys, now))
    raise HttpProblem(401, "a bearer token or a webhook signature is required", CHALLENGE)


def authenticate_by_authorizer(
    invocation: Invocation, request: HttpRequest, config: AuthConfig
) -> Caller:
    """Return the caller that the platform's authorizer has authenticated.

    Raises
    ------
    HttpProblem: there is no authorizer, or, on AWS, it passed no claims.
    """
    logger = invocation.logger
    if not config.platform_authorizer:
        logger.log("error", NO_CALLERS, {"http_status": 403, "trigger": "http"})
        raise HttpProblem(403, "this function accepts no HTTP callers yet; its log says why")
    if invocation.platform.name == AWS:
        if not has_claims(request.authorizer):
            raise HttpProblem(
                401, "the platform's authorizer did not authenticate this call", CHALLENGE
            )
    elif "platform" not in invocation.runtime.warned_once:
        invocation.runtime.warned_once.add("platform")
        logger.log(
            "warning",
            "HTTP_AUTH=platform: cannot verify that an authorizer protects this URL",
            {},
        )
    return Caller("platform")


def has_claims(value: object) -> bool:
    """Return whether an authorizer's claims have any value; gateways may fill them with nulls."""
    unread = [value]
    while unread:  # a loop, since JSON may be nested deeper than functions may call each other
        part = unread.pop()
        if isinstance(part, Mapping):
            unread += part.values()
        elif isinstance(part, list):
            unread += part
        elif part not in {None, "", False}:
            return True
    return False


def bearer_token(request: HttpRequest) -> str | None:
    """Return the bearer token, None for another scheme or without a header."""
    values = request.headers.get("authorization", ())
    if len(values) > 1:
        raise HttpProblem(401, "the Authorization header was sent more than once", CHALLENGE)
    scheme, _, token = (values[0] if values else "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def authenticate_token(bearer: str, tokens: tuple[BearerToken, ...]) -> Caller:
    """Return the caller to whom a token belongs.

    Raises
    ------
    HttpProblem: it is unknown, or so weak that its digest should not have been configured.
    """
    digest = hashlib.sha256(bearer.encode("utf-8", "surrogatepass")).digest()
    found: BearerToken | None = None
    for token in tokens:
        if hmac.compare_digest(digest, token.digest):
            found = found or token
    if found is None:
        raise HttpProblem(401, "unknown or revoked bearer token", CHALLENGE)
    weakness = weakness_of(bearer)
    if weakness is not None:
        raise HttpProblem(401, f"the bearer token {weakness}; generate a new one", CHALLENGE)
    return Caller(found.name, is_named=bool(found.name))


def verify_webhook(
    request: HttpRequest, body: bytes, keys: tuple[bytes, ...], now: datetime
) -> str:
    """Verify a webhook's signature and timestamp, and return its ID.

    Raises
    ------
    HttpProblem: the signature or the timestamp is not valid, or a header is missing.
    """
    values = {name: request.headers.get(name, ()) for name in WEBHOOK_HEADERS}
    if any(len(value) != 1 or not value[0] for value in values.values()):
        names = ", ".join(WEBHOOK_HEADERS)
        raise HttpProblem(401, f"a webhook needs {names}, each exactly once", CHALLENGE)
    webhook_id, sent, signatures = (values[header][0] for header in WEBHOOK_HEADERS)
    seconds = now.timestamp()
    if not re.fullmatch(r"[0-9]{1,12}", sent) or abs(seconds - int(sent)) > TOLERANCE_SECONDS:
        raise HttpProblem(401, "webhook-timestamp is outside the 5-minute tolerance", CHALLENGE)
    if not standard_webhooks.verify(keys, webhook_id, sent, body, signatures):
        raise HttpProblem(401, "invalid webhook signature", CHALLENGE)
    return webhook_id
