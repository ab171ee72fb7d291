r"""Alibaba Cloud's signature, ACS3-HMAC-SHA256, for RPC and ROA style alike.

::

    CanonicalRequest = HTTPRequestMethod      \n    GET
                       CanonicalURI           \n    /pop/v5/resource/pop_sync_resource
                       CanonicalQueryString   \n    Type=all
                       CanonicalHeaders       \n    host:… x-acs-…:… (each line terminated)
                       SignedHeaders          \n    host;x-acs-action;…
                       HashedRequestPayload         hex(SHA256(body))

    StringToSign     = ACS3-HMAC-SHA256 \n hex(SHA256(CanonicalRequest))
    Signature        = hex(HMAC-SHA256(secret, StringToSign))
    Authorization    = ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=…

Source: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from shared.models.credentials import AccessKey
from shared.models.http import Request
from shared.signing.canonical import (
    canonical_headers,
    canonical_query,
    encode_path,
    hmac_sha256,
    lowercase_names,
    replace_headers,
    sha256_hex,
    utc,
)

ALGORITHM = "ACS3-HMAC-SHA256"

RESERVED_HEADERS = frozenset(
    {
        "authorization",
        "host",
        "x-acs-accesskey-id",
        "x-acs-content-sha256",
        "x-acs-date",
        "x-acs-security-token",
        "x-acs-signature-nonce",
    }
)
"""The headers that :func:`sign` sets, in lower case."""


def signed_headers(headers: Iterable[str]) -> list[str]:
    """Return the names that must be signed: ``host``, ``content-type``, every ``x-acs-*``."""
    return [
        name
        for name in sorted(headers)
        if name.startswith("x-acs-") or name in {"host", "content-type"}
    ]


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
    path, query: in plain text; they are encoded here.
    headers: names in lower case.
    signed: the signed headers' names, lower case, in the order in which they are signed.
    payload_hash: lower-case hexadecimal SHA-256 of the body.
    """
    return (
        f"{method}\n{encode_path(path)}\n{canonical_query(query)}\n"
        f"{canonical_headers(headers, signed)}\n{';'.join(signed)}\n{payload_hash}"
    )


def acs_date(now: datetime) -> str:
    """Return a time in the format of ``x-acs-date``: ``YYYY-MM-DDThh:mm:ssZ``, in UTC."""
    return f"{utc(now).isoformat()[:19]}Z"


def string_to_sign(canonical: str) -> str:
    """Return the algorithm and the hash of the canonical request."""
    return f"{ALGORITHM}\n{sha256_hex(canonical.encode())}"


def signature(secret: str, to_sign: str) -> str:
    """Sign with the secret itself, in lower-case hexadecimal."""
    return hmac_sha256(secret.encode(), to_sign).hex()


def authorization(access_key_id: str, signed: Sequence[str], signature_hex: str) -> str:
    """Return the ``Authorization`` header; there is no space after its commas."""
    return (
        f"{ALGORITHM} Credential={access_key_id},"
        f"SignedHeaders={';'.join(signed)},Signature={signature_hex}"
    )


def sign(request: Request, keys: AccessKey, *, now: datetime, nonce: str) -> Request:
    """Return a signed copy of the request, with every header that must be sent.

    Parameters
    ----------
    request: with ``x-acs-action`` and ``x-acs-version``, and ``content-type`` if it has a body.
    keys: permanent or temporary.
    now: timezone-aware; the provider rejects a time that is far from its own clock.
    nonce: never used before, so a retry needs a new one.
    """
    payload_hash = sha256_hex(request.body)
    added = {
        "host": request.host,
        "x-acs-date": acs_date(now),
        "x-acs-signature-nonce": nonce,
        "x-acs-content-sha256": payload_hash,
    }
    if keys.token is not None:
        added["x-acs-accesskey-id"] = keys.access_key_id
        added["x-acs-security-token"] = keys.token.get_secret_value()
    headers = replace_headers(request.headers, RESERVED_HEADERS, added)
    lowered = lowercase_names(headers)
    signed = signed_headers(lowered)
    canonical = canonical_request(
        request.method, request.path, request.query, lowered, signed, payload_hash
    )
    signed_with = signature(keys.secret.get_secret_value(), string_to_sign(canonical))
    headers["Authorization"] = authorization(keys.access_key_id, signed, signed_with)
    return request._replace(headers=headers)
