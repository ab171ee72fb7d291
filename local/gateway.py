"""The platforms' HTTP triggers on loopback, in front of the very handlers that are deployed.

``/<trigger>/<function>`` becomes the event and the context of that platform; what the handler
gives back becomes the response. ``web`` is the web app's function, with its paths behind its
name. Each trigger's function is one warm process.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from functions.registry import OPERATIONS, load
from local import contexts
from local.bundling.entries import handler_name
from local.bundling.plan import WEB as WEB_MODULE
from local.emulator import Emulator, Invocation
from local.http_events import TRIGGERS, Http
from shared import entrypoint
from shared.models.operation import Operation
from shared.runtime import Runtime
from shared.runtime.replay_cache import ReplayCache

CONTEXTS: Mapping[str, Callable[..., contexts.Call]] = {
    "aws-rest": contexts.aws,
    "aws-http": contexts.aws,
    "aws-url": contexts.aws,
    "fc": contexts.function_compute,
    "scf": contexts.scf,
    "functiongraph": contexts.functiongraph,
}
"""Trigger -> the platform's context."""

BY_INVOKE_API: Mapping[str, str] = {
    "lambda": "aws-url",
    "fc": "fc",
    "scf": "scf",
    "functiongraph": "functiongraph",
}
"""Invoke API -> the trigger whose warm process takes the run on."""

LARGEST_BODY = 6 * 1024 * 1024
"""Bytes; what the platforms' own gateways take at the most."""
IDLE_SECONDS = 30
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
TEXTS = ("application/json", "application/javascript", "application/xml")
TITLES = {
    400: "Bad Request",
    404: "Not Found",
    413: "Content Too Large",
    502: "Bad Gateway",
}

Handle = Callable[[Operation, object, Any, Runtime], object]
Function = Callable[[object, Any, Runtime], object]
"""Called with an event, its context and the process."""

WEB = "web"
"""The name of the web app's function."""


TO_SLASH = {"statusCode": 308, "body": "", "isBase64Encoded": False}
"""A platform's URL of a function is a folder; without its slash relative URLs lead elsewhere."""


