"""The web app: ``app`` for any WSGI server, ``handler`` for the four function platforms.

What a request does not need is imported by what needs it: the page and the health check must
not wait for the operations.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from shared.spared import Spared

# For a development server, which no function platform starts.
with Spared("werkzeug.serving", "run_simple"):
    import serverless_wsgi

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from functions.web import page
from functions.web.completion import completed
from functions.web.defect import answer_defect
from functions.web.event import adapted
from functions.web.path import path_of
from shared.clock import Clock, started
from shared.door.problem import Problem
from shared.door.reply import Reply, of_problem, reply
from shared.door.request import HttpRequest, read_request
from shared.platforms import Event, detect_platform

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from shared.arrival import Visit
    from shared.run import Process

JSON = {"Content-Type": "application/json"}
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""What every response says to a browser; there is no CORS, so no other site may read any."""

PATHS = Map(
    [
        Rule("/", endpoint="page", methods=["GET"], defaults={"name": page.INDEX}),
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
    converters={"asset": page.AssetName},
    merge_slashes=False,
    redirect_defaults=False,
)
"""Every path there is; HEAD is answered where GET is."""


class WebApp:
    """The web app of one process.

    Parameters
    ----------
    process: what the runs of this process share; one of its own when left out.
    """

    def __init__(self, process: Process | None = None) -> None:
        self._process = process
        self._clock = process.clock if process is not None else Clock()
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
        """Answer one request (PEP 3333)."""
        environ.setdefault("cloud_sync.started", started(self._clock))
        try:
            response = self._respond(environ)
        except Exception as error:  # noqa: BLE001 - an HTTP caller sees no traceback
            response = of_reply(answer_defect(error))
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def handle(self, event: object, context: Any) -> dict[str, object]:
        """Answer one event of any platform; never raises.

        Parameters
        ----------
        event, context: as received from the platform.
        """
        since = started(self._clock)
        try:
            platform = detect_platform(event, context)
            incoming = platform.parse_event(event)
            if incoming.trigger == "http":
                settings = platform.settings(context, self._environ)
                base = settings.get("WEB_BASE_PATH") or ""
                return self._through_wsgi(incoming.parameters, context, base, since)
            return self._attend(incoming, event, context, since)
        except Exception as error:  # noqa: BLE001 - a platform runs again what raised
            return answer_defect(error)

    def _through_wsgi(
        self, event: Mapping[str, Any], context: Any, base: str, since: tuple[float, str]
    ) -> dict[str, object]:
        request = read_request(event)
        path = path_of(event).below(base)

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            environ["SCRIPT_NAME"] = path.prefix
            environ["serverless.event"] = event  # the platform's own: the door reads it anew
            environ["cloud_sync.started"] = since
            return self(environ, start_response)

        return completed(
            serverless_wsgi.handle_request(app, adapted(event, request, path), context)
        )

    def _attend(
        self, incoming: Event, event: object, context: Any, since: tuple[float, str]
    ) -> dict[str, object]:
        from functions.web.unattended import attend

        return attend(incoming, event, lambda: self._visit(event, context, since))

    def _respond(self, environ: WSGIEnvironment) -> Response:
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        if not path:
            return to_slash(environ.get("SCRIPT_NAME", ""))
        adapter = PATHS.bind("localhost")
        try:
            endpoint, arguments = adapter.match(path, environ["REQUEST_METHOD"])
            return self._endpoints[endpoint](environ, **arguments)
        except HTTPException as refusal:
            return of_reply(of_problem(routing_problem(refusal)))

    def _page(self, environ: WSGIEnvironment, name: str) -> Response:
        body = page.read(name)
        if body is None:
            raise NotFound
        response = Response(body, headers=page.headers_of(name))
        response.add_etag()
        return response.make_conditional(environ)

    def _health(self, _environ: WSGIEnvironment) -> Response:
        from functions.web.health import health

        return of_reply(reply(200, JSON, health()))

    def _openapi(self, _environ: WSGIEnvironment) -> Response:
        from functions.web.openapi.document import document

        return of_reply(reply(200, JSON, document()))

    def _operations(self, environ: WSGIEnvironment) -> Response:
        from functions.web.operations import list_all

        return self._guarded(environ, list_all)

    def _operation(self, environ: WSGIEnvironment, operation_id: str) -> Response:
        from functions.web.operations import describe, run

        work = run if environ["REQUEST_METHOD"].upper() == "POST" else describe
        return self._guarded(environ, work, operation_id)

    def _status(self, environ: WSGIEnvironment, operation_id: str) -> Response:
        from functions.web.operations import check_status

        return self._guarded(environ, check_status, operation_id)

    def _chat(self, environ: WSGIEnvironment, kind: str) -> Response:
        from functions.web.chat import receive

        return self._guarded(environ, receive, kind)

    def _guarded(
        self, environ: WSGIEnvironment, work: Callable[..., Reply], *arguments: str
    ) -> Response:
        from functions.web.wsgi_request import request_of
        from shared.door.door import guarded

        event: Any = environ.get("serverless.event")
        visit = self._visit(event, environ.get("serverless.context"), environ["cloud_sync.started"])
        request: HttpRequest = request_of(environ) if event is None else read_request(event)
        return of_reply(guarded(visit, lambda: work(visit, request, *arguments)))

    def _visit(self, event: object, context: Any, since: tuple[float, str]) -> Visit:
        from shared.arrival import visit
        from shared.run import Process

        if self._process is None:
            self._process = Process()
        return visit(event, context, self._process, since)

    @property
    def _environ(self) -> Mapping[str, str]:
        process = self._process
        return os.environ if process is None or process.environ is None else process.environ


def to_slash(prefix: str) -> Response:
    """Return the way to the page, whose relative URLs need the slash at the end of its own."""
    return Response(status=308, headers={"Location": f"{prefix.rpartition('/')[2]}/"})


def routing_problem(refusal: HTTPException) -> Problem:
    """Return the problem document for a path or a method that werkzeug did not match."""
    allowed = getattr(refusal, "valid_methods", None)
    if allowed:
        methods = ", ".join(sorted(allowed))
        return Problem(405, f"Methods allowed here: {methods}", {"Allow": methods})
    return Problem(404, "No such path. openapi.json lists the paths.")


def of_reply(made: Reply) -> Response:
    """Return the response that a reply asks for."""
    status, headers, body = made["statusCode"], made["headers"], made["body"]
    return Response(body, status, headers)  # type: ignore[arg-type] # a reply's three keys


app = WebApp()


def handler(event: object, context: object = None) -> dict[str, object]:
    """Answer one event of any of the four platforms."""
    return app.handle(event, context)
