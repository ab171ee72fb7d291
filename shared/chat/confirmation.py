"""Confirmation codes: functions have no store, so a code carries what it confirms.

``base64url(JSON) + "." + base64url(HMAC-SHA256)``, for one user in one channel, for five minutes.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.chat.message import Speaker
from shared.errors import InvalidInput
from shared.models.secret import Secret

SECONDS = 300
TRIES = 256
"""Three of four signatures contain a character that chats read as emphasis. An expiry that is a
millisecond earlier gives another code."""

LONGEST_CODE = 2_600
"""Characters, so that it can be copied from one message and sent in one."""

REWRITTEN = frozenset("-_")
ESCAPED = {"~": "\\u007e", "?": "\\u003f", ">": "\\u003e", "\x7f": "\\u007f"}
"""The only ASCII characters whose base64url may contain ``-`` or ``_``."""

HINT = "Send the `run` command again, and confirm within 5 minutes."


@dataclass(frozen=True, slots=True)
class Order:
    """The run to be confirmed.

    Parameters
    ----------
    operation: its ID.
    parameters: the given ones, under our names.
    account: the account's name.
    region: the target region, None if there is none.
    """

    operation: str
    parameters: Mapping[str, object] = field(hash=False)
    account: str
    region: str | None


def issue(order: Order, speaker: Speaker, key: Secret, now: datetime) -> str:
    """Return a code of letters, digits and one dot.

    Raises
    ------
    InvalidInput: it would be too long to send.
    """
    expiry = int(now.timestamp() * 1000) + SECONDS * 1000
    code = ""
    for earlier in range(TRIES):
        code = written(order, expiry - earlier, speaker, key)
        if not REWRITTEN.intersection(code):
            break
    if len(code) > LONGEST_CODE:
        raise InvalidInput(
            "Too many parameters to confirm in chat",
            code="TooLong",
            hint="Use fewer values, or call the function directly.",
        )
    return code


def written(order: Order, expiry: int, speaker: Speaker, key: Secret) -> str:
    """Return the code with the given expiry, in milliseconds since 1970."""
    text = json.dumps(
        {
            "operation": order.operation,
            "parameters": order.parameters,
            "account": order.account,
            "region": order.region,
            "expiry": expiry,
        },
        separators=(",", ":"),
    )
    for character, escape in ESCAPED.items():
        text = text.replace(character, escape)
    return f"{encoded(text.encode())}.{signature(text, speaker, key)}"


def signature(text: str, speaker: Speaker, key: Secret) -> str:
    """Return the signature over the user, the channel and the run; a JSON list separates them."""
    who = [speaker.platform, speaker.tenant, speaker.channel, speaker.user, text]
    message = json.dumps(who, separators=(",", ":")).encode()
    return encoded(hmac.digest(key.get_secret_value().encode(), message, "sha256"))


def encoded(value: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def read(code: str, speaker: Speaker, key: Secret, now: datetime) -> Order:
    """Return the run that a code confirms.

    Raises
    ------
    InvalidInput: it is not valid for this user and channel, or it has expired.
    """
    payload, _, shown = code.partition(".")
    text = decoded(payload)
    expected = signature(text, speaker, key)
    if not hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), expected.encode()):
        raise InvalidInput(
            "Invalid confirmation code for this user and channel", code="BadCode", hint=HINT
        )
    order = json.loads(text)
    if order["expiry"] <= now.timestamp() * 1000:
        raise InvalidInput("This confirmation code has expired", code="OldCode", hint=HINT)
    return Order(order["operation"], order["parameters"], order["account"], order["region"])


def decoded(payload: str) -> str:
    """Return the decoded text, empty if it is not base64url as we write it."""
    try:
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        text = raw.decode("ascii")
    except (ValueError, binascii.Error):
        return ""
    return text if encoded(raw) == payload else ""


def used(code: str) -> str:
    """Return the name under which a process remembers that a code was used."""
    return f"confirm:{code.partition('.')[2]}"
