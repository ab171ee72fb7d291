"""Finds secrets in a text, however often they were escaped.

Imported only for a text that may contain one. The time is linear in the text: each level of
escaping is undone in one pass, and what was found is skipped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from shared.redaction.secret_forms import FOLDED, SecretForms, beginning_of

Span = tuple[int, int]
"""Where a secret starts and ends."""

Position = Callable[[int], int]
"""Returns where in the original text a position in an unescaped text is."""

MAX_LEVELS = 3
"""How often the escapes of URLs or of JSON are undone, in any order."""

URL_ESCAPES = re.compile(rb"%([0-9A-Fa-f]{2})")
JSON_ESCAPES = re.compile(
    rb"\\u([dD][89abAB][0-9A-Fa-f]{2})\\u([dD][c-fC-F][0-9A-Fa-f]{2})"
    rb"|\\u([0-9A-Fa-f]{4})"
    rb"|\\([^u])",
    re.DOTALL,
)
CONTROL_CHARACTERS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
WORD_CHARACTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")


def replace_secrets(text: str, secrets: Iterable[SecretForms]) -> str:
    """Return a text with every secret replaced, in whichever form it appears.

    Parameters
    ----------
    text: the text.
    secrets: those to look for; where two overlap, the first one's replacement is used.
    """
    raw = text.encode("utf-8", "surrogatepass")
    ordered = tuple(secrets)
    found = [
        (source(start), source(end), number, secret.replacement)
        for level, source in unescaped_texts(raw, int, MAX_LEVELS)
        for folded in (level.translate(FOLDED),)
        for number, secret in enumerate(ordered)
        for start, end in spans_of(level, folded, secret)
    ]
    pieces: list[bytes] = []
    position = 0
    for start, end, replacement in merged(found):
        pieces += (raw[position:start], replacement.encode())
        position = end
    return b"".join((*pieces, raw[position:])).decode("utf-8", "surrogatepass")


def merged(found: list[tuple[int, int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield the parts of a text to replace, in order; those that overlap or touch as one."""
    start, end, first, replacement = 0, -1, 0, ""
    for each_start, each_end, number, text in sorted(found):
        if each_start > end:
            if end >= 0:
                yield start, end, replacement
            start, end, first, replacement = each_start, each_end, number, text
            continue
        end = max(end, each_end)
        if number < first:
            first, replacement = number, text
    if end >= 0:
        yield start, end, replacement


def unescaped_texts(raw: bytes, source: Position, levels: int) -> Iterator[tuple[bytes, Position]]:
    """Yield a text, and what it is after undoing escapes.

    Parameters
    ----------
    raw: the text.
    source: returns where a position in it is in the original text; so does what comes with each
        text that is yielded.
    levels: how often to undo escapes.
    """
    yield raw, source
    if not levels:
        return
    for escapes, meaning in ((URL_ESCAPES, url_character), (JSON_ESCAPES, json_character)):
        text, positions = unescape(raw, escapes, meaning)
        if positions:
            yield from unescaped_texts(text, mapped(positions, source), levels - 1)


def spans_of(raw: bytes, folded: bytes, secret: SecretForms) -> Iterator[Span]:
    """Yield where a secret is in a text, without undoing any escapes.

    Parameters
    ----------
    raw: the text.
    folded: the same, translated by :data:`FOLDED`.
    secret: what to look for.
    """
    if secret.is_short:
        yield from whole_words(raw, secret.exact)
        return
    for form in secret.folded:
        yield from beginnings(folded, form)


def whole_words(raw: bytes, word: bytes) -> Iterator[Span]:
    """Yield where a word is that no letter, digit or underscore precedes or follows."""
    start = raw.find(word)
    while start >= 0:
        end = start + len(word)
        before, after = raw[max(0, start - 1) : start], raw[end : end + 1]
        if WORD_CHARACTERS.isdisjoint(before) and WORD_CHARACTERS.isdisjoint(after):
            yield start, end
        start = raw.find(word, end)


def beginnings(folded: bytes, form: bytes) -> Iterator[Span]:
    """Yield where a form is, or as much of its beginning as there is."""
    beginning = beginning_of(form)
    start = folded.find(beginning)
    while start >= 0:
        end = start + len(beginning)
        if folded.startswith(form, start):
            end = start + len(form)
        else:
            last = min(len(folded), start + len(form))
            while end < last and folded[end] == form[end - start]:
                end += 1
        yield start, end
        start = folded.find(beginning, end)


def unescape(
    raw: bytes, escapes: re.Pattern[bytes], meaning: Callable[[re.Match[bytes]], bytes]
) -> tuple[bytes, list[Span]]:
    """Replace every escape by its meaning.

    Returns the text, and for each escape the positions after it: in this text, and in ``raw``.
    """
    pieces: list[bytes] = []
    positions: list[Span] = []
    length = position = 0
    for escape in escapes.finditer(raw):
        literal, character = raw[position : escape.start()], meaning(escape)
        pieces += (literal, character)
        position = escape.end()
        length += len(literal) + len(character)
        positions.append((length, position))
    return b"".join((*pieces, raw[position:])), positions


def url_character(escape: re.Match[bytes]) -> bytes:
    """Return the byte that a percent-encoded sequence represents."""
    return bytes.fromhex(escape[1].decode())


def json_character(escape: re.Match[bytes]) -> bytes:
    """Return the character that a JSON escape sequence represents, in UTF-8."""
    high, low, utf16, character = escape.groups()
    if high:
        pair = bytes.fromhex((high + low).decode()).decode("utf-16-be")
        return pair.encode("utf-8")
    if utf16:
        return chr(int(utf16, 16)).encode("utf-8", "surrogatepass")
    return CONTROL_CHARACTERS.get(character, character)


def mapped(positions: list[Span], outer: Position) -> Position:
    """Return the function from a position in an unescaped text to the one in the original.

    Parameters
    ----------
    positions: as :func:`unescape` returned them.
    outer: the same for the text that was unescaped.
    """
    unescaped_ends = [0, *(each for each, _ in positions)]
    escape_ends = [0, *(each for _, each in positions)]

    def source(position: int) -> int:
        last = bisect_right(unescaped_ends, position) - 1
        return outer(escape_ends[last] + position - unescaped_ends[last])

    return source
