r"""Huawei Cloud's signature, SDK-HMAC-SHA256 (AK/SK).

::

    CanonicalRequest = HTTPRequestMethod      \n    PUT
                       CanonicalURI           \n    /v1/…/dev-servers/sync/ (with a trailing slash)
                       CanonicalQueryString   \n    limit=1000&offset=0
                       CanonicalHeaders       \n    host:… x-sdk-date:… (each line terminated)
                       SignedHeaders          \n    host;x-sdk-date;…
                       HexEncode(Hash(body))        hex(SHA256(body)), or UNSIGNED-PAYLOAD

    StringToSign     = SDK-HMAC-SHA256 \n X-Sdk-Date \n hex(SHA256(CanonicalRequest))
    Signature        = hex(HMAC-SHA256(secret, StringToSign))
    Authorization    = SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…

Any header may be signed; like the vendor's SDK, this signs all of them.

Source: https://support.huaweicloud.com/en-us/devg-apisign/api-sign-algorithm-004.html; the
payload rule and the underscore rule are those of ``huaweicloudsdkcore.signer`` 3.1.219.
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
    iso_basic,
    lowercase_names,
    replace_headers,
    sha256_hex,
)

ALGORITHM = "SDK-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
HASHED_CONTENT_TYPES = ("application/json", "application/bson")
"""Prefixes of the content types whose body is signed; any ``;charset=…`` may follow."""

RESERVED_HEADERS = frozenset(
    {
        "authorization",
        "host",
        "x-sdk-content-sha256",
        "x-sdk-date",
        "x-security-token",
    }
)
"""The headers that :func:`sign` sets, in lower case."""


def signed_headers(headers: Iterable[str]) -> list[str]:
    """Return the names to sign: all but those with an underscore, which gateways may drop."""
    return [name for name in sorted(headers) if "_" not in name]


def canonical_uri(path: str) -> str:
    """Encode a plain-text path and append a slash if the request's path has none."""
    encoded = encode_path(path)
    return encoded if encoded[-1] == "/" else f"{encoded}/"


def content_hash(headers: Mapping[str, str], body: bytes) -> str:
    """Return the last line of the canonical request.

    An empty body is always hashed, as in the vendor's SDK; otherwise an ``X-Sdk-Content-Sha256``
    header takes precedence over the hash of the body.
    """
    if body and "x-sdk-content-sha256" in headers:
        return headers["x-sdk-content-sha256"].strip()
    return sha256_hex(body)


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
    payload_hash: from :func:`content_hash`.

    Raises ``KeyError`` with the name of a signed header that is missing.
    """
    return (
        f"{method}\n{canonical_uri(path)}\n{canonical_query(query)}\n"
        f"{canonical_headers(headers, signed)}\n{';'.join(signed)}\n{payload_hash}"
    )


def string_to_sign(date: str, canonical: str) -> str:
    """Return algorithm, ``X-Sdk-Date`` and the canonical request's hash."""
    return f"{ALGORITHM}\n{date}\n{sha256_hex(canonical.encode())}"


def signature(secret: str, to_sign: str) -> str:
    """Sign with the secret itself, in lower-case hexadecimal."""
    return hmac_sha256(secret.encode(), to_sign).hex()


def authorization(access_key_id: str, signed: Sequence[str], signature_hex: str) -> str:
    """Return the ``Authorization`` header; there is a space after its commas."""
    return (
        f"{ALGORITHM} Access={access_key_id}, "
        f"SignedHeaders={';'.join(signed)}, Signature={signature_hex}"
    )


def sign(request: Request, keys: AccessKey, *, now: datetime) -> Request:
    """Return a signed copy of the request, with every header that must be sent.

    Parameters
    ----------
    request: with ``Content-Type``, and ``X-Project-Id`` if the project is known.
    keys: permanent or temporary.
    now: timezone-aware; the provider rejects a time that is far from its own clock.
    """
    date = iso_basic(now)
    added = {"Host": request.host, "X-Sdk-Date": date}
    if keys.token is not None:
        added["X-Security-Token"] = keys.token.get_secret_value()
    headers = replace_headers(request.headers, RESERVED_HEADERS, added)
    lowered = lowercase_names(headers)
    content_type = lowered.get("content-type")
    if content_type is not None and not content_type.strip().startswith(HASHED_CONTENT_TYPES):
        headers["X-Sdk-Content-Sha256"] = lowered["x-sdk-content-sha256"] = UNSIGNED_PAYLOAD
    signed = signed_headers(lowered)
    canonical = canonical_request(
        request.method,
        request.path,
        request.query,
        lowered,
        signed,
        content_hash(lowered, request.body),
    )
    signed_with = signature(keys.secret.get_secret_value(), string_to_sign(date, canonical))
    headers["Authorization"] = authorization(keys.access_key_id, signed, signed_with)
    return request._replace(headers=headers)
