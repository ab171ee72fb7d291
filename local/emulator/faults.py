"""The faults of a provider, or of the network in front of it.

Each function returns one :class:`Fault`; :meth:`Emulator.inject_fault` applies it to
the next matching requests. A request with an invalid signature is rejected
whatever the fault is, so that no fault hides a badly signed attempt.

=======================  =====================================================================
other responses
``status``               any HTTP status, body and headers
``error``                a provider's error by its code, in the provider's own shape
``throttled``            too many requests, with ``Retry-After`` or ``x-acs-retry-after``
``redirect``             a 302 to another host
``xml`` ``html``         a body that is not JSON
``half_json``            JSON that ends in the middle
``other_json``           JSON of another type than the documented object
``empty_body``           status 200 without a body
changed responses
``edited``               the documented response, its JSON changed by a function
``moving_total``         a ``total`` that grows with every page
``empty_page``           a page without servers, though ``total`` says there are some
``duplicate_ids``        each page begins with the last server of the page before
``unknown_state``        a state that is not documented
``unknown_fields``       fields that are not documented
how it is sent
``truncated``            the full ``Content-Length`` and half of the body, then the end
``wrong_length``         a ``Content-Length`` that is off by so many bytes
``drip``                 the response byte by byte, headers too on request
``slow_headers``         a pause in the middle of the headers
``delayed``              the whole response after so many seconds
``hang``                 no response; the connection ends after so many seconds
``reset_before_reading`` a TCP reset after the request line, the rest unread
``reset``                a TCP reset after the request was read, before or after the work
``hang_up``              the same with an orderly close of the connection
``close_silently``       a good response, after which the connection closes unannounced
``no_keep_alive``        a good response with ``Connection: close``
the clock
``clock_off``            the provider's clock is so many seconds ahead
=======================  =====================================================================

What needs no request is a member of the emulator:
``close_connections`` (idle ones too) and the attribute ``clock_offset``.
"""

from __future__ import annotations

import fnmatch
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from local.emulator.message import Received, Reply, to_json
from local.emulator.service import Service


class Line(Protocol):
    """The connection, as a fault may use it."""

    def write(self, data: bytes) -> None:
        """Send bytes at once."""

    def wait(self, seconds: float) -> None:
        """Wait, at most until the emulator stops."""

    def reset(self) -> None:
        """End the connection with a TCP reset."""

    def head(self, reply: Reply, *, length: int | None = None, close: bool = False) -> bytes:
        """Return status line and headers."""


Leave = Callable[[Line, Reply], bool]
"""Sends a reply, or does not; returns whether the connection may be reused."""


def pass_through(line: Line, reply: Reply) -> bool:
    """Send the response unchanged, at once."""
    line.write(line.head(reply) + reply.body)
    return True


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Parameters
    ----------
    name: as the journal shows it.
    work: whether the emulated service still does the work.
    instead: makes the response that replaces the service's own.
    edit: changes the service's own good response.
    leave: how the response is sent.
    answers: whether a status line is sent at all.
    early: whether it applies right after the request line, before the rest is read.
    clock: seconds that the provider's clock is ahead.
    """

    name: str
    work: bool = True
    instead: Callable[[Service], Reply] | None = None
    edit: Callable[[Reply], Reply] | None = None
    leave: Leave = pass_through
    answers: bool = True
    early: bool = False
    clock: float = 0.0


def status(
    code: int,
    body: object = b"",
    headers: Mapping[str, str] | None = None,
    *,
    work: bool = False,
    content_type: str | None = "application/json",
) -> Fault:
    """Respond with a status; ``body`` is bytes, text, or anything that can be JSON."""
    raw = body.encode() if isinstance(body, str) else body
    data = raw if isinstance(raw, bytes) else to_json(raw)
    reply = Reply(code, data, tuple((headers or {}).items()), content_type)
    return Fault(f"status {code}", work=work, instead=lambda _: reply)


def error(
    code: str, message: str | None = None, status: int | None = None, *, work: bool = False
) -> Fault:
    """Respond with the provider's error of that code; text and status from its own table."""
    return Fault(
        f"error {code}",
        work=work,
        instead=lambda service: service.refuse(service.failure(code, message, status)),
    )


def throttled(retry_after: float | None = None) -> Fault:
    """Answer with the provider's "too many requests"; seconds to wait in its own header."""
    return Fault(
        "throttled",
        work=False,
        instead=lambda service: service.refuse(service.throttled(retry_after)),
    )


