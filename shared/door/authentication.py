"""Who is calling: a bearer token, a signed webhook, or the platform's own authorizer.

Webhooks are signed as https://www.standardwebhooks.com/ says. Secrets are compared in
constant time, and every configured one is compared, so that the time tells nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.door.problem import Problem
from shared.door.request import HttpRequest
from shared.errors import Misconfigured
from shared.models.secret import Secret
from shared.replay_cache import ReplayCache
from shared.settings import Settings
from shared.settings.weak_secrets import require_strong, weakness_of

TOLERANCE_SECONDS = 300
WEBHOOK_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
NAME = r"[A-Za-z][A-Za-z0-9_.-]{0,63}"
NAMED = re.compile(rf"({NAME})=(.*[^=].*)")
NAME_ALONE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*=+")

HASHED = re.compile(r"sha256:([0-9A-Fa-f]{64})")
BEARER_HINT = "Make a new token, for example with: openssl rand -base64 32. See docs/http.md."
WEBHOOK_HINT = (
    'Make one with: python3 -c "import base64,os; '
    "print('whsec_'+base64.b64encode(os.urandom(32)).decode())\""
)
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="cloud-sync"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling.

    Parameters
    ----------
    name: a token's name, ``webhook``, ``platform``, or empty for an unnamed token.
    known: whether the deployer gave this caller a name that rights can speak of.
    """

    name: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A configured token: its name, empty without one, and the SHA-256 of its text."""

    name: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Gate:
    """What the settings say about callers.

    Parameters
    ----------
    tokens: what bearers may show.
    secrets: what webhooks may be signed with.
    platform: whether the platform's own authorizer stands in front.
    """

    tokens: tuple[Token, ...]
    secrets: tuple[bytes, ...]
    platform: bool


def read_gate(settings: Settings, learn: Callable[[Secret], None]) -> Gate:
    """Return the gate that the settings describe.

    Parameters
    ----------
    settings: the door to the settings.
    learn: takes every single secret, to keep it out of what leaves.

    Raises
    ------
    Misconfigured: a secret that is none, or an unknown word.
    """
    tokens = [
        read_token(text, number, learn)
        for number, text in enumerate(words(settings, "HTTP_BEARER_TOKENS"), 1)
    ]
    secrets = [
        webhook_secret(text, number, learn)
        for number, text in enumerate(words(settings, "HTTP_WEBHOOK_SECRETS"), 1)
    ]
    mode = settings.get("HTTP_AUTH")
    if mode not in {None, "platform"}:
        raise Misconfigured(
            "HTTP_AUTH is neither platform nor unset",
            code="BadSetting",
            hint="Set HTTP_AUTH to platform, or unset it.",
        )
    return Gate(tuple(tokens), tuple(secrets), platform=mode == "platform")


def words(settings: Settings, name: str) -> list[str]:
    """Return the words of a secret setting."""
    secret = settings.secret(name)
    return secret.reveal().split() if secret else []


def read_token(text: str, number: int, learn: Callable[[Secret], None]) -> Token:
    """Return a token: ``[name=](text|sha256:hex)``.

    Parameters
    ----------
    text: the entry.
    number: its place in the setting, from 1, which names it without showing it.
    learn: takes the token, to keep it out of what leaves.

    Raises
    ------
    Misconfigured: a name without a token, a hash that is none, or a token that is too weak.
    """
    named = NAMED.fullmatch(text)
    name, value = (named[1], named[2]) if named else ("", text)
    learn(Secret(value))
    hashed = HASHED.fullmatch(value)
    alone = NAME_ALONE.fullmatch(value) and (len(value) < 8 or len(value) % 4)  # else base64
    if alone or (value.startswith("sha256:") and hashed is None):
        raise Misconfigured(
            "HTTP_BEARER_TOKENS has a name without a token, or a sha256: without its 64 digits",
            code="BadSetting",
            hint="Write name=token, token, or sha256: and what sha256sum prints of the token.",
        )
    digest = bytes.fromhex(hashed[1]) if hashed else hashlib.sha256(value.encode()).digest()
    require_strong(
        f"token {number} of HTTP_BEARER_TOKENS", digest if hashed else value, BEARER_HINT
    )
    return Token(name, digest)


def webhook_secret(text: str, number: int, learn: Callable[[Secret], None]) -> bytes:
    """Return the key of a ``whsec_`` secret.

    Raises
    ------
    Misconfigured: it is no such secret, or too weak.
    """
    learn(Secret(text))
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key or not text.startswith("whsec_"):
        raise Misconfigured(
            f"secret {number} of HTTP_WEBHOOK_SECRETS is not whsec_ followed by base64",
            code="BadSetting",
            hint=WEBHOOK_HINT,
        )
    require_strong(f"secret {number} of HTTP_WEBHOOK_SECRETS", key, WEBHOOK_HINT)
    return key


def authenticate(
    request: HttpRequest,
    body: bytes,
    gate: Gate,
    replays: ReplayCache,
    now: datetime,
    *,
    on_aws: bool,
) -> Caller:
    """Return who is calling.

    Parameters
    ----------
    request: what came.
    body: its exact bytes, which a webhook's signature covers.
    gate: what is taken.
    replays: the webhook ids taken before.
    now: the time.
    on_aws: whether the event shows what the platform's authorizer said.

    Raises
    ------
    Problem: nobody whom the settings know.
    """
    bearer = bearer_of(request)
    webhook = [name for name in WEBHOOK_HEADERS if name in request.headers]
    if not gate.tokens and not gate.secrets:
        return through_platform(request, gate, on_aws=on_aws)
    if bearer is not None and webhook:
        raise Problem(401, "send a bearer token or a webhook signature, not both", CHALLENGE)
    if bearer:
        return by_token(bearer, gate.tokens)
    if webhook:
        by_webhook(request, body, gate.secrets, replays, now)
        return Caller("webhook")
    raise Problem(401, "a bearer token or a webhook signature is required", CHALLENGE)


def through_platform(request: HttpRequest, gate: Gate, *, on_aws: bool) -> Caller:
    """Return the caller whom the platform's authorizer let through."""
    if not gate.platform:
        raise Problem(403, "this function accepts no HTTP callers yet; its log says why")
    if on_aws and not says_something(request.authorizer):
        raise Problem(401, "no authorizer of the platform let this call in", CHALLENGE)
    return Caller("platform")


