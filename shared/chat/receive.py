"""From an HTTP request of a chat platform to its reply."""

from __future__ import annotations

from shared.chat import words
from shared.chat.answer import Answer
from shared.chat.callback import learn
from shared.chat.clicks import ClickReply
from shared.chat.desk import Desk
from shared.chat.office import Office
from shared.chat.platforms import PATHS, Platform
from shared.errors import InvalidInput, Misconfigured
from shared.http_trigger import response
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest
from shared.invocation import Invocation
from shared.runner import stack_frames
from shared.settings.weak_secrets import require_strong

JSON = {"Content-Type": "application/json"}


def receive(
    kind: str, request: HttpRequest, invocation: Invocation, office: Office
) -> dict[str, object]:
    """Return the reply to one request; errors become replies too.

    Parameters
    ----------
    kind: the path below ``/chat/``, see :data:`shared.chat.platforms.PATHS`.
    request: as received.
    invocation: the event it came with.
    office: what chat may use.
    """
    try:
        return received(kind, request, invocation, office)
    except HttpProblem as problem:
        facts = {"http_status": problem.status, "chat": kind if kind in PATHS else ""}
        invocation.logger.log("warning", problem.detail, facts)
        return response.from_problem(problem)
    except Misconfigured as error:
        invocation.logger.log("error", error.message, {"chat": kind, "hint": error.hint})
        return response.from_problem(HttpProblem(500, f"{error.message}. {error.hint}"))
    except Exception as error:  # noqa: BLE001 - no platform sees a traceback
        invocation.logger.log("error", "unhandled exception", {"frames": stack_frames(error)})
        return response.from_problem(HttpProblem(500, "internal error; see the function's log"))


def received(
    kind: str, request: HttpRequest, invocation: Invocation, office: Office
) -> dict[str, object]:
    """Return the reply to one request.

    Raises
    ------
    Problem: it is refused before its command is read.
    Misconfigured: the secret that its signature is checked with is too weak.
    """
    platform, read = PATHS.get(kind, (None, None))
    secret = invocation.settings.secret(platform.SECRET) if platform is not None else None
    if platform is None or read is None or secret is None:
        raise HttpProblem(404, "this chat platform is not configured")
    require_strong(
        platform.SECRET,
        secret.get_secret_value(),
        f"Copy the app's secret from {'DingTalk' if kind == 'dingtalk' else 'Slack'} again.",
    )
    try:
        body = request.body()
    except InvalidInput as error:
        raise HttpProblem(400, error.message) from None
    greeting = platform.greeting(request, body)
    if greeting is not None:
        return greeting
    if request.method != "POST":
        raise HttpProblem(405, "chat platforms send messages with POST", {"Allow": "POST"})
    now = invocation.runtime.clock.now()
    platform.verify(request, body, secret, now)
    try:
        message = read(request, body, invocation.settings, now)
    except Misconfigured as error:
        invocation.logger.log("error", error.message, {"chat": kind, "hint": error.hint})
        return of_answer(platform, words.refusal(error))
    if message.callback is not None:
        learn(message.callback, message.speaker, invocation.redactor.add)
    if not invocation.runtime.replay_cache.add_if_new(
        f"{kind}:{message.message_id}", now.timestamp()
    ):
        # The first delivery is answered; the platform only needs an acknowledgement.
        invocation.logger.log(
            "warning", "duplicate chat message", {"chat": kind, "message_id": message.message_id}
        )
        return response.no_content()
    if message.clicked is not None and message.callback is not None:
        click = ClickReply(platform, message.callback, invocation)
        click.show(Desk(message, invocation, office, click.announce).answer())
        return response.no_content()
    return of_answer(platform, Desk(message, invocation, office).answer())


def of_answer(platform: Platform, answer: Answer) -> dict[str, object]:
    """Return the HTTP reply with an answer: one message; lines that do not fit are counted."""
    return response.json_response(200, JSON, platform.messages(answer, 1)[0])
