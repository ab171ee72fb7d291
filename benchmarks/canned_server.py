"""A server with canned responses, as fast as a socket: what the warm calls are made to.

The emulator verifies signatures and would take longer over a response than its callers; here
the callers are measured. ``python -m benchmarks.canned_server [--servers N]`` prints the
settings that point to it as one line of JSON, and ends when its standard input does.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from email.utils import formatdate

from benchmarks.provider import PROJECT, TASK, in_another_process
from local.emulator import Emulator, SyncTask, generate
from local.emulator.message import to_json
from local.emulator.server import ENDPOINT_SETTINGS

PAGE_SIZE = 1000
REQUEST_ID = "00000000-0000-4000-8000-0000000000ff"

Responder = Callable[[bytes], bytes]
"""Returns the body of the response to a request's head."""


def answers(servers: int) -> Mapping[str, Responder]:
    """Return the response of each service."""
    edas = {"Code": 200, "Data": "PopSyncResource success", "Message": "success", "Success": True}
    cwp = {
        "State": "FINISHED",
        "LatestStartTime": "2026-11-21 10:00:00",
        "LatestEndTime": "2026-11-21 10:00:05",
        "RequestId": REQUEST_ID,
    }
    task = SyncTask(TASK, PROJECT, status="SYNCHRONIZING")
    pages = dict(dev_server_pages(servers))

    def page(head: bytes) -> bytes:
        found = re.search(rb"[?&]offset=(\d+)", head)
        return pages[int(found[1]) if found else 0]

    return {
        "edas": always({**edas, "RequestId": REQUEST_ID}),
        "ehpc": always({"RequestId": REQUEST_ID}),
        "cwp": always({"Response": cwp}),
        "oms": always(task.as_json()),
        "modelarts": page,
    }


def always(body: object) -> Responder:
    """Return a responder with the same body for every request."""
    text = to_json(body)
    return lambda _head: text


def dev_server_pages(servers: int) -> Iterator[tuple[int, bytes]]:
    """Yield each page's offset and its body."""
    known = generate(servers)
    for offset in range(0, max(servers, 1), PAGE_SIZE):
        page = {
            "current": offset // PAGE_SIZE,
            "data": known[offset : offset + PAGE_SIZE],
            "pages": -(-servers // PAGE_SIZE),
            "size": PAGE_SIZE,
            "total": servers,
        }
        yield offset, to_json(page)


def listen(answer: Responder) -> str:
    """Serve on a free port of this machine from now on, and return its URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(
                target=serve_connection, args=(connection, answer), daemon=True
            ).start()

    threading.Thread(target=accept, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def serve_connection(connection: socket.socket, answer: Responder) -> None:
    """Serve one connection until the caller closes it."""
    pending = b""
    with connection:
        while True:
            while b"\r\n\r\n" not in pending:
                data = connection.recv(65_536)
                if not data:
                    return
                pending += data
            head, _, pending = pending.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            missing = (int(length[1]) if length else 0) - len(pending)
            while missing > 0:
                missing -= len(connection.recv(missing))
            pending = b""  # no caller pipelines its requests
            body = answer(head)
            start = (
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: keep-alive\r\n"
                f"Date: {formatdate(usegmt=True)}\r\nX-Request-Id: {REQUEST_ID}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            connection.sendall(start.encode() + body)


def serve(servers: int) -> None:
    """Serve until standard input ends."""
    # Keys and regions come from an emulator that is not started; the ports are ours.
    defaults = Emulator(ports=dict.fromkeys(ENDPOINT_SETTINGS, 0)).environment()
    ours = {ENDPOINT_SETTINGS[name]: listen(answer) for name, answer in answers(servers).items()}
    print(json.dumps({**defaults, **ours, "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT}), flush=True)
    sys.stdin.read()


def running(servers: int = 25) -> AbstractContextManager[dict[str, str]]:
    """Yield the settings of a canned server that runs in another process."""
    return in_another_process("benchmarks.canned_server", "--servers", str(servers))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Respond to a benchmark's calls.")
    parser.add_argument("--servers", type=int, default=25)
    serve(parser.parse_args().servers)
