"""What the API client needs to know about an operation and its provider."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.models.credentials import Credentials
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service
from shared.models.http import JsonParser, Request, Response
from shared.models.parameter_schema import ParameterSchema
from shared.models.result import Outcome
from shared.models.secret import Secret

if TYPE_CHECKING:
    from shared.models.role import Role, RoleSession


class CallContext(NamedTuple):
    """Region, project, trigger and time of a run, for its operation.

    Parameters
    ----------
    region: the provider's region ID, None if none is known.
    project_id: the project in that region; None if it must be looked up or there are none.
    trigger: what started the run.
    now: when the run started, timezone-aware.
    account: the account's name in the accounts file, None for the function's own.
    max_calls_per_second: the most requests per second of those that the provider limits, None for
        the provider's limit.
    """

    region: str | None
    project_id: str | None
    trigger: str
    now: datetime
    account: str | None = None
    max_calls_per_second: float | None = None


class Provider(NamedTuple):
    """How to sign requests to one provider and parse its responses.

    Parameters
    ----------
    name: ``alibaba``, ``tencent`` or ``huawei``, as in the operations' IDs.
    region_setting: the setting that holds the default region.
    sign: returns the signed request for a call, its origin, the credentials, the context,
        the time and a nonce.
    parse_response: returns the parsed response to a call, using the JSON parser it is passed;
        raises a ``SyncError`` for an error response.
    project_setting: the setting that holds a project's ID; None if the provider has no projects.
    own_project_setting: the setting in which the provider's function platform reports the
        function's project.
    assume_role: returns the flow that assumes a role under a session name and returns its
        session; characters that the provider does not allow in a name are replaced. A role with
        ``oidc`` needs :class:`shared.models.credentials.Anonymous` as credentials, since its token
        authenticates it. None if the provider has no roles.
    """

    name: str
    region_setting: str
    sign: Callable[[ApiCall, str, Credentials, CallContext, datetime, str], Request]
    parse_response: Callable[[ApiCall, Response, JsonParser], ApiResponse]
    project_setting: str | None = None
    own_project_setting: str | None = None
    assume_role: "Callable[[Role, str, CallContext], Flow[RoleSession]] | None" = None


class ListedValues(NamedTuple):
    """The setting that lists the possible values of a parameter.

    Parameters
    ----------
    setting: the setting's name.
    values: reads them from the settings; raises ``Misconfigured`` if the setting is wrong.
    """

    setting: str
    values: Callable[[GetSetting], Iterable[str]]


FlowFunction = Callable[[Any, CallContext], Flow[Outcome]]
GetSecret = Callable[[str], "Secret | None"]


def no_errors(_raw: Mapping[str, object]) -> Iterable[str]:
    """Return no errors."""
    return ()


class Operation(NamedTuple):
    """One operation, ready to be run.

    Parameters
    ----------
    id: ``provider.service.Action``.
    function: the deployed function's name.
    title: a short description, for people.
    docs_url: the URL of the provider's documentation.
    service: the service whose requests count as ``attempts``.
    provider: how to sign requests to the provider and parse its responses.
    params: its parameters, compiled from the provider's pydantic models.
    flow: the generator function that implements it.
    effect: what a run changes at the provider, as the end of a sentence; shown before a live run.
    min_timeout_seconds: the function timeout that a run needs, for the hint after a timeout.
    unknown_outcome_hint: what to do if a write got no response, e.g. whether the next run checks
        the state first.
    items_noun: what its result lists, in the plural.
    changed_statuses: the result statuses that mean that the run changed something at the
        provider, for an operation whose ``data`` has no ``triggered``.
    cross_field_errors: returns the errors that involve several of the raw parameters.
    regions: the only regions it exists in; empty if it exists everywhere.
    needs_region: whether it requires a region.
    supports_wait: whether it supports ``wait_seconds``.
    is_read_only: whether a run with these parameters changes nothing; None if every run may.
    with_secrets: completes the parameters from the settings (storage keys); None if there is
        nothing to complete.
    defaults_from_settings: returns the defaults in the settings that match the raw parameters.
    parameters_from_event: converts a cloud service's event, such as a bucket's, to parameters;
        returns None for an event that already is the parameters, and raises ``InvalidInput`` for
        any other. None if the operation takes parameters only.
    read_flow: the generator that only reads the state, and needs no storage keys for it; None if
        the provider has no such request.
    with_settings: completes the parameters of ``read_flow`` from the settings, without secrets;
        None if there is nothing to complete.
    secrets_hint: how to configure the operation's secret parameters for HTTP callers, who may
        not send them.
    forbidden_for_callers: returns why HTTP and chat callers may not run or plan it with these
        parameters, None if they may; None itself if they may use any parameters.
    """

    id: str
    function: str
    title: str
    docs_url: str
    service: Service
    provider: Provider
    params: ParameterSchema
    flow: FlowFunction
    effect: str
    min_timeout_seconds: int
    unknown_outcome_hint: str = "The request may still have been processed."
    items_noun: str = "items"
    changed_statuses: frozenset[str] = frozenset()
    cross_field_errors: Callable[[Mapping[str, object]], Iterable[str]] = no_errors
    regions: tuple[str, ...] = ()
    needs_region: bool = True
    supports_wait: bool = False
    is_read_only: Callable[[Any], bool] | None = None
    with_secrets: Callable[[Any, GetSecret, GetSetting], Any] | None = None
    defaults_from_settings: (
        Callable[[Mapping[str, object], GetSetting], Mapping[str, object]] | None
    ) = None
    parameters_from_event: Callable[[object], Mapping[str, object] | None] | None = None
    read_flow: FlowFunction | None = None
    with_settings: Callable[[Any, GetSetting], Any] | None = None
    secrets_hint: str = "Put them into the function's settings."
    forbidden_for_callers: Callable[[Mapping[str, object], Any, GetSetting], str | None] | None = (
        None
    )
    listed_values: Mapping[str, ListedValues] | None = None
    """Required parameter -> the setting that lists its possible values."""

    def read_only_variant(self) -> "Operation | None":
        """Return the read-only variant of this operation, None if it has none."""
        if self.read_flow is None:
            return None
        complete = self.with_settings
        return self._replace(
            flow=self.read_flow,
            is_read_only=lambda _params: True,
            with_secrets=(
                None
                if complete is None
                else lambda params, _read_secret, read_setting: complete(params, read_setting)
            ),
        )
