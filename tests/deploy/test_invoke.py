"""``make invoke``: what osls is given, and what is made of what it writes."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local.invoke import CannotInvokeError, Streams, bundle, main, run_osls, split

RESULT = {"status": "succeeded", "data": {"message": "a {brace} and a \n line"}}


@dataclass
class FakeOsls:
    """Stands for osls: remembers how it was started."""

    writes: str = json.dumps(RESULT, indent=4)
    exit_code: int = 0
    arguments: Sequence[str] = ()
    environ: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, arguments: Sequence[str], environ: Mapping[str, str]) -> tuple[int, str]:
        self.arguments, self.environ = arguments, dict(environ)
        return self.exit_code, self.writes


def invoke(
    *arguments: str, osls: FakeOsls | None = None, environ: Mapping[str, str] | None = None
) -> tuple[int, str, str]:
    out, errors = io.StringIO(), io.StringIO()
    code = main(arguments, environ or {}, Streams(out, errors), osls or FakeOsls())
    return code, out.getvalue(), errors.getvalue()


def test_the_result_alone_is_printed_and_the_log_goes_elsewhere() -> None:
    osls = FakeOsls('{"level": "INFO"}\n' + json.dumps(RESULT, indent=4) + '\n{"_aws": {}}\n')

    code, out, errors = invoke("tencent-sync-machines", osls=osls)

    assert (code, json.loads(out)) == (0, RESULT)
    assert '{"level": "INFO"}' in errors
    assert '{"_aws": {}}' in errors


def test_the_exit_code_is_that_of_osls() -> None:
    osls = FakeOsls("Traceback (most recent call last):\n  shared.errors.SyncFailed\n", exit_code=1)

    code, out, errors = invoke("tencent-sync-machines", osls=osls)

    assert (code, out) == (1, "")
    assert "SyncFailed" in errors


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"status": "failed"}, 1),
        ({"status": "unchanged"}, 0),
        ({"status": "planned"}, 0),
        ({"statusCode": 401, "body": "{}"}, 1),
        ({"statusCode": 502, "body": "{}"}, 1),
        ({"statusCode": 202, "body": "{}"}, 0),
    ],
)
def test_a_result_that_says_it_failed_is_exit_code_1(
    result: dict[str, object], expected: int
) -> None:
    osls = FakeOsls(json.dumps(result, indent=4))

    code, out, _ = invoke("tencent-sync-machines", osls=osls)

    assert (code, json.loads(out)) == (expected, result)


def test_the_sample_event_is_used_when_none_is_named() -> None:
    osls = FakeOsls()

    invoke("huawei-start-sync-task", osls=osls)

    assert osls.arguments[:4] == ("invoke", "local", "-f", "huawei-start-sync-task")
    assert osls.arguments[5].endswith("events/huawei/start_sync_task.json")


def test_against_the_emulator_no_key_of_the_callers_is_given_to_the_function() -> None:
    osls = FakeOsls()
    own = {
        "TENCENTCLOUD_SECRET_ID": "AKIDexampleown",
        "TENCENTCLOUD_TOKEN": "exampleOwnToken",
        "HTTPS_PROXY": "http://proxy.example",
        "https_proxy": "http://proxy.example",
        "HTTP_BEARER_TOKENS": "exampleBearerToken",
        "OTHER": "kept",
    }

    invoke("tencent-sync-machines", osls=osls, environ=own)

    assert osls.environ["TENCENTCLOUD_SECRET_ID"] != "AKIDexampleown"
    assert osls.environ["CWP_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert not {"TENCENTCLOUD_TOKEN", "HTTPS_PROXY", "https_proxy"} & set(osls.environ)
    assert osls.environ["HTTP_BEARER_TOKENS"] == "exampleBearerToken"
    assert osls.environ["OTHER"] == "kept"


def test_live_the_callers_own_environment_is_given_and_no_emulator() -> None:
    osls = FakeOsls()

    invoke(
        "tencent-sync-machines", "--live", osls=osls, environ={"TENCENTCLOUD_TOKEN": "exampleToken"}
    )

    assert osls.environ["TENCENTCLOUD_TOKEN"] == "exampleToken"
    assert "CWP_ENDPOINT_URL" not in osls.environ


def test_the_entry_that_the_descriptor_names_is_found_on_the_path() -> None:
    osls = FakeOsls()

    invoke("alibaba-synchronize-app", osls=osls)

    first = Path(osls.environ["PYTHONPATH"].split(":")[0])
    assert "import handler" in (first / "synchronize_app.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tencent-sync-machine",), "no function tencent-sync-machine"),
        (("tencent-sync-machines", "--event", "no/such.json"), "no/such.json cannot be read"),
        (("tencent-sync-machines", "--event", "Makefile"), "Makefile is not JSON"),
    ],
)
def test_wrong_usage_is_reported_in_a_line(arguments: tuple[str, ...], message: str) -> None:
    code, out, errors = invoke(*arguments)

    assert (code, out) == (2, "")
    assert message in errors
    assert errors.count("\n") == 1


def test_a_missing_osls_is_reported_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(CannotInvokeError, match="npm ci"):
        run_osls((), {}, tmp_path / "osls")


def test_a_missing_bundle_is_reported_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(CannotInvokeError, match="make bundle PROVIDER=tencent PLATFORM=lambda"):
        bundle("tencent", tmp_path)


def test_a_rebuilt_bundle_is_unpacked_again(tmp_path: Path) -> None:
    built = tmp_path / "tencent-lambda.zip"
    folders: list[Path] = []
    for number in (1, 2):
        with zipfile.ZipFile(built, "w") as archive:
            archive.writestr(f"entry{number}.py", "")
        os.utime(built, (number, number))
        folders += bundle("tencent", tmp_path, tmp_path / "unpacked")

    assert [[path.name for path in folder.iterdir()] for folder in folders] == [
        ["entry1.py"],
        ["entry2.py"],
    ]


@pytest.mark.parametrize(
    ("written", "log", "result"),
    [
        ("", "", None),
        ("only a log\n", "only a log", None),
        ("{\n not JSON\n", "{\n not JSON", None),
        ('{\n"a": 1\n}', "", {"a": 1}),
        ('first\n{\n"a": 1\n}\nlast\n', "first\n\nlast", {"a": 1}),
        ('{\nbroken\n{\n"a": 1\n}', "{\nbroken", {"a": 1}),
    ],
)
def test_log_and_result_are_distinguished(written: str, log: str, result: object) -> None:
    assert split(written) == (log, result)
