"""What a network failure is reported as, and whether the request may have been processed."""

from __future__ import annotations

import errno
import os
import socket
import ssl

import pytest
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from shared.client.transport.errors import connect_error, response_error
from shared.errors import BadResponse, SyncError, TimedOut, Unreachable
from shared.models.http import Request

HTTPS = Request("POST", "https://api.example.com")
HTTP = Request("POST", "http://127.0.0.1:8080")
PROXY = "http://proxy.example.com:3128"
REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "with the address in its text")


def tunnel(status: object) -> OSError:
    return OSError(f"Tunnel connection failed: {status}")


@pytest.mark.parametrize(
    ("cause", "kind", "code", "message", "retryable"),
    [
        (
            ssl.SSLCertVerificationError("self-signed"),
            Unreachable,
            "CertificateNotTrusted",
            "the certificate of api.example.com is not trusted",
            False,
        ),
        (
            ssl.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"),
            Unreachable,
            "CertificateNotTrusted",
            "the certificate of api.example.com is not trusted",
            False,
        ),
        (
            socket.gaierror(-2, "Name or service not known"),
            Unreachable,
            "NameNotResolved",
            "the name api.example.com could not be resolved",
            True,
        ),
        (
            TimeoutError(),
            TimedOut,
            "ConnectTimedOut",
            "connecting to api.example.com timed out",
            True,
        ),
        (
            REFUSED,
            Unreachable,
            "NoConnection",
            f"cannot connect to api.example.com: {os.strerror(errno.ECONNREFUSED)}",
            True,
        ),
        (
            OSError(errno.EPERM, "first of all numbers"),
            Unreachable,
            "NoConnection",
            f"cannot connect to api.example.com: {os.strerror(errno.EPERM)}",
            True,
        ),
        (
            OSError(0, "no number"),
            Unreachable,
            "NoConnection",
            "cannot connect to api.example.com: OSError",
            True,
        ),
        (
            ValueError("anything"),
            Unreachable,
            "NoConnection",
            "cannot connect to api.example.com: ValueError",
            True,
        ),
    ],
)
def test_a_connection_that_fails_has_sent_nothing(
    cause: Exception,
    kind: type[SyncError],
    code: str,
    message: str,
    retryable: bool,  # noqa: FBT001 - a column of the table
) -> None:
    error = connect_error(HTTPS, cause, None)

    assert type(error) is kind
    assert (error.code, error.message, error.retryable) == (code, message, retryable)
    assert not getattr(error, "outcome_unknown", False)
    assert error.hint


@pytest.mark.parametrize(
    ("status", "retryable"),
    [
        ("407 Proxy Authentication Required", False),
        ("403", False),
        ("408 Request Timeout", True),
        ("429 Too Many Requests", True),
        ("499", False),
        ("500 Internal Server Error", True),
        ("503 Service Unavailable", True),
    ],
)
def test_a_proxy_that_refuses_is_asked_again_only_if_that_may_help(
    status: str,
    retryable: bool,  # noqa: FBT001 - a column of the table
) -> None:
    error = connect_error(HTTPS, tunnel(status), PROXY)

    assert type(error) is Unreachable
    assert (
        error.message == f"the proxy in HTTPS_PROXY refused to connect to api.example.com: {status}"
    )
    assert (error.code, error.retryable) == ("ProxyRefused", retryable)


@pytest.mark.parametrize(
    ("request_", "proxy", "message"),
    [
        (HTTPS, PROXY, "connecting to api.example.com through HTTPS_PROXY timed out"),
        (HTTPS, None, "connecting to api.example.com timed out"),
        (HTTP, PROXY, "connecting to 127.0.0.1:8080 timed out"),
    ],
)
def test_an_error_names_the_proxy_that_the_connection_goes_through(
    request_: Request, proxy: str | None, message: str
) -> None:
    assert connect_error(request_, TimeoutError(), proxy).message == message


RESET = ConnectionResetError(errno.ECONNRESET, "with the address in its text")


@pytest.mark.parametrize("status", [None, 200, 503])
@pytest.mark.parametrize(
    "cause",
    [
        TimeoutError(),
        ProtocolError("Connection broken", TimeoutError()),
        ReadTimeoutError(None, "/?a=b", "Read timed out."),  # type: ignore[arg-type]
    ],
)
def test_a_response_that_does_not_arrive_in_time_may_have_been_processed(
    cause: Exception, status: int | None
) -> None:
    error = response_error(HTTPS, cause, status)

    assert isinstance(error, TimedOut)
    assert (error.code, error.http_status) == ("ReadTimedOut", status)
    assert error.message == "api.example.com did not respond in time"
    assert (error.outcome_unknown, error.retryable) == (True, True)
    assert error.hint


def test_a_connection_that_is_lost_may_have_delivered_the_request() -> None:
    error = response_error(HTTPS, ProtocolError("Connection aborted.", RESET), None)

    assert isinstance(error, Unreachable)
    assert (error.code, error.http_status) == ("ConnectionLost", None)
    assert error.message == (
        "the connection to api.example.com closed before a response arrived: "
        f"{os.strerror(errno.ECONNRESET)}"
    )
    assert (error.outcome_unknown, error.retryable) == (True, True)
    assert error.hint


def test_a_response_that_is_cut_off_has_its_status() -> None:
    error = response_error(HTTPS, ProtocolError("Connection broken", ("half", RESET)), 200)

    assert isinstance(error, BadResponse)
    assert (error.code, error.http_status) == ("BrokenAnswer", 200)
    assert error.message == ("the response from api.example.com was cut off: ProtocolError")
    assert error.outcome_unknown
    assert error.hint


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (
            ssl.SSLEOFError(8, "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred"),
            "TLS: ssleoferror",
        ),
        (ssl.SSLError(1, "[SSL] record layer failure"), "TLS: sslerror"),
    ],
)
def test_the_number_of_a_tls_error_is_not_that_of_a_system_error(
    cause: ssl.SSLError, reason: str
) -> None:
    error = connect_error(HTTPS, cause, None)
    assert error.message == f"cannot connect to api.example.com: {reason}"
