"""The one package that opens sockets.

urllib3 makes the connections: it verifies certificates and goes through proxies. Requests are
sent and their answers read on them directly, since urllib3's own way would retry, follow
redirects and wait without an end unless it is told otherwise, and takes half as long again.
"""

from __future__ import annotations

from shared.transport.connection import CONNECT_SECONDS
from shared.transport.pool import Transport
from shared.transport.trust import tls_context, trust_store

__all__ = ["CONNECT_SECONDS", "Transport", "tls_context", "trust_store"]
