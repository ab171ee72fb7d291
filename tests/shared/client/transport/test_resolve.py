"""How a host's addresses are found: what the resolver is asked, and what its failures become."""

from __future__ import annotations

import re
import socket
import threading

import pytest

from shared.client.transport.connection import AddressInfo, resolve

FOUND: list[AddressInfo] = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 443))]


class RecordingResolver:
    """A resolver that keeps how it was called, and by which thread."""

    def __init__(self) -> None:
        self.calls: list[tuple[tuple[object, ...], dict[str, object]]] = []
        self.threads: list[threading.Thread] = []

    def __call__(self, *arguments: object, **options: object) -> list[AddressInfo]:
        self.calls.append((arguments, options))
        self.threads.append(threading.current_thread())
        return FOUND


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("origin.test", b"origin.test"),
        ("Origin.Test", b"Origin.Test"),
        ("b\xfccher.test", b"xn--bcher-kva.test"),
        # Not a valid name: the resolver is to say so, as an OSError.
        ("no..name", b"no..name"),
        ("a" * 64 + ".test", b"a" * 64 + b".test"),
    ],
)
def test_the_resolver_is_asked_for_the_encoded_name(host: str, name: bytes) -> None:
    resolver = RecordingResolver()
    assert resolve(host, 443, 5, resolver) == FOUND
    assert resolver.calls == [((name, 443), {"type": socket.SOCK_STREAM})]


def test_the_resolver_runs_in_a_thread_that_does_not_keep_the_process_alive() -> None:
    resolver = RecordingResolver()
    resolve("origin.test", 443, 5, resolver)
    assert [(thread.name, thread.daemon) for thread in resolver.threads] == [("resolve", True)]


@pytest.mark.parametrize(
    ("host", "family"),
    [("127.0.0.2", socket.AF_INET), ("::2", socket.AF_INET6), ("[::2]", socket.AF_INET6)],
)
def test_an_ip_address_needs_no_resolver(host: str, family: socket.AddressFamily) -> None:
    resolver = RecordingResolver()
    found = resolve(host, 8443, 5, resolver)
    assert [(each[0], each[1], each[4][:2]) for each in found] == [
        (family, socket.SOCK_STREAM, (host.strip("[]"), 8443))
    ]
    assert resolver.calls == []


def test_an_error_of_the_resolver_is_raised_as_it_is() -> None:
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def fail(*_arguments: object, **_options: object) -> list[AddressInfo]:
        raise unknown

    with pytest.raises(socket.gaierror) as raised:
        resolve("origin.test", 443, 5, fail)
    assert raised.value is unknown


def test_a_resolver_that_is_late_is_an_error_with_the_time_and_the_name() -> None:
    done = threading.Event()

    def hang(*_arguments: object, **_options: object) -> list[AddressInfo]:
        done.wait(20)
        return FOUND

    message = "the name origin.test was not resolved within 0.1 s"
    with pytest.raises(TimeoutError, match=re.escape(message)):
        resolve("origin.test", 443, 0.1, hang)
    done.set()
