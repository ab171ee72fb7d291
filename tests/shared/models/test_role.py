"""Roles: how they are named to people."""

from __future__ import annotations

import pytest

from shared.models.role import Role


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role("acs:ram::1000000000000002:role/sync"), "acs:ram::1000000000000002:role/sync"),
        (Role("sync", domain="example-account"), "example-account/sync"),
    ],
)
def test_a_roles_qualified_name_has_its_account(role: Role, expected: str) -> None:
    assert role.qualified_name == expected