class RefusedError(Exception):
    """The gateway itself refuses, as a platform's would; the handler may not have been called.

    Parameters
    ----------
    status: HTTP status.
    detail: what is wrong, for a person.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was received.

    Parameters
    ----------
    method, path: as in the request line, the path as the function sees it.
    raw_query: the query as it was sent.
    headers: names and values in their order, names as they were received.
    body: the bytes.
    """

    method: str
    path: str
    raw_query: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """The response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def gathered(pairs: tuple[tuple[str, str], ...], *, any_case: bool) -> dict[str, list[str]]:
    """Return all the values of each name, under its first spelling."""
    spellings: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        first = spellings.setdefault(name.lower() if any_case else name, name)
        found.setdefault(first, []).append(value)
    return found


def event_of(trigger: str, request: Request) -> Any:
    """Return the event in which a platform's trigger hands a request in.

    AWS's REST API shows a repeated name's last value, and all of them beside it; the others
    join them with commas. Payload 2.0 keeps the cookies apart from the headers.

    Parameters
    ----------
    trigger: one of :data:`local.http_events.TRIGGERS`.
    request: what was received.
    """
    headers = gathered(request.headers, any_case=True)
    pairs = tuple(parse_qsl(request.raw_query, keep_blank_values=True))
    query = gathered(pairs, any_case=False)
    event = TRIGGERS[trigger](
        Http(
            method=request.method,
            path=request.path,
            headers={name: ",".join(values) for name, values in headers.items()},
            query={name: ",".join(values) for name, values in query.items()},
            body=request.body,
            encoded=is_encoded(trigger, headers, request.body),
        )
    )
    if trigger == "aws-rest":
        event["headers"] = {name: values[-1] for name, values in headers.items()}
        event["multiValueHeaders"] = headers
        event["queryStringParameters"] = {name: query[name][-1] for name in query} or None
        event["multiValueQueryStringParameters"] = query or None
    elif trigger in {"aws-http", "aws-url"}:
        event["rawQueryString"] = request.raw_query
        cookies = event["headers"].pop("cookie", "")
        if cookies:
            event["cookies"] = cookies.split("; ")
    return event


def is_encoded(trigger: str, headers: Mapping[str, list[str]], body: bytes) -> bool:
    """Return whether a platform encodes a body as base64: if it is not text.

    AWS's HTTP API and function URL go by the type that the caller declares.
    """
    try:
        body.decode()
    except UnicodeDecodeError:
        return True
    declared = next((v[-1] for name, v in headers.items() if name.lower() == "content-type"), "")
    kind = declared.partition(";")[0].strip().lower()
    textual = not kind or kind in TEXTS or kind.startswith("text/") or kind.endswith("+json")
    return bool(body) and trigger in {"aws-http", "aws-url"} and not textual


def response_of(reply: object) -> Response:
    """Return the response that a handler's reply asks for.

    Raises
    ------
    RefusedError: one of the four keys is missing or wrong; FunctionGraph takes no such reply.
    """
    wanted = {"statusCode": int, "headers": dict, "body": str, "isBase64Encoded": bool}
    given: Mapping[str, Any] = reply if isinstance(reply, dict) else {}
    wrong = [name for name, kind in wanted.items() if not isinstance(given.get(name), kind)]
    if wrong:
        raise RefusedError(
            502, f"the handler did not return an HTTP response: {', '.join(wrong)} missing or wrong"
        )
    status, headers, body = given["statusCode"], given["headers"], given["body"].encode()
    lines = [text for item in headers.items() for text in item]
    if not 200 <= status < 600 or not all(
        isinstance(text, str) and re.fullmatch(r"[\x20-\x7e]*", text) for text in lines
    ):
        raise RefusedError(
            502, "the handler returned a status or a header that HTTP does not allow"
        )
    if given["isBase64Encoded"]:
        try:
            body = base64.b64decode(body, validate=True)
        except binascii.Error:
            raise RefusedError(
                502, "the handler returned a body that is not the base64 it claims to be"
            ) from None
    return Response(status, headers, body)


def problem(error: RefusedError) -> Response:
    """Return the gateway's own problem document."""
    document = {
        "type": "about:blank",
        "title": TITLES[error.status],
        "status": error.status,
        "detail": f"gateway: {error.detail}",
    }
    headers = {"Content-Type": "application/problem+json"}
    return Response(error.status, headers, json.dumps(document).encode())


def handle_web(event: object, context: Any, process: Runtime) -> object:
    """Call the web app's function."""
    from functions.web.app import WebApp  # slow to import because of werkzeug

    return WebApp(process).handle(event, context)


