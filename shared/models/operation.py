"""What the driver needs to know of an operation and of its provider."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from shared.models.identity import Credentials
from shared.models.parameter_schema import ParameterSchema
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
    region: the provider's region ID, None if none is known.
    project_id: the project in that region; None if it must be looked up or there are none.
    trigger: what started the run.
    now: when the run started, timezone-aware.
    """

    region: str | None
    project_id: str | None
    trigger: str
    now: datetime


class Dialect(Value):
    """How to sign requests to one provider and parse its responses.

    Parameters
    ----------
    provider: the folder's name.
    region_setting: the setting that holds the default region.
    sign: returns the signed request for a call, its origin, the credentials, the target, the
        time and a nonce.
    read: returns the answer in the response to a call, parsed with the given JSON parser;
        raises a ``SyncError`` for anything else.
    project_setting: the setting that holds a project's ID; None if the provider has no projects.
    own_project_setting: the setting in which the provider's function platform names its own
        project.
    """

    provider: str
    region_setting: str
    sign: Callable[[Call, str, Credentials, Target, datetime, str], Request]
    read: Callable[[Call, Response, Parse], Answer]
    project_setting: str | None = None
    own_project_setting: str | None = None


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
    page: the URL of the provider's documentation.
    service: the service whose requests count as ``attempts``.
    dialect: how to sign requests to the provider and parse its responses.
    params: its parameters, compiled from the provider's pydantic models.
    run: the generator.
    changes: what a run changes at the provider, in words; shown before a live run.
    needs_seconds: how long a run may take, for the hint after a timeout.
    unknown_outcome_hint: what to do if no response came to a request that changes something:
        whether the next run checks the state first.
    noun: what its result lists, in the plural.
    changed_statuses: the statuses of a result that mean that the run changed something at the
        provider, for an operation whose ``data`` has no ``triggered``.
    conflicts: returns the rules that the given parameters break together, in words.
    regions: the only regions it exists in; empty if it exists everywhere.
    needs_region: whether it requires a region.
    waits: whether it supports ``wait_seconds``.
    only_reads: whether a run with these parameters changes nothing; None if every run may.
    fill: completes the parameters from the settings (storage keys); None if there is nothing to
        complete.
    lay_under: returns the defaults that the settings hold for the given parameters.
    status: the generator that only reads the state, and needs no storage keys for it; None if
        the provider has no such request.
    secrets_hint: how to configure the operation's secret parameters for HTTP callers, who may
        not send them.
    closed_to: returns why HTTP and chat callers may not run or plan it with the given
        parameters, None if they may; None itself if they may use any parameters.
    """

    id: str
    function: str
    title: str
    page: str
    service: Service
    dialect: Dialect
    params: ParameterSchema
    run: Run
    changes: str
    needs_seconds: int
    unknown_outcome_hint: str = "The request may still have been processed."
    noun: str = "items"
    changed_statuses: frozenset[str] = frozenset()
    conflicts: Callable[[Mapping[str, object]], Iterable[str]] = nothing
    regions: tuple[str, ...] = ()
    needs_region: bool = True
    waits: bool = False
    only_reads: Callable[[Any], bool] | None = None
    fill: Callable[[Any, ReadSecret, ReadSetting], Any] | None = None
    lay_under: Callable[[Mapping[str, object], ReadSetting], Mapping[str, object]] | None = None
    status: Run | None = None
    secrets_hint: str = "Put them into the function's settings."
    closed_to: Callable[[Mapping[str, object], Any, ReadSetting], str | None] | None = None
    listed: Mapping[str, Listed] | None = None
    """The required parameters whose values a setting lists, by name."""

    def reading(self) -> Operation | None:
        """Return the read-only variant of this operation, None if it has none."""
        if self.status is None:
            return None
        return self.changed(run=self.status, only_reads=lambda _params: True, fill=None)
