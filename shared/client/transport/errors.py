"""Turns network failures into errors that say whether the request may have been processed."""

from __future__ import annotations

import os
import re
import socket
import ssl

from shared.errors import BadResponse, SyncError, TimedOut, Unreachable
from shared.models.http import Request

OFTEN_TEMPORARY = (
    "Usually temporary. If it persists, check the network and the provider's status page."
)
TEMPORARY_STATUSES = (408, 429, 500, 502, 503, 504)
"""A proxy's responses after which another attempt may help; 511 requires a person to log in."""

PROXY_RESPONSE = r"Tunnel connection failed: (?P<status>[0-9]{3})(?P<reason>[ -~]{0,80})"
"""How http.client reports a rejection by the proxy; compiled late to keep cold starts short."""


def connect_error(request: Request, cause: Exception, proxy: str | None) -> SyncError:
    """Return the error for a failed connection attempt: nothing was sent.

    Parameters
    ----------
    request: the request.
    cause: the reason.
    proxy: the setting ``HTTPS_PROXY``.
    """
    host = request.host
    way = " through HTTPS_PROXY" if proxy and request.origin.startswith("https:") else ""
    if isinstance(cause, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY" in str(cause):
        return Unreachable(
            f"the certificate of {host}{way} is not trusted",
            code="CertificateNotTrusted",
            retryable=False,
            hint="Check which trust store is used (`python -m local doctor` shows it) and "
            "whether a proxy re-signs TLS traffic; set SSL_CERT_FILE to the right PEM file.",
        )
    if isinstance(cause, socket.gaierror):
        return Unreachable(
            f"the name {host} could not be resolved{way}",
            code="NameNotResolved",
            hint="Check the spelling of the region, the function's network (VPC, NAT, DNS) and "
            "the endpoint settings.",
        )
    if isinstance(cause, TimeoutError):
        return TimedOut(
            f"connecting to {host}{way} timed out",
            code="ConnectTimedOut",
            hint="Check the function's outbound internet access (VPC, NAT, security group).",
        )
    if rejection := re.search(PROXY_RESPONSE, str(cause)):
        status = int(rejection["status"])
        return Unreachable(
            f"the proxy in HTTPS_PROXY refused to connect to {host}: "
            f"{status}{rejection['reason']}".rstrip(),
            code="ProxyRefused",
            # Retrying a wrong password can lock the account.
            retryable=status in TEMPORARY_STATUSES,
            hint="Check the user and password in HTTPS_PROXY, and whether the proxy allows this "
            "host; or add the host to NO_PROXY.",
        )
    return Unreachable(
        f"cannot connect to {host}{way}: {short_reason(cause)}",
        code="NoConnection",
        hint="Check the function's outbound internet access (VPC, NAT, proxy) and the "
        "endpoint settings.",
    )


def response_error(request: Request, cause: Exception, status: int | None) -> SyncError:
    """Return the error for a response that did not arrive, or not completely.

    Parameters
    ----------
    request: the request.
    cause: the reason.
    status: the response's HTTP status, None if its headers did not arrive.
    """
    root = root_cause(cause)
    if isinstance(root, TimeoutError) or type(cause).__name__ == "ReadTimeoutError":
        return TimedOut(
            f"{request.host} did not respond in time",
            outcome_unknown=True,
            code="ReadTimedOut",
            http_status=status,
            hint=OFTEN_TEMPORARY,
        )
    if status is not None:
        return BadResponse(
            f"the response from {request.host} was cut off: {short_reason(cause)}",
            outcome_unknown=True,
            code="BrokenAnswer",
            http_status=status,
            hint=OFTEN_TEMPORARY,
        )
    return Unreachable(
        f"the connection to {request.host} closed before a response arrived: {short_reason(cause)}",
        outcome_unknown=True,
        code="ConnectionLost",
        hint=OFTEN_TEMPORARY,
    )


def root_cause(error: BaseException) -> BaseException:
    """Return the innermost exception among an error's arguments."""
    for argument in error.args:
        if isinstance(argument, BaseException):
            return root_cause(argument)
    return error


def short_reason(cause: Exception) -> str:
    """Return a short reason that contains nothing of the request."""
    root = root_cause(cause)
    if isinstance(root, ssl.SSLError):  # its number is OpenSSL's, not the system's
        reason = getattr(root, "reason", None) or type(root).__name__
        return f"TLS: {reason.replace('_', ' ').lower()}"
    number = getattr(root, "errno", None)
    return os.strerror(number) if isinstance(number, int) and number > 0 else type(root).__name__
