"""An error's code and message are found however a service spells them."""

from __future__ import annotations

from typing import Any

import pytest

from shared.models.error_reason import MAX_DEPTH, Reason, find_reason

REASON = Reason("NoPermission", "Not allowed.")
CODES = ("Code", "code", "errorCode", "ErrorCode", "error_code", "errcode")
MESSAGES = ("Message", "message", "errorMsg", "ErrorMessage", "error_msg", "errmsg", "msg")


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_spelling_is_read(code: str, message: str) -> None:
    assert find_reason({code: REASON.code, message: REASON.message}) == REASON


@pytest.mark.parametrize("name", ["error", "Error", "fault"])
def test_an_error_within_an_object_is_read(name: str) -> None:
    inner: dict[str, Any] = {"code": REASON.code, "message": REASON.message}
    for _ in range(1, MAX_DEPTH):
        inner = {"title": "Forbidden", name: inner}
        assert find_reason(inner) == REASON
    assert find_reason({name: inner}) == Reason(None, "")


def test_a_code_within_an_object_has_precedence_over_a_message_without_one() -> None:
    body = {"message": "An error.", "error": {"code": REASON.code, "message": REASON.message}}
    assert find_reason(body) == REASON


@pytest.mark.parametrize(
    "body", [{"message": "Not allowed."}, {"other": {"a": 1}, "error": {"message": "Not allowed."}}]
)
def test_a_message_without_a_code_is_kept(body: dict[str, Any]) -> None:
    assert find_reason(body) == Reason(None, "Not allowed.")


def test_the_more_specific_code_is_read() -> None:
    body = {"code": 403, "error_code": "APIGW.0301", "message": "a", "error_msg": "b"}
    assert find_reason(body) == Reason("APIGW.0301", "b")


@pytest.mark.parametrize("odd", [None, "", [], {}, ["a"], True, 1.5, 10**4299])
def test_what_is_neither_text_nor_a_usual_number_is_no_code(odd: object) -> None:
    assert find_reason({"Code": odd, "Message": odd}) == Reason(None, "")


def test_a_number_is_a_code() -> None:
    assert find_reason({"code": 403}).code == "403"
