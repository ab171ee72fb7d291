"""Sends signed requests over urllib3's connection pools; the only package that opens sockets."""

from __future__ import annotations

from shared.cold_start.stub_imports import StubModule

# Before the other modules import it, so that it never imports importlib.metadata, which is slow.
with StubModule("importlib.metadata", "version"):
    import urllib3 as urllib3

from shared.client.transport.pool import CONNECT_SECONDS, HttpTransport
from shared.client.transport.tls import ca_bundle, tls_context

__all__ = ["CONNECT_SECONDS", "HttpTransport", "ca_bundle", "tls_context"]
