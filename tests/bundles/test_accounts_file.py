"""A bundle has the accounts file of the project's root, if that is valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.bundling.accounts_file import accounts_file
from local.bundling.problem import BundleError

VALID = '{"accounts": {"a": {"provider": "tencent", "settings_prefix": "A"}}}'


def test_without_an_accounts_file_a_bundle_has_none(tmp_path: Path) -> None:
    assert accounts_file(tmp_path) == {}


def test_the_accounts_file_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text(VALID, encoding="utf-8")

    assert accounts_file(tmp_path) == {"accounts.json": VALID.encode()}


def test_a_faulty_accounts_file_is_not_bundled(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text('{"accounts": {"a": {}}}', encoding="utf-8")

    with pytest.raises(BundleError, match="account a, provider: is required"):
        accounts_file(tmp_path)
