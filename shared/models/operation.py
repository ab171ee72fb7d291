"""What an operation is to the driver, and how a provider is spoken to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from shared.models.identity import Credentials
from shared.models.params import CommonParams
from shared.models.result import Outcome
from shared.models.secret import Secret
from shared.models.service import ReadSetting, Service
from shared.models.steps import Answer, Call, Steps
from shared.models.value import Value
from shared.models.wire import Parse, Request, Response


class Target(Value):
    """Where a run goes, as an operation sees it.

    Parameters
    ----------
    region: the provider's region id, None where none is known.
    project_id: Huawei's project of that region, None when it must be looked up.
    trigger: what started the run.
    now: when the run began, aware.
    """

    region: str | None
    project_id: str | None
    trigger: str
    now: datetime


class Dialect(Value):
    """How one provider is spoken to.

    Parameters
    ----------
    provider: the folder's name.
    region_setting: the setting that names the default region.
    sign: from a call, its origin, credentials, region, time and nonce to a signed request.
    read: from a call, its response and what parses JSON to an answer; raises a ``SyncError`` for
        anything else.
    """

    provider: str
    region_setting: str
    sign: Callable[[Call, str, Credentials, Target, datetime, str], Request]
    read: Callable[[Call, Response, Parse], Answer]


class Listed(Value):
    """Where the values of a parameter are listed.

    Parameters
    ----------
    setting: the setting's name.
    values: reads them from the settings; raises ``Misconfigured`` if the setting is wrong.
    """

    setting: str
    values: Callable[[ReadSetting], Iterable[str]]


Run = Callable[[Any, Target], Steps[Outcome]]
ReadSecret = Callable[[str], "Secret | None"]


def nothing(_given: Mapping[str, object]) -> Iterable[str]:
    """Return no conflicts."""
    return ()


class Operation(Value):
    """One operation, ready to be run by the driver.

    Parameters
    ----------
    id: ``provider.service.Action``.
    function: the deployed function's name.
    title: one line for people.
    page: where the provider documents it.
    service: the service whose requests count as ``attempts``.
    dialect: how the provider is spoken to.
    params: the class of its parameters, annotated with :mod:`shared.models.fields`.
    data: yields the TypedDict of its result's ``data``, for its published schema.
    run: the generator.
    conflicts: from the given parameters to the rules they break together, in words.
    regions: the only regions it exists in; empty where any will do.
    needs_region: whether it cannot be addressed without one.
    needs_seconds: how long a run may need, for the hint when time ran out.
    only_reads: whether a run with these parameters changes nothing; None where every run may.
    waits: whether ``wait_seconds`` means something to it.
    fill: completes the parameters from the settings (storage keys); None where nothing is to fill.
    lay_under: from what was given to what the settings know beside it; lies under the event.
    status: the generator that only reads the state, and needs no storage keys for it; None where
        there is nothing to read without writing.
    closed_to: from what was given and the parameters to why callers from outside (HTTP, chat)
        may not run it, None if they may; None itself where callers may run anything.
    changes: what a run changes at the provider, in words; shown before a live run.
    """

    id: str
    function: str
    title: str
    page: str
    service: Service
    dialect: Dialect
    params: type[CommonParams]
    data: Callable[[], type]
    run: Run
    changes: str
    needs_seconds: int
    conflicts: Callable[[Mapping[str, object]], Iterable[str]] = nothing
    regions: tuple[str, ...] = ()
    needs_region: bool = True
    waits: bool = False
    only_reads: Callable[[Any], bool] | None = None
    fill: Callable[[Any, ReadSecret, ReadSetting], Any] | None = None
    lay_under: Callable[[Mapping[str, object], ReadSetting], Mapping[str, object]] | None = None
    status: Run | None = None
    closed_to: Callable[[Mapping[str, object], Any, ReadSetting], str | None] | None = None
    listed: Mapping[str, Listed] | None = None
    """The required parameters whose values a setting lists, by name."""

    def reading(self) -> Operation | None:
        """Return this operation as one that only reads, None where it cannot."""
        if self.status is None:
            return None
        return self.changed(run=self.status, only_reads=lambda _params: True, fill=None)
