r"""Tencent Cloud's signature, TC3-HMAC-SHA256 ("Signature v3").

::

    CanonicalRequest = HTTPRequestMethod      \n    POST
                       CanonicalURI           \n    /
                       CanonicalQueryString   \n    the query as sent, not sorted
                       CanonicalHeaders       \n    names and values in lower case, one per line
                       SignedHeaders          \n    content-type;host;…
                       HashedRequestPayload         hex(SHA256(body))

    CredentialScope  = UTC date / service / tc3_request
    StringToSign     = TC3-HMAC-SHA256        \n
                       seconds                \n    1551113065
                       CredentialScope        \n
                       hex(SHA256(CanonicalRequest))
    signing key      = HMAC(HMAC(HMAC("TC3" + secret, date), service), "tc3_request")
    Signature        = hex(HMAC-SHA256(signing key, StringToSign))
    Authorization    = TC3-HMAC-SHA256 Credential=id/scope, SignedHeaders=…, Signature=…

Source: https://www.tencentcloud.com/document/product/1154/48911 and, in Chinese,
https://cloud.tencent.com/document/api/213/30654
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from functools import lru_cache

from shared.models.credentials import AccessKey
from shared.models.http import Request
from shared.models.secret import Secret
from shared.signing.canonical import (
    canonical_headers,
    encode_path,
    encode_query,
    hmac_sha256,
    lowercase_names,
    replace_headers,
    sha256_hex,
    utc,
)

ALGORITHM = "TC3-HMAC-SHA256"
SIGNED_HEADERS = ("content-type", "host", "x-tc-action")
"""The headers that :func:`sign` signs: those of the documentation's example."""

RESERVED_HEADERS = frozenset({"authorization", "host", "x-tc-timestamp", "x-tc-token"})
"""The headers that :func:`sign` sets, in lower case."""


def canonical_request(
    method: str,
    path: str,
    query: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    signed: Sequence[str],
    payload_hash: str,
) -> str:
    """Return the canonical request.

    Parameters
    ----------
    method: upper-case HTTP method.
    path, query: in plain text; they are encoded here, the query in its order.
    headers: names in lower case; the values are converted to lower case here.
    signed: the signed headers' names, lower case, in the order in which they are signed.
    payload_hash: lower-case hexadecimal SHA-256 of the body.

    Raises ``KeyError`` with the name of a signed header that is missing.
    """
    return (
        f"{method}\n{encode_path(path)}\n{encode_query(query)}\n"
        f"{canonical_headers(headers, signed).lower()}\n{';'.join(signed)}\n{payload_hash}"
    )


def date_of(timestamp: int) -> str:
    """Return the UTC date, ``YYYY-MM-DD``, of seconds since 1970."""
    return datetime.fromtimestamp(timestamp, timezone.utc).isoformat()[:10]


def credential_scope(date: str, service: str) -> str:
    """Return the scope of a signing key: a date and a service."""
    return f"{date}/{service}/tc3_request"


def string_to_sign(timestamp: int, scope: str, canonical: str) -> str:
    """Return algorithm, time in seconds, credential scope and the canonical request's hash."""
    return f"{ALGORITHM}\n{timestamp}\n{scope}\n{sha256_hex(canonical.encode())}"


def signing_key(secret: str, date: str, service: str) -> bytes:
    """Derive the key of one UTC date and one service from the secret."""
    key = f"TC3{secret}".encode()
    for part in (date, service, "tc3_request"):
        key = hmac_sha256(key, part)
    return key


@lru_cache(maxsize=64)
def _cached_signing_key(secret: Secret, date: str, service: str) -> bytes:
    """Return the signing key, derived once a day: this saves three of a signature's four HMACs."""
    return signing_key(secret.get_secret_value(), date, service)


def signature(key: bytes, to_sign: str) -> str:
    """Sign with the derived key, in lower-case hexadecimal."""
    return hmac_sha256(key, to_sign).hex()


def authorization(secret_id: str, scope: str, signed: Sequence[str], signature_hex: str) -> str:
    """Return the ``Authorization`` header; there is a space after its commas."""
    return (
        f"{ALGORITHM} Credential={secret_id}/{scope}, "
        f"SignedHeaders={';'.join(signed)}, Signature={signature_hex}"
    )


def sign(request: Request, keys: AccessKey, *, now: datetime, service: str) -> Request:
    """Return a signed copy of the request, with every header that must be sent.

    Parameters
    ----------
    request: with ``X-TC-Action``, ``X-TC-Version``, ``Content-Type``, and a region if required.
    keys: permanent or temporary.
    now: timezone-aware; the provider rejects a time more than five minutes off its own clock.
    service: as in the credential scope, e.g. ``cwp``.

    Raises ``KeyError`` if the request has no action or no content type.
    """
    timestamp = int(utc(now).timestamp())
    added = {"Host": request.host, "X-TC-Timestamp": str(timestamp)}
    if keys.token is not None:
        added["X-TC-Token"] = keys.token.get_secret_value()
    headers = replace_headers(request.headers, RESERVED_HEADERS, added)
    canonical = canonical_request(
        request.method,
        request.path,
        request.query,
        lowercase_names(headers),
        SIGNED_HEADERS,
        sha256_hex(request.body),
    )
    date = date_of(timestamp)
    scope = credential_scope(date, service)
    key = _cached_signing_key(keys.secret, date, service)
    signed_with = signature(key, string_to_sign(timestamp, scope, canonical))
    headers["Authorization"] = authorization(keys.access_key_id, scope, SIGNED_HEADERS, signed_with)
    return request._replace(headers=headers)
