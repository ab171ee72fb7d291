"""Runs a deferred job in the second, asynchronous invocation, and posts the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.web.chat.error_reply import failed_command
from functions.web.chat.job import prepare_job
from functions.web.chat.message import Reply, ResponseUrl, Sender
from functions.web.chat.operation_lookup import Operations
from functions.web.chat.permissions import permissions_for
from functions.web.chat.platforms import PLATFORMS
from functions.web.chat.posting import Poster
from functions.web.chat.response_url import redact_url, validate_response_url
from shared.errors import InvalidInput, SyncError
from shared.http_trigger.problem import HttpProblem
from shared.invocation import Invocation
from shared.runner import record_run, stack_frames

RESERVED_SHARE = 0.15
"""The share of the timeout that is reserved for posting the result."""

VERBS = ("status", "run")
STRING_KEYS = (
    "platform",
    "message_id",
    "operation",
    "action",
    "tenant",
    "user",
    "channel",
    "callback",
)


@dataclass(frozen=True, slots=True)
class DeferredJob:
    """A deferred run.

    Parameters
    ----------
    sender: who sent the command, and where.
    message_id: the ID of the command's message.
    operation: the operation's ID.
    verb: ``status`` or ``run``.
    parameters: the command's parameters by this project's names.
    account, region: the target.
    response_url: where to post the result.
    replaces: whether the result replaces the message with the clicked button.
    """

    sender: Sender
    message_id: str
    operation: str
    verb: str
    parameters: Mapping[str, object] = field(repr=False)
    account: str
    region: str | None
    response_url: ResponseUrl
    replaces: bool


def run_job(invocation: Invocation, operations: Operations) -> dict[str, object]:
    """Run what an event with ``deferred`` describes, post the result, and return a summary.

    Never raises: the platforms retry an asynchronous invocation that fails. The permissions and
    the response URL are checked again, because anyone who may invoke the function can send the
    event.

    Parameters
    ----------
    invocation: a direct invocation.
    operations: the operations of this bundle.
    """
    try:
        job = parse_job(invocation)
    except (SyncError, HttpProblem) as error:
        reason = error.message if isinstance(error, SyncError) else error.detail
        invocation.logger.log("error", "deferred chat command rejected", {"outcome": reason})
        return {"deferred": {"status": "refused", "outcome": reason, "posted": 0}}
    except Exception as error:  # noqa: BLE001 - see above
        invocation.logger.log("error", "unhandled exception", {"frames": stack_frames(error)})
        return {"deferred": {"status": "failed", "outcome": "internal error", "posted": 0}}
    return JobRunner(job, invocation, operations).run()


def parse_job(invocation: Invocation) -> DeferredJob:
    """Return the deferred run in an event.

    Raises
    ------
    InvalidInput: the event is not from a direct invocation, or has no valid deferred run.
    HttpProblem: the response URL is not the platform's own.
    """
    event = invocation.event
    if event.trigger != "direct" or event.error is not None:
        raise invalid_job("deferred runs are accepted from direct invocations only")
    parameters = event.parameters
    raw = parameters.get("deferred") if isinstance(parameters, Mapping) else None
    if not isinstance(raw, Mapping):
        raise invalid_job("the event has no object `deferred`")
    if not all(is_text(raw.get(key)) for key in STRING_KEYS):
        raise invalid_job(f"deferred: {', '.join(STRING_KEYS)} must be non-empty strings")
    platform = PLATFORMS.get(raw["platform"])
    if platform is None or raw["action"] not in VERBS:
        raise invalid_job("deferred: unknown platform or action")
    parameters, account, region, expires, replaces = (
        raw.get(key) for key in ("parameters", "account", "region", "callback_expires", "replaces")
    )
    if (
        not isinstance(parameters, Mapping)
        or not isinstance(region, str | None)
        or not isinstance(expires, int | float)
        or not isinstance(replaces, bool)
        or not isinstance(account, str)
    ):
        raise invalid_job(
            "deferred: invalid parameters, account, region, callback_expires or replaces"
        )
    response_url = validate_response_url(raw["callback"], platform.CALLBACK_ORIGIN, expires)
    sender = Sender(*(raw[key] for key in ("platform", "tenant", "user", "channel")))
    redact_url(response_url, sender, invocation.redactor.add)
    return DeferredJob(
        sender=sender,
        message_id=raw["message_id"],
        operation=raw["operation"],
        verb=raw["action"],
        parameters=dict(parameters),
        account=raw["account"],
        region=region,
        response_url=response_url,
        replaces=replaces,
    )


def is_text(value: object) -> bool:
    """Return whether a value is a non-empty string that UTF-8 can encode, as the summary must."""
    if not isinstance(value, str) or not value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return True


def invalid_job(message: str) -> InvalidInput:
    """Return the error for an event without a valid deferred run."""
    return InvalidInput(message, code="NotDeferred", hint="Only this function itself sends these.")


class JobRunner:
    """Executes one deferred run.

    Parameters
    ----------
    job: the deferred run.
    invocation: the invocation that runs it.
    operations: the operations of this bundle.
    """

    def __init__(self, job: DeferredJob, invocation: Invocation, operations: Operations) -> None:
        self._job = job
        self._invocation = invocation
        self._operations = operations
        self._deadline = invocation.deadline
        self._log_fields = job.sender.log_fields() | {
            "message_id": job.message_id,
            "operation": job.operation,
            "action": job.verb,
            "arguments": job.parameters,
        }

    def run(self) -> dict[str, object]:
        """Run the job, post the result, and return the summary."""
        level, reply = "info", None
        try:
            reply, outcome = self._execute()
        except Exception as error:  # noqa: BLE001 - see run_job
            failed = failed_command(error, self._invocation.invocation_id)
            reply, level, outcome = failed.reply, failed.level, failed.outcome
            self._log_fields["frames"] = failed.frames
        poster = self._post_reply(reply)
        if poster.failure:
            level = "error"
            self._log_fields["lost"] = poster.failure
        if poster.frames:
            self._log_fields["frames"] = poster.frames
        fields = {**self._log_fields, "outcome": outcome, "posted": poster.posted}
        self._invocation.logger.log(level, "deferred chat command", fields)
        summary = {
            "message_id": self._job.message_id,
            "operation": self._job.operation,
            "action": self._job.verb,
            "outcome": outcome,
            "posted": poster.posted,
            "lost": poster.failure or None,
        }
        return {"deferred": self._invocation.redactor.redact_value(summary)}

    def _execute(self) -> tuple[Reply | None, str]:
        deferred, runtime = self._job, self._invocation.runtime
        key = f"deferred:{deferred.sender.platform}:{deferred.message_id}"
        if not runtime.replay_cache.add_if_new(key, runtime.clock.now().timestamp()):
            return None, "duplicate, already processed"
        load = self._operations.get(deferred.operation)
        if load is None:
            raise InvalidInput(
                f"{deferred.operation} is not part of this function", code="UnknownOperation"
            )
        invocation = self._invocation.reserving(RESERVED_SHARE)
        rules = self._invocation.settings.get("CHAT_RIGHTS")
        permissions = permissions_for(rules, deferred.sender)
        job = prepare_job(deferred.verb, load(), deferred.parameters, invocation, permissions)
        if (job.region, job.account) != (deferred.region, deferred.account):
            raise InvalidInput(
                "Settings have changed; the target is different now",
                code="Changed",
                hint="Send the command again.",
            )
        job.authorize(permissions)
        report = job.execute()
        record_run(report, job.invocation)
        return job.to_reply(report), report.result.status

    def _post_reply(self, reply: Reply | None) -> Poster:
        """Post the reply, if there is one, and return the poster."""
        deferred = self._job
        platform = PLATFORMS[deferred.sender.platform]
        poster = Poster(platform, deferred.response_url, self._invocation)
        if reply is not None:
            # The first invocation has already posted one message, which replaced the buttons.
            max_messages = platform.MAX_MESSAGES - deferred.replaces
            poster.post(reply, max_messages, self._deadline, replaces=deferred.replaces)
        return poster
