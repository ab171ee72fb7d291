"""Log lines: what they contain, and what they never contain."""

from __future__ import annotations

import io
import json
import logging
import sys
from contextlib import redirect_stdout
from datetime import datetime
from typing import Any

import pytest

from shared.models.result import Result
from shared.models.secret import Secret
from shared.observability import SERVICE, RunLogger
from shared.redaction import Redactor
from shared.settings import Settings


def run_logger(redactor: Redactor | None = None, **settings: str) -> RunLogger:
    return RunLogger(Settings.from_environ(settings), redactor or Redactor())


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_has_level_message_time_service_and_the_fields(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger = run_logger()
    logger.bind(operation="tencent.cwp.SyncMachines", region=None)
    logger.log("info", "done", {"attempts": 2, "ids": ["a"], "code": None})

    (line,) = lines(capsys)
    moment = datetime.fromisoformat(line.pop("timestamp"))
    assert moment.utcoffset() is not None
    assert line == {
        "level": "INFO",
        "message": "done",
        "service": "cloud-sync",
        "operation": "tencent.cwp.SyncMachines",
        "attempts": 2,
        "ids": ["a"],
    }


def test_a_line_is_one_line_whatever_its_content(capsys: pytest.CaptureFixture[str]) -> None:
    run_logger().log("warning", "two\nlines", {"text": "é\u2028\x00", "odd": {1, 2}.__class__})

    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out)["text"] == "é\u2028\x00"
    assert json.loads(out)["odd"] == "<class 'set'>"


@pytest.mark.parametrize(
    ("configured", "levels"),
    [
        (None, ["INFO", "WARNING", "ERROR"]),
        ("DEBUG", ["DEBUG", "INFO", "WARNING", "ERROR"]),
        ("warning", ["WARNING", "ERROR"]),
        ("WARN", ["WARNING", "ERROR"]),
        ("warn", ["WARNING", "ERROR"]),
        ("TRACE", ["DEBUG", "INFO", "WARNING", "ERROR"]),
        ("NOTSET", ["DEBUG", "INFO", "WARNING", "ERROR"]),
        ("FATAL", []),
        ("CRITICAL", []),
        ("no such level", ["INFO", "WARNING", "ERROR"]),
    ],
)
def test_the_level_is_that_of_the_call(
    capsys: pytest.CaptureFixture[str], configured: str | None, levels: list[str]
) -> None:
    run_logger(LOG_LEVEL="ERROR").log("info", "an earlier call of the process", {})
    logger = run_logger(LOG_LEVEL=configured or "")
    for level in ("debug", "info", "warning", "error"):
        logger.log(level, "example", {})

    assert [line["level"] for line in lines(capsys)] == levels


@pytest.mark.parametrize("configured", ["DEBUG", "TRACE", "NOTSET", "CRITICAL", "no such level"])
def test_no_level_changes_what_later_runs_of_the_process_write(
    capsys: pytest.CaptureFixture[str], configured: str
) -> None:
    run_logger(LOG_LEVEL=configured).log("debug", "an earlier run", {})
    capsys.readouterr()
    run_logger().log("info", "example", {})

    assert [line["level"] for line in lines(capsys)] == ["INFO"]


@pytest.mark.parametrize(
    "facts",
    [
        {"text": "with exampleSecret+/= in it"},
        {"deep": [{"exampleSecret+/=": "a name"}]},
        {"encoded": "a=exampleSecret%2B%2F%3D&b"},
        {"wrapped": Secret("exampleSecret+/=")},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_no_secret_is_in_a_line(
    capsys: pytest.CaptureFixture[str], facts: dict[str, object]
) -> None:
    redactor = Redactor([Secret("exampleSecret+/=")])
    run_logger(redactor).log("error", "exampleSecret+/= was refused", facts)

    out = capsys.readouterr().out
    assert "exampleSecret" not in out
    assert json.loads(out)["message"] == "*** was refused"


def test_a_line_names_the_trace_that_lambda_provides(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0")
    run_logger().log("info", "with a trace", {})
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    run_logger().log("info", "without one", {})

    traced, untraced = lines(capsys)
    assert traced["xray_trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"
    assert "xray_trace_id" not in untraced


def test_the_fields_of_one_run_are_not_in_the_lines_of_another(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second = run_logger(Redactor([Secret("exampleSecret")])), run_logger()
    first.bind(operation="first")
    first.log("info", "exampleSecret", {"attempts": 1})
    second.log("info", "exampleSecret", {})

    one, two = lines(capsys)
    assert (one["message"], one["operation"], one["attempts"]) == ("***", "first", 1)
    assert two["message"] == "exampleSecret"
    assert not {"operation", "attempts", "redactor"} & two.keys()


def test_metrics_are_written_with_their_line_end_at_once() -> None:
    """Two threads that write at the same time have a line each."""
    written: list[str] = []

    class Output(io.StringIO):
        def write(self, text: str) -> int:
            written.append(text)
            return len(text)

    result = Result(
        schema_version="2",
        operation="tencent.cwp.SyncMachines",
        status="succeeded",
        summary="done",
        provider="tencent",
        account="default",
        region=None,
        data={},
        error=None,
        provider_request_ids=(),
        attempts=1,
        trigger="direct",
        invocation_id=None,
        started_at="2026-01-01T00:00:00.000Z",
        duration_ms=12,
    )
    with redirect_stdout(Output()):
        run_logger(METRICS="emf").emit_metrics(
            result, on_lambda=False, cold=True, provider_seconds=0.1, notifications_lost=None
        )
    (line,) = written
    assert line.endswith("}\n")
    assert json.loads(line)["SyncSucceeded"] == [1]


def test_a_message_that_resembles_json_stays_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    run_logger().log("info", '{"a": 1}', {})

    assert lines(capsys)[0]["message"] == '{"a": 1}'


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk"])
@pytest.mark.parametrize("text", ["同步失败", "é", "half a pair: \ud83d"], ids=ascii)
def test_what_the_outputs_encoding_does_not_have_is_escaped(
    monkeypatch: pytest.MonkeyPatch, encoding: str, text: str
) -> None:
    # pytest cannot report half a surrogate pair.
    monkeypatch.setattr(logging.getLogger(SERVICE), "propagate", False)
    levels = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(levels, encoding, write_through=True))
    run_logger().log("error", text, {"text": text})

    line = json.loads(levels.getvalue().decode(encoding))
    assert (line["message"], line["text"]) == (text, text)


def nested(levels: int, value: object) -> object:
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("nan"), "nan"),
        ([float("inf"), -float("inf")], ["inf", "-inf"]),
        ({"a": 10**5_000}, {"a": "an integer of 16610 bits"}),
        ({10**5_000: 1}, {"an integer of 16610 bits": 1}),
        (nested(100_000, 1), nested(18, "…")),  # two levels are around it
        ((1, 2.5, True, None, "é"), [1, 2.5, True, None, "é"]),
    ],
    ids=["nan", "infinity", "long integer", "long key", "deep", "usual"],
)
def test_a_field_may_have_any_value(
    value: object, shown: object, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = "exampleSecretSecret"
    logger = run_logger(Redactor([Secret(secret)]))
    logger.log("info", "chat command", {"arguments": {"x": value}, "text": f"a {secret}"})

    out, err = capfd.readouterr()
    line = json.loads(out, parse_constant=pytest.fail)
    assert line["arguments"] == {"x": shown}
    assert secret not in out
    assert err == ""
