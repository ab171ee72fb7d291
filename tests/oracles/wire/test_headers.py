"""Each operation sends what the vendor's SDK sends, header by header, but for listed differences.

Both send to the same server on loopback, through real sockets. What must differ between any two
requests (times, nonces, signatures) is compared by its form only.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_edas20170801 import models as edas_models
from alibabacloud_edas20170801.client import Client as EdasClient
from alibabacloud_ehpcinstant20230701 import models as ehpc_models
from alibabacloud_ehpcinstant20230701.client import Client as EhpcClient
from alibabacloud_tea_openapi.utils_models import Config
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkiam.v3 import IamClient, KeystoneListProjectsRequest
from huaweicloudsdkmodelarts.v1 import (
    ListDevServersRequest,
    ModelArtsClient,
    SyncDevServersRequest,
)
from huaweicloudsdkoms.v2 import (
    OmsClient,
    ShowSyncTaskRequest,
    StartSyncTaskReq,
    StartSyncTaskRequest,
)
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.cwp.v20180228.cwp_client import CwpClient
from tencentcloud.cwp.v20180228.models import SyncMachinesRequest

from functions.registry import load
from shared.clock import Clock
from shared.entrypoint import handle
from shared.models.operation import Operation
from shared.runtime import Runtime
from tests.support.raw_server import raw_server, read_request

NOW = datetime(2026, 11, 21, 20, 24, 29, 123000, tzinfo=timezone.utc)
KEY_ID, SECRET, TOKEN = "AKexampleid", "exampleSecret", "exampleToken"
PROJECT, REGION, TASK = "0000000000000000000000000000aa01", "cn-north-4", "example-sync-task-1"
STORAGE_KEYS = {"src_ak": "a", "src_sk": "b", "dst_ak": "c", "dst_sk": "d"}


@dataclass(frozen=True)
class Difference:
    """One way in which our requests differ from the SDK's.

    Parameters
    ----------
    theirs, ours: regular expressions of the whole values; None if it is not sent.
    reason: why we differ.
    """

    theirs: str | None
    ours: str | None
    reason: str


USER_AGENT = "names the client"
TELEMETRY = "telemetry about the vendor's SDK; no response depends on it"
NOT_REQUIRED = (
    "the page requires content-type, host and x-acs-* only, and a proxy may change the rest"
)
ADDED_LAST = "the transport adds it after signing, and a proxy may change it"
JSON_ONLY = "nothing but JSON is read; the SDK leaves it to its HTTP library"
UNCOMPRESSED = "each HTTP library's default; a compressed response is read all the same"
PERSISTENT = "HTTP/1.1 connections are persistent without it"

DIFFERENCES: Mapping[str, Mapping[str, Difference]] = {
    "alibaba": {
        "user-agent": Difference("AlibabaCloud .+", "cloud-sync-functions", USER_AGENT),
        "x-acs-credentials-provider": Difference("static_(ak|sts)", None, TELEMETRY),
        "signed x-acs-credentials-provider": Difference("yes", None, TELEMETRY),
        "signed user-agent": Difference("yes", None, NOT_REQUIRED),
        "signed accept": Difference("yes", None, NOT_REQUIRED),
    },
    "tencent": {
        "user-agent": Difference("python-requests/.+", "cloud-sync-functions", USER_AGENT),
        "accept": Difference(r"\*/\*", "application/json", JSON_ONLY),
        "accept-encoding": Difference("gzip, deflate.*", "identity", UNCOMPRESSED),
        "connection": Difference("keep-alive", None, PERSISTENT),
        "x-tc-language": Difference("zh-CN", "en-US", "results are in English"),
        "x-tc-requestclient": Difference("SDK_PYTHON_.+", None, TELEMETRY),
        "x-tc-traceid": Difference("[0-9a-f-]{36}", None, TELEMETRY),
        "signed x-tc-action": Difference(None, "yes", "the page's example signs the action too"),
    },
    "huawei": {
        "user-agent": Difference("huaweicloud-usdk-python/.+", "cloud-sync-functions", USER_AGENT),
        "accept": Difference(r"\*/\*", "application/json", JSON_ONLY),
        "accept-encoding": Difference("gzip, deflate.*", "identity", UNCOMPRESSED),
        "connection": Difference("keep-alive", None, PERSISTENT),
        "signed user-agent": Difference("yes", None, ADDED_LAST),
        "signed accept": Difference(
            None, "yes", "every header set before signing is signed, as in the SDK"
        ),
    },
}
"""All differences, by vendor; every request of a vendor has each of its differences."""


class FixedClock(Clock):
    """Always the same time of day."""

    def now(self) -> datetime:
        return NOW


def alibaba(client: Any, endpoint: str, token: str | None) -> Any:
    return client(
        Config(
            access_key_id=KEY_ID,
            access_key_secret=SECRET,
            security_token=token,
            endpoint=endpoint,
            protocol="HTTP",
        )
    )


def tencent(endpoint: str, token: str | None) -> Any:
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=endpoint, protocol="http"))
    return CwpClient(Credential(KEY_ID, SECRET, token), "ap-guangzhou", profile)


def huawei(client: Any, endpoint: str, token: str | None) -> Any:
    if client is IamClient:
        credentials = GlobalCredentials(KEY_ID, SECRET)
    else:
        credentials = BasicCredentials(KEY_ID, SECRET, PROJECT)
    if token:
        credentials = credentials.with_security_token(token)
    builder = client.new_builder().with_credentials(credentials)
    return builder.with_endpoint(f"http://{endpoint}").build()


def synchronize_resource(endpoint: str, token: str | None) -> None:
    alibaba(EdasClient, endpoint, token).synchronize_resource(
        edas_models.SynchronizeResourceRequest(type="ecs", resource_ids="i-a1,i-b2")
    )


def synchronize_app(endpoint: str, token: str | None) -> None:
    alibaba(EhpcClient, endpoint, token).synchronize_app(
        ehpc_models.SynchronizeAppRequest(
            app_id="ci-vm-example", target_region_ids=["cn-shanghai", "cn-beijing"]
        )
    )


def sync_machines(endpoint: str, token: str | None) -> None:
    """Read the state, start, and read the state, as a run does."""
    client = tencent(endpoint, token)
    for sync in (False, True, False):
        request = SyncMachinesRequest()
        request.Sync = sync
        client.SyncMachines(request)


def start_sync_task(endpoint: str, token: str | None) -> None:
    """Read the state, start, and read the state, as a run does."""
    client = huawei(OmsClient, endpoint, token)
    milliseconds = int(NOW.timestamp() * 1000)
    read = ShowSyncTaskRequest(sync_task_id=TASK, query_time=milliseconds)
    client.show_sync_task(read)
    body = StartSyncTaskReq(**STORAGE_KEYS)
    client.start_sync_task(StartSyncTaskRequest(sync_task_id=TASK, body=body))
    client.show_sync_task(read)


PAGE = {"offset": 0, "limit": 1000, "owner": "me", "sort_dir": "DESC", "sort_key": "createTime"}


def sync_dev_servers(endpoint: str, token: str | None) -> None:
    huawei(ModelArtsClient, endpoint, token).sync_dev_servers(SyncDevServersRequest(**PAGE))


def list_dev_servers(endpoint: str, token: str | None) -> None:
    huawei(ModelArtsClient, endpoint, token).list_dev_servers(ListDevServersRequest(**PAGE))


def look_up_the_project_and_sync(endpoint: str, token: str | None) -> None:
    iam = huawei(IamClient, endpoint, token)
    iam.keystone_list_projects(KeystoneListProjectsRequest(name=REGION))
    sync_dev_servers(endpoint, token)


@dataclass(frozen=True)
class Case:
    """The same requests from both sides.

    Parameters
    ----------
    sdk: sends them with the vendor's client, to an endpoint and with a security token or none.
    operation: the operation's ID.
    event: its parameters.
    requests: how many requests that takes.
    reads: whether the operation's read-only variant is run.
    settings: what it needs besides endpoint and credentials.
    """

    sdk: Callable[[str, str | None], None]
    operation: str
    event: Mapping[str, object]
    requests: int = 1
    reads: bool = False
    settings: Mapping[str, str] | None = None

    @property
    def vendor(self) -> str:
        return self.operation.partition(".")[0]


LISTING = {"owner": "me", "sort_dir": "DESC", "sort_key": ["createTime"]}
IN_PROJECT = {"HUAWEICLOUD_SDK_PROJECT_ID": PROJECT}

CASES = {
    "edas": Case(
        synchronize_resource,
        "alibaba.edas.SynchronizeResource",
        {"type": "ecs", "resource_ids": ["i-a1", "i-b2"]},
    ),
    "ehpc": Case(
        synchronize_app,
        "alibaba.ehpc.SynchronizeApp",
        {"app_id": "ci-vm-example", "target_region_ids": ["cn-shanghai", "cn-beijing"]},
    ),
    "cwp": Case(sync_machines, "tencent.cwp.SyncMachines", {}, requests=3),
    "oms": Case(
        start_sync_task,
        "huawei.oms.StartSyncTask",
        {"sync_task_id": TASK},
        requests=3,
        settings=IN_PROJECT
        | {f"OMS_{name.upper()}": value for name, value in STORAGE_KEYS.items()},
    ),
    "modelarts": Case(
        sync_dev_servers, "huawei.modelarts.SyncDevServers", LISTING, settings=IN_PROJECT
    ),
    "modelarts, read only": Case(
        list_dev_servers,
        "huawei.modelarts.SyncDevServers",
        LISTING,
        reads=True,
        settings=IN_PROJECT,
    ),
    "modelarts, project looked up": Case(
        look_up_the_project_and_sync, "huawei.modelarts.SyncDevServers", LISTING, requests=2
    ),
}

RESPONSES: Mapping[str, object] = {
    "/pop/v5/resource/pop_sync_resource": {"Code": 200, "Success": True, "RequestId": "r"},
    "/": {"RequestId": "r", "Response": {"State": "NOTASK", "RequestId": "r"}},
    "/v3/projects": {"projects": [{"id": PROJECT, "name": REGION}]},
    f"/v2/{PROJECT}/sync-tasks/{TASK}": {"status": "STOPPED"},
    f"/v2/{PROJECT}/sync-tasks/{TASK}/start": {},
    f"/v1/{PROJECT}/dev-servers": {"total": 0, "data": []},
    f"/v1/{PROJECT}/dev-servers/sync": {"total": 0, "data": []},
}
"""The responses to both, by path."""


def environment(vendor: str, endpoint: str, token: str | None) -> dict[str, str]:
    """Return the settings that point our operations at an endpoint."""
    url = f"http://{endpoint}"
    names = {
        "alibaba": ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        "tencent": ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"),
        "huawei": ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"),
    }
    tokens = {
        "alibaba": "ALIBABA_CLOUD_SECURITY_TOKEN",
        "tencent": "TENCENTCLOUD_TOKEN",
        "huawei": "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    }
    services = ("EDAS", "EHPC", "CWP", "OMS", "MODELARTS", "HUAWEI_IAM")
    return {
        **{f"{service}_ENDPOINT_URL": url for service in services},
        **dict(zip(names[vendor], (KEY_ID, SECRET), strict=True)),
        **({tokens[vendor]: token} if token else {}),
        "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou",
        "TENCENTCLOUD_REGION": "ap-guangzhou",
        "HUAWEICLOUD_REGION": REGION,
    }


def facets(request: bytes) -> dict[str, object]:
    """Return what a request consists of, by name; what must differ is reduced to its form."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *lines = head.decode("ascii").split("\r\n")
    method, target, version = line.split(" ")
    path, _, query = target.partition("?")
    headers = [
        (name.lower(), value.strip()) for name, _, value in (x.partition(":") for x in lines)
    ]
    found: dict[str, object] = {name: form(name, value, body) for name, value in headers}
    assert len(found) == len(headers), "a header is sent twice"
    names = re.findall("SignedHeaders=([^,]+)", dict(headers)["authorization"])[0].split(";")
    assert names == sorted(names)
    found.update({f"signed {name}": "yes" for name in names})
    found["request line"] = f"{method} {path} {version}"
    found["query"] = sorted(query.split("&"))
    found["body"] = json.loads(body) if body else None
    return found


