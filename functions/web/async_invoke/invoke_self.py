"""Queues one asynchronous invocation of the function itself, with a time limit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from functions.web.async_invoke.api import InvokeApi
from shared.client.credentials.key_pair import make_access_key, require_header_safe
from shared.clock import MIN_REQUEST_SECONDS
from shared.errors import (
    DeadlineExceeded,
    Internal,
    InvalidInput,
    Misconfigured,
    SyncError,
    TransportError,
)
from shared.invocation import Invocation
from shared.models.credentials import AccessKey
from shared.redaction import Redactor
from shared.runner import truncate
from shared.settings import Settings

if TYPE_CHECKING:
    from shared.platforms.event import Platform

TIMEOUT_SECONDS = 2.0
"""A chat platform waits three seconds, some of which have already passed."""

CONNECT_SECONDS = 1.0


def invoke_self_async(
    event: Mapping[str, object], *, invocation: Invocation, timeout_seconds: float = TIMEOUT_SECONDS
) -> str | None:
    """Invoke the function itself asynchronously with this event; return the invocation's ID.

    The request is sent once, since a retry could mean two runs.

    Parameters
    ----------
    event: the event of the new, direct invocation; plain JSON without secrets.
    invocation: the current invocation; identifies the platform, the function and its role.
    timeout_seconds: maximum seconds for the connection and the response together.

    Raises
    ------
    Misconfigured: this is not a function platform, the function has no role or an incomplete
        one, or it cannot be identified.
    InvalidInput: the event is larger than the platform accepts.
    ProviderError: the platform rejected the request; nothing was queued.
    TransportError: there is no usable response; if ``outcome_unknown`` is true the invocation may
        have been queued, and the error is not retryable.
    """
    api = invoke_api_for(invocation.platform)
    body = encode_event(event, api)
    try:
        run = send_once(api, body, invocation, timeout_seconds)
    except SyncError as error:
        raise with_hint(error, api, invocation.redactor) from None
    invocation.logger.log(
        "info",
        "asynchronous invocation queued",
        {"api": api.NAME, "run": run, "bytes": len(body)},
    )
    return run


def invoke_api_for(platform: Platform) -> InvokeApi:
    """Return the platform's own invoke API, importing only its module.

    Raises
    ------
    Misconfigured: this is not a function platform.
    """
    if platform.name == "AWS Lambda":
        from functions.web.async_invoke import aws

        return aws
    if platform.name == "Function Compute":
        from functions.web.async_invoke import fc

        return fc
    if platform.name == "SCF":
        from functions.web.async_invoke import scf

        return scf
    if platform.name == "FunctionGraph":
        from functions.web.async_invoke import functiongraph

        return functiongraph
    raise Misconfigured(
        "this is not a function platform, so there is no asynchronous invocation",
        code="NoPlatform",
        hint="Use a function platform, or an operation that finishes in time.",
    )


def encode_event(event: Mapping[str, object], api: InvokeApi) -> bytes:
    """Return an event as JSON.

    Raises
    ------
    InvalidInput: it is larger than the API accepts.
    Internal: it is not plain JSON.
    """
    try:
        # ASCII only, so that any text can be sent and further escaping does not change the size.
        body = json.dumps(event, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        msg = f"a deferred event must be plain JSON: {type(error).__name__}"
        raise Internal(msg, code="DeferredEventNotJson") from None
    if len(body) > api.MAX_EVENT_BYTES:
        raise InvalidInput(
            f"the event has {len(body)} bytes, but {api.NAME} accepts at most "
            f"{api.MAX_EVENT_BYTES}",
            code="DeferredEventTooLarge",
            hint="Use fewer parameters; put long lists into DEFAULT_PARAMETERS.",
        )
    return body


def send_once(
    api: InvokeApi, body: bytes, invocation: Invocation, timeout_seconds: float
) -> str | None:
    """Sign and send the request once; return and raise the same as :func:`invoke_self_async`."""
    keys = role_keys(api, invocation)
    runtime = invocation.runtime
    request = api.request(invocation, body, keys, now=runtime.clock.now(), nonce=runtime.nonce())
    seconds = min(timeout_seconds, invocation.deadline.remaining())
    if seconds < min(MIN_REQUEST_SECONDS, timeout_seconds):
        raise DeadlineExceeded(
            "no time left to queue an asynchronous invocation",
            hint="Raise the function's timeout, and its memory if it starts slowly.",
        )
    response = runtime.transport(invocation.settings).send(
        request,
        connect_seconds=min(CONNECT_SECONDS, seconds),
        read_seconds=seconds,
        total_seconds=seconds,
    )
    return api.parse_response(response)


def role_keys(api: InvokeApi, invocation: Invocation) -> AccessKey:
    """Return the keys of the function's role, after adding them to the redacted secrets.

    Raises
    ------
    Misconfigured: there is no role, or its keys are incomplete or invalid.
    """
    keys = invocation.role_keys() or keys_in_settings(api, invocation.settings)
    if keys is None:
        raise Misconfigured(
            "the function has no role, which it needs to invoke itself",
            code="NoRole",
            hint=f"Give the function a role with `{api.PERMISSION}` on the function itself.",
        )
    invocation.redactor.add_credentials(keys)
    require_header_safe(("the access key ID of the function's role", keys.access_key_id))
    if keys.token is not None:
        require_header_safe(("the token of the function's role", keys.token.get_secret_value()))
    return keys


def keys_in_settings(api: InvokeApi, settings: Settings) -> AccessKey | None:
    """Return the role's keys that the runtime put into settings, None if there are none.

    Raises
    ------
    Misconfigured: they are incomplete or invalid.
    """
    if api.KEY_SETTINGS is None:
        return None
    key_id, secret, token = api.KEY_SETTINGS
    return make_access_key(
        (key_id, settings.get(key_id)),
        (secret, settings.secret_value(secret)),
        (token, settings.secret_value(token)),
        source="the function's role (environment)",
    )


def with_hint(error: SyncError, api: InvokeApi, redactor: Redactor) -> SyncError:
    """Return an error with secrets redacted and a hint that fits an asynchronous invocation."""
    if isinstance(error, TransportError) and error.outcome_unknown:
        return type(error)(
            f"{api.NAME} returned no valid response; the invocation may or may not have been "
            f"queued ({truncate(redactor.redact(error.message))})",
            outcome_unknown=True,
            code="DeferralUnknown",
            http_status=error.http_status,
            retryable=False,
            request_id=error.request_id,
            hint="Check the function's log for the run before retrying, or it could run twice.",
        )
    hints = {
        "forbidden": f"Allow `{api.PERMISSION}` on the function itself for the function's role.",
        "unauthenticated": "The platform did not accept the keys of the function's role. Check "
        f"that it still has the role, and that {api.ENDPOINT}, if set, points at the platform.",
        "not_found": "The platform did not find the function under the name, version and "
        f"region that it provided itself. Check {api.ENDPOINT} if it is set.",
        "throttled": "Nothing was started. Retry in a moment; if it persists, raise the "
        "function's or the account's concurrency limit.",
        "unavailable": "Retry in a moment; if it persists, contact the platform's support with "
        "the request ID.",
        "refused": f"Look up the code in the documentation of {api.NAME}.",
        "conflict": "The function is being updated. Retry when the deployment has finished.",
    }
    error.hint = hints.get(error.category, error.hint)
    if isinstance(error, TransportError) and not isinstance(error, DeadlineExceeded):
        error.hint = f"{error.hint} {api.ENDPOINT} can name a private endpoint.".lstrip()
    error.message = truncate(redactor.redact(error.message))
    error.code = redactor.redact(error.code)
    error.args = (error.message,)
    return error
