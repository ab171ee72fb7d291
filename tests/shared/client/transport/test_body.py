"""A body is limited in size, compressed or not, and never counts as complete if truncated."""

from __future__ import annotations

import gzip
import http.client
import json
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.client.transport.body import MAX_BODY_BYTES, decompress
from shared.errors import BadResponse
from tests.shared.client.transport.test_response import OK, chunked, receive, send
from tests.support.raw_server import raw_server, responding
from tests.support.repository import ROOT

TOO_MANY = MAX_BODY_BYTES + 1


def encoded(coding: str, body: bytes) -> bytes:
    head = f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return OK + head.encode() + body


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def test_the_limit_is_eight_megabytes() -> None:
    assert MAX_BODY_BYTES == 8 * 1024 * 1024


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"{}")),
        ("x-gzip", gzip.compress(b"{}")),
        ("GZIP", gzip.compress(b"{}")),
        ("gzip", gzip.compress(b"{") + gzip.compress(b"}")),
        ("deflate", zlib.compress(b"{}")),
        ("deflate", raw_deflate(b"{}")),
        ("identity", b"{}"),
    ],
    ids=["gzip", "x-gzip", "GZIP", "members", "zlib", "deflate", "identity"],
)
def test_a_compressed_body_is_decompressed_though_not_requested(coding: str, packed: bytes) -> None:
    assert receive(encoded(coding, packed)).body == b"{}"


def test_compressed_chunks_are_decompressed() -> None:
    packed = gzip.compress(b"{}")
    head = OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = b"".join(b"1\r\n%b\r\n" % packed[at : at + 1] for at in range(len(packed)))
    assert receive(head + pieces + b"0\r\n\r\n").body == b"{}"


def test_an_empty_compressed_body_is_empty() -> None:
    assert receive(encoded("gzip", b"")).body == b""


def test_what_is_not_compressed_as_it_says_is_refused() -> None:
    with pytest.raises(BadResponse, match="not compressed") as refused:
        receive(encoded("gzip", b"{}"))
    assert refused.value.outcome_unknown
    assert refused.value.http_status == 200


PACKED = gzip.compress(b'{"a": 1}' * 50), zlib.compress(b'{"a": 1}' * 50), raw_deflate(b"ab" * 50)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([("gzip", PACKED[0]), ("deflate", PACKED[1])]), st.data())
def test_a_compressed_body_that_is_cut_off_is_an_incomplete_response(
    packed: tuple[str, bytes], data: st.DataObject
) -> None:
    coding, body = packed
    end = data.draw(st.integers(1, len(body) - 1))
    with pytest.raises(BadResponse) as refused:
        receive(encoded(coding, body[:end]))
    assert (refused.value.outcome_unknown, refused.value.code) == (True, "BrokenAnswer")


def test_a_truncated_second_member_is_an_incomplete_response() -> None:
    with pytest.raises(BadResponse) as refused:
        receive(encoded("gzip", gzip.compress(b"{") + gzip.compress(b"}")[:-4]))
    assert refused.value.code == "BrokenAnswer"


# Large bodies are made in the tests: every worker that collects them would make all of them.
LARGEST = bytes(MAX_BODY_BYTES)


@pytest.mark.parametrize(
    "text",
    [
        lambda: OK + b"Content-Length: %d\r\n\r\n" % MAX_BODY_BYTES + LARGEST,
        lambda: encoded("gzip", gzip.compress(LARGEST)),
        lambda: encoded("gzip", gzip.compress(LARGEST[:-1]) + gzip.compress(b"x")),
        lambda: encoded("deflate", zlib.compress(LARGEST)),
        lambda: encoded("deflate", raw_deflate(LARGEST)),
    ],
    ids=["length", "gzip", "members", "zlib", "deflate"],
)
def test_a_body_at_the_limit_is_read(text: Callable[[], bytes]) -> None:
    assert len(receive(text()).body) == MAX_BODY_BYTES


def test_a_truncated_body_at_the_limit_is_an_incomplete_response() -> None:
    with pytest.raises(BadResponse) as refused:
        receive(encoded("gzip", gzip.compress(LARGEST)[:-1]))
    assert refused.value.code == "BrokenAnswer"


