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
from shared.replays import Replays
from shared.settings import Settings

TOLERANCE_SECONDS = 300
WEBHOOK_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
NAMED = re.compile(r"([A-Za-z][A-Za-z0-9_.-]{0,63})=(.*[^=].*)")
NAME_ALONE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*=+")

HASHED = re.compile(r"sha256:([0-9A-Fa-f]{64})")
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
    tokens = [read_token(text, learn) for text in words(settings, "HTTP_BEARER_TOKENS")]
    secrets = [
        webhook_secret(text, number, learn)
        for number, text in enumerate(words(settings, "HTTP_WEBHOOK_SECRETS"), 1)
    ]
    mode = settings.get("HTTP_AUTH")
    if mode not in {None, "platform"}:
        raise Misconfigured(
            "HTTP_AUTH is not platform",
            code="BadSetting",
            hint="Set HTTP_AUTH to platform, or unset it.",
        )
    return Gate(tuple(tokens), tuple(secrets), platform=mode == "platform")


def words(settings: Settings, name: str) -> list[str]:
    """Return the words of a secret setting."""
    secret = settings.secret(name)
    return secret.reveal().split() if secret else []


def read_token(text: str, learn: Callable[[Secret], None]) -> Token:
    """Return a token: ``[name=](text|sha256:hex)``.

    Raises
    ------
    Misconfigured: a name without a token, or a hash that is none.
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
    return Token(name, digest)


def webhook_secret(text: str, number: int, learn: Callable[[Secret], None]) -> bytes:
    """Return the key of a ``whsec_`` secret."""
    learn(Secret(text))
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key or not text.startswith("whsec_"):
        raise Misconfigured(
            f"secret {number} of HTTP_WEBHOOK_SECRETS is not whsec_ followed by base64",
            code="BadSetting",
            hint='Make one with: python3 -c "import base64,os; '
            "print('whsec_'+base64.b64encode(os.urandom(32)).decode())\"",
        )
    return key


def authenticate(
    request: HttpRequest, body: bytes, gate: Gate, replays: Replays, now: datetime, *, on_aws: bool
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
        raise Problem(401, "both a bearer token and a webhook signature came", CHALLENGE)
    if bearer is not None:
        return by_token(bearer, gate.tokens)
    if webhook:
        by_webhook(request, body, gate.secrets, replays, now)
        return Caller("webhook")
    raise Problem(401, "a bearer token or a webhook signature is needed", CHALLENGE)


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
        raise Problem(401, "the header Authorization came more than once", CHALLENGE)
    scheme, _, token = (values[0] if values else "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def by_token(bearer: str, tokens: tuple[Token, ...]) -> Caller:
    """Return whose token was shown."""
    shown = hashlib.sha256(bearer.encode("utf-8", "surrogatepass")).digest()
    found: Token | None = None
    for token in tokens:
        if hmac.compare_digest(shown, token.digest):
            found = found or token
    if found is None:
        raise Problem(401, "the bearer token is not one of ours", CHALLENGE)
    return Caller(found.name, known=bool(found.name))


def by_webhook(
    request: HttpRequest,
    body: bytes,
    secrets: tuple[bytes, ...],
    replays: Replays,
    now: datetime,
) -> None:
    """Check a webhook's signature, time and newness; raises ``Problem`` if one is wrong."""
    values = {name: request.headers.get(name, ()) for name in WEBHOOK_HEADERS}
    if any(len(value) != 1 or not value[0] for value in values.values()):
        raise Problem(401, f"a webhook has {', '.join(WEBHOOK_HEADERS)}, each once", CHALLENGE)
    name, sent, signatures = (values[header][0] for header in WEBHOOK_HEADERS)
    seconds = now.timestamp()
    if not re.fullmatch(r"[0-9]{1,12}", sent) or abs(seconds - int(sent)) > TOLERANCE_SECONDS:
        raise Problem(401, "the webhook's time is more than 5 minutes off", CHALLENGE)
    content = f"{name}.{sent}.".encode("utf-8", "surrogatepass") + body
    expected = [base64.b64encode(hmac.digest(key, content, "sha256")) for key in secrets]
    good = False
    for signature in signatures.split():
        version, _, shown = signature.partition(",")
        for one in expected:
            matches = hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), one)
            good |= matches and version == "v1"
    if not good:
        raise Problem(401, "the webhook's signature is not one of ours", CHALLENGE)
    if not replays.is_new(name, seconds):
        raise Problem(401, "a webhook of this id was taken before", CHALLENGE)
