"""Lambda's API for synchronous invocations, on loopback, over functions that a test passes in."""

from __future__ import annotations

import json
import re
import threading
import traceback
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

Function = Callable[[dict[str, object]], object]
"""What an event is passed to; what it raises becomes the function's error."""

REQUEST_ID = "00000000-0000-4000-8000-00000000aaaa"
PATH = re.compile(r"/2015-03-31/functions/(?P<name>[^/]+)/invocations")


class LambdaInvokeApi:
    """Answers ``Invoke`` as Lambda does: the response, or the exception with its type.

    Parameters
    ----------
    functions: function name -> what runs it.
    """

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(functions))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> LambdaInvokeApi:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def handler_of(functions: Mapping[str, Function]) -> type[BaseHTTPRequestHandler]:
    """Return a request handler over these functions."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            found = PATH.fullmatch(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            function = functions.get(found["name"]) if found else None
            if function is None:
                headers = {"X-Amzn-ErrorType": "ResourceNotFoundException"}
                self.answer(404, {"Message": f"Function not found: {self.path}"}, headers)
                return
            try:
                self.answer(200, function(json.loads(body)), {})
            except Exception as error:  # noqa: BLE001 - as Lambda's runtime client does
                self.answer(200, exception_of(error), {"X-Amz-Function-Error": "Unhandled"})

        def answer(self, status: int, value: object, headers: Mapping[str, str]) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("x-amzn-RequestId", REQUEST_ID)
            for name, text in headers.items():
                self.send_header(name, text)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Write nothing."""

    return Handler


def exception_of(error: Exception) -> dict[str, object]:
    """Return an exception as Lambda's runtime for Python reports it."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": REQUEST_ID,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }
