"""Addresses share the time to connect, and a connection says whether it can be used again."""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from shared.client.transport.connection import (
    FIRST_ADDRESSES_SECONDS,
    AddressInfo,
    ConnectError,
    DeadlineHTTPConnection,
    connect_to_any,
)
from tests.support.raw_server import raw_server, read_request, responding, silent_port

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
NO_SUCH_FAMILY = 99


def address(port: int, family: int = socket.AF_INET) -> AddressInfo:
    return (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))


@pytest.fixture
def server() -> Iterator[int]:
    with raw_server(responding(*[ANSWER] * 3)) as (port, _):  # it closes after the last
        yield port


def test_the_socket_is_as_the_resolver_said_with_the_options_and_the_time_left(server: int) -> None:
    options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    with connect_to_any([address(server)], 0.9, options) as connected:
        kind = (connected.family, connected.type, connected.proto)
        assert kind == (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert 0 < (connected.gettimeout() or 0) <= 0.9


def test_the_only_error_is_reported_though_the_machine_lacks_the_family(server: int) -> None:
    with pytest.raises(OSError, match="not supported") as refused:
        connect_to_any([address(server, NO_SUCH_FAMILY)], 5)
    assert refused.value.errno == errno.EAFNOSUPPORT


def test_without_time_no_address_is_tried(server: int) -> None:
    with pytest.raises(TimeoutError, match="no address responded in time"):
        connect_to_any([address(server)], -1.0)


def seconds_until_connected(*addresses: AddressInfo, seconds: float) -> float:
    started = time.monotonic()
    connect_to_any(addresses, seconds).close()
    return time.monotonic() - started


def seconds_until_given_up(*addresses: AddressInfo, seconds: float) -> float:
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        connect_to_any(addresses, seconds)
    return time.monotonic() - started


def test_an_address_that_does_not_respond_takes_its_share_of_the_time(server: int) -> None:
    with silent_port() as silent:
        elapsed = seconds_until_connected(address(silent), address(server), seconds=1.2)
    assert 0.55 < elapsed < 1.2


def test_the_last_address_may_take_all_the_time_that_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        refusing = listener.getsockname()[1]
    with silent_port() as silent:
        elapsed = seconds_until_given_up(address(refusing), address(silent), seconds=0.6)
    assert elapsed > 0.55


def test_two_seconds_are_the_most_for_an_address_that_others_follow(server: int) -> None:
    """The last one may take longer: both waits run at once, to save time."""
    assert FIRST_ADDRESSES_SECONDS == 2
    elapsed: dict[str, float] = {}

    def wait_for_the_first() -> None:
        elapsed["first"] = seconds_until_connected(address(silent), address(server), seconds=12)

    def wait_for_the_last() -> None:
        elapsed["last"] = seconds_until_given_up(address(silent), seconds=2.5)

    with silent_port() as silent:
        threads = [
            threading.Thread(target=each) for each in (wait_for_the_first, wait_for_the_last)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert 1.9 < elapsed["first"] < 5
    assert elapsed["last"] > 2.4


# One connection


def test_a_new_connection_has_the_timeout_it_is_given_and_no_deadline(server: int) -> None:
    connection = DeadlineHTTPConnection("127.0.0.1", server, timeout=3)
    assert (connection.host, connection.port, connection.timeout) == ("127.0.0.1", server, 3)
    assert connection.is_reusable is False
    assert connection.idle_since is None


def test_a_connection_sends_small_segments_at_once(server: int) -> None:
    connection = DeadlineHTTPConnection("127.0.0.1", server, timeout=5)
    connection.connect()
    assert connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    connection.close()


def test_a_connection_is_reusable_from_the_end_of_a_response_to_the_next_request(
    server: int,
) -> None:
    connection = DeadlineHTTPConnection("127.0.0.1", server, timeout=5)
    for _ in range(2):
        connection.request("GET", "/")
        assert connection.is_reusable is False
        assert connection.getresponse().data == b"{}"
        assert connection.is_reusable is True
    connection.close()


def test_a_request_whose_deadline_has_passed_is_not_sent() -> None:
    received: list[bytes] = []

    def serve(connection: socket.socket, _number: int) -> None:
        received.append(read_request(connection))

    with raw_server(serve) as (port, _):
        connection = DeadlineHTTPConnection("127.0.0.1", port, timeout=5)
        connection.connect()
        connection.deadline = time.monotonic() - 1
        with pytest.raises(ConnectError) as refused:
            connection.request("GET", "/")
        connection.close()
    assert isinstance(refused.value.cause, TimeoutError)
    assert str(refused.value.cause) == "no time left to send the request"
    assert not any(received)


def test_a_connect_error_shows_the_type_of_its_cause_but_no_text_of_the_network() -> None:
    assert str(ConnectError(ConnectionRefusedError("with the address"))) == "ConnectionRefusedError"
