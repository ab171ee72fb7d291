"""The settings that say who may call over HTTP."""

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
NAMED = re.compile(rf"({NAME})=(.*[^=].*)")
NAME_ALONE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*=+")

HASHED = re.compile(r"sha256:([0-9A-Fa-f]{64})")
BEARER_HINT = "Make a new token, for example with: openssl rand -base64 32. See docs/http.md."
WEBHOOK_HINT = (
    'Make one with: python3 -c "import base64,os; '
    "print('whsec_'+base64.b64encode(os.urandom(32)).decode())\""
)


class BearerToken(NamedTuple):
    """A configured token: its name, empty without one, and the SHA-256 of its text."""

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


def load_auth_config(settings: Settings, learn: Callable[[Secret], None]) -> AuthConfig:
    """Return the credentials that the settings accept.

    Parameters
    ----------
    settings: those of this invocation.
    learn: has a secret redacted.

    Raises
    ------
    Misconfigured: a token or a secret is not valid, or ``HTTP_AUTH`` is unknown.
    """
    tokens = [
        parse_token(text, number, learn)
        for number, text in enumerate(split_setting(settings, "HTTP_BEARER_TOKENS"), 1)
    ]
    secrets = [
        parse_webhook_secret(text, number, learn)
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
    """Return the words of a secret setting."""
    secret = settings.secret(name)
    return secret.get_secret_value().split() if secret else []


def parse_token(text: str, number: int, learn: Callable[[Secret], None]) -> BearerToken:
    """Return a token: ``[name=](text|sha256:hex)``.

    Parameters
    ----------
    text: the entry.
    number: its position in the setting, from 1, to name it without showing it.
    learn: has the token redacted.

    Raises
    ------
    Misconfigured: a name without a token, an invalid digest, or a token that is too weak.
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
    return BearerToken(name, digest)


def parse_webhook_secret(text: str, number: int, learn: Callable[[Secret], None]) -> bytes:
    """Return the key of a Standard Webhooks secret.

    Raises
    ------
    Misconfigured: it is not such a secret, or too weak.
    """
    learn(Secret(text))
    try:
        key = standard_webhooks.parse_secret(text)
    except ValueError as error:
        raise Misconfigured(
            f"secret {number} of HTTP_WEBHOOK_SECRETS {error}", code="BadSetting", hint=WEBHOOK_HINT
        ) from None
    require_strong(f"secret {number} of HTTP_WEBHOOK_SECRETS", key, WEBHOOK_HINT)
    return key
