"""The first requests of a process may come all at once: what is imported late is complete."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from functions.web.app import IMPORTS, WebApp
from local import http_events
from shared.runtime import Runtime
from tests.support.repository import ROOT

THREADS = 24
TOKEN = "exampleCaller0123456789"

PROGRAM = f"""
import contextlib, io, json, os, sys, threading
os.environ.update(
    HTTP_BEARER_TOKENS="{TOKEN}", HOME="/nonexistent", LOG_LEVEL="DEBUG", METRICS="emf",
    OMS_TASKS='{{"t": {{"region": "cn-north-4"}}}}', ALIBABA_CLOUD_REGION_ID="cn-hangzhou",
    HUAWEICLOUD_REGION="cn-north-4", HUAWEICLOUD_SDK_PROJECT_ID="p",
)
from functions.registry import OPERATIONS, load
from local import http_events

EVENTS = {{
    "alibaba.edas.SynchronizeResource": {{"type": "all"}},
    "alibaba.ehpc.SynchronizeApp": {{"app_id": "a"}},
    "huawei.oms.StartSyncTask": {{"sync_task_id": "t", "source_keys": "none"}},
    "huawei.oms.StopSyncTask": {{"sync_task_id": "t"}},
    "huawei.oms.CreateSyncEvents": {{"sync_task_id": "t", "object_keys": ["a"]}},
}}
HEADERS = {{"authorization": "Bearer {TOKEN}", "content-type": "application/json"}}
barrier, failures = threading.Barrier({THREADS}), []

def call_directly(operation, event):
    from shared.entrypoint import handle
    return handle(load(operation), event, None)["status"]

def call_web(operation, event):
    from functions.web.app import handler
    request = http_events.Http(
        path=f"/operations/{{operation}}", headers=HEADERS, body=json.dumps(event).encode()
    )
    return json.loads(handler(http_events.aws_http(request), None)["body"])["status"]

def call_targets(operation, event):
    return call_directly(operation, {{**event, "targets": [{{"region": "cn-north-4"}}] * 2}})

def work(number):
    operation = list(OPERATIONS)[number % len(OPERATIONS)]
    event = {{**EVENTS.get(operation, {{}}), "dry_run": True}}
    barrier.wait()
    try:
        status = globals()[sys.argv[1]](operation, event)
        if status != "planned":
            failures.append(f"{{operation}}: {{status}}")
    except BaseException as error:
        failures.append(f"{{operation}}: {{error!r}}")

sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=work, args=(number,)) for number in range({THREADS})]
with contextlib.redirect_stdout(io.StringIO()) as output:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
failures += [line for line in output.getvalue().splitlines() if '"frames"' in line]
for line in output.getvalue().splitlines():
    json.loads(line)
sys.exit("\\n".join(failures) or 0)
"""


@pytest.mark.parametrize("call", ["call_directly", "call_web", "call_targets"])
def test_the_first_requests_of_a_process_may_come_at_once(call: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, call], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/health"),
        ("GET", "/openapi.json"),
        ("GET", "/operations"),
        ("GET", "/operations/tencent.cwp.SyncMachines"),
        ("POST", "/operations/tencent.cwp.SyncMachines/status"),
        ("POST", "/chat/slack"),
    ],
)
def test_the_modules_of_a_page_are_imported_by_one_thread_at_a_time(method: str, path: str) -> None:
    app = WebApp(Runtime(environ={}))
    event = http_events.aws_http(http_events.Http(method=method, path=path))
    statuses: list[object] = []
    thread = threading.Thread(
        target=lambda: statuses.append(app.handle(event, None)["statusCode"]), daemon=True
    )
    with IMPORTS:
        thread.start()
        thread.join(0.2)
        assert statuses == []
    thread.join(30)
    assert statuses in ([200], [401], [403], [404])
