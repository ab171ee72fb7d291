"""Strategies for the faults of :mod:`local.emulator.faults`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from local.emulator import faults
from local.emulator.faults import Fault
from tests.support.observed_transport import SILENCE, PlannedFault, Step

CODES = {
    "edas": ("Forbidden.RAM", "InternalError", "InvalidParameter", "SignatureDoesNotMatch"),
    "ehpc": ("InvalidParams", "ImageNotFound", "DbError", "EcsError", "Forbidden.RAM"),
    "cwp": (
        "FailedOperation",
        "FailedOperation.APIServerFail",
        "InternalError",
        "InvalidParameterValue",
        "UnauthorizedOperation",
        "AuthFailure.SecretIdNotFound",
    ),
    "oms": ("OMS.0001", "OMS.0002", "APIGW.0201", "APIGW.0302"),
    "modelarts": ("ModelArts.0104", "ModelArts.0010", "APIGW.0302", "APIGW.0201"),
}
"""Service -> some of its error codes, each with the status of the provider's table."""


EACH = 12
"""About how many times each group of faults is among those to choose from."""


def planned(fault: Fault) -> PlannedFault:
    return PlannedFault(fault)


def slow(fault: Fault) -> PlannedFault:
    return PlannedFault(fault, is_slow=True)


GATEWAY = [
    faults.status(code, "<html>Bad Gateway</html>", work=work, content_type="text/html")
    for code in (408, 500, 502, 503, 504)
    for work in (True, False)
]
BROKEN = [
    faults.truncated(),
    faults.wrong_length(-5),
    faults.half_json(),
    faults.xml(),
    faults.html(200),
    faults.html(502),
    faults.html(404),
    faults.other_json([]),
    faults.other_json("text"),
    faults.other_json(None),
    faults.empty_body(),
    faults.empty_body(work=True),
    faults.redirect(),
    faults.redirect("/"),
]
LOST = [
    faults.reset_before_reading(),
    faults.reset(work=True),
    faults.reset(work=False),
    faults.hang_up(work=True),
    faults.hang_up(work=False),
]
HARMLESS = [
    faults.unknown_fields(),
    faults.no_keep_alive(),
    faults.close_silently(),
    faults.delayed(0.001),
    faults.slow_headers(0.001),
]
SLOW = [
    faults.hang(SILENCE, work=True),
    faults.hang(SILENCE, work=False),
    faults.delayed(SILENCE),
    faults.slow_headers(SILENCE),
    faults.drip(SILENCE),
    faults.wrong_length(50),
]
STATUSES = [faults.status(code) for code in (400, 401, 403, 404, 409, 413, 429, 451)]
THROTTLED = [faults.throttled(seconds) for seconds in (None, 0.0, 1.0, 7.0, 40.0, 3600.0)]
CLOCK = [faults.clock_off(seconds) for seconds in (-86_400.0, 1_000.0, 5.0)]


def planned_faults(service: str, *more: Fault) -> st.SearchStrategy[PlannedFault]:
    """Return a strategy for faults of a service.

    Parameters
    ----------
    service: e.g. ``cwp``.
    more: faults that only this service may have.
    """
    codes = [faults.error(code) for code in CODES[service]]
    harmless = HARMLESS if service == "modelarts" else [*HARMLESS, faults.drip(0.0001)]
    quick = [GATEWAY, BROKEN, LOST, harmless, STATUSES, THROTTLED, CLOCK, codes]
    evenly = [fault for group in quick for fault in group * (EACH // (len(group) or 1) or 1)]
    own = [PlannedFault(fault, service=service) for fault in more]
    own *= 3 * EACH // (len(own) or 1)
    return st.sampled_from([*map(planned, evenly), *own, *map(slow, SLOW)])


def scripts(
    faulty: st.SearchStrategy[PlannedFault],
    events: Mapping[str, Callable[[], object]],
    *,
    most_good: int = 3,
) -> st.SearchStrategy[list[Step]]:
    """Return a strategy for what happens around the requests of a run.

    Parameters
    ----------
    faulty: the faults.
    events: what may happen at the provider, by name.
    most_good: how many good requests there are at most before each fault.
    """
    part = st.tuples(
        st.sampled_from([good for good in (1, 1, 2, 0, 3) if good <= most_good]),
        st.sampled_from(("", "", *events)),
        faulty,
        st.sampled_from((1, 1, 1, 2, 5)),
    )

    def steps(parts: list[tuple[int, str, PlannedFault, int]]) -> list[Step]:
        """Return good requests, an event, and the same fault for one or more requests."""
        found: list[Step] = []
        for good, event, fault, times in parts:
            found += [Step()] * good
            found.append(Step(events.get(event), fault))
            found += [Step(None, fault)] * (times - 1)
        return found

    return st.lists(part, max_size=3).map(steps)
