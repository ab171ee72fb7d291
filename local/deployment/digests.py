"""The digests of zips: each begins with its kind, and platforms report one kind each."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

CRC64_POLYNOMIAL = 0xC96C5795D7870F42
"""ECMA-182's, with its bits reversed."""

ALL_ONES = 0xFFFFFFFFFFFFFFFF
SHOWN_CHARACTERS = 12


def sha256_digest(zip_bytes: bytes) -> str:
    """Return a zip's SHA-256 in hexadecimal."""
    return f"sha256 {sha256(zip_bytes).hexdigest()}"


@lru_cache(maxsize=4)
def crc64_digest(zip_bytes: bytes) -> str:
    """Return a zip's CRC-64 as Alibaba Cloud's services write it, in decimal.

    It is that of ECMA-182 with reflected bits, which the format XZ uses too. A bundle takes about a
    second and is the code of several functions, so the last ones are kept.
    """
    table = _crc64_table()
    crc = ALL_ONES
    for byte in zip_bytes:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return f"crc64 {crc ^ ALL_ONES}"


def short_digest(digest: str) -> str:
    """Return a digest for people: its kind and its first twelve characters."""
    kind, _, value = digest.partition(" ")
    return f"{kind} {value[:SHOWN_CHARACTERS]}"


def _crc64_table() -> list[int]:
    table = []
    for byte in range(256):
        crc = byte
        for _bit in range(8):
            crc = (crc >> 1) ^ (CRC64_POLYNOMIAL if crc & 1 else 0)
        table.append(crc)
    return table
