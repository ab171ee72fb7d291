"""The digests of zips: their kinds, their values, and how people see them."""

from __future__ import annotations

import lzma

import pytest

from local.deployment.digests import crc64_digest, sha256_digest, short_digest


def crc64_of_xz(data: bytes) -> int:
    """Return the checksum that liblzma computes of the same bytes."""
    packed = lzma.compress(data, check=lzma.CHECK_CRC64, preset=0)
    index_size = (int.from_bytes(packed[-8:-4], "little") + 1) * 4
    end = len(packed) - 12 - index_size
    return int.from_bytes(packed[end - 8 : end], "little")


@pytest.mark.parametrize("data", [b"a", b"123456789", bytes(range(256)) * 41])
def test_the_crc64_is_that_of_the_format_xz(data: bytes) -> None:
    assert crc64_digest(data) == f"crc64 {crc64_of_xz(data)}"


def test_the_crc64_has_the_check_value_that_is_published_for_it() -> None:
    assert crc64_digest(b"123456789") == f"crc64 {0x995DC9BBDF1939FA}"
    assert crc64_digest(b"") == "crc64 0"


def test_a_digest_is_shortened_for_people() -> None:
    assert sha256_digest(b"").startswith("sha256 e3b0c44298fc1c14")
    assert short_digest(sha256_digest(b"")) == "sha256 e3b0c44298fc"
    assert short_digest(crc64_digest(b"123456789")) == "crc64 110512108693"
