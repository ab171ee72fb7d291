"""The sockets that the pools create."""

from __future__ import annotations

import errno
import os
import select
import socket
import ssl
import struct
import threading
from contextlib import suppress

import pytest

from shared.client.transport.sockets import PlainSocket, TlsSocket


def connect_to_a_server_that_resets() -> PlainSocket:
    """Return a socket whose peer has reset the connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = PlainSocket()
        client.settimeout(5)
        client.connect(server.getsockname())
        accepted, _ = server.accept()
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        accepted.close()
        select.select([client], [], [], 5)
        return client


@pytest.mark.parametrize("is_error_consumed", [False, True])
def test_a_peer_that_left_before_tls_is_an_error_and_leaves_no_socket(
    is_error_consumed: bool,  # noqa: FBT001
) -> None:
    client = connect_to_a_server_that_resets()
    number = client.fileno()
    if is_error_consumed:
        with suppress(ConnectionResetError):
            client.recv(1)
    context = ssl.create_default_context()
    context.sslsocket_class = TlsSocket

    with pytest.raises(ConnectionResetError) as raised:
        context.wrap_socket(client, server_hostname="localhost")

    assert raised.value.errno == errno.ECONNRESET
    assert raised.value.strerror == "closed before the TLS handshake"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)


@pytest.mark.parametrize("seconds", [None, 0.0])
def test_a_timeout_that_does_not_count_down_stays_as_it_was_set(seconds: float | None) -> None:
    with PlainSocket() as client:
        client.settimeout(5)
        client.settimeout(seconds)
        assert client.gettimeout() == seconds


def test_the_handshake_of_a_socket_that_does_not_block_does_not_block() -> None:
    context = ssl.create_default_context()
    context.sslsocket_class = TlsSocket
    with socket.create_server(("127.0.0.1", 0)) as server, PlainSocket() as client:
        client.connect(server.getsockname())
        accepted, _ = server.accept()
        # So that a handshake that does block fails after a moment.
        timer = threading.Timer(2, accepted.close)
        timer.start()
        with context.wrap_socket(
            client, server_hostname="localhost", do_handshake_on_connect=False
        ) as secure:
            secure.settimeout(0)
            with pytest.raises(ssl.SSLWantReadError):
                secure.do_handshake()
            assert secure.gettimeout() == 0
        timer.cancel()
        accepted.close()
