"""``serve``: the HTTP trigger on this machine, configured as on a platform."""

from __future__ import annotations

import argparse
import io
import json
import re
import shlex
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from local.console import Console
from local.emulator import Emulator
from local.gateway import Gateway
from local.serve import TOKEN, WEBHOOK_SECRET, http_settings, serve
from tests.support.free_ports import free_base


@contextmanager
def serving(environ: Mapping[str, str], base: int | None = None) -> Iterator[str]:
    """Serve in a thread, and yield the output once it is ready."""
    out = io.StringIO()
    console = Console(out, out, out, io.StringIO(), {})
    stopping = threading.Event()
    options = argparse.Namespace(port_base=base, http=True, env_file=None)
    thread = threading.Thread(target=serve, args=(options, console, environ, stopping))
    thread.start()
    until = time.monotonic() + 10
    while "--env-file" not in out.getvalue() and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield out.getvalue()
    finally:
        stopping.set()
        thread.join()


def address(output: str) -> str:
    found = re.search(r"127\.0\.0\.1:[0-9]+(?=/<trigger>)", output)
    assert found is not None
    return found[0]


def post(
    address: str, function: str, body: Mapping[str, object], token: str | None
) -> tuple[int, dict[str, object]]:
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    with closing(HTTPConnection(address, timeout=20)) as connection:
        connection.request("POST", f"/functiongraph/{function}", json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())


def status(output: str, token: str | None) -> int:
    return post(address(output), "tencent-sync-machines", {"sync": False}, token)[0]


def test_the_first_lines_are_the_consoles_url_the_token_and_how_to_stop() -> None:
    with serving({}) as output:
        assert output.splitlines()[:3] == [
            f"Console:  http://{address(output)}/aws-url/web/",
            f"Token:    {TOKEN}",
            "Stop with Ctrl-C.",
        ]


def test_the_console_answers_at_the_url_that_is_shown() -> None:
    with serving({}) as output:
        path = output.splitlines()[0].partition(address(output))[2]
        with closing(HTTPConnection(address(output), timeout=20)) as connection:
            connection.request("GET", path)
            response = connection.getresponse()
            assert (response.status, b"<html" in response.read()) == (200, True)


def test_the_generated_token_is_shown_and_accepted() -> None:
    with serving({}) as output:
        assert f"Token:    {TOKEN}\n" in output
        assert status(output, TOKEN) == 200
        assert status(output, None) == 401


def test_the_generated_webhook_secret_is_shown() -> None:
    with serving({}) as output:
        assert f"Webhook secret:  {WEBHOOK_SECRET}\n" in output


def test_the_curl_line_it_shows_is_answered() -> None:
    with serving({}) as output:
        words = shlex.split(output.partition("Try:\n")[2].partition("\n\n")[0])
        headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
        server, path = words[2].removeprefix("http://").split("/", 1)
        with closing(HTTPConnection(server, timeout=20)) as connection:
            connection.request("POST", f"/{path}", words[words.index("-d") + 1], headers)
            result = json.loads(connection.getresponse().read())
    assert result["status"] == "planned"


def test_a_token_of_this_environment_is_accepted_and_not_shown() -> None:
    with serving({"HTTP_BEARER_TOKENS": "exampleOwnBearerToken"}) as output:
        assert "exampleOwnBearerToken" not in output
        assert "Token:    one of HTTP_BEARER_TOKENS\n" in output
        assert (status(output, "exampleOwnBearerToken"), status(output, TOKEN)) == (200, 401)


def test_an_empty_setting_is_an_unset_one() -> None:
    with serving({"HTTP_BEARER_TOKENS": " "}) as output:
        assert status(output, TOKEN) == 200


def test_behind_the_platforms_authorizer_nothing_is_generated() -> None:
    with serving({"HTTP_AUTH": "platform"}) as output:
        assert "Token:    not needed\n" in output
        assert "Webhook secret:" not in output
        assert status(output, None) == 200


def test_the_credentials_of_this_environment_do_not_reach_the_functions() -> None:
    with Emulator() as emulator:
        settings = http_settings(emulator, {"TENCENTCLOUD_SECRET_KEY": "exampleOwnKey"})
    assert "exampleOwnKey" not in settings.values()


def test_the_sample_task_is_listed_and_starts() -> None:
    with serving({}) as output:
        server, event = address(output), {"sync_task_id": "example-sync-task"}
        assert post(server, "huawei-start-sync-task", event, TOKEN)[0] == 200
        other = {"sync_task_id": "example-sync-task-1"}
        assert post(server, "huawei-start-sync-task", other, TOKEN)[0] == 403


def test_a_task_that_the_caller_lists_starts_with_placeholder_keys() -> None:
    tasks = {"example-photos": {"keys": "OMS_PHOTOS", "region": "cn-north-4"}}
    with serving({"OMS_TASKS": json.dumps(tasks)}) as output:
        event = {"sync_task_id": "example-photos"}
        code, result = post(address(output), "huawei-start-sync-task", event, TOKEN)
    assert (code, result["status"]) == (200, "succeeded")


def test_an_account_with_a_prefix_has_the_emulators_keys(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    accounts = {"prod-1": {"provider": "tencent", "settings_prefix": "PROD1"}}
    file.write_text(json.dumps({"accounts": accounts}), encoding="utf-8")
    with serving({"ACCOUNTS_FILE": str(file)}) as output:
        event = {"sync": False, "account": "prod-1"}
        code, result = post(address(output), "tencent-sync-machines", event, TOKEN)
    assert (code, result["account"]) == (200, "prod-1")


def test_an_invalid_accounts_file_is_reported_by_the_function(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text("{", encoding="utf-8")
    with serving({"ACCOUNTS_FILE": str(tmp_path / "accounts.json")}) as output:
        event = {"sync": False, "account": "prod-1"}
        code, _ = post(address(output), "tencent-sync-machines", event, TOKEN)
    assert code == 500


def test_an_invalid_list_of_tasks_is_reported_by_the_function() -> None:
    with serving({"OMS_TASKS": "{"}) as output:
        event = {"sync_task_id": "example-photos"}
        code, _ = post(address(output), "huawei-start-sync-task", event, TOKEN)
    assert code == 500


def test_the_gateways_port_is_the_first() -> None:
    base = free_base()
    with serving({}, base) as output:
        assert address(output) == f"127.0.0.1:{base}"


def test_a_port_in_use_of_the_gateway_is_reported() -> None:
    base = free_base()
    with socket.create_server(("127.0.0.1", base)), serving({}, base) as output:
        assert f"port {base} is in use" in output
        assert "--port-base" in output


def test_a_gateway_that_was_not_started_can_be_stopped() -> None:
    with Emulator() as emulator:
        gateway = Gateway(emulator, {})
        gateway.stop()
        host, port = gateway_address(gateway)
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((host, port), timeout=5)


def gateway_address(gateway: Gateway) -> tuple[str, int]:
    host, port = gateway.address.split(":")
    return host, int(port)