def says_something(value: object) -> bool:
    """Return whether an authorizer's answer holds anything: gateways fill it with nulls too."""
    if isinstance(value, Mapping):
        return any(map(says_something, value.values()))
    if isinstance(value, list):
        return any(map(says_something, value))
    return value not in {None, "", False}


def bearer_of(request: HttpRequest) -> str | None:
    """Return the bearer token, None if another or no scheme came."""
    values = request.headers.get("authorization", ())
    if len(values) > 1:
        raise Problem(401, "the Authorization header was sent more than once", CHALLENGE)
    scheme, _, token = (values[0] if values else "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def by_token(bearer: str, tokens: tuple[Token, ...]) -> Caller:
    """Return whose token was shown.

    Raises
    ------
    Problem: nobody's, or one so weak that its digest should not have been configured.
    """
    shown = hashlib.sha256(bearer.encode("utf-8", "surrogatepass")).digest()
    found: Token | None = None
    for token in tokens:
        if hmac.compare_digest(shown, token.digest):
            found = found or token
    if found is None:
        raise Problem(401, "unknown or revoked bearer token", CHALLENGE)
    weakness = weakness_of(bearer)
    if weakness is not None:
        raise Problem(401, f"the bearer token {weakness}; make a new one", CHALLENGE)
    return Caller(found.name, known=bool(found.name))


def by_webhook(
    request: HttpRequest,
    body: bytes,
    secrets: tuple[bytes, ...],
    replays: ReplayCache,
    now: datetime,
) -> None:
    """Check a webhook's signature, time and newness; raises ``Problem`` if one is wrong."""
    values = {name: request.headers.get(name, ()) for name in WEBHOOK_HEADERS}
    if any(len(value) != 1 or not value[0] for value in values.values()):
        names = ", ".join(WEBHOOK_HEADERS)
        raise Problem(401, f"a webhook needs {names}, each exactly once", CHALLENGE)
    name, sent, signatures = (values[header][0] for header in WEBHOOK_HEADERS)
    seconds = now.timestamp()
    if not re.fullmatch(r"[0-9]{1,12}", sent) or abs(seconds - int(sent)) > TOLERANCE_SECONDS:
        raise Problem(401, "webhook-timestamp is outside the 5-minute tolerance", CHALLENGE)
    content = f"{name}.{sent}.".encode("utf-8", "surrogatepass") + body
    expected = [base64.b64encode(hmac.digest(key, content, "sha256")) for key in secrets]
    good = False
    for signature in signatures.split():
        version, _, shown = signature.partition(",")
        for one in expected:
            matches = hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), one)
            good |= matches and version == "v1"
    if not good:
        raise Problem(401, "invalid webhook signature", CHALLENGE)
    if not replays.add_if_new(name, seconds):
        raise Problem(401, "duplicate webhook-id: this webhook was already processed", CHALLENGE)
