"""Asks the function's own platform for one more run of it, once, in bounded time."""

from __future__ import annotations

import json
from collections.abc import Mapping

from shared.arrival import Visit
from shared.credentials.key_pair import header_text
from shared.deferral.api import InvokeApi
from shared.errors import Internal, InvalidInput, Misconfigured, OutOfTime, SyncError, WireError
from shared.models.identity import Keys
from shared.platforms import Platform
from shared.run import shortened
from shared.scrub import Scrubber

WITHIN_SECONDS = 2.0
"""A chat platform waits three seconds, and the function has worked for some of them already."""

CONNECT_SECONDS = 1.0

LEAST_SECONDS = 0.2
"""With less time left nothing is sent: an answer could hardly come."""


def defer(
    event: Mapping[str, object], *, visit: Visit, within: float = WITHIN_SECONDS
) -> str | None:
    """Ask the function's own platform to run it again with this event; return the run's id.

    It is sent once and never again: a repetition could mean two runs.

    Parameters
    ----------
    event: what the second run is called with, as a direct invocation; plain JSON, no secrets.
    visit: the event being answered now; tells platform, function and role.
    within: seconds that connection and answer may take together.

    Raises
    ------
    Misconfigured: there is no platform, the function has no role, or half of one, or does not
        know its own name.
    InvalidInput: the event is larger than the platform takes.
    ProviderError: the platform refused; nothing was begun.
    WireError: there is no usable answer; where ``lost`` is true nobody knows whether the run
        was begun, and it is not retryable.
    """
    api = api_of(visit.platform)
    body = encoded(event, api)
    try:
        run = ask(api, body, visit, within)
    except SyncError as error:
        raise advised(error, api, visit.scrub) from None
    visit.telemetry.report(
        "info",
        "the platform will run this function again",
        {"api": api.NAME, "run": run, "bytes": len(body)},
    )
    return run


def api_of(platform: Platform) -> InvokeApi:
    """Return the platform's own invoke API; only its module is imported.

    Raises
    ------
    Misconfigured: this is no function platform.
    """
    if platform.name == "AWS Lambda":
        from shared.deferral import aws

        return aws
    if platform.name == "Function Compute":
        from shared.deferral import fc

        return fc
    if platform.name == "SCF":
        from shared.deferral import scf

        return scf
    if platform.name == "FunctionGraph":
        from shared.deferral import functiongraph

        return functiongraph
    raise Misconfigured(
        "there is no function platform here that could run this again",
        code="NoPlatform",
        hint="Run it on a function platform, or ask for an operation that answers in time.",
    )


def encoded(event: Mapping[str, object], api: InvokeApi) -> bytes:
    """Return an event as JSON.

    Raises
    ------
    InvalidInput: it is larger than the API takes.
    Internal: it is not plain JSON.
    """
    try:
        # ASCII only, so that any text can be sent and the size is the same in every quotation.
        body = json.dumps(event, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        msg = f"a deferred event must be plain JSON: {type(error).__name__}"
        raise Internal(msg, code="DeferredEventNotJson") from None
    if len(body) > api.LARGEST:
        raise InvalidInput(
            f"the event has {len(body)} bytes, {api.NAME} takes {api.LARGEST} at the most",
            code="DeferredEventTooLarge",
            hint="Ask with fewer parameters; long lists belong in DEFAULT_PARAMETERS.",
        )
    return body


def ask(api: InvokeApi, body: bytes, visit: Visit, within: float) -> str | None:
    """Sign, send once, and read the answer; errors as in :func:`defer`."""
    keys = role_keys(api, visit)
    process = visit.process
    request = api.request(visit, body, keys, now=process.clock.now(), nonce=process.nonce())
    seconds = min(within, visit.deadline().remaining())
    if seconds < min(LEAST_SECONDS, within):
        raise OutOfTime(
            "the function's time is used up: it was not asked for another run",
            hint="Raise the function's timeout, and its memory if it starts slowly.",
        )
    response = process.sender(visit.settings).send(
        request,
        connect_seconds=min(CONNECT_SECONDS, seconds),
        read_seconds=seconds,
        total_seconds=seconds,
    )
    return api.read(response)


def role_keys(api: InvokeApi, visit: Visit) -> Keys:
    """Return the keys of the function's role, known to the scrubber.

    Raises
    ------
    Misconfigured: there is no role, half of one, or one that fits in no header.
    """
    keys = api.keys(visit)
    if keys is None:
        raise Misconfigured(
            "the function has no role, so it may not ask its platform for another run",
            code="NoRole",
            hint=f"Give the function a role that is allowed {api.PERMISSION} on itself.",
        )
    visit.scrub.learn_identity(keys)
    header_text(("the access key id of the function's role", keys.access_key_id))
    if keys.token is not None:
        header_text(("the token of the function's role", keys.token.reveal()))
    return keys


def advised(error: SyncError, api: InvokeApi, scrub: Scrubber) -> SyncError:
    """Return an error without secrets and with what to do about it here."""
    if isinstance(error, WireError) and error.lost:
        return type(error)(
            f"{api.NAME} gave no usable answer: whether the function is run again is not known "
            f"({shortened(scrub.text(error.message))})",
            lost=True,
            code="DeferralUnknown",
            http_status=error.http_status,
            retryable=False,
            request_id=error.request_id,
            hint="Do not ask again at once, it could run twice: look for the run in the "
            "function's log first.",
        )
    hints = {
        "forbidden": f"Allow the function's role {api.PERMISSION} on the function itself.",
        "unauthenticated": "The platform did not accept the keys of the function's role: check "
        f"that it still has the role, and that {api.ENDPOINT}, if set, leads to the platform.",
        "not_found": "The platform does not find the function under the name, version and "
        f"region that it was told itself; check {api.ENDPOINT} if it is set.",
        "throttled": "Nothing was begun. Ask again in a moment; if it stays, raise the "
        "function's or the account's limit of concurrent runs.",
        "unavailable": "Ask again in a moment; if it stays, ask the platform with the request id.",
        "refused": f"Look the code up on the page of {api.NAME}.",
        "conflict": "The function is being changed: ask again when its deployment is done.",
    }
    error.hint = hints.get(error.category, error.hint)
    if isinstance(error, WireError) and not isinstance(error, OutOfTime):
        error.hint = f"{error.hint} {api.ENDPOINT} may name a private endpoint.".lstrip()
    error.message = shortened(scrub.text(error.message))
    error.code = scrub.text(error.code)
    error.args = (error.message,)
    return error
