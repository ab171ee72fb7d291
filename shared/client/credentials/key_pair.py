"""Combines a key ID, a secret and a token into an access key, or reports what is missing."""

from __future__ import annotations

from shared.errors import Misconfigured
from shared.models.credentials import AccessKey
from shared.models.secret import Secret

TEMPORARY_PREFIX = "STS."
"""How the ID of Alibaba Cloud's temporary keys starts; the other vendors' cannot be told apart.

Source: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
"""

NamedValue = tuple[str, "str | None"]
"""One part of an access key: its name, for people (a setting or a field of a file), and its value,
None or blank if it is not set.
"""


def make_access_key(
    key_id: NamedValue,
    secret: NamedValue,
    token: NamedValue | None = None,
    *,
    source: str,
    token_required: bool = False,
) -> AccessKey | None:
    """Return the keys with these parts, or None if no part is set.

    Parameters
    ----------
    key_id, secret, token: the parts, not validated yet.
    source: where they were found.
    token_required: whether the source holds temporary keys.

    Raises :class:`shared.errors.Misconfigured` if only some parts are set, or if one cannot be
    sent in a header. The message names the parts, never their values.
    """
    parts = [key_id, secret] + ([token] if token else [])
    texts = {part[0]: text for part in parts if (text := require_header_safe(part))}
    if not texts:
        return None
    temporary = token_required or texts.get(key_id[0], "").startswith(TEMPORARY_PREFIX)
    needed = parts if temporary else parts[:2]
    missing = [name for name, _ in needed if name not in texts]
    if missing:
        raise Misconfigured(
            f"Incomplete credentials: {_with_verb(list(texts))} set, "
            f"{_with_verb(missing)} missing.",
            hint=f"Also set {' and '.join(missing)}, or remove {' and '.join(texts)}.",
        )
    session = texts.get(token[0]) if token else None
    return AccessKey(
        access_key_id=texts[key_id[0]],
        secret=Secret(texts[secret[0]]),
        token=Secret(session) if session else None,
        source=source,
    )


def _with_verb(names: list[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"


def require_header_safe(part: NamedValue) -> str:
    """Return a part's value without surrounding whitespace, empty if it is not set.

    Raises :class:`shared.errors.Misconfigured` for a value that no vendor issues and that is not
    valid in a header.
    """
    name, raw = part
    text = (raw or "").strip()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise Misconfigured(
            f"{name} contains a space, a line break, a control or a non-ASCII character.",
            hint="Copy the value again, complete and with nothing around it.",
        )
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        raise Misconfigured(
            f"{name} is in quotes, which would become part of it.",
            hint="Remove the quotes.",
        )
    return text
