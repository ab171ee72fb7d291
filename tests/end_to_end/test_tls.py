"""Real TLS and a real proxy on loopback."""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from functions.registry import OPERATIONS
from local.emulator import Emulator
from tests.support.platform_caller import DONE, PlatformCaller


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def emulator(authority: trustme.CA) -> Iterator[Emulator]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    with Emulator(tls=context) as running:
        yield running


@pytest.fixture
def trusted(caller: PlatformCaller, authority: trustme.CA, tmp_path: Path) -> PlatformCaller:
    store = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(str(store))
    caller.environ["SSL_CERT_FILE"] = str(store)
    return caller


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_trusted_certificate_is_accepted_and_its_connection_kept(
    trusted: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    for _ in range(2):
        assert trusted.run(operation)["status"] in DONE[operation] | {"unchanged"}

    services = {request.service for request in emulator.received}
    assert len({request.connection for request in emulator.received}) == len(services)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_certificate_that_is_not_trusted_is_refused_at_once(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    other = trustme.CA()
    store = Path(str(caller.runtime.home)) / "others.pem"
    other.cert_pem.write_to_path(str(store))
    caller.environ["SSL_CERT_FILE"] = str(store)

    error = caller.run(operation)["error"]

    assert (error["category"], error["code"]) == ("unreachable", "CertificateNotTrusted")
    assert error["retryable"] is False
    assert "SSL_CERT_FILE" in error["hint"]
    assert len(emulator.received) == 0


@pytest.mark.parametrize("content", [None, "", "no certificate\n"])
def test_a_trust_store_that_holds_nothing_is_misconfigured(
    caller: PlatformCaller, emulator: Emulator, tmp_path: Path, content: str | None
) -> None:
    store = tmp_path / "store.pem"
    if content is not None:
        store.write_text(content)
    caller.environ["SSL_CERT_FILE"] = str(store)

    error = caller.run("alibaba.edas.SynchronizeResource")["error"]

    assert (error["category"], error["code"]) == ("misconfigured", "NoTrustStore")
    assert len(emulator.received) == 0


def test_a_server_that_speaks_no_tls_is_unreachable(trusted: PlatformCaller) -> None:
    with Emulator() as plain:
        trusted.environ["EDAS_ENDPOINT_URL"] = plain.url("edas").replace("http:", "https:")

        error = trusted.run("alibaba.edas.SynchronizeResource")["error"]

    assert error["category"] == "unreachable"


class ConnectProxy:
    """A CONNECT proxy on loopback that records the requests for tunnels."""

    def __init__(self) -> None:
        self.connect_requests: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(4096)
            self.connect_requests.append(head.decode())
            host, _, port = head.split()[1].decode().partition(":")
            with socket.create_connection((host, int(port))) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self._copy(client, server)

    @staticmethod
    def _copy(client: socket.socket, server: socket.socket) -> None:
        ends = {client: server, server: client}
        with selectors.DefaultSelector() as selector:
            for end in ends:
                selector.register(end, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select(timeout=10):
                    source = key.fileobj
                    assert isinstance(source, socket.socket)
                    try:
                        data = source.recv(65_536)
                    except OSError:
                        return
                    if not data:
                        return
                    ends[source].sendall(data)


@pytest.fixture
def proxy() -> Iterator[ConnectProxy]:
    running = ConnectProxy()
    yield running
    running.close()


def test_a_call_goes_through_the_proxy_of_the_settings(
    trusted: PlatformCaller, emulator: Emulator, proxy: ConnectProxy
) -> None:
    trusted.environ["HTTPS_PROXY"] = proxy.url.replace("//", "//someone:examplePassword@")

    result = trusted.run("alibaba.edas.SynchronizeResource")

    assert result["status"] == "succeeded", result
    assert len(proxy.connect_requests) == 1
    assert proxy.connect_requests[0].startswith(f"CONNECT {emulator.address('edas')} ")
    assert "Basic " in proxy.connect_requests[0]


def test_a_host_in_no_proxy_is_reached_directly(
    trusted: PlatformCaller, emulator: Emulator, proxy: ConnectProxy
) -> None:
    trusted.environ |= {"HTTPS_PROXY": proxy.url, "NO_PROXY": "example.com,127.0.0.1"}

    assert trusted.run("alibaba.edas.SynchronizeResource")["status"] == "succeeded"
    assert proxy.connect_requests == []
    assert emulator.received


def test_a_proxy_that_is_not_there_is_unreachable_and_its_password_not_shown(
    trusted: PlatformCaller, emulator: Emulator, capfd: pytest.CaptureFixture[str]
) -> None:
    trusted.environ["HTTPS_PROXY"] = "http://someone:examplePassword@127.0.0.1:9"

    result = trusted.run("alibaba.edas.SynchronizeResource")

    assert result["error"]["category"] == "unreachable"
    assert "HTTPS_PROXY" in result["error"]["message"]
    assert "examplePassword" not in str(result) + "".join(capfd.readouterr())
    assert len(emulator.received) == 0


def test_a_proxy_that_is_not_a_url_is_misconfigured(trusted: PlatformCaller) -> None:
    trusted.environ["HTTPS_PROXY"] = "ftp://127.0.0.1:9"

    assert trusted.run("alibaba.edas.SynchronizeResource")["error"]["category"] == "misconfigured"