def redirect(location: str = "http://elsewhere.invalid/") -> Fault:
    """Answer with a 302 to another host, which must not be followed with a signature."""
    return replace(status(302, b"", {"Location": location}), name="redirect")


def xml(code: int = 200) -> Fault:
    """Answer with an XML document."""
    text = "<?xml version='1.0' encoding='UTF-8'?><Result><Code>Odd</Code></Result>"
    return replace(status(code, text, content_type="text/xml;charset=utf-8"), name="xml")


def html(code: int = 502) -> Fault:
    """Answer with an HTML page, as a proxy in between does."""
    text = "<html><head><title>Bad Gateway</title></head><body>Bad Gateway</body></html>"
    return replace(status(code, text, content_type="text/html"), name="html")


def half_json() -> Fault:
    """Do the work and answer with the first half of the JSON, with its correct length."""
    return Fault(
        "half JSON", edit=lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2])
    )


def other_json(value: object = ()) -> Fault:
    """Answer with JSON that is not the documented object: a list, a text, a number, null."""
    return replace(status(200, to_json(value)), name="other JSON")


def empty_body(code: int = 200, *, work: bool = False) -> Fault:
    """Answer with a status and no body."""
    return replace(status(code, b"", work=work), name="empty body")


def edited(change: Callable[[Any], Any], name: str = "edited") -> Fault:
    """Answer as documented, after ``change`` was given the decoded JSON; it returns the new one."""

    def edit(reply: Reply) -> Reply:
        return replace(reply, body=to_json(change(json.loads(reply.body)))) if reply.body else reply

    return Fault(name, edit=edit)


def moving_total(step: int = 1) -> Fault:
    """Let ``total`` grow by ``step`` more with every page."""
    lock = threading.Lock()
    pages = 0

    def change(body: Any) -> Any:
        nonlocal pages
        with lock:
            pages += 1
            return {**body, "total": body["total"] + step * pages}

    return edited(change, "moving total")


def empty_page() -> Fault:
    """Take all servers off the page and leave ``total`` as it is."""
    return edited(lambda body: {**body, "data": []}, "empty page")


def duplicate_ids() -> Fault:
    """Begin each page with the last server of the page before, as an insertion meanwhile does."""
    lock = threading.Lock()
    last: list[Any] = []

    def change(body: Any) -> Any:
        with lock:
            data = (last + body["data"])[: len(body["data"])]
            last[:] = data[-1:]
            return {**body, "data": data}

    return edited(change, "duplicate ids")


def unknown_state(state: str = "BRAND_NEW") -> Fault:
    """Put a state that no page lists into CWP's, OMS's or every DevServer's place for it."""

    def change(body: Any) -> Any:
        if "Response" in body:
            return {"Response": {**body["Response"], "State": state}}
        if "data" in body:
            return {**body, "data": [{**server, "status": state} for server in body["data"]]}
        return {**body, "status": state}

    return edited(change, "unknown state")


def unknown_fields() -> Fault:
    """Add fields that no page lists, at the top and in each listed thing."""
    more = {"brandNew": {"deep": [1, None, {"er": True}]}, "brand_new_text": "新"}

    def change(body: Any) -> Any:
        if "Response" in body:
            return {"Response": {**body["Response"], **more}, **more}
        if "data" in body:
            return {**body, **more, "data": [{**server, **more} for server in body["data"]]}
        return {**body, **more}

    return edited(change, "unknown fields")


