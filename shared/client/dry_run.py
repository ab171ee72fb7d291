"""Runs a flow without sending anything: placeholder responses replace the provider's."""

from __future__ import annotations

from typing import Any

from shared.client.endpoints import endpoint_of
from shared.models.flow import ApiCall, ApiResponse, Flow, Sleep
from shared.models.result import Outcome
from shared.redaction import Redactor
from shared.settings import Settings
from shared.signing.canonical import request_target

PLANNED_REQUEST_ID = "planned"


def dry_run(
    flow: Flow[Outcome], region: str | None, settings: Settings, redactor: Redactor
) -> Outcome:
    """Return a ``planned`` outcome that lists every request that a run would send.

    Parameters
    ----------
    flow: the operation's.
    region, settings: determine the endpoint of each service.
    redactor: redacts the secrets in bodies.
    """
    requests: list[dict[str, object]] = []
    reply: Any = None
    try:
        while True:
            step = flow.send(reply)
            if isinstance(step, Sleep):
                reply = False
                continue
            origin = endpoint_of(step.service, region, settings)
            requests.append(describe_call(step, origin, redactor))
            reply = ApiResponse(step.dry_run_response, request_id=PLANNED_REQUEST_ID)
    except StopIteration:
        pass
    writes = sum(1 for request in requests if request["writes"])
    return Outcome("planned", summary(len(requests), writes), {"requests": requests})


def summary(requests: int, writes: int) -> str:
    """Return how many requests there are, and how many of them make a change."""
    if requests == 0:
        return "Dry run: no requests."
    if requests == 1:
        return f"Dry run: 1 request, which makes {'a' if writes else 'no'} change."
    count = "none" if writes == 0 else "all" if writes == requests else str(writes)
    verb = "makes" if writes <= 1 else "make"
    return f"Dry run: {requests} requests, {count} of which {verb} a change."


def describe_call(call: ApiCall, origin: str, redactor: Redactor) -> dict[str, object]:
    """Return a call as a dry run shows it: unsigned, secrets redacted, unknown values in braces."""
    url = origin + request_target(call.path, call.query)
    return {
        "service": call.service.name,
        "action": call.action,
        "method": call.method,
        "url": url.replace("%7B", "{").replace("%7D", "}"),
        "body": None if call.body is None else redactor.redact_value(call.body),
        "writes": call.writes,
    }
