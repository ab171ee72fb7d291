"""The operations of a bundle, and which of them a request imports."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from functions.registry import OPERATIONS
from functions.web import static_files
from functions.web.assembly import assemble
from functions.web.available_operations import operation_ids
from functions.web.version import VERSION
from tests.support.repository import ROOT

ASK = """
import json, sys
from functions.web.app import handler
event = {"httpMethod": "GET", "path": sys.argv[1], "headers": {}}
reply = handler(event, type("Context", (), {"aws_request_id": "example"})())
print(json.dumps([reply["statusCode"], sorted(sys.modules)]))
"""
OF_A_RUN = (
    "shared.invocation",
    "shared.operation_request",
    "shared.runtime.environment",
    "shared.runner",
    "shared.client.transport",
    "shared.observability",
    "shared.http_trigger.handler",
    "urllib3",
    "aws_lambda_powertools",
    "pydantic_core",
)
STYLE = next(f"/{name}" for name in assemble(static_files.CONSOLE_FOLDER) if name.endswith(".css"))
OF_A_SERVER = ("werkzeug.serving", "http.server", "ssl")


@pytest.mark.parametrize("path", ["/", STYLE, "/health", "/nowhere"])
def test_what_needs_no_operation_imports_none(path: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ASK, path], cwd=ROOT, capture_output=True, text=True, check=True
    )

    status, modules = json.loads(ran.stdout)
    assert status == (404 if path == "/nowhere" else 200)
    assert sorted(set(modules) & {*OF_A_RUN, *OF_A_SERVER, *OPERATIONS.values()}) == []


def test_an_operation_whose_module_is_missing_is_not_there() -> None:
    catalog = {
        "tencent.cwp.SyncMachines": "functions.tencent.sync_machines",
        "tencent.cwp.Other": "functions.tencent.other",
        "example.service.Other": "functions.example.other",
    }

    assert operation_ids(catalog) == ("tencent.cwp.SyncMachines",)


def test_a_file_that_was_not_assembled_is_not_served() -> None:
    assert static_files.read_file("words.js") is None
    assert static_files.read_file("console.0123456789abcdef.css") is None


def test_the_version_is_the_projects() -> None:
    project = (ROOT / "pyproject.toml").read_text()

    assert f'\nversion = "{VERSION}"\n' in project
