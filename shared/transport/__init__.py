"""The only package that opens sockets.

urllib3 opens the connections: it verifies certificates and supports proxies. Requests are sent
and responses read on them directly, because urllib3's own request methods retry, follow
redirects and wait without a limit by default, and take half as long again.
"""

from __future__ import annotations

from shared.transport.connection import CONNECT_SECONDS
from shared.transport.pool import Transport
from shared.transport.trust import tls_context, trust_store

__all__ = ["CONNECT_SECONDS", "Transport", "tls_context", "trust_store"]
