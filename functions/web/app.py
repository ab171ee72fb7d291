"""The web app: ``app`` for any WSGI server, ``handler`` for the four function platforms.

Most modules are imported only by the requests that need them: the page and the health check must
not wait for the operations.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from shared.cold_start.stub_imports import StubModule

# Only needed for a development server, which no function platform starts.
with StubModule("werkzeug.serving", "run_simple"):
    import serverless_wsgi

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from functions.web import static_files
from functions.web.base_path import split_path
from functions.web.internal_error import internal_error_response
from functions.web.received_event import ReceivedEvent
from functions.web.wsgi_event import to_payload_v2
from functions.web.wsgi_response import complete
from shared.clock import Clock
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest, parse_request
from shared.http_trigger.response import HttpResponse, from_problem, json_response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from shared.invocation import Invocation
    from shared.runtime import Runtime

JSON = {"Content-Type": "application/json"}
RECEIVED = "cloud_sync.received"
REQUEST = "cloud_sync.request"
"""The keys of the received event and of its request in the WSGI environment."""

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""The headers of every response; there is no CORS, so other sites cannot read responses."""

ROUTES = Map(
    [
        Rule("/", endpoint="page", methods=["GET"], defaults={"name": static_files.INDEX}),
        Rule("/<asset:name>", endpoint="page", methods=["GET"]),
        Rule("/health", endpoint="health", methods=["GET"]),
        Rule("/openapi.json", endpoint="openapi", methods=["GET"]),
        Rule("/operations", endpoint="operations", methods=["GET"]),
        Rule("/operations/<operation_id>", endpoint="operation", methods=["GET", "POST"]),
        Rule("/operations/<operation_id>/status", endpoint="status", methods=["POST"]),
        Rule("/chat/<any(slack,dingtalk):kind>", endpoint="chat", methods=["POST"]),
        Rule(
            "/chat/slack/interactive",
            endpoint="chat",
            methods=["POST"],
            defaults={"kind": "slack/interactive"},
        ),
    ],
    converters={"asset": static_files.AssetName},
    merge_slashes=False,
    redirect_defaults=False,
)
"""All paths; HEAD is supported wherever GET is."""


IMPORTS = threading.RLock()
"""Held while the modules of a route are imported. A thread that imports a package, which imports
one of its modules, and another that imports that module, which imports its package first, would
wait for each other; importlib ends that with an error."""


