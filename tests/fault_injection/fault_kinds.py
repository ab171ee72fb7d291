"""The faults that are injected, and how a run may fail because of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from local.emulator import faults
from local.emulator.faults import Fault, Leave, Line
from local.emulator.message import Reply
from tests.support.relay import RelayFault

Categories = frozenset[str]

STATUS_CATEGORIES = {
    400: {"invalid_input", "refused"},
    401: {"unauthenticated"},
    403: {"forbidden"},
    404: {"not_found"},
    408: {"unavailable", "timeout"},
    409: {"conflict"},
    413: {"refused", "invalid_input"},
    429: {"throttled"},
    451: {"refused"},
    500: {"unavailable"},
    502: {"unavailable"},
    503: {"unavailable"},
    504: {"unavailable", "timeout"},
}
"""An HTTP status without a provider's code -> the error categories that it may become."""

GATEWAY_STATUSES = (408, 500, 502, 503, 504)
"""Statuses that a gateway may answer with after the provider did the work."""

PROXY_REFUSALS = (403, 407, 429, 502, 503)
RETRY_AFTER = (0.0, 0.1, 1.0, 5.0, 3600.0, 1e9)


@dataclass(frozen=True, slots=True)
class ServiceFault:
    """A fault of the emulated service.

    Parameters
    ----------
    name: what is shown.
    fault: the emulator's fault.
    categories: those of a run that fails because of it.
    times: for how many requests.
    """

    name: str
    fault: Fault
    categories: Categories
    times: int = 1


@dataclass(frozen=True, slots=True)
class NetworkFault:
    """A fault below HTTP.

    Parameters
    ----------
    name: what is shown.
    fault: the relay's; None for one of the address.
    categories: those of a run that fails because of it.
    """

    name: str
    fault: RelayFault | None
    categories: Categories


