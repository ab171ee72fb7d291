"""A code confirms one run, for one user in one channel, once, for five minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.web.chat.confirmation import (
    PendingRun,
    issue_code,
    read_code,
    used_key,
)
from functions.web.chat.message import Sender
from shared.errors import InvalidInput
from shared.models.secret import Secret

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
KEY = Secret("example confirmation secret, long enough")
SENDER = Sender("slack", "T00EXAMPLE", "U00EXAMPLE", "C00EXAMPLE")
ORDER = PendingRun("tencent.cwp.SyncMachines", {"sync": True, "wait_seconds": 2.5}, "default", None)


def test_a_code_gives_back_what_it_confirms() -> None:
    assert read_code(issue_code(ORDER, SENDER, KEY, NOW), SENDER, KEY, NOW) == ORDER


def test_a_code_is_as_the_contract_says() -> None:
    payload, _, signature = issue_code(ORDER, SENDER, KEY, NOW).partition(".")

    text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    reply = json.loads(text)
    assert set(reply) == {"operation", "parameters", "account", "region", "expiry"}
    assert b" " not in text
    signed = f'["slack","T00EXAMPLE","C00EXAMPLE","U00EXAMPLE",{json.dumps(text.decode())}]'
    digest = hmac.new(KEY.get_secret_value().encode(), signed.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == digest


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(st.text(max_size=10), VALUES, max_size=4),
    st.text(max_size=20),
    st.none() | st.text(max_size=20),
    st.integers(0, 10_000),
)
def test_a_code_has_no_character_that_a_chat_rewrites(
    parameters: dict[str, Any], user: str, region: str | None, seconds: int
) -> None:
    order = PendingRun("huawei.oms.StartSyncTask", parameters, "default", region)
    sender = replace(SENDER, user=user)
    now = NOW + timedelta(seconds=seconds)

    code = issue_code(order, sender, KEY, now)

    assert re.fullmatch(r"[A-Za-z0-9]+\.[A-Za-z0-9]+", code)
    assert read_code(code, sender, KEY, now) == order


@pytest.mark.parametrize("character", "~?>\x7f")
@pytest.mark.parametrize("shift", range(3))  # the place in base64's groups of three bytes
def test_no_value_puts_a_character_that_a_chat_rewrites_into_every_code(
    character: str, shift: int
) -> None:
    order = replace(ORDER, parameters={"a": "x" * shift + character * 3})

    code = issue_code(order, SENDER, KEY, NOW)

    assert re.fullmatch(r"[A-Za-z0-9]+\.[A-Za-z0-9]+", code)
    assert read_code(code, SENDER, KEY, NOW) == order


@pytest.mark.parametrize("user", [f"U{number:02}EXAMPLE" for number in range(8)])
def test_a_code_ends_after_five_minutes(user: str) -> None:
    sender = replace(SENDER, user=user)
    code = issue_code(ORDER, sender, KEY, NOW)

    assert read_code(code, sender, KEY, NOW + timedelta(seconds=299)) == ORDER
    with pytest.raises(InvalidInput, match="has expired") as refused:
        read_code(code, sender, KEY, NOW + timedelta(seconds=300))
    assert refused.value.code == "OldCode"


@pytest.mark.parametrize(
    "other",
    [
        replace(SENDER, platform="dingtalk"),
        replace(SENDER, tenant="T00OTHER"),
        replace(SENDER, user="U00OTHER"),
        replace(SENDER, channel="C00OTHER"),
        # The same characters, split at another position:
        replace(SENDER, tenant="T00EXAMPLEC00", channel="EXAMPLE"),
        replace(SENDER, channel="C00EXAMPLEU", user="00EXAMPLE"),
        replace(SENDER, tenant='T00EXAMPLE","C00EXAMPLE', channel=""),
    ],
)
def test_someone_elses_code_confirms_nothing(other: Sender) -> None:
    code = issue_code(ORDER, SENDER, KEY, NOW)

    with pytest.raises(
        InvalidInput, match="Invalid confirmation code for this user and channel"
    ) as refused:
        read_code(code, other, KEY, NOW)
    assert refused.value.code == "BadCode"


def test_another_secret_confirms_nothing() -> None:
    code = issue_code(ORDER, SENDER, Secret("another example secret"), NOW)

    with pytest.raises(InvalidInput, match="Invalid confirmation code for this user and channel"):
        read_code(code, SENDER, KEY, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"operation": "alibaba.edas.SynchronizeResource"},
        {"parameters": {"sync": False}},
        {"account": "prod"},
        {"region": "cn-north-4"},
        {"expiry": int(NOW.timestamp() * 1000) + 86_400_000},
        {"more": 1},
    ],
)
def test_a_code_with_another_content_confirms_nothing(change: dict[str, Any]) -> None:
    payload, _, signature = issue_code(ORDER, SENDER, KEY, NOW).partition(".")
    reply = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) | change
    text = json.dumps(reply, separators=(",", ":")).encode()
    code = base64.urlsafe_b64encode(text).rstrip(b"=").decode()

    with pytest.raises(InvalidInput, match="Invalid confirmation code for this user and channel"):
        read_code(f"{code}.{signature}", SENDER, KEY, NOW)


@pytest.mark.parametrize("extra", ["=", "\n", "!", "\N{DEGREE SIGN}"])
@pytest.mark.parametrize("place", [0, 4, -1])
def test_a_code_in_another_encoding_confirms_nothing(extra: str, place: int) -> None:
    payload, _, signature = issue_code(ORDER, SENDER, KEY, NOW).partition(".")
    place = len(payload) if place < 0 else place

    with pytest.raises(InvalidInput):
        read_code(f"{payload[:place]}{extra}{payload[place:]}.{signature}", SENDER, KEY, NOW)


def test_a_code_with_any_character_changed_confirms_nothing() -> None:
    code = issue_code(ORDER, SENDER, KEY, NOW)

    for place, character in enumerate(code):
        for other in "AB" if character not in "AB" else "CD":
            with pytest.raises(InvalidInput):
                read_code(code[:place] + other + code[place + 1 :], SENDER, KEY, NOW)
        with pytest.raises(InvalidInput):
            read_code(code[:place], SENDER, KEY, NOW)


@example("YQ.\udc80")
@given(st.text() | st.text("ABab01-_.="))
def test_any_other_text_confirms_nothing(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_code(text, SENDER, KEY, NOW)


def test_a_code_is_used_up_by_its_signature() -> None:
    assert used_key("payload.signature") == "confirm:signature"


def test_what_is_too_long_for_a_chat_is_refused() -> None:
    order = replace(ORDER, parameters={"resource_ids": ["i-" + "x" * 60] * 50})

    with pytest.raises(InvalidInput, match="Too many parameters to confirm in chat") as refused:
        issue_code(order, SENDER, KEY, NOW)
    assert refused.value.code == "TooLong"


def test_a_code_may_have_exactly_2600_characters() -> None:
    shortest = issue_code(replace(ORDER, parameters={"a": ""}), SENDER, KEY, NOW)
    missing = math.ceil((2_600 - len(shortest)) * 3 / 4)
    longest = issue_code(replace(ORDER, parameters={"a": "x" * missing}), SENDER, KEY, NOW)

    assert len(longest) == 2_600
    with pytest.raises(InvalidInput, match="Too many parameters"):
        issue_code(replace(ORDER, parameters={"a": "x" * (missing + 1)}), SENDER, KEY, NOW)
