"""A message or a hint never names a setting or a parameter that does not exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.alibaba import error_codes as alibaba
from functions.huawei import error_codes as huawei
from functions.registry import OPERATIONS, load
from functions.tencent import error_codes as tencent
from shared.models.error_code import ErrorCode
from shared.settings.definitions import ALL_NAMES
from tests.support.repository import ROOT

SOURCES = sorted(
    path.relative_to(ROOT)
    for folder in ("functions", "shared")
    for path in (ROOT / folder).rglob("*.py")
)

ROWS = {"alibaba": alibaba.ROWS, "tencent": tencent.ROWS, "huawei": huawei.ROWS}

NOT_SETTINGS = {
    "CERTIFICATE_VERIFY": "OpenSSL's word for a certificate that is not trusted",
    "CONTENT_LENGTH": "a key of the WSGI environment",
    "CONTENT_TYPE": "a key of the WSGI environment",
    "OMS_PHOTOS": "an example of a prefix that the deployer chooses",
    "OMS_PHOTOS_SRC_AK": "an example of a setting under that prefix",
    "PATH_INFO": "a key of the WSGI environment",
    "PROD1_ALIBABA_CLOUD_ACCESS_KEY_ID": "an example of a setting under an account's prefix",
    "PROVIDER_ERRORS": "a constant that a docstring refers to",
    "QUERY_STRING": "a key of the WSGI environment",
    "REQUEST_METHOD": "a key of the WSGI environment",
    "SCRIPT_NAME": "a key of the WSGI environment",
    "SLACK_URL": "an example of a setting that the deployer chooses",
}
"""Names in capitals that are not settings, and what they are."""

NOT_PARAMETERS = {
    "action_id": "a field of Slack's interactive payload",
    "block_actions": "a type of Slack's interactive payload",
    "response_url": "a field of Slack's payloads",
    "duration_seconds": "a key of the accounts file",
    "oidc_token_file": "a key of the accounts file",
    "parameter_name": "a key of the accounts file",
    "secret_id": "a key of the accounts file",
    "settings_prefix": "a key of the accounts file",
    "access_key": "a type of profile in Alibaba Cloud's ini file",
    "id_token_file": "a field of a profile in Huawei Cloud's ini file",
    "idp_id": "a field of a profile in Huawei Cloud's ini file",
}
"""Names in lower case that are not parameters, and what they are."""

SETTING_LIKE = re.compile(r"(?<![A-Za-z0-9_])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![A-Za-z0-9_])")
PARAMETER_LIKE = re.compile(
    r"(?<![A-Za-z0-9_.:/{-])[a-z]+(?:_[a-z0-9]+)+(?![A-Za-z0-9_:/(}-]|\.[a-z])"
)


def parameters_of(provider: str) -> set[str]:
    """Return the parameters of a provider's operations, or of all operations."""
    return {
        name
        for operation in OPERATIONS
        if operation.startswith(provider)
        for name in load(operation).params.fields
    }


def strings_in(tree: ast.AST) -> Iterator[str]:
    """Yield every string in a source but the names in ``__all__`` and the braces of f-strings."""
    exported = {
        id(name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for name in ast.walk(node.value)
    }
    for node in ast.walk(tree):
        if id(node) in exported:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def errors_in(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield what is called with a message or a hint: errors, problems and their makers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            names = {keyword.arg for keyword in node.keywords}
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if "hint" in names or called in {"Problem", "unusable", "fault", "_fault"}:
                yield node


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_every_setting_that_a_source_names_is_in_the_table(path: Path) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    named = {name for text in strings_in(tree) for name in SETTING_LIKE.findall(text)}
    # A protocol's docstring explains the constants that its modules define.
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert named - ALL_NAMES - NOT_SETTINGS.keys() - own == set()


def test_every_word_that_is_excused_from_being_a_setting_is_still_used() -> None:
    used = {
        name
        for path in SOURCES
        for text in strings_in(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        for name in SETTING_LIKE.findall(text)
    }
    assert NOT_SETTINGS.keys() - used == set()
    assert NOT_SETTINGS.keys() & ALL_NAMES == set()


@pytest.mark.parametrize(
    ("provider", "row"),
    [
        pytest.param(provider, row, id=f"{provider}:{row.code}")
        for provider, rows in ROWS.items()
        for row in rows
    ],
)
def test_every_name_in_a_tables_hint_exists(provider: str, row: ErrorCode) -> None:
    assert set(SETTING_LIKE.findall(row.hint)) - ALL_NAMES == set()
    assert set(PARAMETER_LIKE.findall(row.hint)) - parameters_of(provider) == set()


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_every_parameter_that_a_message_names_exists(path: Path) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    sentences = [text for call in errors_in(tree) for text in strings_in(call) if " " in text]
    named = {name for text in sentences for name in PARAMETER_LIKE.findall(text)}
    assert named - parameters_of("") - NOT_PARAMETERS.keys() == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Set EXAMPLE_SETTING to 5.", ["EXAMPLE_SETTING"]),
        ("A server in ERROR or START_FAILED", ["START_FAILED"]),
        ("GET /v3/projects", []),
    ],
)
def test_a_setting_is_recognized_by_its_capitals(text: str, found: list[str]) -> None:
    assert SETTING_LIKE.findall(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Run it with a lower max_concurrency. Then wait.", ["max_concurrency"]),
        ("Check project_id, and retry.", ["project_id"]),
        ("a service of shared.models.error_code", []),
    ],
)
def test_a_parameter_is_recognized_by_its_underscores(text: str, found: list[str]) -> None:
    assert PARAMETER_LIKE.findall(text) == found