class WebApp:
    """The web app of one process.

    Parameters
    ----------
    runtime: what the invocations of this process share; None to create one when it is needed.
    """

    def __init__(self, runtime: Runtime | None = None) -> None:
        self._runtime = runtime
        self._clock = runtime.clock if runtime is not None else Clock()
        self._endpoints: Mapping[str, Callable[..., Response]] = {
            "page": self._page,
            "health": self._health,
            "openapi": self._openapi,
            "operations": self._operations,
            "operation": self._operation,
            "status": self._status,
            "chat": self._chat,
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request (PEP 3333)."""
        try:
            if RECEIVED not in environ:  # called by a WSGI server
                self._receive(environ)
            response = self._respond(environ)
        except Exception as error:  # noqa: BLE001 - an HTTP caller sees no traceback
            response = to_werkzeug(internal_error_response(error))
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def handle(self, event: object, context: Any) -> dict[str, object]:
        """Handle one event of any platform; never raises.

        Parameters
        ----------
        event, context: as the platform passed them in.
        """
        try:
            received = ReceivedEvent.read(event, context, self._environ, self._clock)
            if received.event.trigger == "http":
                return self._dispatch_http(received)
            return self._dispatch_other(received)
        except Exception as error:  # noqa: BLE001 - a platform would retry the event
            return internal_error_response(error)

    def _dispatch_http(self, received: ReceivedEvent) -> dict[str, object]:
        event: Mapping[str, Any] = received.event.parameters
        request = parse_request(event)
        path = split_path(event).relative_to(received.settings.get("WEB_BASE_PATH") or "")

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            environ["SCRIPT_NAME"] = path.prefix
            # Parsed from the event: WSGI joins headers that were sent more than once.
            environ[RECEIVED] = received
            environ[REQUEST] = request
            return self(environ, start_response)

        return complete(
            serverless_wsgi.handle_request(
                app, to_payload_v2(event, request, path), received.context
            )
        )

    def _receive(self, environ: WSGIEnvironment) -> None:
        """Read the platform's event from serverless_wsgi; other servers have none."""
        event, context = environ.get("serverless.event", {}), environ.get("serverless.context")
        received = ReceivedEvent.read(event, context, self._environ, self._clock)
        environ[RECEIVED] = received
        if received.event.trigger == "http":
            environ[REQUEST] = parse_request(received.event.parameters)

    def _dispatch_other(self, received: ReceivedEvent) -> dict[str, object]:
        with IMPORTS:
            from functions.web.non_http_events import handle_non_http

        return handle_non_http(received.event, lambda: self._invocation(received))

    def _respond(self, environ: WSGIEnvironment) -> Response:
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        if not path:
            return redirect_with_slash(environ.get("SCRIPT_NAME", ""))
        adapter = ROUTES.bind("localhost")
        try:
            endpoint, arguments = adapter.match(path, environ["REQUEST_METHOD"])
            return self._endpoints[endpoint](environ, **arguments)
        except HTTPException as error:
            return to_werkzeug(from_problem(routing_problem(error)))

    def _page(self, environ: WSGIEnvironment, name: str) -> Response:
        body = static_files.read_file(name)
        if body is None:
            raise NotFound
        response = Response(body, headers=static_files.headers_of(name))
        response.add_etag()
        return response.make_conditional(environ)

    def _health(self, _environ: WSGIEnvironment) -> Response:
        with IMPORTS:
            from functions.web.health import health

        return to_werkzeug(json_response(200, JSON, health()))

    def _openapi(self, _environ: WSGIEnvironment) -> Response:
        with IMPORTS:
            from functions.web.openapi import openapi

        return Response(openapi(), 200, {**JSON, "Cache-Control": "no-store"})

    def _operations(self, environ: WSGIEnvironment) -> Response:
        with IMPORTS:
            from functions.web.operations import list_operations

        return self._call_with_invocation(environ, list_operations)

    def _operation(self, environ: WSGIEnvironment, operation_id: str) -> Response:
        with IMPORTS:
            from functions.web.operations import describe_operation, run_operation_by_id

        work = (
            run_operation_by_id
            if environ["REQUEST_METHOD"].upper() == "POST"
            else describe_operation
        )
        return self._call_with_invocation(environ, work, operation_id)

    def _status(self, environ: WSGIEnvironment, operation_id: str) -> Response:
        with IMPORTS:
            from functions.web.operations import check_status

        return self._call_with_invocation(environ, check_status, operation_id)

    def _chat(self, environ: WSGIEnvironment, kind: str) -> Response:
        with IMPORTS:
            from functions.web.chat.routes import handle_request

        return self._call_with_invocation(environ, handle_request, kind)

    def _call_with_invocation(
        self, environ: WSGIEnvironment, work: Callable[..., HttpResponse], *arguments: str
    ) -> Response:
        with IMPORTS:
            from functions.web.wsgi_request import from_wsgi
            from shared.http_trigger.handler import with_error_handling

        request: HttpRequest = environ.get(REQUEST) or from_wsgi(environ)
        invocation = self._invocation(environ[RECEIVED]).replace(trigger="http")
        return to_werkzeug(with_error_handling(invocation, work, invocation, request, *arguments))

    def _invocation(self, received: ReceivedEvent) -> Invocation:
        with IMPORTS:
            from shared.runtime import Runtime

            if self._runtime is None:
                self._runtime = Runtime()
        return received.invocation(self._runtime)

    @property
    def _environ(self) -> Mapping[str, str]:
        return os.environ if self._runtime is None else self._runtime.current_environ


def redirect_with_slash(prefix: str) -> Response:
    """Return a redirect to the page's URL with a slash, which its relative URLs need."""
    return Response(status=308, headers={"Location": f"{prefix.rpartition('/')[2]}/"})


def routing_problem(error: HTTPException) -> HttpProblem:
    """Return the problem for a path or a method that werkzeug did not match."""
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        methods = ", ".join(sorted(allowed))
        return HttpProblem(405, f"Methods allowed here: {methods}", {"Allow": methods})
    return HttpProblem(404, "No such path. openapi.json lists the paths.")


def to_werkzeug(response: HttpResponse) -> Response:
    """Convert a response to werkzeug's class."""
    status, headers, body = response["statusCode"], response["headers"], response["body"]
    return Response(body, status, headers)  # type: ignore[arg-type] # its keys have known types


app = WebApp()


def handler(event: object, context: object = None) -> dict[str, object]:
    """Handle one event of any of the four platforms."""
    return app.handle(event, context)
