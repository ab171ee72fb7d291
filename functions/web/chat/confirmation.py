"""Confirmation codes: functions are stateless, so a code contains the run that it confirms.

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

from functions.web.chat.message import Sender
from shared.errors import InvalidInput
from shared.models.secret import Secret

VALID_SECONDS = 300
MAX_TRIES = 256
"""Three out of four signatures contain a character that chats interpret as emphasis; moving the
expiry by a millisecond gives another signature."""

MAX_CODE_LENGTH = 2_600
"""In characters, so that it fits into one message."""

UNSAFE_CHARS = frozenset("-_")
JSON_ESCAPES = {"~": "\\u007e", "?": "\\u003f", ">": "\\u003e"}
"""The only characters in JSON's output whose base64url may contain ``-`` or ``_``."""

HINT = "Send the `run` command again, and confirm within 5 minutes."


@dataclass(frozen=True, slots=True)
class PendingRun:
    """A run that must be confirmed.

    Parameters
    ----------
    operation: the operation's ID.
    parameters: the command's parameters by this project's names.
    account: the account's name.
    region: the target region, None if there is none.
    """

    operation: str
    parameters: Mapping[str, object] = field(hash=False)
    account: str
    region: str | None


def issue_code(pending: PendingRun, sender: Sender, key: Secret, now: datetime) -> str:
    """Return a code of letters, digits and one dot.

    Raises
    ------
    InvalidInput: it would be too long to send.
    """
    expiry = int(now.timestamp() * 1000) + VALID_SECONDS * 1000
    code = ""
    for earlier in range(MAX_TRIES):
        code = _encode_code(pending, expiry - earlier, sender, key)
        if not UNSAFE_CHARS.intersection(code):
            break
    if len(code) > MAX_CODE_LENGTH:
        raise InvalidInput(
            "Too many parameters to confirm in chat",
            code="TooLong",
            hint="Use fewer values, or call the function directly.",
        )
    return code


def _encode_code(pending: PendingRun, expiry: int, sender: Sender, key: Secret) -> str:
    """Return the code with an expiry in milliseconds since 1970."""
    text = json.dumps(
        {
            "operation": pending.operation,
            "parameters": pending.parameters,
            "account": pending.account,
            "region": pending.region,
            "expiry": expiry,
        },
        separators=(",", ":"),
    )
    for character, escape in JSON_ESCAPES.items():
        text = text.replace(character, escape)
    return f"{b64url_encode(text.encode())}.{_signature(text, sender, key)}"


def _signature(text: str, sender: Sender, key: Secret) -> str:
    """Return the signature over the user, the channel and the run, encoded as a JSON list."""
    fields = [sender.platform, sender.tenant, sender.channel, sender.user, text]
    message = json.dumps(fields, separators=(",", ":")).encode()
    return b64url_encode(hmac.digest(key.get_secret_value().encode(), message, "sha256"))


def b64url_encode(value: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def read_code(code: str, sender: Sender, key: Secret, now: datetime) -> PendingRun:
    """Return the run that a code confirms.

    Raises
    ------
    InvalidInput: it is not valid for this user and channel, or it has expired.
    """
    payload, _, mac = code.partition(".")
    text = b64url_decode(payload)
    expected = _signature(text, sender, key)
    if not hmac.compare_digest(mac.encode("utf-8", "surrogatepass"), expected.encode()):
        raise InvalidInput(
            "Invalid confirmation code for this user and channel", code="BadCode", hint=HINT
        )
    pending = json.loads(text)
    if pending["expiry"] <= now.timestamp() * 1000:
        raise InvalidInput("This confirmation code has expired", code="OldCode", hint=HINT)
    return PendingRun(
        pending["operation"], pending["parameters"], pending["account"], pending["region"]
    )


def b64url_decode(payload: str) -> str:
    """Return the decoded text, empty if it is not canonical base64url."""
    try:
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        text = raw.decode("ascii")
    except (ValueError, binascii.Error):
        return ""
    return text if b64url_encode(raw) == payload else ""


def used_key(code: str) -> str:
    """Return the key of a used code in the replay cache."""
    return f"confirm:{code.partition('.')[2]}"
