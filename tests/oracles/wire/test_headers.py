"""Each operation sends what the vendor's SDK sends, header by header, but for listed differences.

Both send to the same server on loopback, through real sockets. What must differ between any two
requests (times, nonces, signatures) is compared by its form only.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
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
    CreateSyncEventsRequest,
    ListSyncTasksRequest,
    ListSyncTaskStatisticRequest,
    OmsClient,
    ShowSyncTaskRequest,
    StartSyncTaskReq,
    StartSyncTaskRequest,
    StopSyncTaskRequest,
    SyncObjectReq,
)
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.cwp.v20180228.cwp_client import CwpClient
from tencentcloud.cwp.v20180228.models import (
    DescribeMachineGeneralRequest,
    SyncAssetScanRequest,
    SyncMachinesRequest,
)

from functions.registry import load
from shared.clock import Clock
from shared.entrypoint import handle
from shared.models.operation import Operation
from shared.runtime import Runtime
from tests.support.wire import (
    DIFFERENCES,
    Difference,
    differences,
    problems,
    recording_server,
)

NOW = datetime(2026, 11, 21, 20, 24, 29, 123000, tzinfo=timezone.utc)
KEY_ID, SECRET, TOKEN = "AKexampleid", "exampleSecret", "exampleToken"
PROJECT, REGION, TASK = "0000000000000000000000000000aa01", "cn-north-4", "example-sync-task-1"
RUNNING_TASK = "example-sync-task-2"
STORAGE_KEYS = {"src_ak": "a", "src_sk": "b", "dst_ak": "c", "dst_sk": "d"}


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


def synchronize_instances(endpoint: str, token: str | None) -> None:
    """Synchronize two instances, and look for them in every list, as a run does."""
    client = alibaba(EdasClient, endpoint, token)
    client.synchronize_resource(
        edas_models.SynchronizeResourceRequest(type="ecs", resource_ids="i-a1,i-b2")
    )
    client.list_vpc()
    client.list_ecs_not_in_cluster(
        edas_models.ListEcsNotInClusterRequest(network_mode=2, vpc_id="vpc-example")
    )
    client.list_ecs_not_in_cluster(edas_models.ListEcsNotInClusterRequest(network_mode=1))
    client.list_cluster(edas_models.ListClusterRequest())
    client.list_cluster_members(edas_models.ListClusterMembersRequest(cluster_id="example-cluster"))


def synchronize_all(endpoint: str, token: str | None) -> None:
    """Synchronize everything, and read the lists before and after, as a run does."""
    client = alibaba(EdasClient, endpoint, token)
    for synchronize in (True, False):
        client.list_vpc()
        client.list_slb(edas_models.ListSlbRequest())
        if synchronize:
            client.synchronize_resource(edas_models.SynchronizeResourceRequest(type="all"))


def synchronize_app(endpoint: str, token: str | None) -> None:
    """Look for the image and its copies, request them, and look again, as a run does."""
    client, regions = alibaba(EhpcClient, endpoint, token), ["cn-shanghai", "cn-beijing"]
    client.list_images(
        ehpc_models.ListImagesRequest(
            image_category="Custom", image_type="VM", page_number=1, page_size=50
        )
    )
    look = ehpc_models.GetImageRequest(
        image_id="m-example",
        image_category="Custom",
        image_type="VM",
        additional_region_ids=regions,
    )
    client.get_image(look)
    client.synchronize_app(
        ehpc_models.SynchronizeAppRequest(app_id="ci-vm-example", target_region_ids=regions)
    )
    client.get_image(look)


def sync_machines(endpoint: str, token: str | None) -> None:
    """Read the state, count, start, and read the state, as a run does."""
    client = tencent(endpoint, token)
    for sync in (False, True, False):
        if sync:
            client.DescribeMachineGeneral(DescribeMachineGeneralRequest())
        request = SyncMachinesRequest()
        request.Sync = sync
        client.SyncMachines(request)


def sync_asset_scan(endpoint: str, token: str | None) -> None:
    """Read the state, start, and read the state, as a run does."""
    client = tencent(endpoint, token)
    for sync in (False, True, False):
        request = SyncAssetScanRequest()
        request.Sync = sync
        client.SyncAssetScan(request)


def start_sync_task(endpoint: str, token: str | None) -> None:
    """Read the state, start, read the state and what failed, as a run does."""
    client = huawei(OmsClient, endpoint, token)
    milliseconds = int(NOW.timestamp() * 1000)
    read = ShowSyncTaskRequest(sync_task_id=TASK, query_time=milliseconds)
    client.show_sync_task(read)
    body = StartSyncTaskReq(**STORAGE_KEYS)
    client.start_sync_task(StartSyncTaskRequest(sync_task_id=TASK, body=body))
    client.show_sync_task(read)
    client.list_sync_task_statistic(
        ListSyncTaskStatisticRequest(
            sync_task_id=TASK,
            data_type="REQUEST,SUCCESS,FAILURE,SKIP,SIZE",
            start_time=1_795_288_800_000,
            end_time=milliseconds,
        )
    )


def start_stopped_tasks(endpoint: str, token: str | None) -> None:
    """List the stopped tasks, and start the one that there is."""
    listing = ListSyncTasksRequest(limit=100, offset=0, status="STOPPED")
    huawei(OmsClient, endpoint, token).list_sync_tasks(listing)
    start_sync_task(endpoint, token)


def stop_sync_task(endpoint: str, token: str | None) -> None:
    """Read the state, stop, and read the state, as a run does."""
    client = huawei(OmsClient, endpoint, token)
    read = ShowSyncTaskRequest(sync_task_id=RUNNING_TASK, query_time=int(NOW.timestamp() * 1000))
    client.show_sync_task(read)
    client.stop_sync_task(StopSyncTaskRequest(sync_task_id=RUNNING_TASK))
    client.show_sync_task(read)


def create_sync_events(endpoint: str, token: str | None) -> None:
    """Hand eleven objects to the task, ten of them at once."""
    client = huawei(OmsClient, endpoint, token)
    for keys in (EVENT_KEYS[:10], EVENT_KEYS[10:]):
        body = SyncObjectReq(object_keys=keys)
        client.create_sync_events(CreateSyncEventsRequest(sync_task_id=TASK, body=body))


EVENT_KEYS = [f"photos%2F{number}%20%E7%8C%AB.jpg" for number in range(11)]
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

KEY_SETTINGS = {f"OMS_{name.upper()}": value for name, value in STORAGE_KEYS.items()}

CASES = {
    "edas, instances": Case(
        synchronize_instances,
        "alibaba.edas.SynchronizeResource",
        {"type": "ecs", "resource_ids": ["i-a1", "i-b2"]},
        requests=6,
    ),
    "edas, all": Case(
        synchronize_all, "alibaba.edas.SynchronizeResource", {"type": "all"}, requests=5
    ),
    "ehpc": Case(
        synchronize_app,
        "alibaba.ehpc.SynchronizeApp",
        {"app_id": "ci-vm-example", "target_region_ids": ["cn-shanghai", "cn-beijing"]},
        requests=4,
    ),
    "cwp": Case(sync_machines, "tencent.cwp.SyncMachines", {}, requests=4),
    "cwp, assets": Case(sync_asset_scan, "tencent.cwp.SyncAssetScan", {}, requests=3),
    "oms": Case(
        start_sync_task,
        "huawei.oms.StartSyncTask",
        {"sync_task_id": TASK},
        requests=4,
        settings=IN_PROJECT | KEY_SETTINGS,
    ),
    "oms, every stopped task": Case(
        start_stopped_tasks,
        "huawei.oms.StartSyncTask",
        {"sync_task_id": "stopped"},
        requests=5,
        settings=IN_PROJECT | KEY_SETTINGS | {"OMS_TASKS": json.dumps({TASK: {}})},
    ),
    "oms, stop": Case(
        stop_sync_task,
        "huawei.oms.StopSyncTask",
        {"sync_task_id": RUNNING_TASK},
        requests=3,
        settings=IN_PROJECT,
    ),
    "oms, new objects": Case(
        create_sync_events,
        "huawei.oms.CreateSyncEvents",
        {"sync_task_id": TASK, "object_keys": EVENT_KEYS},
        requests=2,
        settings=IN_PROJECT,
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
    "/pop/v5/vpc_list": {"Code": 200, "VpcList": {"VpcEntity": [{"VpcId": "vpc-example"}]}},
    "/pop/v5/slb_list": {"Code": 200, "SlbList": {"SlbEntity": []}},
    "/pop/v5/resource/ecs_not_in_cluster": {"Code": 200, "EcsEntityList": {"EcsEntity": []}},
    "/pop/v5/resource/cluster_list": {
        "Code": 200,
        "ClusterList": {"Cluster": [{"ClusterId": "example-cluster", "ClusterType": 2}]},
    },
    "/pop/v5/resource/cluster_member_list": {
        "Code": 200,
        "ClusterMemberPage": {"ClusterMemberList": {"ClusterMember": [{"EcsId": "i-a1"}]}},
    },
    "/": {
        "RequestId": "r",
        "Response": {"State": "NOTASK", "RequestId": "r"},
        "Images": [{"AppId": "ci-vm-example", "ImageId": "m-example"}],
        "TotalCount": 1,
        "Image": {"AdditionalRegionsInfo": []},
    },
    "/v3/projects": {"projects": [{"id": PROJECT, "name": REGION}]},
    f"/v2/{PROJECT}/sync-tasks/{TASK}": {"status": "STOPPED"},
    f"/v2/{PROJECT}/sync-tasks/{TASK}/start": {},
    f"/v2/{PROJECT}/sync-tasks/{TASK}/events": {},
    f"/v2/{PROJECT}/sync-tasks/{TASK}/statistics": {"statistic_datas": []},
    f"/v2/{PROJECT}/sync-tasks/{RUNNING_TASK}": {"status": "SYNCHRONIZING"},
    f"/v2/{PROJECT}/sync-tasks/{RUNNING_TASK}/stop": {},
    f"/v2/{PROJECT}/sync-tasks": {"tasks": [{"sync_task_id": TASK, "status": "STOPPED"}]},
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


def requests_of(case: Case, token: str | None, home: Path) -> tuple[list[bytes], list[bytes]]:
    """Return the requests of the vendor's client and ours."""
    with recording_server(RESPONSES.__getitem__) as (endpoint, received):
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
