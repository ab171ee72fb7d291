"""Finds the trusted certificate authorities: those in a setting, else the system's."""

from __future__ import annotations

import os
import ssl
from collections.abc import Sequence

from shared.errors import Misconfigured

CA_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


def ca_bundle(
    configured: str | None,
    default: ssl.DefaultVerifyPaths | None = None,
    common: Sequence[str] = CA_BUNDLES,
) -> tuple[str, str]:
    """Return the file or directory of trusted certificates, and how it was found.

    Parameters
    ----------
    configured: the setting ``SSL_CERT_FILE``; None to search.
    default: where the interpreter looks; None to ask it.
    common: the files to try if the interpreter's is missing.

    Raises
    ------
    Misconfigured: the configured file does not exist, or none was found.
    """
    if configured:
        if not os.path.exists(configured):
            msg = f"SSL_CERT_FILE names {configured}, which does not exist"
            raise Misconfigured(msg, code="NoTrustStore", hint="Correct SSL_CERT_FILE or unset it.")
        return configured, "SSL_CERT_FILE"
    default = default or ssl.get_default_verify_paths()
    for path, how in (
        (default.cafile, "the interpreter's default"),
        *((path, "a common location") for path in common),
        (default.capath, "the interpreter's default directory"),
    ):
        if path and os.path.exists(path) and (os.path.isfile(path) or os.listdir(path)):
            return path, how
    msg = "no trusted certificate authorities found on this machine"
    raise Misconfigured(
        msg,
        code="NoTrustStore",
        hint="Set SSL_CERT_FILE to a PEM file of trusted certificates. Tried: the interpreter's "
        f"default, {', '.join(common)}.",
    )


def tls_context(configured: str | None) -> ssl.SSLContext:
    """Return a TLS context that verifies servers against the trust store.

    Raises
    ------
    Misconfigured: there is no trust store, or it contains no certificate.
    """
    path, how = ca_bundle(configured)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if os.path.isdir(path):
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except (ssl.SSLError, OSError) as error:
        msg = f"the trust store {path} ({how}) could not be read: {type(error).__name__}"
        raise Misconfigured(
            msg, code="NoTrustStore", hint="Set SSL_CERT_FILE to a readable PEM file."
        ) from None
    return context
