"""Handles an HTTP request from a chat platform."""

from __future__ import annotations

from functions.web.chat import replies
from functions.web.chat.button_reply import ButtonReply
from functions.web.chat.command_handler import CommandHandler, InvokeAsync
from functions.web.chat.message import Reply
from functions.web.chat.operation_lookup import Operations
from functions.web.chat.platforms import PATHS, ChatPlatform
from functions.web.chat.response_url import redact_url
from shared.errors import InvalidInput, Misconfigured
from shared.http_trigger import response
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.invocation import Invocation
from shared.runner import stack_frames
from shared.settings.weak_secrets import require_strong

JSON = {"Content-Type": "application/json"}


def handle_webhook(
    kind: str,
    request: HttpRequest,
    invocation: Invocation,
    operations: Operations,
    invoke_async: InvokeAsync,
) -> dict[str, object]:
    """Return the response to one request; errors become responses too.

    Parameters
    ----------
    kind: the path below ``/chat/``, see :data:`functions.web.chat.platforms.PATHS`.
    request: the request.
    invocation: the invocation that the request belongs to.
    operations: the operations of this bundle.
    invoke_async: invokes this function again with an event; raises ``SyncError`` if that fails.
    """
    try:
        return _handle(kind, request, invocation, operations, invoke_async)
    except HttpProblem as problem:
        fields = {"http_status": problem.status, "chat": kind if kind in PATHS else ""}
        invocation.logger.log("warning", problem.detail, fields)
        return response.from_problem(problem)
    except Misconfigured as error:
        invocation.logger.log("error", error.message, {"chat": kind, "hint": error.hint})
        return response.from_problem(HttpProblem(500, f"{error.message}. {error.hint}"))
    except Exception as error:  # noqa: BLE001 - no platform sees a traceback
        invocation.logger.log("error", "unhandled exception", {"frames": stack_frames(error)})
        return response.from_problem(HttpProblem(500, "internal error; see the function's log"))


def _handle(
    kind: str,
    request: HttpRequest,
    invocation: Invocation,
    operations: Operations,
    invoke_async: InvokeAsync,
) -> dict[str, object]:
    """Return the response to one request.

    Raises
    ------
    HttpProblem: the request is rejected before its command is read.
    Misconfigured: the platform's signing secret is too weak.
    """
    platform, read = PATHS.get(kind, (None, None))
    secret = (
        invocation.settings.secret(platform.SIGNING_SECRET_SETTING)
        if platform is not None
        else None
    )
    if platform is None or read is None or secret is None:
        raise HttpProblem(404, "this chat platform is not configured")
    require_strong(
        platform.SIGNING_SECRET_SETTING,
        secret.get_secret_value(),
        f"Copy the app's secret from {'DingTalk' if kind == 'dingtalk' else 'Slack'} again.",
    )
    try:
        body = request.body()
    except InvalidInput as error:
        raise HttpProblem(400, error.message) from None
    handshake = platform.handshake(request, body)
    if handshake is not None:
        return handshake
    if request.method != "POST":
        raise HttpProblem(405, "chat platforms send messages with POST", {"Allow": "POST"})
    now = invocation.runtime.clock.now()
    platform.verify(request, body, secret, now)
    try:
        message = read(request, body, invocation.settings, now)
    except Misconfigured as error:
        invocation.logger.log("error", error.message, {"chat": kind, "hint": error.hint})
        return to_http_response(platform, replies.rejected(error))
    if message.response_url is not None:
        redact_url(message.response_url, message.sender, invocation.redactor.add)
    if not invocation.runtime.replay_cache.add_if_new(
        f"{kind}:{message.message_id}", now.timestamp()
    ):
        # The first delivery gets the reply; the platform only needs an acknowledgement.
        invocation.logger.log(
            "warning", "duplicate chat message", {"chat": kind, "message_id": message.message_id}
        )
        return response.no_content()
    if message.clicked_command is not None and message.response_url is not None:
        click = ButtonReply(platform, message.response_url, invocation)
        handler = CommandHandler(message, invocation, operations, invoke_async, click.announce)
        click.show(handler.handle())
        return response.no_content()
    handler = CommandHandler(message, invocation, operations, invoke_async)
    return to_http_response(platform, handler.handle())


def to_http_response(platform: ChatPlatform, reply: Reply) -> dict[str, object]:
    """Return the HTTP response with a reply: one message; lines that do not fit are counted."""
    return response.json_response(200, JSON, platform.messages(reply, 1)[0])
