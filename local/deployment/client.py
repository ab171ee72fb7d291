"""Runs the flows of an API: signs and sends their calls, and explains their errors."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar, cast

from local.identity import CredentialReport, find_credentials
from shared.client.api_client import ApiClient
from shared.errors import Misconfigured, SyncError
from shared.invocation import Invocation
from shared.models._core_schemas import COMMON_FIELDS, COMMON_FORMATS
from shared.models.error_code import ErrorCode, lookup
from shared.models.flow import ApiCall, ApiResponse, Flow, Service, Sleep
from shared.models.http import JsonParser, Response
from shared.models.operation import CallContext, Operation, Provider
from shared.models.parameter_schema import ParameterSchema
from shared.models.provider_errors import error_from_code, fill_hint
from shared.models.result import Outcome
from shared.models.secret import Secret
from shared.runtime import Runtime
from shared.settings import Settings

T = TypeVar("T")

NO_PARAMETERS = ParameterSchema(COMMON_FIELDS, {}, frozenset(), COMMON_FORMATS)


def no_flow(_params: object, _context: CallContext) -> Flow[Outcome]:
    """Return nothing: the flows are a platform's, one at a time."""
    raise NotImplementedError
    yield


class Api(Protocol):
    """What a platform and a store of secrets have in common."""

    @property
    def provider(self) -> Provider:
        """How requests are signed and responses parsed."""

    @property
    def service(self) -> Service:
        """Where requests are sent."""

    def codes_of(self, service: Service) -> Mapping[str, ErrorCode]:
        """Return what to do about the errors of a service that its flows call.

        The hints replace those of the provider's operations.
        """


def parser_of(api: Api) -> Callable[[ApiCall, Response, JsonParser], ApiResponse]:
    """Return the provider's parser, whose errors have the category of the platform's own table.

    A code such as ``LimitExceeded`` is a rate limit at one service, and a quota at another, where
    it does not help to try again.
    """
    parse_response = api.provider.parse_response

    def parse(call: ApiCall, response: Response, parser: JsonParser) -> ApiResponse:
        try:
            return parse_response(call, response, parser)
        except SyncError as error:
            table = api.codes_of(call.service)
            row = lookup(table, error.code, error.http_status)
            if row is None or row.category == error.category:
                raise
            raise error_from_code(
                table,
                code=error.code,
                message=error.message,
                status=response.status,
                request_id=error.request_id,
                call=call,
            ) from None

    return parse


class PlatformClient:
    """Runs the flows of one platform, or store of secrets, in one region.

    Parameters
    ----------
    platform: the platform or the store.
    region, project_id: where.
    process: environment, home directory, clock and transport.

    Attributes
    ----------
    context: region, project and time.
    credentials: whose keys sign the calls, or why there are none.
    secrets: what is redacted in errors, besides the secrets of this environment.
    """

    def __init__(
        self, platform: Api, region: str, project_id: str | None, process: Runtime
    ) -> None:
        provider = platform.provider
        self._platform = platform
        self._process = process
        self._operation = Operation(
            id=f"{provider.name}.{platform.service.name}.Deploy",
            function="deploy",
            title="Deploy functions",
            docs_url="",
            service=platform.service,
            provider=provider._replace(parse_response=parser_of(platform)),
            params=NO_PARAMETERS,
            flow=no_flow,
            effect="changes functions",
            min_timeout_seconds=0,
            unknown_outcome_hint="Deploy again: what is there is read first.",
        )
        self.context = CallContext(region, project_id, "direct", process.clock.now())
        self.secrets: list[Secret] = []
        self.credentials: CredentialReport = find_credentials(
            provider.name, Settings.from_environ(process.current_environ), process.home
        )

    def run(self, flow: Flow[T]) -> T:
        """Run a flow and return what it returns.

        Raises
        ------
        SyncError: a call failed; its hint is the platform's.
        """
        found = self.credentials
        if found.identity is None:
            error = found.broken or found.absent
            raise error or Misconfigured(f"no credentials for {found.provider}")
        invocation = Invocation.from_event({}, None, self._process)
        for secret in self.secrets:
            invocation.redactor.add(secret)
        with contextlib.redirect_stdout(io.StringIO()):
            client = ApiClient(
                self._operation, self.context, found.identity.credentials, invocation
            )
            try:
                return client.run(self._explained(flow))
            except SyncError as error:
                error.message = invocation.redactor.redact(error.message)
                raise

    def _explained(self, flow: Flow[T]) -> Flow[T]:
        """Run a flow; an error that ends it has the platform's hint, with the call's permission."""
        call: ApiCall | None = None
        reply: Any = None
        failure: SyncError | None = None
        try:
            while True:
                step: ApiCall | Sleep
                step = flow.send(reply) if failure is None else flow.throw(failure)
                reply, failure = None, None
                call = step if isinstance(step, ApiCall) else call
                try:
                    reply = yield step
                except SyncError as error:
                    failure = error
        except StopIteration as stop:
            return cast("T", stop.value)
        except SyncError as error:
            service = self._platform.service if call is None else call.service
            row = lookup(self._platform.codes_of(service), error.code)
            if row is not None:
                error.hint = fill_hint(row.hint, call)
            raise
