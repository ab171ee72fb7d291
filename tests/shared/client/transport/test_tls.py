"""Which certificate authorities are trusted, and the errors of a trust store without any."""

from __future__ import annotations

import hashlib
import socket
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from shared.client.transport import HttpTransport, ca_bundle, tls_context
from shared.client.transport.tls import CA_BUNDLES
from shared.errors import Misconfigured
from shared.models.http import Request
from tests.support.raw_server import raw_server, responding

if TYPE_CHECKING:
    import trustme

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def defaults(file: Path | None, directory: Path | None) -> ssl.DefaultVerifyPaths:
    """Return what the interpreter would say of its own trust store."""
    paths = ssl.get_default_verify_paths()
    return paths._replace(
        cafile=str(file) if file else None,  # type: ignore[arg-type]
        capath=str(directory) if directory else None,  # type: ignore[arg-type]
    )


def openssl_file_name(certificate: bytes) -> str:
    """Return the name by which OpenSSL finds an authority in a directory (``x509 -hash``)."""
    subject = x509.load_pem_x509_certificate(certificate).subject
    lowered = x509.Name(
        x509.NameAttribute(each.oid, " ".join(str(each.value).lower().split())) for each in subject
    )
    encoded = lowered.public_bytes()
    assert encoded[1] < 0x80, "a short length, in one byte"
    return hashlib.sha1(encoded[2:]).digest()[3::-1].hex() + ".0"


@pytest.fixture
def ca_directory(authority: trustme.CA, tmp_path: Path) -> Path:
    directory = tmp_path / "authorities"
    directory.mkdir()
    certificate = authority.cert_pem.bytes()
    (directory / openssl_file_name(certificate)).write_bytes(certificate)
    return directory


def test_a_configured_trust_store_comes_before_any_other(ca_file: str, ca_directory: Path) -> None:
    default = defaults(Path(ca_file), ca_directory)
    for configured in (ca_file, str(ca_directory)):
        assert ca_bundle(configured, default, (ca_file,)) == (configured, "SSL_CERT_FILE")


def test_a_configured_trust_store_that_does_not_exist_is_misconfigured(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as refused:
        ca_bundle(str(tmp_path / "missing.pem"))
    error = refused.value
    assert error.message == f"SSL_CERT_FILE names {tmp_path}/missing.pem, which does not exist"
    assert (error.code, error.hint) == ("NoTrustStore", "Correct SSL_CERT_FILE or unset it.")


def test_the_places_of_a_trust_store_are_tried_in_order(tmp_path: Path) -> None:
    file, common, other, directory = (tmp_path / name for name in ("file", "common", "other", "d"))
    directory.mkdir()
    for each in (file, common, other, directory / "0a1b2c3d.0"):
        each.touch()
    default, others = defaults(file, directory), (str(common), str(other))

    assert ca_bundle(None, default, others) == (str(file), "the interpreter's default")
    file.unlink()
    assert ca_bundle(None, default, others) == (str(common), "a common location")
    common.unlink()
    assert ca_bundle(None, default, others) == (str(other), "a common location")
    other.unlink()
    assert ca_bundle(None, default, others) == (
        str(directory),
        "the interpreter's default directory",
    )


@pytest.mark.parametrize("directory", ["missing", "empty", None])
def test_a_machine_without_a_trust_store_is_misconfigured(
    tmp_path: Path, directory: str | None
) -> None:
    (tmp_path / "empty").mkdir()
    default = defaults(None, tmp_path / directory if directory else None)
    with pytest.raises(Misconfigured) as refused:
        ca_bundle(None, default, (f"{tmp_path}/one.pem", f"{tmp_path}/two.pem"))
    error = refused.value
    assert error.message == "no trusted certificate authorities found on this machine"
    assert error.code == "NoTrustStore"
    assert error.hint == (
        "Set SSL_CERT_FILE to a PEM file of trusted certificates. Tried: the interpreter's "
        f"default, {tmp_path}/one.pem, {tmp_path}/two.pem."
    )


def test_the_common_locations_are_those_of_the_distributions() -> None:
    distributions = {
        "Debian, Ubuntu": "/etc/ssl/certs/ca-certificates.crt",
        "Fedora, Red Hat, Alibaba Cloud Linux": "/etc/pki/tls/certs/ca-bundle.crt",
        "Alpine": "/etc/ssl/cert.pem",
    }
    assert tuple(distributions.values()) == CA_BUNDLES


@pytest.mark.parametrize("content", ["", "no certificate\n"])
def test_a_trust_store_without_a_certificate_is_misconfigured(tmp_path: Path, content: str) -> None:
    store = tmp_path / "store.pem"
    store.write_text(content)
    with pytest.raises(Misconfigured) as refused:
        tls_context(str(store))
    error = refused.value
    assert error.message == f"the trust store {store} (SSL_CERT_FILE) could not be read: SSLError"
    assert error.code == "NoTrustStore"
    assert error.hint == "Set SSL_CERT_FILE to a readable PEM file."


@pytest.mark.parametrize("kind", ["file", "directory"])
def test_a_server_is_verified_against_a_file_or_a_directory(
    kind: str, ca_file: str, ca_directory: Path, server_tls: ssl.SSLContext
) -> None:
    def serve(connection: socket.socket, number: int) -> None:
        with server_tls.wrap_socket(connection, server_side=True) as secure:
            responding(ANSWER)(secure, number)

    with raw_server(serve) as (port, _):
        transport = HttpTransport(ca_file if kind == "file" else str(ca_directory))
        request = Request("GET", f"https://127.0.0.1:{port}")
        response = transport.send(request, connect_seconds=5, read_seconds=5, total_seconds=5)
    assert response.body == b"{}"


def test_servers_are_verified_and_old_tls_is_refused(ca_file: str) -> None:
    context = tls_context(ca_file)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