@pytest.mark.parametrize(
    "text",
    [
        lambda: OK + b"Content-Length: %d\r\n\r\n" % TOO_MANY,
        lambda: OK + b"Content-Length: 999999999999999\r\n\r\n",
        lambda: chunked(bytes(TOO_MANY)),
        lambda: chunked(*[bytes(1024 * 1024)] * 9),
        lambda: OK + b"\r\n" + bytes(TOO_MANY),
        lambda: encoded("gzip", gzip.compress(bytes(TOO_MANY))),
        lambda: encoded("gzip", gzip.compress(bytes(MAX_BODY_BYTES)) + gzip.compress(b"x")),
        lambda: encoded("deflate", zlib.compress(bytes(TOO_MANY))),
        lambda: encoded("deflate", raw_deflate(bytes(TOO_MANY))),
    ],
    ids=[
        "length",
        "huge",
        "chunk",
        "chunks",
        "until the end",
        "gzip",
        "members",
        "zlib",
        "deflate",
    ],
)
def test_a_response_above_the_limit_is_refused(text: Callable[[], bytes]) -> None:
    with pytest.raises(BadResponse, match="larger") as refused:
        receive(text())
    assert (refused.value.outcome_unknown, refused.value.retryable) == (True, False)
    assert refused.value.http_status == 200


LARGE = bytes(MAX_BODY_BYTES + 10)


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", lambda: gzip.compress(LARGE, 1)),
        ("gzip", lambda: gzip.compress(LARGEST, 1) + gzip.compress(b"0123456789")),
        ("gzip", lambda: gzip.compress(LARGEST[:-1], 1) + gzip.compress(b"0123456789")),
        ("deflate", lambda: raw_deflate(LARGE)),
    ],
    ids=["gzip", "members", "a member across the limit", "deflate"],
)
def test_decompression_ends_one_byte_above_the_limit(
    coding: str, packed: Callable[[], bytes]
) -> None:
    assert len(decompress(packed(), coding)) == MAX_BODY_BYTES + 1


def test_the_error_for_a_truncated_body_holds_nothing_of_it() -> None:
    with pytest.raises(http.client.IncompleteRead) as cut_off:
        decompress(gzip.compress(b"a secret")[:-1], "gzip")
    assert cut_off.value.partial == b""


BOMB_BYTES = 100 * 1024 * 1024


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", lambda: gzip.compress(bytes(BOMB_BYTES))),
        ("gzip", lambda: gzip.compress(b"{") + gzip.compress(bytes(BOMB_BYTES))),
        ("deflate", lambda: raw_deflate(bytes(BOMB_BYTES))),
    ],
    ids=["gzip", "members", "deflate"],
)
def test_a_bomb_takes_no_more_memory_than_the_limit(coding: str, body: Callable[[], bytes]) -> None:
    bomb = encoded(coding, body())
    tracemalloc.start()
    try:
        with pytest.raises(BadResponse, match="larger"):
            receive(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * MAX_BODY_BYTES


RUN = """
import json, re, sys
from pathlib import Path
from functions.huawei.sync_dev_servers import OPERATION
from shared.entrypoint import handle
from shared.runtime import Runtime
environ = json.loads(sys.argv[1])
result = handle(OPERATION, {"on_failure": "return"}, None, Runtime(environ=environ))
# Not ru_maxrss, in which Linux counts the process that started this one.
status = Path("/proc/self/status").read_text()
peak = int(re.search(r"VmHWM:\\s+([0-9]+) kB", status)[1]) // 1024
print(json.dumps([result["error"]["code"], peak]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "text",
    [
        lambda: chunked(b'{"data":[' + b"[]," * (20 * 1024 * 1024 // 3) + b"[]]}"),
        lambda: encoded("gzip", gzip.compress(b'{"data":[0' + b",0" * (30 * 1024 * 1024) + b"]}")),
    ],
    ids=["lists", "gzip"],
)
def test_no_response_takes_more_memory_than_a_function_has(text: Callable[[], bytes]) -> None:
    with raw_server(responding(text())) as (port, _):
        environ = {
            "HUAWEICLOUD_SDK_AK": "HWEXAMPLE0001",
            "HUAWEICLOUD_SDK_SK": "exampleHwSecret0001",
            "HUAWEICLOUD_REGION": "cn-north-4",
            "HUAWEICLOUD_SDK_PROJECT_ID": "p1",
            "MODELARTS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "LOG_LEVEL": "CRITICAL",
        }
        ran = subprocess.run(
            [sys.executable, "-c", RUN, json.dumps(environ)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    code, peak = json.loads(ran.stderr.splitlines()[-1])
    assert code == "BadResponse"
    assert peak < 128


def test_a_body_of_tiny_chunks_takes_little_memory() -> None:
    body = b"[]" * 200_000
    text = OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"2\r\n[]\r\n" * 200_000 + b"0\r\n\r\n"
    with raw_server(responding(text)) as (port, _):
        tracemalloc.start()
        try:
            assert send(port, seconds=60).body == body
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 12 * 1024 * 1024
