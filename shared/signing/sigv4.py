r"""AWS's signature, AWS4-HMAC-SHA256 ("Signature Version 4").

::

    CanonicalRequest = HTTPMethod             \n    POST
                       CanonicalURI           \n    the path as sent, encoded once more
                       CanonicalQueryString   \n    sorted by encoded name, then encoded value
                       CanonicalHeaders       \n    names in lower case, each line terminated
                       SignedHeaders          \n    content-type;host;x-amz-date;…
                       HashedPayload                hex(SHA256(body))

    CredentialScope  = UTC date / region / service / aws4_request
    StringToSign     = AWS4-HMAC-SHA256       \n
                       X-Amz-Date             \n    20150830T123600Z
                       CredentialScope        \n
                       hex(SHA256(CanonicalRequest))
    signing key      = HMAC(HMAC(HMAC(HMAC("AWS4" + secret, date), region), service),
                            "aws4_request")
    Signature        = hex(HMAC-SHA256(signing key, StringToSign))
    Authorization    = AWS4-HMAC-SHA256 Credential=id/scope, SignedHeaders=…, Signature=…

There is no nonce: the same request within one second has the same signature and is accepted twice.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html;
the published test suite shows that dot and empty segments are removed before encoding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from shared.models.credentials import AccessKey
from shared.models.http import Request
from shared.signing.canonical import (
    encode_path,
    hmac_sha256,
    iso_basic,
    lowercase_names,
    percent_encode,
    replace_headers,
    sha256_hex,
)

ALGORITHM = "AWS4-HMAC-SHA256"

RESERVED_HEADERS = frozenset({"authorization", "host", "x-amz-date", "x-amz-security-token"})
"""The headers that :func:`sign` sets, in lower case."""


def signed_headers(headers: Iterable[str]) -> list[str]:
    """Return the names that must be signed: ``host``, ``content-type``, every ``x-amz-*``."""
    return [
        name
        for name in sorted(headers)
        if name.startswith("x-amz-") or name in {"host", "content-type"}
    ]


def canonical_uri(sent: str) -> str:
    """Return a sent path without dot and empty segments, encoded once more."""
    kept: list[str] = []
    for segment in sent.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    last = "/" if kept and sent.endswith("/") else ""
    return quote(f"/{'/'.join(kept)}{last}", safe="/")


def canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Encode decoded pairs, then sort them; the other schemes sort before encoding."""
    encoded = sorted((percent_encode(name), percent_encode(value)) for name, value in pairs)
    return "&".join([f"{name}={value}" for name, value in encoded])


def canonical_headers(headers: Mapping[str, str], signed: Iterable[str]) -> str:
    """Return the signed headers, whitespace in values collapsed, each line terminated.

    Raises ``KeyError`` with the name of a signed header that is missing.
    """
    return "".join([f"{name}:{' '.join(headers[name].split())}\n" for name in signed])


def canonical_request(
    method: str,
    sent_path: str,
    query: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    signed: Sequence[str],
    payload_hash: str,
) -> str:
    """Return the canonical request.

    Parameters
    ----------
    method: upper-case HTTP method.
    sent_path: percent-encoded, as it is sent.
    query: in plain text; it is encoded here.
    headers: names in lower case.
    signed: the signed headers' names, lower case, in the order in which they are signed.
    payload_hash: lower-case hexadecimal SHA-256 of the body.
    """
    return (
        f"{method}\n{canonical_uri(sent_path)}\n{canonical_query(query)}\n"
        f"{canonical_headers(headers, signed)}\n{';'.join(signed)}\n{payload_hash}"
    )


def credential_scope(date: str, region: str, service: str) -> str:
    """Return the scope of a signing key: a date (``YYYYMMDD``), a region and a service."""
    return f"{date}/{region}/{service}/aws4_request"


def string_to_sign(timestamp: str, scope: str, canonical: str) -> str:
    """Return algorithm, ``X-Amz-Date``, credential scope and the canonical request's hash."""
    return f"{ALGORITHM}\n{timestamp}\n{scope}\n{sha256_hex(canonical.encode())}"


def signing_key(secret: str, scope: str) -> bytes:
    """Derive the key of one credential scope from the secret."""
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac_sha256(key, part)
    return key


def signature(key: bytes, to_sign: str) -> str:
    """Sign with the derived key, in lower-case hexadecimal."""
    return hmac_sha256(key, to_sign).hex()


def authorization(access_key_id: str, scope: str, signed: Sequence[str], signature_hex: str) -> str:
    """Return the ``Authorization`` header; there is a space after its commas."""
    return (
        f"{ALGORITHM} Credential={access_key_id}/{scope}, "
        f"SignedHeaders={';'.join(signed)}, Signature={signature_hex}"
    )


def sign(request: Request, keys: AccessKey, *, now: datetime, region: str, service: str) -> Request:
    """Return a signed copy of the request, with every header that must be sent.

    Parameters
    ----------
    request: with ``Content-Type`` if it has a body.
    keys: permanent or temporary.
    now: timezone-aware; the provider rejects a time more than five minutes off its own clock.
    region, service: as in the credential scope, e.g. ``eu-west-1`` and ``lambda``.
    """
    timestamp = iso_basic(now)
    added = {"Host": request.host, "X-Amz-Date": timestamp}
    if keys.token is not None:
        added["X-Amz-Security-Token"] = keys.token.get_secret_value()
    headers = replace_headers(request.headers, RESERVED_HEADERS, added)
    lowered = lowercase_names(headers)
    signed = signed_headers(lowered)
    canonical = canonical_request(
        request.method,
        encode_path(request.path),
        request.query,
        lowered,
        signed,
        sha256_hex(request.body),
    )
    scope = credential_scope(timestamp[:8], region, service)
    key = signing_key(keys.secret.get_secret_value(), scope)
    signed_with = signature(key, string_to_sign(timestamp, scope, canonical))
    headers["Authorization"] = authorization(keys.access_key_id, scope, signed, signed_with)
    return request._replace(headers=headers)