def truncated() -> Fault:
    """Announce the whole body, send half of it, end the connection."""

    def leave(line: Line, reply: Reply) -> bool:
        line.write(line.head(reply) + reply.body[: len(reply.body) // 2])
        return False

    return Fault("truncated", leave=leave)


def wrong_length(by: int) -> Fault:
    """Announce ``by`` bytes more (the reader waits for them) or fewer than are sent."""

    def leave(line: Line, reply: Reply) -> bool:
        line.write(line.head(reply, length=max(0, len(reply.body) + by)) + reply.body)
        return True

    return Fault(f"length off by {by}", leave=leave)


def drip(seconds: float, *, headers: bool = False) -> Fault:
    """Send the body byte by byte with a pause between; with ``headers`` those as well."""

    def leave(line: Line, reply: Reply) -> bool:
        head, slow = line.head(reply), reply.body
        head, slow = (b"", head + slow) if headers else (head, slow)
        line.write(head)
        for position in range(len(slow)):
            line.wait(seconds)
            line.write(slow[position : position + 1])
        return True

    return Fault("drip", leave=leave)


def slow_headers(seconds: float) -> Fault:
    """Send the status line, pause, send the rest."""

    def leave(line: Line, reply: Reply) -> bool:
        first, _, rest = line.head(reply).partition(b"\r\n")
        line.write(first + b"\r\n")
        line.wait(seconds)
        line.write(rest + reply.body)
        return True

    return Fault("slow headers", leave=leave)


def delayed(seconds: float) -> Fault:
    """Do the work and send the whole response after so many seconds."""

    def leave(line: Line, reply: Reply) -> bool:
        line.wait(seconds)
        return pass_through(line, reply)

    return Fault("delayed", leave=leave)


def hang(seconds: float, *, work: bool = False) -> Fault:
    """Send nothing; close the connection after so many seconds. ``work``: it was done."""

    def leave(line: Line, reply: Reply) -> bool:
        line.wait(seconds)
        return False

    return Fault("hang", work=work, leave=leave, answers=False, instead=_nothing)


def reset_before_reading() -> Fault:
    """Reset the connection after the request line; headers and body stay unread."""
    return Fault("reset before reading", work=False, leave=_reset, answers=False, early=True)


def reset(*, work: bool) -> Fault:
    """Reset the connection after the request was read; ``work``: it was done, the response lost."""
    name = "reset after the work" if work else "reset before the work"
    return Fault(name, work=work, leave=_reset, answers=False, instead=_nothing)


def hang_up(*, work: bool) -> Fault:
    """Close the connection in order, without a response; ``work``: it was done."""
    name = "hung up after the work" if work else "hung up before the work"
    return Fault(name, work=work, leave=_end, answers=False, instead=_nothing)


def close_silently() -> Fault:
    """Respond as documented, then close the connection although the response did not say so."""

    def leave(line: Line, reply: Reply) -> bool:
        pass_through(line, reply)
        return False

    return Fault("closed silently", leave=leave)


def no_keep_alive() -> Fault:
    """Respond as documented with ``Connection: close``, and close."""

    def leave(line: Line, reply: Reply) -> bool:
        line.write(line.head(reply, close=True) + reply.body)
        return False

    return Fault("no keep-alive", leave=leave)


def clock_off(seconds: float) -> Fault:
    """Let the provider's clock, ``Date`` header included, be so many seconds ahead."""
    return Fault(f"clock off by {seconds:g} s", clock=seconds)


def _nothing(service: Service) -> Reply:
    return Reply()


def _reset(line: Line, reply: Reply) -> bool:
    line.reset()
    return False


def _end(line: Line, reply: Reply) -> bool:
    return False


class FaultPlan:
    """A fault and the requests it applies to; :attr:`played` counts them."""

    def __init__(
        self,
        fault: Fault,
        service: str,
        times: int | None,
        matches: Callable[[Received], bool],
    ) -> None:
        self.fault = fault
        self.service = service
        self.times = times
        self.matches = matches
        self.played = 0

    @property
    def open(self) -> bool:
        """Whether it applies to further requests."""
        return self.times is None or self.played < self.times


class FaultQueue:
    """The injected faults; each request takes the first that matches it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: list[FaultPlan] = []

    def add(self, plan: FaultPlan) -> None:
        """Append a plan."""
        with self._lock:
            self._plans.append(plan)

    def clear(self) -> None:
        """Remove all plans."""
        with self._lock:
            self._plans.clear()

    def take(self, request: Received, *, early: bool) -> Fault | None:
        """Return the fault for this request and count it."""
        if not self._plans:
            return None
        with self._lock:
            for plan in self._plans:
                fits = plan.open and plan.service == request.service
                if fits and plan.fault.early == early and plan.matches(request):
                    plan.played += 1
                    self._plans = [plan for plan in self._plans if plan.open]
                    return plan.fault
        return None


def matcher(
    method: str | None,
    path: str | None,
    action: str | None,
    when: Callable[[Received], bool] | None,
) -> Callable[[Received], bool]:
    """Return a predicate for requests; ``path`` may contain ``*``, None matches everything."""

    def matches(request: Received) -> bool:
        return (
            method in {None, request.method}
            and (path is None or fnmatch.fnmatchcase(request.path, path))
            and action in {None, request.action}
            and (when is None or when(request))
        )

    return matches
