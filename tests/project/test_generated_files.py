"""Generated files match the pydantic models, and a function needs no pydantic."""

from __future__ import annotations

import subprocess
import sys

import pytest

from functions.registry import OPERATIONS, load
from local import compile_models
from local.json_schemas.result import data_model
from local.operation_models import model_of
from shared.models.documents import ErrorDocument, ResultDocument
from shared.models.result import ErrorBody, Result
from tests.support.repository import ROOT


def test_the_generated_files_are_those_of_the_models(capsys: pytest.CaptureFixture[str]) -> None:
    assert compile_models.main(["--check"]) == 0, capsys.readouterr().out


def test_a_generated_file_that_differs_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert compile_models.differing({"README.md": "other", "no/such/file": ""}) == [
        "README.md",
        "no/such/file",
    ]


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_has_a_model_of_its_parameters_and_of_its_data(operation_id: str) -> None:
    operation = load(operation_id)
    model = model_of(operation_id)
    assert set(operation.params.fields) == set(model.model_fields)
    assert data_model(operation_id).__annotations__


def test_the_documents_have_the_keys_of_the_result() -> None:
    assert list(ResultDocument.model_fields) == list(Result._fields)
    assert list(ErrorDocument.model_fields) == list(ErrorBody._fields)


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_timers_run_imports_no_pydantic(operation_id: str) -> None:
    script = (
        "import importlib, json, sys\n"
        f"module = importlib.import_module({OPERATIONS[operation_id]!r})\n"
        "module.handler({'dry_run': True, 'on_failure': 'return'})\n"
        "print(json.dumps([name for name in sys.modules if name.split('.')[0] == 'pydantic']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={}, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