def form(name: str, value: str, body: bytes) -> str:
    """Return a header's value, or its form if it must differ from request to request."""
    if name == "content-length":
        assert int(value) == len(body)
        return "the body's length"
    if name in {"x-acs-date", "x-sdk-date", "x-tc-timestamp"}:
        return re.sub(r"\d", "0", value)
    if name == "x-acs-signature-nonce":
        return re.sub("[0-9a-f]", "x", value)
    if name == "authorization":
        value = re.sub(r"/\d{4}-\d\d-\d\d/", "/date/", value)
        value = re.sub("SignedHeaders=[^,]+", "SignedHeaders=names", value)
        return re.sub("Signature=[0-9a-f]{64}$", "Signature=signature", value)
    return value


def requests_of(case: Case, token: str | None, home: Path) -> tuple[list[bytes], list[bytes]]:
    """Return the requests of the vendor's client and ours."""
    received: list[bytes] = []

    def serve(connection: socket.socket, _number: int) -> None:
        while request := read_request(connection):
            received.append(request)
            path = request.split(b" ", 2)[1].partition(b"?")[0].decode()
            body = json.dumps(RESPONSES[path]).encode()
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
            )
            connection.sendall(head.encode() + b"\r\n\r\n" + body)

    with raw_server(serve) as (port, _):
        endpoint = f"127.0.0.1:{port}"
        case.sdk(endpoint, token)
        theirs = list(received)
        received.clear()
        loaded: Operation = load(case.operation)
        operation = loaded.read_only_variant() if case.reads else loaded
        assert operation is not None
        environ = environment(case.vendor, endpoint, token) | dict(case.settings or {})
        runtime = Runtime(environ=environ, home=home, clock=FixedClock())
        result = handle(operation, dict(case.event), None, runtime)
        assert result["status"] != "failed", result
    return theirs, received


