"""From an HTTP request of a chat platform to its reply."""

from __future__ import annotations

from shared.arrival import Visit
from shared.chat import words
from shared.chat.answer import Answer
from shared.chat.callback import learn
from shared.chat.desk import Desk
from shared.chat.office import Office
from shared.chat.platforms import PLATFORMS, Platform
from shared.door import reply
from shared.door.problem import Problem
from shared.door.request import HttpRequest
from shared.errors import InvalidInput, Misconfigured
from shared.run import frames
from shared.settings.weak_secrets import require_strong

JSON = {"Content-Type": "application/json"}


def receive(kind: str, request: HttpRequest, visit: Visit, office: Office) -> dict[str, object]:
    """Return the reply to one request; whatever goes wrong becomes one.

    Parameters
    ----------
    kind: the platform, as the path names it.
    request: what came.
    visit: the event it came with.
    office: what the chat may use.
    """
    try:
        return received(kind, request, visit, office)
    except Problem as problem:
        facts = {"http_status": problem.status, "chat": kind if kind in PLATFORMS else ""}
        visit.telemetry.report("warning", problem.detail, facts)
        return reply.of_problem(problem)
    except Misconfigured as error:
        visit.telemetry.report("error", error.message, {"chat": kind, "hint": error.hint})
        return reply.of_problem(Problem(500, f"{error.message}. {error.hint}"))
    except Exception as error:  # noqa: BLE001 - no platform sees a traceback
        visit.telemetry.report("error", "a defect of ours", {"frames": frames(error)})
        return reply.of_problem(Problem(500, "a defect of ours; the log names where"))


def received(kind: str, request: HttpRequest, visit: Visit, office: Office) -> dict[str, object]:
    """Return the reply to one request.

    Raises
    ------
    Problem: it is refused before anything in it is understood.
    Misconfigured: the secret that its signature is checked with is too weak.
    """
    platform = PLATFORMS.get(kind)
    secret = visit.settings.secret(platform.SECRET) if platform is not None else None
    if platform is None or secret is None:
        raise Problem(404, "no such chat platform is set up here")
    require_strong(
        platform.SECRET,
        secret.reveal(),
        f"Copy the secret of the {kind} app into {platform.SECRET}.",
    )
    try:
        body = request.body()
    except InvalidInput as error:
        raise Problem(400, error.message) from None
    greeting = platform.greeting(request, body)
    if greeting is not None:
        return greeting
    if request.method != "POST":
        raise Problem(405, "a chat platform sends its messages with POST", {"Allow": "POST"})
    now = visit.process.clock.now()
    platform.verify(request, body, secret, now)
    try:
        message = platform.read(request, body, visit.settings, now)
    except Misconfigured as error:
        visit.telemetry.report("error", error.message, {"chat": kind, "hint": error.hint})
        return said(platform, words.refusal(error))
    if message.callback is not None:
        learn(message.callback, message.speaker, visit.scrub.learn)
    if not visit.process.replays.is_new(f"{kind}:{message.message_id}", now.timestamp()):
        # The first delivery is answered; the platform only wants to hear that this one came.
        visit.telemetry.report(
            "warning", "a chat message came again", {"chat": kind, "message_id": message.message_id}
        )
        return reply.empty()
    return said(platform, Desk(message, visit, office).answer())


def said(platform: Platform, answer: Answer) -> dict[str, object]:
    """Return the reply with an answer in it: one message, whatever does not fit is counted."""
    return reply.reply(200, JSON, platform.messages(answer, 1)[0])
