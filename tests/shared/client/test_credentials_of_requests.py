"""Credentials that are asked for before each request, since those of a role are renewed."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from shared.errors import Forbidden, Unreachable
from shared.models.credentials import Credentials
from tests.support.api_client import (
    KEYS,
    OTHER_KEYS,
    client_for,
    flow_of,
    read_call,
    response,
)
from tests.support.clocks import EPOCH


class Asked:
    """Returns these credentials one after the other, the last ones repeatedly.

    Attributes
    ----------
    offsets: the clock offset of each time that it was asked.
    """

    def __init__(self, *found: Credentials | Forbidden) -> None:
        self.offsets: list[float] = []
        self._left = list(found)

    def __call__(self, clock_offset: float) -> Credentials:
        self.offsets.append(clock_offset)
        found = self._left.pop(0) if len(self._left) > 1 else self._left[0]
        if isinstance(found, Forbidden):
            raise found
        return found


def date(ahead: float) -> str:
    """Return the header of a response from a clock that is so many seconds ahead."""
    return format_datetime(EPOCH + timedelta(seconds=ahead))


def test_each_attempt_asks_for_its_credentials() -> None:
    asked = Asked(KEYS, OTHER_KEYS)
    fixture = client_for(response(503), response(503), response(), credentials=asked)

    fixture.client.run(flow_of(read_call())())

    assert asked.offsets == [0.0] * 3


def test_the_clock_offset_that_was_found_is_passed_on() -> None:
    asked = Asked(KEYS)
    late = response(401, b"expired", date=date(600))
    fixture = client_for(late, response(), credentials=asked)

    fixture.client.run(flow_of(read_call())())

    assert asked.offsets == [0.0, 600.0]


def test_credentials_that_cannot_be_had_are_not_asked_for_again() -> None:
    asked = Asked(Forbidden("no such role"))
    fixture = client_for(response(), credentials=asked)

    with pytest.raises(Forbidden):
        fixture.client.run(flow_of(read_call())())
    assert len(asked.offsets) == 1
    assert fixture.transport.sent == []


def test_after_a_lost_write_an_error_of_the_credentials_says_so_too() -> None:
    lost = Unreachable("reset", outcome_unknown=True)
    asked = Asked(KEYS, Forbidden("no such role", hint="Look."))
    fixture = client_for(lost, response(), credentials=asked)

    with pytest.raises(Forbidden) as caught:
        fixture.client.run(flow_of(read_call(writes=True, method="POST"))())
    assert caught.value.after_unknown_outcome
    assert caught.value.is_unconfirmed_write
    assert caught.value.hint == "Look. The request may still have been processed."


@pytest.mark.parametrize(("ahead", "offset"), [(0, 0.0), (2, 0.0), (3, 3.0), (-600, -600.0)])
def test_the_providers_clock_is_read_from_the_last_response(ahead: float, offset: float) -> None:
    fixture = client_for(response(date=date(ahead)))
    assert fixture.client.provider_clock_offset() == 0.0

    fixture.client.run(flow_of(read_call())())

    assert fixture.client.provider_clock_offset() == offset


def test_without_a_date_the_offset_is_the_one_that_corrected_the_clock() -> None:
    fixture = client_for(response(401, b"expired", date=date(600)), response())
    fixture.client.run(flow_of(read_call())())

    assert fixture.client.provider_clock_offset() == 600.0
