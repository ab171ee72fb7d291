"""From an HTTP request of a chat platform to its reply."""

from __future__ import annotations

from shared.arrival import Visit
from shared.chat import words
from shared.chat.answer import Answer
from shared.chat.callback import learn
from shared.chat.clicks import ClickReply
from shared.chat.desk import Desk
from shared.chat.office import Office
from shared.chat.platforms import PATHS, Platform
from shared.door import reply
from shared.door.problem import Problem
from shared.door.request import HttpRequest
from shared.errors import InvalidInput, Misconfigured
from shared.run import frames
from shared.settings.weak_secrets import require_strong

JSON = {"Content-Type": "application/json"}


def receive(kind: str, request: HttpRequest, visit: Visit, office: Office) -> dict[str, object]:
    """Return the reply to one request; errors become replies too.

    Parameters
    ----------
    kind: the path below ``/chat/``, see :data:`shared.chat.platforms.PATHS`.
    request: as received.
    visit: the event it came with.
    office: what chat may use.
    """
    try:
        return received(kind, request, visit, office)
    except Problem as problem:
        facts = {"http_status": problem.status, "chat": kind if kind in PATHS else ""}
        visit.telemetry.report("warning", problem.detail, facts)
        return reply.of_problem(problem)
    except Misconfigured as error:
        visit.telemetry.report("error", error.message, {"chat": kind, "hint": error.hint})
        return reply.of_problem(Problem(500, f"{error.message}. {error.hint}"))
    except Exception as error:  # noqa: BLE001 - no platform sees a traceback
        visit.telemetry.report("error", "unhandled exception", {"frames": frames(error)})
        return reply.of_problem(Problem(500, "internal error; see the function's log"))


def received(kind: str, request: HttpRequest, visit: Visit, office: Office) -> dict[str, object]:
    """Return the reply to one request.

    Raises
    ------
    Problem: it is refused before its command is read.
    Misconfigured: the secret that its signature is checked with is too weak.
    """
    platform, read = PATHS.get(kind, (None, None))
    secret = visit.settings.secret(platform.SECRET) if platform is not None else None
    if platform is None or read is None or secret is None:
        raise Problem(404, "this chat platform is not configured")
    require_strong(
        platform.SECRET,
        secret.reveal(),
        f"Copy the app's secret from {'DingTalk' if kind == 'dingtalk' else 'Slack'} again.",
    )
    try:
        body = request.body()
    except InvalidInput as error:
        raise Problem(400, error.message) from None
    greeting = platform.greeting(request, body)
    if greeting is not None:
        return greeting
    if request.method != "POST":
        raise Problem(405, "chat platforms send messages with POST", {"Allow": "POST"})
    now = visit.process.clock.now()
    platform.verify(request, body, secret, now)
    try:
        message = read(request, body, visit.settings, now)
    except Misconfigured as error:
        visit.telemetry.report("error", error.message, {"chat": kind, "hint": error.hint})
        return of_answer(platform, words.refusal(error))
    if message.callback is not None:
        learn(message.callback, message.speaker, visit.scrub.learn)
    if not visit.process.replays.add_if_new(f"{kind}:{message.message_id}", now.timestamp()):
        # The first delivery is answered; the platform only needs an acknowledgement.
        visit.telemetry.report(
            "warning", "duplicate chat message", {"chat": kind, "message_id": message.message_id}
        )
        return reply.empty()
    if message.clicked is not None and message.callback is not None:
        click = ClickReply(platform, message.callback, visit)
        click.show(Desk(message, visit, office, click.announce).answer())
        return reply.empty()
    return of_answer(platform, Desk(message, visit, office).answer())


def of_answer(platform: Platform, answer: Answer) -> dict[str, object]:
    """Return the HTTP reply with an answer: one message; lines that do not fit are counted."""
    return reply.reply(200, JSON, platform.messages(answer, 1)[0])
