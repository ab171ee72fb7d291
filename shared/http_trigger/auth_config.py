"""The settings that authenticate HTTP callers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple

from shared.errors import Misconfigured
from shared.models.secret import Secret
from shared.settings import Settings
from shared.settings.weak_secrets import require_strong
from shared.signing import standard_webhooks

NAME = r"[A-Za-z][A-Za-z0-9_.-]{0,63}"
NAMED_TOKEN = re.compile(rf"({NAME})=(.*[^=].*)")
NAME_ONLY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*=+")

HASHED = re.compile(r"sha256:([0-9A-Fa-f]{64})")
BEARER_HINT = "Generate a new token, for example with: openssl rand -base64 32. See docs/http.md."
WEBHOOK_HINT = (
    'Generate one with: python3 -c "import base64,os; '
    "print('whsec_'+base64.b64encode(os.urandom(32)).decode())\""
)


class BearerToken(NamedTuple):
    """A configured token: its name, empty if it has none, and its SHA-256 digest."""

    name: str
    digest: bytes


class AuthConfig(NamedTuple):
    """The credentials that are accepted.

    Parameters
    ----------
    tokens: the bearer tokens.
    webhook_keys: the keys that webhooks may be signed with.
    platform_authorizer: whether the platform's own authorizer is in front of the function.
    """

    tokens: tuple[BearerToken, ...]
    webhook_keys: tuple[bytes, ...]
    platform_authorizer: bool


def load_auth_config(settings: Settings, redact: Callable[[Secret], None]) -> AuthConfig:
    """Return the credentials that the settings accept.

    Parameters
    ----------
    settings: the settings of this invocation.
    redact: redacts a secret from now on.

    Raises
    ------
    Misconfigured: a token or a secret is not valid, or ``HTTP_AUTH`` is unknown.
    """
    tokens = [
        parse_token(text, number, redact)
        for number, text in enumerate(split_setting(settings, "HTTP_BEARER_TOKENS"), 1)
    ]
    secrets = [
        parse_webhook_secret(text, number, redact)
        for number, text in enumerate(split_setting(settings, "HTTP_WEBHOOK_SECRETS"), 1)
    ]
    mode = settings.get("HTTP_AUTH")
    if mode not in {None, "platform"}:
        raise Misconfigured(
            "HTTP_AUTH is neither platform nor unset",
            code="BadSetting",
            hint="Set HTTP_AUTH to platform, or unset it.",
        )
    return AuthConfig(tuple(tokens), tuple(secrets), platform_authorizer=mode == "platform")


def split_setting(settings: Settings, name: str) -> list[str]:
    """Return the parts of a secret setting, which whitespace separates."""
    secret = settings.secret(name)
    return secret.get_secret_value().split() if secret else []


def parse_token(text: str, number: int, redact: Callable[[Secret], None]) -> BearerToken:
    """Return a token: ``[name=](text|sha256:hex)``.

    Parameters
    ----------
    text: the entry.
    number: its position in the setting, from 1; identifies it in error messages.
    redact: redacts the token from now on.

    Raises
    ------
    Misconfigured: a name without a token, an invalid digest, or a token that is too weak.
    """
    named = NAMED_TOKEN.fullmatch(text)
    name, value = (named[1], named[2]) if named else ("", text)
    redact(Secret(value))
    hashed = HASHED.fullmatch(value)
    alone = NAME_ONLY.fullmatch(value) and (len(value) < 8 or len(value) % 4)  # not base64
    if alone or (value.startswith("sha256:") and hashed is None):
        raise Misconfigured(
            "HTTP_BEARER_TOKENS has a name without a token, or a sha256: without its 64 digits",
            code="BadSetting",
            hint="Write name=token, token, or sha256: and the digest that sha256sum prints.",
        )
    digest = bytes.fromhex(hashed[1]) if hashed else hashlib.sha256(value.encode()).digest()
    require_strong(
        f"token {number} of HTTP_BEARER_TOKENS", digest if hashed else value, BEARER_HINT
    )
    return BearerToken(name, digest)


def parse_webhook_secret(text: str, number: int, redact: Callable[[Secret], None]) -> bytes:
    """Return the key of a Standard Webhooks secret.

    Raises
    ------
    Misconfigured: it is not such a secret, or too weak.
    """
    redact(Secret(text))
    try:
        key = standard_webhooks.parse_secret(text)
    except ValueError as error:
        raise Misconfigured(
            f"secret {number} of HTTP_WEBHOOK_SECRETS {error}", code="BadSetting", hint=WEBHOOK_HINT
        ) from None
    require_strong(f"secret {number} of HTTP_WEBHOOK_SECRETS", key, WEBHOOK_HINT)
    return key
