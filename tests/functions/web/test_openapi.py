"""The OpenAPI document: valid, complete, and true of the app's responses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import (
    negative_data_rejection,
    not_a_server_error,
    positive_data_acceptance,
)

from functions.registry import OPERATIONS, load
from functions.web.app import ROUTES, WebApp
from local.emulator import Emulator
from local.json_schemas.openapi.document import document
from local.json_schemas.openapi.responses import OF_A_RUN, RESULT
from local.json_schemas.parameters import parameters_schema
from shared.clock import Clock
from shared.http_trigger.response import HTTP_STATUS_BY_CATEGORY, HTTP_STATUS_BY_STATUS
from shared.runtime import Runtime
from tests.support.platform_caller import EVENTS, TASK
from tests.support.web_client import TOKEN, WebClient


class SkippingClock(Clock):
    """A clock that sleeps without delay and advances by the time slept."""

    skipped = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.skipped

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The document as the app serves it, with the app and the emulator behind it."""
    with Emulator() as emulator:
        emulator.tencent.requests_per_second = None
        environ = emulator.environment(temporary=True) | {
            "HTTP_BEARER_TOKENS": TOKEN,
            "OMS_TASKS": json.dumps({TASK: {}}),
        }
        home: Path = tmp_path_factory.mktemp("home")
        app = WebApp(Runtime(environ=environ, home=home, clock=SkippingClock()))
        yield schemathesis.openapi.from_wsgi("/openapi.json", app)


PATHS_AND_METHODS = [
    (path, method)
    for path, item in document([load(name) for name in OPERATIONS])["paths"].items()
    for method in item
]
RUNS = [path for path, method in PATHS_AND_METHODS if method == "post"]
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
EXAMPLES = settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def assert_documented(case: Any) -> None:
    """Ask, and check status, headers, content type and body against the document.

    Two checks are left out: what parameters exclude together is documented in words only, so what
    fits may be refused; and a region that Huawei's IAM does not know is a 500 by contract.
    """
    excluded_checks = [positive_data_acceptance, not_a_server_error]
    response = case.call(headers=AUTHORIZED)
    if response.status_code == 413:  # what is too long may be so long that it is not read
        excluded_checks.append(negative_data_rejection)
    case.validate_response(response, headers=AUTHORIZED, excluded_checks=excluded_checks)
    if response.status_code == 500:
        assert response.json()["error"]["category"] == "misconfigured"


@pytest.mark.parametrize(("path", "method"), PATHS_AND_METHODS)
def test_what_fits_the_document_is_answered_as_it_says(api: Any, path: str, method: str) -> None:
    @EXAMPLES
    @given(case=api[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def ask(case: Any) -> None:
        assert_documented(case)

    ask()


@pytest.mark.parametrize("path", RUNS)
def test_what_does_not_fit_the_document_is_refused_as_it_says(api: Any, path: str) -> None:
    @EXAMPLES
    @given(case=api[path]["post"].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def ask(case: Any) -> None:
        assume(not isinstance(case.body, bytes) or case.body.strip())  # else it is no body at all
        assert_documented(case)

    ask()


def test_the_document_is_valid_openapi(client: WebClient) -> None:
    validate(client.request("/openapi.json", token=None).json)


def test_every_path_of_the_app_is_documented_but_the_page_and_chat() -> None:
    paths = document([load(name) for name in OPERATIONS])["paths"]
    described = {rule.rule for rule in ROUTES.iter_rules() if rule.endpoint not in {"page", "chat"}}

    assert {f"/operations/{name}" for name in OPERATIONS} < set(paths)
    assert described == {
        "/health",
        "/openapi.json",
        "/operations",
        "/operations/<operation_id>",
        "/operations/<operation_id>/status",
    }
    assert set(paths) == {
        "/health",
        "/operations",
        *(f"/operations/{name}" for name in OPERATIONS),
        "/operations/alibaba.ehpc.SynchronizeApp/status",
        "/operations/tencent.cwp.SyncMachines/status",
        "/operations/tencent.cwp.SyncAssetScan/status",
        "/operations/huawei.oms.StartSyncTask/status",
        "/operations/huawei.oms.StopSyncTask/status",
        "/operations/huawei.modelarts.SyncDevServers/status",
    }


def test_every_status_of_a_result_is_documented() -> None:
    results = {status for status, (_, kinds) in OF_A_RUN.items() if RESULT in kinds}

    assert results == {200, *HTTP_STATUS_BY_STATUS.values(), *HTTP_STATUS_BY_CATEGORY.values()}


def test_only_the_health_check_needs_no_credential() -> None:
    described = document([load(name) for name in OPERATIONS])

    assert described["security"]
    operations = [
        (path, item[method]) for path, item in described["paths"].items() for method in item
    ]
    free = [path for path, request in operations if request.get("security") == []]
    assert free == ["/health"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_schema_in_the_document_accepts_what_the_published_one_accepts(operation: str) -> None:
    described = document([load(name) for name in OPERATIONS])
    published = parameters_schema(load(operation))
    name = f"Parameters.{operation}"
    here = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}

    for event in (EVENTS[operation], {}, {"bogus": 1}, {"Sync": True, "sync": True}):
        accepted = Draft202012Validator(published).is_valid(event)
        assert Draft202012Validator(here).is_valid(event) is accepted


def test_the_document_holds_no_value_of_a_setting(client: WebClient) -> None:
    text = client.request("/openapi.json").text

    assert not [value for value in client.environ.values() if len(value) > 9 and value in text]
