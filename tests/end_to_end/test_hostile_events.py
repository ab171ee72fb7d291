"""No event, request or message makes a handler fail, show a secret, or run without authentication.

What is checked for each is in ``tests/support/hostile_run.py``; ``make fuzz`` searches further.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.hostile_events import (
    Call,
    authorizer_calls,
    chat_calls,
    deferred_calls,
    events,
    http_calls,
    odd_settings,
    web_calls,
)
from tests.support.hostile_run import BEHIND_AUTHORIZER, HostileRun

pytestmark = pytest.mark.timeout(600)  # thousands of examples, on a machine that may be busy

NO_CALLERS = {"HTTP_BEARER_TOKENS": "", "HTTP_WEBHOOK_SECRETS": ""}


@settings(max_examples=examples(6_000))
@given(call=events())
def test_an_event_ends_in_a_result(call: Call) -> None:
    HostileRun().operation(call)


@settings(max_examples=examples(5_000))
@given(call=http_calls())
def test_a_request_to_an_operation_gets_a_response(call: Call) -> None:
    HostileRun().operation(call)


@settings(max_examples=examples(3_000))
@given(call=authorizer_calls())
def test_a_request_through_an_authorizer_gets_a_response(call: Call) -> None:
    HostileRun(BEHIND_AUTHORIZER).operation(call)


@settings(max_examples=examples(1_000))
@given(call=http_calls())
def test_without_configured_callers_no_request_runs_anything(call: Call) -> None:
    HostileRun(NO_CALLERS).operation(call._replace(authenticated=False))


@settings(max_examples=examples(5_000))
@given(call=web_calls())
def test_a_request_to_the_web_app_gets_a_response(call: Call) -> None:
    HostileRun().web(call)


@settings(max_examples=examples(4_000))
@given(call=deferred_calls())
def test_an_event_of_the_web_app_ends_in_a_summary(call: Call) -> None:
    HostileRun().web(call)


@settings(max_examples=examples(4_000))
@given(call=chat_calls())
def test_a_message_from_a_chat_gets_a_reply_and_runs_once(call: Call) -> None:
    run = HostileRun()
    first = run.web(call)
    sent = len(run.sent)

    run.web(call)

    if first.value.get("statusCode") == 200:
        assert len(run.sent) == sent, "a message delivered twice ran twice"


@settings(max_examples=examples(3_000))
@given(call=st.one_of(events(), http_calls()), odd=odd_settings())
def test_an_odd_setting_makes_no_operation_fail_internally(call: Call, odd: dict[str, str]) -> None:
    HostileRun(odd, are_odd=True).operation(call)


@settings(max_examples=examples(3_000))
@given(call=st.one_of(web_calls(), chat_calls()), odd=odd_settings())
def test_an_odd_setting_makes_no_page_fail_internally(call: Call, odd: dict[str, str]) -> None:
    HostileRun(odd, are_odd=True).web(call)
