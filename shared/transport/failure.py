"""What went wrong on the way, as an error that says whether the request may have arrived."""

from __future__ import annotations

import os
import socket
import ssl

from shared.errors import BadResponse, SyncError, TimedOut, Unreachable
from shared.models.wire import Request


def not_sent(request: Request, cause: Exception, proxy: str | None) -> SyncError:
    """Return the error for a connection that could not be made: nothing was sent."""
    host = request.host
    way = " through HTTPS_PROXY" if proxy and request.origin.startswith("https:") else ""
    if isinstance(cause, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY" in str(cause):
        return Unreachable(
            f"the certificate of {host}{way} is not trusted",
            code="CertificateNotTrusted",
            retryable=False,
            hint="Check which trust store is used (`python -m local doctor` shows it) and "
            "whether a proxy re-signs TLS; set SSL_CERT_FILE to the right PEM file.",
        )
    if isinstance(cause, socket.gaierror):
        return Unreachable(
            f"the name {host} could not be resolved{way}",
            code="NameNotResolved",
            hint="Check the region's spelling, the function's network (VPC, NAT, DNS) and "
            "the endpoint settings.",
        )
    if isinstance(cause, TimeoutError):
        return TimedOut(
            f"no connection to {host}{way} in time",
            code="ConnectTimedOut",
            hint="Check the function's way out to the internet (VPC, NAT, security group).",
        )
    return Unreachable(
        f"no connection to {host}{way}: {reason(cause)}",
        code="NoConnection",
        hint="Check the function's way out to the internet (VPC, NAT, proxy) and the "
        "endpoint settings; the next run tries again.",
    )


def lost(request: Request, cause: Exception, status: int | None) -> SyncError:
    """Return the error for an answer that did not come, or not whole."""
    if isinstance(cause, TimeoutError):
        return TimedOut(
            f"{request.host} did not answer in time",
            lost=True,
            code="ReadTimedOut",
            http_status=status,
            hint="The work may have been done all the same; the next run looks or repeats it.",
        )
    if status is not None:
        return BadResponse(
            f"the answer of {request.host} broke off: {reason(cause)}",
            lost=True,
            code="BrokenAnswer",
            http_status=status,
            hint="The work may have been done all the same; the next run looks or repeats it.",
        )
    return Unreachable(
        f"the connection to {request.host} broke before an answer came: {reason(cause)}",
        lost=True,
        code="ConnectionLost",
        hint="The work may have been done all the same; the next run looks or repeats it.",
    )


def reason(cause: Exception) -> str:
    """Return a short reason that holds nothing of the request."""
    inner: BaseException = cause
    for argument in getattr(cause, "args", ()):
        if isinstance(argument, BaseException):
            inner = argument
    number = getattr(inner, "errno", None)
    return os.strerror(number) if isinstance(number, int) and number > 0 else type(inner).__name__
