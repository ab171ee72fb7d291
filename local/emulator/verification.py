"""Verifies a received request's signature as each of the three providers does, and as AWS does.

The recomputation starts from the bytes that came in and from the header names
that ``Authorization`` says were signed. It is on purpose not the code that
``shared.signing`` signs with: a mistake made there must not be made again here.
Sources: the providers' signature pages; the vendors' SDK clients are accepted
by it (``tests/local/emulator``). Each function raises :class:`Refusal` with the
provider's own code, made by the given ``failure``.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from calendar import timegm
from collections.abc import Callable, Mapping
from time import gmtime, strftime, strptime
from urllib.parse import quote, unquote

from local.emulator.keys import Key, KeyRing, NonceMemory
from local.emulator.message import Received
from local.emulator.service import Refusal

Failure = Callable[..., Refusal]

ALIBABA_WINDOW = 15 * 60.0
TENCENT_WINDOW = 5 * 60.0
HUAWEI_WINDOW = 15 * 60.0
AWS_WINDOW = 5 * 60.0

_ACS3 = re.compile(
    r"ACS3-HMAC-SHA256 Credential=([^,\s]+),SignedHeaders=([^,\s]+),Signature=([0-9a-f]{64})"
)
_TC3 = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/,\s]+)/(\d{4}-\d\d-\d\d)/([a-z0-9]+)/tc3_request, ?"
    r"SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})"
)
_SDK_HMAC = re.compile(
    r"SDK-HMAC-SHA256 Access=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})"
)

_SIGV4 = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,\s]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, ?"
    r"SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})"
)


def verify_acs3(
    request: Received, keys: KeyRing, nonces: NonceMemory, now: float, failure: Failure
) -> Key:
    """Return the key that an ACS3-HMAC-SHA256 request is signed with.

    Source: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
    """
    headers = request.headers
    match = _ACS3.fullmatch(headers.get("authorization", ""))
    if match is None:
        raise failure("IncompleteSignature")
    access_key_id, names, signature = match.group(1), match.group(2).split(";"), match.group(3)
    must = {"host", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
    must |= {name for name in headers if name.startswith("x-acs-")}
    if not must <= set(names) or not must <= set(headers):
        raise failure("IncompleteSignature", "A header that must be signed is not.")
    key = _acs3_key(headers, access_key_id, keys, now, failure)
    payload = hashlib.sha256(request.body).hexdigest()
    if headers["x-acs-content-sha256"] != payload:
        raise failure("SignatureDoesNotMatch", "x-acs-content-sha256 is not that of the body.")
    canonical = _canonical_request(request, request.path, names, payload)
    if not _signed(key.secret.encode(), "ACS3-HMAC-SHA256\n", canonical, signature):
        raise failure("SignatureDoesNotMatch")
    if not nonces.use(f"{access_key_id} {headers['x-acs-signature-nonce']}", now):
        raise failure("SignatureNonceUsed")
    return key


def _acs3_key(
    headers: Mapping[str, str], access_key_id: str, keys: KeyRing, now: float, failure: Failure
) -> Key:
    """Return the key with that ID if time and security token are valid for it."""
    try:
        sent_at = timegm(strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ"))
    except ValueError:
        raise failure("InvalidTimeStamp.Format") from None
    if abs(now - sent_at) > ALIBABA_WINDOW:
        raise failure("InvalidTimeStamp.Expired")
    key = keys.find(access_key_id)
    token = headers.get("x-acs-security-token")
    # For Alibaba, a temporary pair without its token is a key that does not exist.
    if key is None or (key.token is not None and token is None):
        raise failure("InvalidAccessKeyId.NotFound")
    if token != key.token or headers.get("x-acs-accesskey-id", access_key_id) != access_key_id:
        raise failure("InvalidSecurityToken.MismatchWithAccessKey")
    if _expired(key, now):
        raise failure("InvalidSecurityToken.Expired")
    return key


def verify_tc3(request: Received, keys: KeyRing, service: str, now: float, failure: Failure) -> Key:
    """Return the key that a TC3-HMAC-SHA256 request is signed with.

    Source: https://cloud.tencent.com/document/api/213/30654
    """
    headers = request.headers
    match = _TC3.fullmatch(headers.get("authorization", ""))
    if match is None:
        raise failure("AuthFailure.InvalidAuthorization")
    access_key_id, date, scope, names, signature = match.groups()
    if scope != service or not {"content-type", "host"} <= set(names.split(";")):
        raise failure("AuthFailure.InvalidAuthorization")
    timestamp = headers.get("x-tc-timestamp", "")
    if not timestamp.isascii() or not timestamp.isdigit():
        raise failure("InvalidParameter", "X-TC-Timestamp is not a number of seconds.")
    if abs(now - int(timestamp)) > TENCENT_WINDOW:
        raise failure("AuthFailure.SignatureExpire")
    key = keys.find(access_key_id)
    if key is None:
        raise failure("AuthFailure.SecretIdNotFound")
    if headers.get("x-tc-token") != key.token or _expired(key, now):
        raise failure("AuthFailure.TokenFailure")
    # The date is the UTC date of the timestamp, whatever the sender's time zone.
    if date != strftime("%Y-%m-%d", gmtime(int(timestamp))):
        raise failure("AuthFailure.SignatureFailure")
    payload = hashlib.sha256(request.body).hexdigest()
    canonical = _canonical_request(request, "/", names.split(";"), payload, lower_values=True)
    derived = ("TC3" + key.secret).encode()
    for part in (date, scope, "tc3_request"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    prefix = f"TC3-HMAC-SHA256\n{timestamp}\n{date}/{scope}/tc3_request\n"
    if not _signed(derived, prefix, canonical, signature):
        raise failure("AuthFailure.SignatureFailure")
    return key


def verify_sdk_hmac(request: Received, keys: KeyRing, now: float, failure: Failure) -> Key:
    """Return the key that an SDK-HMAC-SHA256 request is signed with.

    Source: https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html
    """
    headers = request.headers
    about = "Incorrect IAM authentication information: "
    match = _SDK_HMAC.fullmatch(headers.get("authorization", ""))
    if match is None:
        raise failure("APIGW.0301", about + "x-auth-token not found")
    access_key_id, names, signature = match.group(1), match.group(2).split(";"), match.group(3)
    sent = headers.get("x-sdk-date", "")
    if not {"host", "x-sdk-date"} <= set(names):
        raise failure("APIGW.0301", about + "host and x-sdk-date must be signed")
    try:
        sent_at = timegm(strptime(sent, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise failure("APIGW.0301", about + "x-sdk-date is not a time") from None
    if abs(now - sent_at) > HUAWEI_WINDOW:
        server = strftime("%Y%m%dT%H%M%SZ", gmtime(now))
        times = f"signature time:{sent},server time:{server}"
        text = f"calc aksk signature fail:signature expired, {times}"
        raise failure("APIGW.0301", about + text)
    key = keys.find(access_key_id)
    if key is None:
        raise failure("APIGW.0301", f"{about}ak {access_key_id} not exist")
    if headers.get("x-security-token") != key.token or _expired(key, now):
        raise failure("APIGW.0301", about + "verify security token fail")
    payload = hashlib.sha256(request.body).hexdigest()
    declared = headers.get("x-sdk-content-sha256", payload)
    if declared not in {payload, "UNSIGNED-PAYLOAD"}:
        raise failure("APIGW.0301", about + "x-sdk-content-sha256 is not that of the body")
    path = "/".join(quote(part, safe="~") for part in unquote(request.path).split("/"))
    path = path if path.endswith("/") else path + "/"
    payload = declared if request.body else payload
    canonical = _canonical_request(request, path, names, payload)
    if not _signed(key.secret.encode(), f"SDK-HMAC-SHA256\n{sent}\n", canonical, signature):
        raise failure("APIGW.0301", about + "verify aksk signature fail")
    return key


def verify_sigv4(
    request: Received, keys: KeyRing, service: str, now: float, failure: Failure
) -> Key:
    """Return the key that an AWS4-HMAC-SHA256 request is signed with.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    headers = request.headers
    if "authorization" not in headers:
        raise failure("MissingAuthenticationTokenException")
    match = _SIGV4.fullmatch(headers["authorization"])
    if match is None:
        raise failure("IncompleteSignatureException")
    access_key_id, date, region, scope, signed, signature = match.groups()
    names = signed.split(";")
    must = {"host", "x-amz-date"} | {name for name in headers if name.startswith("x-amz-")}
    if scope != service or not must <= set(names) or not must <= set(headers):
        raise failure("IncompleteSignatureException", "A header that must be signed is not.")
    key = keys.find(access_key_id)
    if key is None or headers.get("x-amz-security-token") != key.token:
        raise failure("UnrecognizedClientException")
    if _expired(key, now):
        raise failure("ExpiredTokenException")
    moment = headers["x-amz-date"]
    try:
        sent_at = timegm(strptime(moment, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise failure("IncompleteSignatureException", "X-Amz-Date is not a time.") from None
    if abs(now - sent_at) > AWS_WINDOW or moment[:8] != date:
        raise failure("InvalidSignatureException", "Signature expired or not yet current.")
    payload = hashlib.sha256(request.body).hexdigest()
    # The path is sent encoded, and encoded once more for the signature.
    path = quote(request.path, safe="/~")
    canonical = _canonical_request(request, path, names, payload, one_space=True)
    derived = ("AWS4" + key.secret).encode()
    for part in (date, region, scope, "aws4_request"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    prefix = f"AWS4-HMAC-SHA256\n{moment}\n{date}/{region}/{scope}/aws4_request\n"
    if not _signed(derived, prefix, canonical, signature):
        raise failure("InvalidSignatureException")
    return key


def _canonical_request(
    request: Received,
    path: str,
    names: list[str],
    payload: str,
    *,
    lower_values: bool = False,
    one_space: bool = False,
) -> str | None:
    """Return the canonical request over the headers that the sender claims to have signed.

    None if one of them did not come, or if they are not in order. Tencent
    Cloud's page puts the headers' values in lower case before they are signed, AWS's
    makes one space of several.
    """
    if names != sorted(names) or not set(names) <= set(request.headers):
        return None
    headers = ""
    for name in names:
        value = request.headers[name].strip()
        value = " ".join(value.split()) if one_space else value
        headers += f"{name}:{value.lower() if lower_values else value}\n"
    pairs = sorted(request.query)
    query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    return "\n".join((request.method, path, query, headers, ";".join(names), payload))


def _signed(key: bytes, prefix: str, canonical: str | None, signature: str) -> bool:
    """Whether the signature is that of the prefix and the canonical request's hash."""
    if canonical is None:
        return False
    text = prefix + hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    return hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), signature)


def _expired(key: Key, now: float) -> bool:
    return key.expires_at is not None and now >= key.expires_at
