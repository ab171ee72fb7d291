"""Compares a request with that of a vendor's SDK, header by header."""

from __future__ import annotations

import hashlib
import json
import re
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl

from tests.support.raw_server import raw_server, read_request


@dataclass(frozen=True)
class Difference:
    """One way in which our requests differ from the SDK's.

    Parameters
    ----------
    theirs, ours: regular expressions of the whole values; None if it is not sent.
    reason: why we differ.
    """

    theirs: str | None
    ours: str | None
    reason: str


USER_AGENT = "names the client"
TELEMETRY = "telemetry about the vendor's SDK; no response depends on it"
NOT_REQUIRED = (
    "the page requires content-type, host and x-acs-* only, and a proxy may change the rest"
)
ADDED_LAST = "the transport adds it after signing, and a proxy may change it"
JSON_ONLY = "nothing but JSON is read; the SDK leaves it to its HTTP library"
UNCOMPRESSED = "each HTTP library's default; a compressed response is read all the same"
PERSISTENT = "HTTP/1.1 connections are persistent without it"

DIFFERENCES: Mapping[str, Mapping[str, Difference]] = {
    "alibaba": {
        "user-agent": Difference("AlibabaCloud .+", "cloud-sync-functions", USER_AGENT),
        "x-acs-credentials-provider": Difference("static_(ak|sts)", None, TELEMETRY),
        "signed x-acs-credentials-provider": Difference("yes", None, TELEMETRY),
        "signed user-agent": Difference("yes", None, NOT_REQUIRED),
        "signed accept": Difference("yes", None, NOT_REQUIRED),
    },
    "tencent": {
        "user-agent": Difference("python-requests/.+", "cloud-sync-functions", USER_AGENT),
        "accept": Difference(r"\*/\*", "application/json", JSON_ONLY),
        "accept-encoding": Difference("gzip, deflate.*", "identity", UNCOMPRESSED),
        "connection": Difference("keep-alive", None, PERSISTENT),
        "x-tc-language": Difference("zh-CN", "en-US", "results are in English"),
        "x-tc-requestclient": Difference("SDK_PYTHON_.+", None, TELEMETRY),
        "x-tc-traceid": Difference("[0-9a-f-]{36}", None, TELEMETRY),
        "signed x-tc-action": Difference(None, "yes", "the page's example signs the action too"),
    },
    "huawei": {
        "user-agent": Difference("huaweicloud-usdk-python/.+", "cloud-sync-functions", USER_AGENT),
        "accept": Difference(r"\*/\*", "application/json", JSON_ONLY),
        "accept-encoding": Difference("gzip, deflate.*", "identity", UNCOMPRESSED),
        "connection": Difference("keep-alive", None, PERSISTENT),
        "signed user-agent": Difference("yes", None, ADDED_LAST),
        "signed accept": Difference(
            None, "yes", "every header set before signing is signed, as in the SDK"
        ),
    },
}
"""All differences, by vendor; every request of a vendor has each of its differences."""


@contextmanager
def recording_server(
    response_to: Callable[[str], object],
) -> Iterator[tuple[str, list[bytes]]]:
    """Serve JSON by path on loopback; yields the endpoint and the list of the requests received."""
    received: list[bytes] = []

    def serve(connection: socket.socket, _number: int) -> None:
        while request := read_request(connection):
            received.append(request)
            path = request.split(b" ", 2)[1].partition(b"?")[0].decode()
            body = json.dumps(response_to(path)).encode()
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
            )
            connection.sendall(head.encode() + b"\r\n\r\n" + body)

    with raw_server(serve) as (port, _):
        yield f"127.0.0.1:{port}", received


def facets(request: bytes) -> dict[str, object]:
    """Return what a request consists of, by name; what must differ is reduced to its form."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *lines = head.decode("ascii").split("\r\n")
    method, target, version = line.split(" ")
    path, _, query = target.partition("?")
    headers = [
        (name.lower(), value.strip()) for name, _, value in (x.partition(":") for x in lines)
    ]
    found: dict[str, object] = {name: form(name, value, body) for name, value in headers}
    assert len(found) == len(headers), "a header is sent twice"
    signed = re.findall("SignedHeaders=([^,]+)", dict(headers).get("authorization", ""))
    names = signed[0].split(";") if signed else []
    assert names == sorted(names)
    found.update({f"signed {name}": "yes" for name in names})
    found["request line"] = f"{method} {path} {version}"
    found["query"] = sorted(query.split("&"))
    if found.get("content-type") == "application/x-www-form-urlencoded":
        found["body"] = parse_qsl(body.decode())
    else:
        found["body"] = json.loads(body) if body else None
    return found


def form(name: str, value: str, body: bytes) -> str:
    """Return a header's value, or its form if it must differ from request to request."""
    if name == "content-length":
        assert int(value) == len(body)
        return "the body's length"
    if name == "x-acs-content-sha256":
        assert value == hashlib.sha256(body).hexdigest()
        return "the body's hash"
    if name in {"x-acs-date", "x-sdk-date", "x-tc-timestamp"}:
        return re.sub(r"\d", "0", value)
    if name == "x-acs-signature-nonce":
        return re.sub("[0-9a-f]", "x", value)
    if name == "authorization":
        value = re.sub(r"/\d{4}-\d\d-\d\d/", "/date/", value)
        value = re.sub("SignedHeaders=[^,]+", "SignedHeaders=names", value)
        return re.sub("Signature=[0-9a-f]{64}$", "Signature=signature", value)
    return value


def differences(theirs: bytes, ours: bytes) -> dict[str, tuple[object, object]]:
    """Return the facets in which two requests differ, None where one has none."""
    one, other = facets(theirs), facets(ours)
    return {
        name: (one.get(name), other.get(name))
        for name in one.keys() | other.keys()
        if one.get(name) != other.get(name)
    }


def problems(
    found: Mapping[str, tuple[object, object]], listed: Mapping[str, Difference]
) -> Sequence[str]:
    """Return what differs and is not listed, and what is listed and does not differ as listed."""
    found_problems = [f"{name}: not listed: {found[name]}" for name in found.keys() - listed.keys()]
    found_problems += [f"{name}: listed, but equal" for name in listed.keys() - found.keys()]
    for name in found.keys() & listed.keys():
        for value, pattern in zip(
            found[name], (listed[name].theirs, listed[name].ours), strict=True
        ):
            if pattern is None or value is None:
                good = pattern is value
            else:
                good = re.fullmatch(pattern, str(value)) is not None
            if not good:
                found_problems.append(f"{name}: listed as {pattern}, is {value}")
    return sorted(found_problems)
