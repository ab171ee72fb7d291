"""What the providers' flows that assume a role have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone

from shared.errors import BadResponse, Forbidden, Misconfigured
from shared.models.credentials import AccessKey
from shared.models.flow import ApiCall, ApiResponse, Flow, call_api
from shared.models.provider_errors import as_text
from shared.models.role import Role, RoleSession
from shared.models.secret import Secret


def request_session(call: ApiCall, trust_hint: str) -> Flow[ApiResponse]:
    """Send the call that assumes a role; a refusal's hint also says what the role must allow.

    Parameters
    ----------
    call: to STS or IAM.
    trust_hint: whom the role must trust; a provider's codes often do not tell a caller without
        permission from a role that does not trust it.
    """
    try:
        return (yield from call_api(call))
    except Forbidden as error:
        error.hint = f"{error.hint} {trust_hint}"
        raise


def read_session(
    response: ApiResponse,
    role: Role,
    keys: Mapping[str, object],
    *,
    names: tuple[str, str, str],
    expiration: str,
    caller: object = None,
) -> RoleSession:
    """Return the session in a response.

    Parameters
    ----------
    response: of STS or IAM.
    role: that was assumed.
    keys: the temporary keys and their expiration, as in the response.
    names: those of the key ID, the secret and the token.
    expiration: the name of the expiration: RFC 3339, or seconds since 1970.
    caller: the identity that the keys act as, if the response has it.

    Raises
    ------
    BadResponse: a part of the keys is missing or cannot be sent in a header, or the expiration
        cannot be read; the message names the field, never its value.
    """
    parts = [_header_value(keys.get(name)) for name in names]
    expires_at = moment_of(keys.get(expiration))
    fields = zip((*names, expiration), (*parts, expires_at), strict=True)
    unusable = [name for name, value in fields if value is None]
    if unusable or expires_at is None:
        raise BadResponse(
            f"the response has no usable {' and no usable '.join(unusable)}",
            http_status=response.status,
            retryable=False,
            request_id=response.request_id,
        )
    access_key_id, secret_text, token_text = (part or "" for part in parts)
    credentials = AccessKey(
        access_key_id, Secret(secret_text), Secret(token_text), source=f"role {role.name}"
    )
    return RoleSession(credentials, expires_at, as_text(caller) or None)


def object_in(body: object, name: str) -> Mapping[str, object]:
    """Return an object in a response's body, empty if there is none of that name."""
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, dict) else {}


def moment_of(value: object) -> datetime | None:
    """Return a time, in RFC 3339 or in seconds since 1970, as UTC; None if it is neither."""
    try:
        if type(value) is int:  # True is an int too
            return datetime.fromtimestamp(value, timezone.utc) if value > 0 else None
        # Python 3.10 reads neither Z nor other than three or six digits of a second's fraction.
        text = re.sub(r"\.\d+", "", value) if isinstance(value, str) else ""
        moment = datetime.fromisoformat(re.sub("Z$", "+00:00", text))
        return None if moment.tzinfo is None else moment.astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None


def valid_name(proposed: str, forbidden: str, longest: int) -> str:
    """Return a name with hyphens for what is not allowed in it, its end if it is too long.

    Its end tells sessions apart: the invocation's ID.

    Parameters
    ----------
    proposed: any text.
    forbidden: a regular expression of the characters that are not allowed.
    longest: how many characters it may have.
    """
    return re.sub(forbidden, "-", proposed)[-longest:] or "session"


def reject_oidc(role: Role, vendor: str) -> None:
    """Raise ``Misconfigured`` for a role that a token should assume where only keys can."""
    if role.oidc is not None:
        raise Misconfigured(
            f"{vendor}'s role {role.name} cannot be assumed with an OpenID Connect token here",
            hint="Remove the token and its provider from the account, and give it keys.",
        )


def _header_value(value: object) -> str | None:
    """Return a value that can be sent in a header, None for any other."""
    is_sendable = isinstance(value, str) and value.isascii() and value.isprintable()
    return str(value) if is_sendable and value and " " not in str(value) else None