class Gateway:
    """Listens on loopback and calls the handlers as the platforms do.

    Parameters
    ----------
    emulator: whose endpoints and made-up keys the functions are given.
    settings: the functions' further settings.
    port: a port that must be known beforehand; any free one otherwise.
    process: what the functions' processes are made of; its environment is not used.
    handle: what is called with each event of an operation's function.
    """

    def __init__(
        self,
        emulator: Emulator,
        settings: Mapping[str, str],
        *,
        port: int = 0,
        process: Runtime | None = None,
        handle: Handle = entrypoint.handle,
    ) -> None:
        self._emulator = emulator
        self._settings = dict(settings)
        self._process = process or Runtime()
        self._functions: dict[str, Function] = {}
        self._by_handler: dict[str, Function] = {}
        for name, module in OPERATIONS.items():
            operation = load(name)
            function = partial(handle, operation)
            self._functions[operation.function] = self._by_handler[handler_name(module)] = function
        self._functions[WEB] = self._by_handler[handler_name(WEB_MODULE)] = handle_web
        self._warm: dict[tuple[str, str], Runtime] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="gateway", daemon=True
        )

    @property
    def functions(self) -> list[str]:
        """The names of the functions."""
        return list(self._functions)

    @property
    def address(self) -> str:
        """Host and port, e.g. ``127.0.0.1:40123``."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, trigger: str, function: str) -> str:
        """Return the URL at which a platform's trigger of a function is played."""
        return f"http://{self.address}/{trigger}/{function}"

    def invoke(self, invocation: Invocation) -> object:
        """Run a function for one invocation, in its warm process.

        A deployed function may have any name, so its handler says what it runs.

        Raises
        ------
        LookupError: no function has that handler or, where none was deployed, that name.
        """
        trigger = BY_INVOKE_API[invocation.platform]
        known, wanted = self._by_handler, invocation.handler
        if wanted is None:
            known, wanted = self._functions, invocation.function
        handle = known.get(wanted)
        if handle is None:
            msg = f"the emulator runs no function {wanted}, only {', '.join(known)}"
            raise LookupError(msg)
        call = CONTEXTS[trigger](
            invocation.function, invocation.event, self._environ(trigger), timer=False
        )
        process = self._process_of(trigger, invocation.function, call.environ)
        return handle(call.event, call.context, process)

    def start(self) -> Gateway:
        """Serve requests and asynchronous invocations; can be called once."""
        self._emulator.invocations.run_by(self.invoke)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Gateway:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def answer(self, request: Request) -> Response:
        """Return the response to one request; whatever goes wrong becomes one.

        Parameters
        ----------
        request: its path still leads to a trigger and a function.
        """
        try:
            return response_of(self._call(request))
        except RefusedError as error:
            return problem(error)

    def _call(self, request: Request) -> object:
        _, trigger, function, own = (*request.path.split("/", 3), "", "", "")[:4]
        handle = self._functions.get(function)
        if trigger not in TRIGGERS or handle is None:
            raise RefusedError(
                404,
                f"the paths are /<trigger>/<function>, triggers: {', '.join(TRIGGERS)}; "
                f"functions: {', '.join(self._functions)}",
            )
        if request.path == f"/{trigger}/{WEB}":
            return {**TO_SLASH, "headers": {"Location": f"{WEB}/"}}
        call = CONTEXTS[trigger](function, {}, self._environ(trigger), timer=False)
        event = event_of(trigger, replace(request, path=f"/{own}"))
        process = self._process_of(trigger, function, call.environ)
        try:
            return handle(event, call.context, process)
        except Exception as error:  # noqa: BLE001 - as on a platform, no exception reaches a caller
            raise RefusedError(502, f"the handler raised {type(error).__name__}") from None

    def _environ(self, trigger: str) -> dict[str, str]:
        temporary = CONTEXTS[trigger] is not contexts.aws
        return {**self._emulator.environment(temporary=temporary), **self._settings}

    def _process_of(self, trigger: str, function: str, environ: Mapping[str, str]) -> Runtime:
        """Return the warm process of one trigger's function; its memory is its own."""
        with self._lock:
            key = (trigger, function)
            if key not in self._warm:
                process = self._warm[key] = self._process.with_environ(environ)
                process.replay_cache, process.warned_once = ReplayCache(), set()
            return self._warm[key]


def handler_of(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    """Return the request handler of one gateway."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = IDLE_SECONDS
        wbufsize = -1  # one write for head and body, or each response waits for a delayed ACK

        def do_POST(self) -> None:
            path, _, query = self.path.partition("?")
            try:
                body = read_body(self.headers, self.rfile)
            except RefusedError as error:
                self.close_connection = True  # what follows on it is not known
                self.reply(problem(error))
                return
            headers = tuple(self.headers.items())
            self.reply(gateway.answer(Request(self.command, path, query, headers, body)))

        def reply(self, response: Response) -> None:
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)

        def version_string(self) -> str:
            return "local-gateway"

        def log_message(self, *_args: object) -> None:
            """Log nothing: the handlers' own log lines do."""

    for method in METHODS:
        setattr(Handler, f"do_{method}", Handler.do_POST)
    return Handler


def read_body(headers: Message, stream: BufferedIOBase) -> bytes:
    """Return a request's body.

    Raises
    ------
    RefusedError: it has no length, or it is too large for any platform.
    """
    length = headers.get_all("content-length", ["0"])
    if "transfer-encoding" in headers:
        raise RefusedError(400, "send the body with Content-Length, not Transfer-Encoding")
    if len(length) != 1 or not re.fullmatch(r"[0-9]{1,12}", length[0]):
        raise RefusedError(400, "Content-Length is not a number")
    if int(length[0]) > LARGEST_BODY:
        raise RefusedError(413, f"the body is larger than {LARGEST_BODY // 1024 // 1024} MB")
    return stream.read(int(length[0]))
