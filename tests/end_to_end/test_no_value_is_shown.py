"""No value of an event is ever in an error, a result or a log line."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.registry import OPERATIONS, load
from shared.errors import SyncError
from shared.models.operation import Operation
from shared.validation import coerce_strings, parse_defaults, parse_parameters
from tests.support.examples import examples
from tests.support.platform_contexts import run_dry

MARK = "exampleSecretValue/0123456789+Zz="
KEYS = ("src_ak", "src_sk", "dst_ak", "dst_sk")
ALL = [load(operation) for operation in OPERATIONS]


def names(operation: Operation) -> list[str]:
    return [*operation.params.fields, *operation.params.aliases, "brand_new", "AKIA"]


def around(value: str) -> st.SearchStrategy[Any]:
    """The value itself, or hidden in texts, lists and objects."""
    hidden = st.sampled_from([value, f"x{value}", f"{value}\n", f"a,{value},b"])
    return st.recursive(
        hidden,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=2),
            st.dictionaries(st.sampled_from(["a", value]), inner, min_size=1, max_size=2),
        ),
        max_leaves=4,
    )


@st.composite
def events(draw: st.DrawFn) -> tuple[Operation, dict[str, Any]]:
    operation = draw(st.sampled_from(ALL))
    keys = st.one_of(st.sampled_from(names(operation)), st.just(MARK))
    event = draw(st.dictionaries(keys, around(MARK), min_size=1, max_size=4))
    return operation, event


def refusal(steps: Callable[[], object]) -> SyncError | None:
    """Return how it was refused, None if it was not."""
    try:
        steps()
    except SyncError as error:
        return error
    return None


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def shown(error: SyncError | None) -> str:
    """Everything that could be printed of an error and of the errors chained to it."""
    parts = [str(raised) + repr(raised) for raised in chain(error)]
    if error is not None:
        parts += [error.message, error.hint, error.code, repr(error.data)]
    return " ".join(parts)


@given(events())
@settings(max_examples=examples(300), deadline=None)
def test_no_value_is_in_a_fault(case: tuple[Operation, dict[str, Any]]) -> None:
    operation, event = case
    assert MARK not in shown(refusal(lambda: parse_parameters(event, {}, operation)))


@given(events())
@settings(max_examples=examples(150), deadline=None)
def test_no_value_is_in_a_fault_of_the_defaults(case: tuple[Operation, dict[str, Any]]) -> None:
    operation, event = case
    assert MARK not in shown(refusal(lambda: parse_defaults(json.dumps(event), operation)))


def test_no_storage_key_is_in_the_repr_of_good_parameters() -> None:
    event = dict.fromkeys((*KEYS, "source_cdn_authentication_key"), MARK)
    params = parse_parameters({**event, "sync_task_id": "t"}, {}, load("huawei.oms.StartSyncTask"))
    assert MARK not in repr(params)


@given(events())
@settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_value_of_a_refused_event_is_in_its_result_or_log(
    capsys: pytest.CaptureFixture[str], case: tuple[Operation, dict[str, Any]]
) -> None:
    operation, event = case
    event = {**event, "brand_new": MARK}
    capsys.readouterr()
    result = run_dry(operation, event, environ={"ON_FAILURE": "return"})
    captured = capsys.readouterr()
    assert result["status"] == "failed"
    assert MARK not in json.dumps(result, ensure_ascii=False)
    assert MARK not in captured.out + captured.err


@pytest.mark.parametrize("text", [MARK, f'{{"a": "{MARK}"', f'["{MARK}"]', f'"{MARK}"'])
def test_no_text_of_unreadable_defaults_is_in_the_fault(text: str) -> None:
    error = refusal(lambda: parse_defaults(text, ALL[0]))
    assert error is not None
    assert MARK not in shown(error)


@pytest.mark.parametrize("text", [MARK, f'{{"a": "{MARK}"'])
def test_no_text_of_an_unreadable_event_is_in_the_result_or_log(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    result = run_dry(ALL[0], text.encode())
    assert MARK not in json.dumps(result)
    assert MARK not in capsys.readouterr().out


def test_storage_keys_of_a_good_event_are_in_no_plan_and_no_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    event = {name: f"example-{name}-Value" for name in KEYS}
    operation = load("huawei.oms.StartSyncTask")
    more = {"sync_task_id": "example-task", "region": "cn-north-4"}
    result = run_dry(operation, {**event, **more})
    assert result["status"] == "planned"
    leaving = json.dumps(result) + capsys.readouterr().out
    assert not [value for value in event.values() if value in leaving]


def test_storage_keys_of_the_settings_are_in_no_plan_and_no_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    environ = {f"OMS_{name.upper()}": f"example-{name}-Value" for name in KEYS}
    operation = load("huawei.oms.StartSyncTask")
    event = {"sync_task_id": "example-task", "region": "cn-north-4"}
    result = run_dry(operation, event, None, environ)
    assert result["status"] == "planned"
    leaving = json.dumps(result) + capsys.readouterr().out
    assert not [value for value in environ.values() if value in leaving]


@given(st.sampled_from(ALL), st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=examples(150), deadline=None)
def test_no_text_breaks_the_parser(operation: Operation, key: str, value: str) -> None:
    for event in ({key: value}, coerce_strings({key: value}, operation)):
        error = refusal(functools.partial(parse_parameters, event, {}, operation))
        assert error is None or error.category == "invalid_input"
