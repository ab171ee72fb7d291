"""The table: complete, readable, and marked where a value is secret."""

from __future__ import annotations

import re

import pytest

from shared.settings import SETTINGS, Setting

ROWS = list(SETTINGS.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_meaning_is_one_sentence(row: Setting) -> None:
    assert row.description.endswith(".")
    assert ". " not in row.description
    assert "|" not in row.description  # it is shown in a Markdown table
    assert "\n" not in row.description


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_name_can_be_set_in_any_environment(row: Setting) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9_]*", row.name)


def test_no_name_or_other_spelling_appears_twice() -> None:
    spellings = [name for row in ROWS for name in (row.name, *row.aliases)]
    assert len(spellings) == len(set(spellings))


def test_rows_of_a_group_are_together() -> None:
    groups = [row.group for row in ROWS]
    assert sorted(groups, key=groups.index) == groups


def test_whatever_holds_a_secret_is_marked_so() -> None:
    telling = re.compile(
        r"(SECRET_?KEY|SECRET_ACCESS_KEY|ACCESS_KEY_SECRET|TOKENS?|_SK|AUTHENTICATION_KEY|USERDATA"
        r"|WEBHOOK_SECRETS|(SIGNING|APP|CONFIRM)_SECRET)$"
        r"|OMS_(SRC|DST)_AK$|^NOTIFY$"
    )
    assert [row.name for row in ROWS if row.secret] == [
        row.name for row in ROWS if telling.search(row.name)
    ]


def test_no_secret_has_a_default() -> None:
    assert [row.name for row in ROWS if row.secret and row.default] == []


def test_nothing_a_user_must_set_on_scf_begins_with_a_prefix_that_scf_keeps() -> None:
    reserved = ("TENCENTCLOUD_", "SCF_", "QCLOUD_")
    assert {row.name for row in ROWS if row.name.startswith(reserved)} == {
        # Outside SCF:
        "TENCENTCLOUD_REGION",
        "TENCENTCLOUD_SECRET_ID",
        "TENCENTCLOUD_SECRET_KEY",
        "TENCENTCLOUD_TOKEN",
        "TENCENTCLOUD_ROLE_ARN",
        # By SCF itself:
        "TENCENTCLOUD_RUNENV",
        "TENCENTCLOUD_SECRETID",
        "TENCENTCLOUD_SECRETKEY",
        "TENCENTCLOUD_SESSIONTOKEN",
    }


def test_no_secret_has_a_second_spelling_under_which_it_would_be_missed() -> None:
    assert [row.name for row in ROWS if row.secret and row.aliases] == []
