"""Signed requests to the emulator, and a way to send them unchanged or changed."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from local.emulator import Emulator, Key
from local.emulator import keys as known
from local.emulator.huawei import PROJECT, TASK
from shared.models.credentials import AccessKey
from shared.models.http import QueryParams, Request
from shared.models.secret import Secret
from shared.signing import acs3, sdk_hmac, sigv4, tc3
from shared.signing.canonical import request_target

NO_EVENT: Mapping[str, object] = {}
STORAGE_KEYS = {"src_ak": "a", "src_sk": "b", "dst_ak": "c", "dst_sk": "d"}


@dataclass(frozen=True)
class EmulatorResponse:
    """A response of the emulator."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """The provider's error code, wherever it is."""
        body = self.json
        error = body.get("Response", {}).get("Error", {}).get("Code")
        code: str | None = error or body.get("error_code") or body.get("Code")
        return code or self.headers.get("x-amzn-errortype")


def keys_of(key: Key) -> AccessKey:
    return AccessKey(
        key.access_key_id, Secret(key.secret), Secret(key.token) if key.token else None
    )


def edas(
    emulator: Emulator,
    query: QueryParams = (("Type", "all"),),
    *,
    key: Key = known.ALIBABA,
    late: float = 0.0,
    nonce: str | None = None,
    version: str = "2017-08-01",
) -> Request:
    headers = {"x-acs-action": "SynchronizeResource", "x-acs-version": version}
    path = "/pop/v5/resource/pop_sync_resource"
    request = Request("GET", emulator.url("edas"), path, query, headers)
    return acs3.sign(request, keys_of(key), now=at(late), nonce=nonce or uuid.uuid4().hex)


def ehpc(emulator: Emulator, *query: tuple[str, str], key: Key = known.ALIBABA) -> Request:
    headers = {"x-acs-action": "SynchronizeApp", "x-acs-version": "2023-07-01"}
    request = Request("POST", emulator.url("ehpc"), "/", query, headers)
    return acs3.sign(request, keys_of(key), now=at(), nonce=uuid.uuid4().hex)


def cwp(
    emulator: Emulator,
    body: bytes = b'{"Sync":false}',
    *,
    key: Key = known.TENCENT,
    late: float = 0.0,
    headers: Mapping[str, str] | None = None,
    service: str = "cwp",
) -> Request:
    sent = {
        "Content-Type": "application/json; charset=utf-8",
        "X-TC-Action": "SyncMachines",
        "X-TC-Version": "2018-02-28",
        **(headers or {}),
    }
    request = Request("POST", emulator.url("cwp"), "/", (), sent, body)
    return tc3.sign(request, keys_of(key), now=at(late), service=service)


def huawei(
    emulator: Emulator,
    service: str,
    method: str,
    path: str,
    query: QueryParams = (),
    *,
    body: object = None,
    key: Key = known.HUAWEI,
    late: float = 0.0,
) -> Request:
    headers = {"Content-Type": "application/json"}
    data = b"" if body is None else json.dumps(body).encode()
    request = Request(method, emulator.url(service), path, query, headers, data)
    return sdk_hmac.sign(request, keys_of(key), now=at(late))


def show_task(emulator: Emulator, task: str = TASK, project: str = PROJECT) -> Request:
    query = (("query_time", "1700000000000"),)
    return huawei(emulator, "oms", "GET", f"/v2/{project}/sync-tasks/{task}", query)


def start_task(emulator: Emulator, body: object = STORAGE_KEYS, task: str = TASK) -> Request:
    path = f"/v2/{PROJECT}/sync-tasks/{task}/start"
    return huawei(emulator, "oms", "POST", path, body=body)


def dev_servers(
    emulator: Emulator, *query: tuple[str, str], key: Key = known.HUAWEI, late: float = 0.0
) -> Request:
    path = f"/v1/{PROJECT}/dev-servers/sync"
    return huawei(emulator, "modelarts", "PUT", path, query, key=key, late=late)


