"""When a key id, a secret and a token make up keys, and when they are a mistake."""

from __future__ import annotations

from shared.errors import Misconfigured
from shared.models.identity import Keys
from shared.models.secret import Secret

Part = tuple[str, "str | None"]
"""One of the texts that make up keys: where it stands, for people (a setting's name or a field
of a file), and what stands there, None or blank when nothing does.
"""


def key_pair(
    key_id: Part,
    secret: Part,
    token: Part | None = None,
    *,
    source: str,
    token_required: bool = False,
) -> Keys | None:
    """Return the keys that the parts make up, or None when none of them is filled.

    Parameters
    ----------
    key_id, secret, token: the parts, as they were read.
    source: where they were found; becomes the keys' own.
    token_required: whether the place is one for temporary keys.

    Raises :class:`shared.errors.Misconfigured` when only some parts are filled, or when one
    could not be sent in a header. The message names parts, never what they hold.
    """
    parts = [key_id, secret] + ([token] if token else [])
    texts = {part[0]: text for part in parts if (text := header_text(part))}
    if not texts:
        return None
    needed = parts if token_required else parts[:2]
    missing = [name for name, _ in needed if name not in texts]
    if missing:
        raise Misconfigured(
            f"Half-set credentials: {' and '.join(texts)} set, {' and '.join(missing)} not.",
            hint=f"Set {' and '.join(missing)} too, or remove {' and '.join(texts)}.",
        )
    session = texts.get(token[0]) if token else None
    return Keys(
        access_key_id=texts[key_id[0]],
        secret=Secret(texts[secret[0]]),
        token=Secret(session) if session else None,
        source=source,
    )


def header_text(part: Part) -> str:
    """Return a part's text without surrounding whitespace; empty when there is none.

    Raises :class:`shared.errors.Misconfigured` for a text that no vendor ever gave out and
    that would break the header it is sent in.
    """
    name, given = part
    text = (given or "").strip()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise Misconfigured(
            f"{name} holds a space, a line break, a control or a non-ASCII character.",
            hint="Copy the value again, in one piece and without anything around it.",
        )
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        raise Misconfigured(
            f"{name} is in quotes, which would be taken as part of it.",
            hint="Remove the quotes.",
        )
    return text