def differences(theirs: bytes, ours: bytes) -> dict[str, tuple[object, object]]:
    """Return the facets in which two requests differ, None where one has none."""
    one, other = facets(theirs), facets(ours)
    return {
        name: (one.get(name), other.get(name))
        for name in one.keys() | other.keys()
        if one.get(name) != other.get(name)
    }


def problems(
    found: Mapping[str, tuple[object, object]], listed: Mapping[str, Difference]
) -> Sequence[str]:
    """Return what differs and is not listed, and what is listed and does not differ as listed."""
    found_problems = [f"{name}: not listed: {found[name]}" for name in found.keys() - listed.keys()]
    found_problems += [f"{name}: listed, but equal" for name in listed.keys() - found.keys()]
    for name in found.keys() & listed.keys():
        for value, pattern in zip(
            found[name], (listed[name].theirs, listed[name].ours), strict=True
        ):
            if pattern is None or value is None:
                good = pattern is value
            else:
                good = re.fullmatch(pattern, str(value)) is not None
            if not good:
                found_problems.append(f"{name}: listed as {pattern}, is {value}")
    return sorted(found_problems)


@pytest.mark.parametrize("token", [None, TOKEN], ids=["permanent keys", "temporary keys"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_requests_differ_from_the_sdks_only_as_listed(
    case: Case, token: str | None, tmp_path: Path
) -> None:
    theirs, ours = requests_of(case, token, tmp_path)

    assert len(theirs) == len(ours) == case.requests
    for one, other in zip(theirs, ours, strict=True):
        assert problems(differences(one, other), DIFFERENCES[case.vendor]) == []


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        ({"accept": ("*/*", "text/plain")}, "accept: listed as text/json, is text/plain"),
        ({"accept": ("*/*", None)}, "accept: listed as text/json, is None"),
        ({}, "accept: listed, but equal"),
        (
            {"accept": ("*/*", "text/json"), "x-own": (None, "1")},
            "x-own: not listed: (None, '1')",
        ),
    ],
)
def test_a_difference_that_is_not_as_listed_is_a_problem(
    found: Mapping[str, tuple[object, object]], problem: str
) -> None:
    listed = {"accept": Difference(r"\*/\*", "text/json", "an example")}

    assert problems(found, listed) == [problem]