def invoke_lambda(
    emulator: Emulator,
    body: bytes = b"{}",
    *,
    key: Key = known.AWS_ROLE,
    late: float = 0.0,
    kind: str = "Event",
    service: str = "lambda",
    function: str = "example",
) -> Request:
    headers = {"X-Amz-Invocation-Type": kind, "Content-Type": "application/json"}
    path = f"/2015-03-31/functions/{function}/invocations"
    request = Request("POST", emulator.url("lambda"), path, (), headers, body)
    return sigv4.sign(request, keys_of(key), now=at(late), region="eu-west-1", service=service)


def invoke_fc(
    emulator: Emulator,
    body: bytes = b"{}",
    *,
    key: Key = known.ALIBABA,
    kind: str = "Async",
    version: str = "2023-03-30",
    function: str = "example",
) -> Request:
    headers = {
        "x-acs-action": "InvokeFunction",
        "x-acs-version": version,
        "x-fc-invocation-type": kind,
        "content-type": "application/octet-stream",
    }
    path = f"/2023-03-30/functions/{function}/invocations"
    request = Request("POST", emulator.url("fc"), path, (), headers, body)
    return acs3.sign(request, keys_of(key), now=at(), nonce=uuid.uuid4().hex)


def call_fc(
    emulator: Emulator,
    action: str = "CreateFunction",
    method: str = "POST",
    path: str = "/2023-03-30/functions",
    body: bytes = b"{}",
    content_type: str = "application/json; charset=utf-8",
) -> Request:
    headers = {
        "x-acs-action": action,
        "x-acs-version": "2023-03-30",
        "content-type": content_type,
    }
    request = Request(method, emulator.url("fc"), path, (), headers, body)
    return acs3.sign(request, keys_of(known.ALIBABA), now=at(), nonce=uuid.uuid4().hex)


def invoke_scf(
    emulator: Emulator,
    event: str | None = "{}",
    *,
    key: Key = known.TENCENT,
    kind: str = "Event",
    service: str = "scf",
    **more: object,
) -> Request:
    body = {"FunctionName": "example", "InvocationType": kind, "ClientContext": event, **more}
    headers = {
        "Content-Type": "application/json",
        "X-TC-Action": "Invoke",
        "X-TC-Version": "2018-04-16",
        "X-TC-Region": "ap-guangzhou",
    }
    data = json.dumps(body).encode()
    request = Request("POST", emulator.url("scf"), "/", (), headers, data)
    return tc3.sign(request, keys_of(key), now=at(), service=service)


def invoke_functiongraph(
    emulator: Emulator,
    event: object = NO_EVENT,
    *,
    key: Key = known.HUAWEI,
    project: str = PROJECT,
    urn: str = f"urn:fss:cn-north-4:{PROJECT}:function:default:example:latest",
) -> Request:
    path = f"/v2/{project}/fgs/functions/{urn}/invocations-async"
    return huawei(emulator, "functiongraph", "POST", path, body=event, key=key)


def at(late: float = 0.0) -> datetime:
    """Return the time of a clock that is this many seconds slow."""
    return datetime.now(timezone.utc) - timedelta(seconds=late)


def connect(request: Request, timeout: float = 5.0) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(request.host, timeout=timeout)


def send(
    request: Request,
    *,
    over: http.client.HTTPConnection | None = None,
    timeout: float = 5.0,
    **changes: Any,
) -> EmulatorResponse:
    """Send a signed request; ``changes`` replaces its body, query, path or some of its headers."""
    connection = over or connect(request, timeout)
    headers = {**request.headers, **changes.get("headers", {})}
    sent = {name: value for name, value in headers.items() if value is not None}
    address = request_target(changes.get("path", request.path), changes.get("query", request.query))
    try:
        connection.request(request.method, address, changes.get("body", request.body) or None, sent)
        response = connection.getresponse()
        headers_received = {name.lower(): value for name, value in response.getheaders()}
        return EmulatorResponse(response.status, headers_received, response.read())
    finally:
        if over is None:
            connection.close()


def as_bytes(request: Request) -> bytes:
    """Return a signed request as it goes over the wire."""
    lines = [f"{request.method} {request_target(request.path, request.query)} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    lines.append(f"Content-Length: {len(request.body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + request.body
