"""What is read of a session, and how it is named."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from shared.errors import Misconfigured
from shared.models.role import OidcIdentity, Role
from shared.models.role_session import moment_of, object_in, reject_oidc, valid_name
from shared.models.secret import Secret

MOMENT = datetime(2026, 11, 21, 20, 24, 29, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-21T20:24:29Z",
        "2026-11-21T20:24:29.5Z",
        "2026-11-21T20:24:29.587000Z",
        "2026-11-21T20:24:29.587123456Z",
        "2026-11-22T04:24:29+08:00",
        int(MOMENT.timestamp()),
    ],
)
def test_a_time_is_read_in_every_form_that_a_provider_has(value: object) -> None:
    moment = moment_of(value)

    assert moment == MOMENT
    assert moment is not None
    assert moment.tzinfo is timezone.utc


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "Z",
        "soon",
        "2026-11-21T20:24:29",
        "2026-11-31T20:24:29Z",
        "0001-01-01T00:00:00+08:00",
        0,
        -1,
        True,
        10**20,
        1.5,
        [],
    ],
)
def test_anything_else_is_no_time(value: object) -> None:
    assert moment_of(value) is None


@pytest.mark.parametrize("body", [None, [], {}, {"a": None}, {"a": "b"}, {"a": []}])
def test_an_object_that_is_not_there_is_empty(body: object) -> None:
    assert object_in(body, "a") == {}


def test_an_object_that_is_there_is_returned() -> None:
    assert object_in({"a": {"b": 1}}, "a") == {"b": 1}


def test_a_name_keeps_its_end_which_tells_sessions_apart() -> None:
    assert valid_name("function/of mine/1f0d", "[^a-z0-9]", 9) == "mine-1f0d"


def test_a_role_with_a_token_is_rejected_where_only_keys_can_assume_it() -> None:
    reject_oidc(Role("example"), "Example Cloud")
    with_token = Role("example", oidc=OidcIdentity("issuer", Secret("exampleToken")))

    with pytest.raises(Misconfigured) as caught:
        reject_oidc(with_token, "Example Cloud")

    assert caught.value.message == (
        "Example Cloud's role example cannot be assumed with an OpenID Connect token here"
    )
    assert "exampleToken" not in f"{caught.value} {caught.value.hint}"
