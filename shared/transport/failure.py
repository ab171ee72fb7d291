"""Turns network failures into errors that say whether the request may have arrived."""

from __future__ import annotations

import os
import socket
import ssl

from shared.errors import BadResponse, SyncError, TimedOut, Unreachable
from shared.models.wire import Request

OFTEN_TEMPORARY = (
    "Usually temporary. If it persists, check the network and the provider's status page."
)


def not_sent(request: Request, cause: Exception, proxy: str | None) -> SyncError:
    """Return the error for a failed connection attempt: nothing was sent."""
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
    return Unreachable(
        f"cannot connect to {host}{way}: {reason(cause)}",
        code="NoConnection",
        hint="Check the function's outbound internet access (VPC, NAT, proxy) and the "
        "endpoint settings.",
    )


def lost(request: Request, cause: Exception, status: int | None) -> SyncError:
    """Return the error for a response that did not arrive, or not completely."""
    if isinstance(cause, TimeoutError):
        return TimedOut(
            f"{request.host} did not answer in time",
            lost=True,
            code="ReadTimedOut",
            http_status=status,
            hint=OFTEN_TEMPORARY,
        )
    if status is not None:
        return BadResponse(
            f"the response from {request.host} was cut off: {reason(cause)}",
            lost=True,
            code="BrokenAnswer",
            http_status=status,
            hint=OFTEN_TEMPORARY,
        )
    return Unreachable(
        f"the connection to {request.host} closed before a response arrived: {reason(cause)}",
        lost=True,
        code="ConnectionLost",
        hint=OFTEN_TEMPORARY,
    )


def reason(cause: Exception) -> str:
    """Return a short reason that contains nothing of the request."""
    inner: BaseException = cause
    for argument in getattr(cause, "args", ()):
        if isinstance(argument, BaseException):
            inner = argument
    number = getattr(inner, "errno", None)
    return os.strerror(number) if isinstance(number, int) and number > 0 else type(inner).__name__
