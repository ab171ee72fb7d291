"""The interface between a deployment and the service that raises its functions' alarms.

A platform that has such a service fills an :class:`AlarmService`. Its calls are flows, as those of
a platform are, and go through the same client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from local.deployment.models.place import Place
from shared.models.error_code import ErrorCode
from shared.models.flow import Flow, Service
from shared.models.operation import CallContext

Kind = Literal["failed", "silent"]

KINDS: tuple[Kind, ...] = ("failed", "silent")
"""All kinds, in the order in which they are shown."""

FAILED_PERIOD_SECONDS = 300
"""Over how long failed runs are counted: every service has this period."""


class Alarm(NamedTuple):
    """An alarm of a function.

    Parameters
    ----------
    kind: ``failed`` is raised by a run that failed or broke, ``silent`` by no run in a period.
    period_seconds: over how long runs are counted.
    notify: who is notified, as the platform's own receivers: ids of Tencent notice templates, URNs
        of Huawei SMN topics, names of Alibaba contact groups; sorted.
    """

    kind: Kind
    period_seconds: int
    notify: tuple[str, ...]


class AlarmService(NamedTuple):
    """The service of a platform that raises alarms.

    The alarms of a function have names of their own, ``cloud-sync-<function>-failed`` and
    ``cloud-sync-<function>-silent``, by which they are found. A flow that is interrupted may be
    run again.

    Parameters
    ----------
    service: where its requests are sent.
    label: its name for people, e.g. ``Cloud Eye``.
    permissions: what the identity that deploys needs, as the provider names it.
    receivers: what ``notify`` names, in the plural, e.g. ``ids of notice templates``.
    faults_of: returns what the service would refuse in an alarm, and what it cannot do. Each fault
        is a field of the description (``notify``, ``silence_seconds``) and what is wrong with it.
    read_alarms: returns the alarms of the function of that name, without those of other names. An
        alarm that was changed by hand differs from what was put: in its period or its receivers,
        or by a period of 0 where it would not be raised any more (off, another condition).
    put_alarm: creates an alarm of the function of that name, or replaces it.
    delete_alarm: deletes the alarm of that function and kind; not an error if there is none.
    place: returns where a person finds the alarms, from the region and the function's name.
    error_codes: what to do about the errors of these calls.
    require_receivers: looks for what is to be notified, and raises ``InvalidInput`` if one does not
        exist; None where the service refuses the alarm itself.
    """

    service: Service
    label: str
    permissions: tuple[str, ...]
    receivers: str
    faults_of: Callable[[Alarm], Iterable[tuple[str, str]]]
    read_alarms: Callable[[str, CallContext], Flow[tuple[Alarm, ...]]]
    put_alarm: Callable[[str, Alarm, CallContext], Flow[None]]
    delete_alarm: Callable[[str, str, CallContext], Flow[None]]
    place: Callable[[str, str], Place]
    error_codes: Mapping[str, ErrorCode]
    require_receivers: Callable[[Sequence[str]], Flow[None]] | None = None


def alarm_name(function: str, kind: str) -> str:
    """Return the name of a function's alarm."""
    return f"cloud-sync-{function}-{kind}"
