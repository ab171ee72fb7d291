"""The synchronization events of OMS as documented: the keys of a request to create one.

Page: https://support.huaweicloud.com/intl/en-us/api-oms/CreateSyncEvents.html
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from local.emulator.huawei_gateway import failure
from local.emulator.message import Received

MAX_KEYS = 10
"""The page's text; its table allows arrays of 100."""

_ENCODED = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2}){1,16384}")


def keys_in(request: Received) -> list[str]:
    """Return the decoded keys of a request's body; raises ``Refusal`` if it is not documented."""
    try:
        body = request.json()
    except ValueError:
        raise failure("OMS.0001", "The body is not JSON") from None
    if not isinstance(body, dict) or set(body) != {"object_keys"}:
        raise failure("OMS.0001", "The body is not an object with object_keys only")
    keys = body["object_keys"]
    if not isinstance(keys, list) or not 1 <= len(keys) <= MAX_KEYS:
        raise failure("OMS.0001", "object_keys is not a list of 1 to 10 keys")
    if not all(isinstance(key, str) and _ENCODED.fullmatch(key) for key in keys):
        raise failure("OMS.0001", "object_keys has a key that is not URL-encoded")
    try:
        return [unquote(key, errors="strict") for key in keys]
    except UnicodeDecodeError:
        raise failure("OMS.0001", "object_keys has a key that is not UTF-8") from None