def endless(size: int) -> Fault:
    """Announce a body of so many bytes, and send zeros until the client has enough."""

    def leave(line: Line, reply: Reply) -> bool:
        line.write(line.head(reply, length=size))
        block = bytes(65_536)
        for _ in range(size // len(block)):
            line.write(block)
        return False

    return Fault(f"{size} bytes", leave=leave)


def in_the_middle_of_the_headers(action: str) -> Fault:
    """Send the status line and half of the headers, then end the connection."""

    def leave(line: Line, reply: Reply) -> bool:
        head = line.head(reply)
        line.write(head[: len(head) // 2])
        if action == "reset":
            line.reset()
        return False

    return Fault(f"{action} in the headers", leave=leave)


def odd_header(name: str, value: str) -> Fault:
    """Answer well, with one header that makes no sense."""

    def leave(line: Line, reply: Reply) -> bool:
        return faults.pass_through(line, reply.with_headers((name, value)))

    return Fault(f"{name}: {value[:20]}", leave=leave)


def chunks_without_end() -> Leave:
    """Return what sends a good body in chunks, without the last one."""

    def leave(line: Line, reply: Reply) -> bool:
        head = line.head(reply).replace(b"Content-Length", b"X-Length")
        head = head.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
        line.write(head + b"%x\r\n" % len(reply.body) + reply.body + b"\r\n")
        return False

    return leave


def service_fault(random: Random) -> ServiceFault:
    """Return a random fault of the service."""
    return random.choice(SERVICE_FAULTS)(random)


def network_fault(random: Random, *, tls: bool, proxy: bool) -> NetworkFault:
    """Return a random fault below HTTP.

    Parameters
    ----------
    random: where it comes from.
    tls, proxy: whether the connection has them.
    """
    kinds = [refused, unresolved, at_accept, in_the_bytes]
    kinds += [tls_garbage] if tls else []
    kinds += [proxy_refusal, proxy_garbage, proxy_silence] if proxy else []
    return random.choice(kinds)(random)


# Faults of the service


def any_status(random: Random) -> ServiceFault:
    status = random.choice(list(STATUS_CATEGORIES))
    fault = faults.status(status)
    return ServiceFault(
        f"{status}", fault, frozenset(STATUS_CATEGORIES[status]), some_times(random)
    )


def gateway_after_the_work(random: Random) -> ServiceFault:
    status = random.choice(GATEWAY_STATUSES)
    fault = faults.status(status, "<html>Bad Gateway</html>", work=True, content_type="text/html")
    return ServiceFault(
        f"{status} after the work", fault, frozenset(STATUS_CATEGORIES[status]), some_times(random)
    )


def throttled(random: Random) -> ServiceFault:
    wait = random.choice((None, *RETRY_AFTER))
    fault = faults.throttled(wait)
    return ServiceFault(f"throttled, {wait}", fault, frozenset({"throttled"}), some_times(random))


def other_body(random: Random) -> ServiceFault:
    name, fault = random.choice(
        [
            ("redirect", faults.redirect()),
            ("XML", faults.xml()),
            ("HTML", faults.html(200)),
            ("half JSON", faults.half_json()),
            ("a list", faults.other_json([])),
            ("a text", faults.other_json("text")),
            ("a number", faults.other_json(1e400)),
            ("null", faults.other_json(None)),
            ("no body", faults.empty_body()),
            ("no body after the work", faults.empty_body(work=True)),
            ("other bytes", faults.status(200, b"\xff\xfe\x00{", work=True)),
            ("deep", faults.status(200, b'{"a":' * 50_000, work=True)),
            ("a long number", faults.status(200, b'{"total":' + b"9" * 5_000 + b"}", work=True)),
        ]
    )
    return ServiceFault(name, fault, frozenset({"bad_response", "refused"}), some_times(random))


def broken_off(random: Random) -> ServiceFault:
    name, fault = random.choice(
        [
            ("truncated", faults.truncated()),
            ("too short", faults.wrong_length(50)),
            ("too long", faults.wrong_length(-5)),
            ("closed in the headers", in_the_middle_of_the_headers("close")),
            ("reset in the headers", in_the_middle_of_the_headers("reset")),
            ("chunks without end", Fault("chunks without end", leave=chunks_without_end())),
        ]
    )
    return ServiceFault(name, fault, frozenset({"bad_response", "unreachable", "timeout"}))


def lost(random: Random) -> ServiceFault:
    work = random.random() < 0.5
    name, fault = random.choice(
        [
            ("reset", faults.reset(work=work)),
            ("hung up", faults.hang_up(work=work)),
            ("reset before reading", faults.reset_before_reading()),
        ]
    )
    when = "after" if work else "before"
    return ServiceFault(
        f"{name} {when} the work", fault, frozenset({"unreachable"}), some_times(random)
    )


def slow(random: Random) -> ServiceFault:
    work = random.random() < 0.5
    name, fault = random.choice(
        [
            ("silent", faults.hang(30, work=work)),
            ("late", faults.delayed(30)),
            ("a little late", faults.delayed(0.2)),
            ("slow headers", faults.slow_headers(30)),
            ("dripping", faults.drip(0.05, headers=True)),
        ]
    )
    return ServiceFault(name, fault, frozenset({"timeout"}))


def large(random: Random) -> ServiceFault:
    size = random.choice((9 * 1024 * 1024, 1024**3, 10**12))
    return ServiceFault(f"{size} bytes", endless(size), frozenset({"bad_response", "timeout"}))


def strange_header(random: Random) -> ServiceFault:
    name = random.choice(("Retry-After", "Date", "Content-Encoding", "X-Request-Id", "X-Odd"))
    value = random.choice(("nan", "-1", "1e999", "gzip", "x" * 5_000, "Mon, 99 Foo", "", "9" * 500))
    fault = odd_header(name, value)
    return ServiceFault(f"{name}: {value[:8]}", fault, frozenset({"bad_response"}))


def wrong_clock(random: Random) -> ServiceFault:
    seconds = random.choice((-86_400.0, -600.0, -100.0, 100.0, 600.0, 86_400.0))
    return ServiceFault(
        f"clock off by {seconds:g}", faults.clock_off(seconds), frozenset({"unauthenticated"}), 99
    )


def changed_body(random: Random) -> ServiceFault:
    """Answer well, with one field of another type, or without it."""
    odd: object = random.choice(
        (None, [], {}, "", "odd", -1, 0, 1e300, True, "x" * 300_000, "\ud800")
    )
    position = random.random()

    def change(body: object) -> object:
        if not isinstance(body, dict) or not body:
            return body
        target = body.get("Response")
        target = target if isinstance(target, dict) else body
        keys = sorted(target)
        target[keys[int(position * len(keys))]] = odd
        return body

    def edit(reply: Reply) -> Reply:
        # With escapes: UTF-8 has no half of a surrogate pair.
        body = json.dumps(change(json.loads(reply.body))) if reply.body else ""
        return replace(reply, body=body.encode())

    fault = Fault("changed field", edit=edit)
    # A list of projects without the region's is a fault of the settings.
    categories = frozenset({"bad_response", "refused", "misconfigured"})
    return ServiceFault(f"a field is {str(odd)[:8]!r}", fault, categories)


def some_times(random: Random) -> int:
    return random.choice((1, 1, 1, 2, 3, 99))


SERVICE_FAULTS: tuple[Callable[[Random], ServiceFault], ...] = (
    any_status,
    any_status,
    gateway_after_the_work,
    gateway_after_the_work,
    throttled,
    other_body,
    other_body,
    broken_off,
    lost,
    lost,
    slow,
    large,
    strange_header,
    wrong_clock,
    changed_body,
    changed_body,
)


# Faults below HTTP

UNRESOLVED = "the name does not resolve"
ACTIONS: tuple[Literal["reset", "close", "hang"], ...] = ("reset", "close", "hang")


def refused(_random: Random) -> NetworkFault:
    return NetworkFault("refused", None, frozenset({"unreachable"}))


def unresolved(_random: Random) -> NetworkFault:
    return NetworkFault(UNRESOLVED, None, frozenset({"unreachable"}))


def at_accept(random: Random) -> NetworkFault:
    action = random.choice(ACTIONS)
    fault = RelayFault("accept", action)
    return NetworkFault(f"{action} at accept", fault, network_categories(action))


def in_the_bytes(random: Random) -> NetworkFault:
    where: Literal["request", "response"] = random.choice(("request", "response"))
    action = random.choice(ACTIONS)
    position = random.choice((0, 1, 100, 200, 600, 1_500, 2_500))
    fault = RelayFault(where, action, position)
    return NetworkFault(
        f"{action} after {position} bytes of the {where}", fault, network_categories(action)
    )


def tls_garbage(random: Random) -> NetworkFault:
    data = random.choice(
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28", b"x")
    )
    fault = RelayFault("response", "send", 0, data)
    return NetworkFault("garbage instead of TLS", fault, frozenset({"unreachable"}))


def proxy_refusal(random: Random) -> NetworkFault:
    status = random.choice(PROXY_REFUSALS)
    data = b"HTTP/1.1 %d Some Reason\r\nContent-Length: 2\r\n\r\nno" % status
    fault = RelayFault("connect", "send", data=data)
    return NetworkFault(f"the proxy answers {status}", fault, frozenset({"unreachable"}))


def proxy_garbage(random: Random) -> NetworkFault:
    data = random.choice(
        (b"", b"\x00\xff", b"HTTP/1.1 200", b"HTTP/1.1 nan\r\n\r\n", b"SSH-2.0\r\n")
    )
    fault = RelayFault("connect", "send", data=data)
    return NetworkFault("the proxy answers garbage", fault, frozenset({"unreachable"}))


def proxy_silence(_random: Random) -> NetworkFault:
    return NetworkFault(
        "the proxy is silent", RelayFault("connect", "hang"), frozenset({"timeout"})
    )


def network_categories(action: str) -> Categories:
    if action == "hang":
        return frozenset({"timeout"})
    return frozenset({"unreachable", "bad_response"})
