"""The vendors' own SDK clients accept the emulator as the provider."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_edas20170801 import models as edas_models
from alibabacloud_edas20170801.client import Client as EdasClient
from alibabacloud_ehpcinstant20230701 import models as ehpc_models
from alibabacloud_ehpcinstant20230701.client import Client as EhpcClient
from alibabacloud_tea_openapi.utils_models import Config
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
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
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.cwp.v20180228.cwp_client import CwpClient
from tencentcloud.cwp.v20180228.models import (
    DescribeMachineGeneralRequest,
    SyncAssetScanRequest,
    SyncMachinesRequest,
)

from local.emulator import Emulator, Key, generate
from local.emulator import keys as known
from local.emulator.oms import PROJECT, RUNNING_TASK, TASK, Count

ALIBABA_KEYS = pytest.mark.parametrize(
    "key", [known.ALIBABA, known.ALIBABA_TEMPORARY], ids=["permanent", "temporary"]
)
TENCENT_KEYS = pytest.mark.parametrize(
    "key", [known.TENCENT, known.TENCENT_TEMPORARY], ids=["permanent", "temporary"]
)
HUAWEI_KEYS = pytest.mark.parametrize(
    "key", [known.HUAWEI, known.HUAWEI_TEMPORARY], ids=["permanent", "temporary"]
)


def alibaba(client: Any, emulator: Emulator, service: str, key: Key) -> Any:
    return client(
        Config(
            access_key_id=key.access_key_id,
            access_key_secret=key.secret,
            security_token=key.token,
            endpoint=emulator.address(service),
            protocol="HTTP",
        )
    )


def tencent(emulator: Emulator, key: Key) -> Any:
    http = HttpProfile(endpoint=emulator.address("cwp"), protocol="http")
    credential = Credential(key.access_key_id, key.secret, key.token)
    return CwpClient(credential, "ap-guangzhou", ClientProfile(httpProfile=http))


def huawei(client: Any, emulator: Emulator, service: str, key: Key) -> Any:
    kind = GlobalCredentials if client is IamClient else BasicCredentials
    credentials = kind(key.access_key_id, key.secret)
    if kind is BasicCredentials:
        credentials = credentials.with_project_id(PROJECT)
    if key.token:
        credentials = credentials.with_security_token(key.token)
    builder = client.new_builder().with_credentials(credentials)
    return builder.with_endpoint(emulator.url(service)).build()


@ALIBABA_KEYS
def test_the_edas_client_reads_the_documented_answer(emulator: Emulator, key: Key) -> None:
    client = alibaba(EdasClient, emulator, "edas", key)
    request = edas_models.SynchronizeResourceRequest(type="ecs", resource_ids="i-a1,i-b2")
    body = client.synchronize_resource(request).body
    assert (body.code, body.success, body.data) == (200, True, "PopSyncResource success")
    assert emulator.alibaba.synchronized[0].resource_ids == ("i-a1", "i-b2")


@ALIBABA_KEYS
def test_the_edas_client_reads_what_edas_knows(emulator: Emulator, key: Key) -> None:
    client = alibaba(EdasClient, emulator, "edas", key)
    client.synchronize_resource(edas_models.SynchronizeResourceRequest(type="all"))

    vpcs = client.list_vpc().body.vpc_list.vpc_entity
    (balancer,) = client.list_slb(edas_models.ListSlbRequest()).body.slb_list.slb_entity
    outside = client.list_ecs_not_in_cluster(
        edas_models.ListEcsNotInClusterRequest(network_mode=2, vpc_id="vpc-example1")
    ).body.ecs_entity_list.ecs_entity
    clusters = client.list_cluster(edas_models.ListClusterRequest()).body.cluster_list.cluster
    ecs_cluster, kubernetes = sorted(clusters, key=lambda each: each.cluster_type)
    (member,) = client.list_cluster_members(
        edas_models.ListClusterMembersRequest(cluster_id=ecs_cluster.cluster_id)
    ).body.cluster_member_page.cluster_member_list.cluster_member

    assert [(each.vpc_id, each.ecs_num) for each in vpcs] == [
        ("vpc-example1", 2),
        ("vpc-example2", 1),
    ]
    assert balancer.slb_id == "lb-example1"
    assert [each.instance_id for each in outside] == ["i-exampleinstance2"]
    assert (ecs_cluster.cluster_type, kubernetes.cluster_type) == (2, 5)
    assert member.ecs_id == "i-exampleinstance1"


@pytest.mark.parametrize(
    ("permission", "call"),
    [
        ("edas:ListVpc", lambda client: client.list_vpc()),
        ("edas:ListSlb", lambda client: client.list_slb(edas_models.ListSlbRequest())),
        (
            "edas:ListEcsNotInCluster",
            lambda client: client.list_ecs_not_in_cluster(
                edas_models.ListEcsNotInClusterRequest(network_mode=1)
            ),
        ),
        (
            "edas:ReadCluster",
            lambda client: client.list_cluster(edas_models.ListClusterRequest()),
        ),
        (
            "edas:ReadCluster",
            lambda client: client.list_cluster_members(
                edas_models.ListClusterMembersRequest(cluster_id="example-cluster1")
            ),
        ),
    ],
)
def test_the_edas_client_is_refused_without_the_permission(
    emulator: Emulator, permission: str, call: Callable[[Any], object]
) -> None:
    emulator.alibaba.denied.add(permission)

    with pytest.raises(Exception, match="not authorized") as caught:
        call(alibaba(EdasClient, emulator, "edas", known.ALIBABA))

    error: Any = caught.value
    assert (error.code, error.status_code) == ("Forbidden.RAM", 403)


@pytest.mark.parametrize(
    "request_",
    [
        edas_models.ListEcsNotInClusterRequest(),
        edas_models.ListEcsNotInClusterRequest(network_mode=2),
        edas_models.ListEcsNotInClusterRequest(network_mode=3),
    ],
)
def test_the_edas_client_must_name_the_network(emulator: Emulator, request_: Any) -> None:
    with pytest.raises(Exception, match="NetworkMode") as caught:
        alibaba(EdasClient, emulator, "edas", known.ALIBABA).list_ecs_not_in_cluster(request_)
    error: Any = caught.value
    assert error.code == "InvalidParameter"


@ALIBABA_KEYS
def test_the_ehpc_client_copies_an_app_to_the_named_regions(emulator: Emulator, key: Key) -> None:
    client = alibaba(EhpcClient, emulator, "ehpc", key)
    request = ehpc_models.SynchronizeAppRequest(
        app_id="ci-vm-exampleapp01", target_region_ids=["cn-shanghai", "cn-beijing"]
    )
    assert client.synchronize_app(request).body.request_id
    assert emulator.alibaba.apps["ci-vm-exampleapp01"] >= {"cn-shanghai", "cn-beijing"}


@ALIBABA_KEYS
def test_the_ehpc_client_finds_the_copies_of_an_app(emulator: Emulator, key: Key) -> None:
    emulator.alibaba.apps["ci-vm-exampleapp01"].add("cn-shanghai")
    client = alibaba(EhpcClient, emulator, "ehpc", key)
    listed = client.list_images(
        ehpc_models.ListImagesRequest(
            image_category="Custom", image_type="VM", page_number=1, page_size=50
        )
    ).body
    (row,) = listed.images
    assert (row.app_id, listed.total_count) == ("ci-vm-exampleapp01", 1)
    image = client.get_image(
        ehpc_models.GetImageRequest(
            image_id=row.image_id,
            image_category="Custom",
            image_type="VM",
            additional_region_ids=["cn-shanghai", "cn-beijing"],
        )
    ).body.image
    (copy,) = image.additional_regions_info
    assert (copy.region_id, copy.status, image.status) == ("cn-shanghai", "Available", "Available")


def test_the_ehpc_client_reads_the_documented_error(emulator: Emulator) -> None:
    client = alibaba(EhpcClient, emulator, "ehpc", known.ALIBABA)
    with pytest.raises(Exception, match="image does not exist") as caught:
        client.synchronize_app(ehpc_models.SynchronizeAppRequest(app_id="ci-vm-nowhere"))
    error: Any = caught.value
    assert (error.code, error.status_code) == ("ImageNotFound", 404)


@TENCENT_KEYS
def test_the_cwp_client_sees_a_run_begin(emulator: Emulator, key: Key) -> None:
    client = tencent(emulator, key)
    read = SyncMachinesRequest()
    read.Sync = False
    before = client.SyncMachines(read)
    assert (before.State, before.LatestStartTime) == ("NOTASK", "2020-11-11 12:01:00")
    assert before.LatestEndTime == "2020-11-11 12:02:00"
    start = SyncMachinesRequest()
    start.Sync = True
    after = client.SyncMachines(start)
    assert after.State == "SYNCING"
    assert after.LatestStartTime > before.LatestStartTime


@TENCENT_KEYS
def test_the_cwp_client_sees_a_synchronization_of_the_assets(emulator: Emulator, key: Key) -> None:
    client = tencent(emulator, key)
    request = SyncAssetScanRequest()
    request.Sync = False
    before = client.SyncAssetScan(request)
    assert (before.State, before.TaskId) == ("NOTASK", None)

    request.Sync = True
    started = client.SyncAssetScan(request)

    assert (started.State, started.TaskId) == ("SYNCING", 1)
    assert (emulator.tencent.assets.started, emulator.tencent.machines.started) == (1, 0)


def test_the_cwp_client_must_send_what_sync_asset_scan_requires(emulator: Emulator) -> None:
    client = tencent(emulator, known.TENCENT)
    with pytest.raises(TencentCloudSDKException) as caught:
        client.SyncAssetScan(SyncAssetScanRequest())
    assert caught.value.code == "MissingParameter"


@TENCENT_KEYS
def test_the_cwp_client_reads_the_counts(emulator: Emulator, key: Key) -> None:
    emulator.tencent.counts["NotProtectMachineCnt"] = 3
    counts = tencent(emulator, key).DescribeMachineGeneral(DescribeMachineGeneralRequest())
    assert (counts.MachineCnt, counts.ProtectMachineCnt) == (12, 12)
    assert (counts.NotProtectMachineCnt, counts.RiskMachineCnt) == (3, 1)


def test_the_cwp_client_reads_the_documented_error(emulator: Emulator) -> None:
    emulator.tencent.denied.add("SyncMachines")
    with pytest.raises(TencentCloudSDKException) as caught:
        tencent(emulator, known.TENCENT).SyncMachines(SyncMachinesRequest())
    assert caught.value.get_code() == "UnauthorizedOperation"
    assert caught.value.get_request_id()


@HUAWEI_KEYS
def test_the_oms_client_starts_a_stopped_task(emulator: Emulator, key: Key) -> None:
    client = huawei(OmsClient, emulator, "oms", key)
    read = ShowSyncTaskRequest(sync_task_id=TASK, query_time=1700000000000)
    assert client.show_sync_task(read).status == "STOPPED"
    body = StartSyncTaskReq(src_ak="a", src_sk="b", dst_ak="c", dst_sk="d")
    started = client.start_sync_task(StartSyncTaskRequest(sync_task_id=TASK, body=body))
    assert started.status_code == 200
    task = client.show_sync_task(read)
    assert (task.status, task.dst_bucket) == ("SYNCHRONIZING", "example-destination")


@HUAWEI_KEYS
def test_the_oms_client_stops_a_running_task(emulator: Emulator, key: Key) -> None:
    client = huawei(OmsClient, emulator, "oms", key)
    stopped = client.stop_sync_task(StopSyncTaskRequest(sync_task_id=RUNNING_TASK))
    assert stopped.status_code == 200
    read = ShowSyncTaskRequest(sync_task_id=RUNNING_TASK, query_time=1700000000000)
    assert client.show_sync_task(read).status == "STOPPED"
    assert emulator.huawei.tasks[RUNNING_TASK].stops == 1


def test_the_oms_client_is_told_that_a_stopped_task_does_not_run(emulator: Emulator) -> None:
    client = huawei(OmsClient, emulator, "oms", known.HUAWEI)
    with pytest.raises(ClientRequestException) as caught:
        client.stop_sync_task(StopSyncTaskRequest(sync_task_id=TASK))
    assert (caught.value.status_code, caught.value.error_code) == (400, "OMS.0004")


@HUAWEI_KEYS
def test_the_oms_client_hands_objects_to_a_task(emulator: Emulator, key: Key) -> None:
    client = huawei(OmsClient, emulator, "oms", key)
    body = SyncObjectReq(object_keys=["test%2F001.txt", "a%20b"])
    created = client.create_sync_events(CreateSyncEventsRequest(sync_task_id=TASK, body=body))
    assert created.status_code == 200
    assert emulator.huawei.tasks[TASK].events == [["test/001.txt", "a b"]]


@pytest.mark.parametrize("keys", [[], ["a"] * 11, ["a b"], ["a/b"], ["%FF"], [""]])
def test_the_oms_client_is_refused_with_keys_that_are_not_documented(
    emulator: Emulator, keys: list[str]
) -> None:
    client = huawei(OmsClient, emulator, "oms", known.HUAWEI)
    body = SyncObjectReq(object_keys=keys)
    with pytest.raises(ClientRequestException) as caught:
        client.create_sync_events(CreateSyncEventsRequest(sync_task_id=TASK, body=body))
    assert (caught.value.status_code, caught.value.error_code) == (400, "OMS.0001")
    assert emulator.huawei.tasks[TASK].events == []


@HUAWEI_KEYS
def test_the_oms_client_lists_the_stopped_tasks(emulator: Emulator, key: Key) -> None:
    client = huawei(OmsClient, emulator, "oms", key)
    found = client.list_sync_tasks(ListSyncTasksRequest(limit=100, offset=0, status="STOPPED"))
    assert found.count == 1
    (task,) = found.tasks
    assert (task.sync_task_id, task.status, task.dst_region) == (TASK, "STOPPED", "cn-north-4")
    everything = client.list_sync_tasks(ListSyncTasksRequest())
    assert [each.sync_task_id for each in everything.tasks] == [TASK, RUNNING_TASK]
    second = client.list_sync_tasks(ListSyncTasksRequest(limit=1, offset=1))
    assert ([each.sync_task_id for each in second.tasks], second.count) == ([RUNNING_TASK], 2)


@HUAWEI_KEYS
def test_the_oms_client_reads_what_a_task_did_with_objects(emulator: Emulator, key: Key) -> None:
    at = 1_700_150_400_000
    emulator.huawei.tasks[TASK].counts = [
        Count(at - 1, "FAILURE", 9),
        Count(at + 1_000, "FAILURE", 2),
        Count(at + 200_000, "FAILURE", 3),
        Count(at + 300_000, "FAILURE", 4),
        Count(at + 300_000, "SIZE", 4096),
    ]
    client = huawei(OmsClient, emulator, "oms", key)
    found = client.list_sync_task_statistic(
        ListSyncTaskStatisticRequest(
            sync_task_id=TASK,
            data_type="FAILURE,SIZE",
            start_time=at,
            end_time=at + 3_600_000,
        )
    )
    assert (found.sync_task_id, found.statistic_time_type) == (TASK, "FIVE_MINUTES")
    failed, size = found.statistic_datas
    assert (failed.data_type, size.data_type) == ("FAILURE", "SIZE")
    assert [(each.time_stamp, each.statistic_num) for each in failed.data] == [
        (at, 5),
        (at + 300_000, 4),
    ]
    assert [each.statistic_num for each in size.data] == [4096]


@pytest.mark.parametrize(
    ("request_", "right"),
    [
        (StopSyncTaskRequest(sync_task_id=RUNNING_TASK), "oms:synctask:update"),
        (ListSyncTasksRequest(), "oms:synctask:list"),
        (
            CreateSyncEventsRequest(TASK, SyncObjectReq(object_keys=["a"])),
            "oms:synctask:createEvent",
        ),
        (
            ListSyncTaskStatisticRequest(
                sync_task_id=TASK,
                data_type="FAILURE",
                start_time=1_700_150_400_000,
                end_time=1_700_150_400_000,
            ),
            "oms:synctask:statistics",
        ),
    ],
    ids=["stop", "list", "events", "statistics"],
)
def test_the_oms_client_is_refused_without_the_permission(
    emulator: Emulator, request_: Any, right: str
) -> None:
    emulator.huawei.denied.add(right)
    client = huawei(OmsClient, emulator, "oms", known.HUAWEI)
    calls = {
        StopSyncTaskRequest: client.stop_sync_task,
        ListSyncTasksRequest: client.list_sync_tasks,
        CreateSyncEventsRequest: client.create_sync_events,
        ListSyncTaskStatisticRequest: client.list_sync_task_statistic,
    }
    with pytest.raises(ClientRequestException) as caught:
        calls[type(request_)](request_)
    assert caught.value.status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"data_type": "FAILURE,NEW"},
        {"start_time": 1_700_150_400},
        {"start_time": 1_700_150_500_000},
        {"end_time": None},
    ],
)
def test_statistics_that_are_not_asked_for_as_documented_are_refused(
    emulator: Emulator, changes: dict[str, Any]
) -> None:
    client = huawei(OmsClient, emulator, "oms", known.HUAWEI)
    asked = {"data_type": "FAILURE", "start_time": 1_700_150_400_000, "end_time": 1_700_150_400_000}
    with pytest.raises(ClientRequestException) as caught:
        client.list_sync_task_statistic(
            ListSyncTaskStatisticRequest(sync_task_id=TASK, **{**asked, **changes})
        )
    assert caught.value.error_code == "OMS.0001"


def test_the_oms_client_reads_the_documented_error(emulator: Emulator) -> None:
    client = huawei(OmsClient, emulator, "oms", known.HUAWEI)
    with pytest.raises(ClientRequestException) as caught:
        client.show_sync_task(ShowSyncTaskRequest(sync_task_id="nowhere", query_time=170 * 10**10))
    assert (caught.value.status_code, caught.value.error_code) == (404, "OMS.0002")
    assert caught.value.request_id


@HUAWEI_KEYS
def test_the_modelarts_client_reads_every_documented_field(emulator: Emulator, key: Key) -> None:
    client = huawei(ModelArtsClient, emulator, "modelarts", key)
    request = SyncDevServersRequest(offset=0, limit=3, sort_dir="DESC", sort_key="createTime")
    response = client.sync_dev_servers(request)
    assert (response.total, response.size, response.pages) == (25, 3, 9)
    last = response.data[0]
    assert (last.name, last.status, last.image.arch) == ("devserver-00024", "RUNNING", "ARM")
    undocumented = {"owner", "tags"}
    assert not [
        name
        for name in last.attribute_map
        if getattr(last, name) is None and name not in undocumented
    ]


def test_the_modelarts_client_reads_a_thousand_servers_on_one_page(emulator: Emulator) -> None:
    emulator.huawei.dev_servers = generate(1500)
    client = huawei(ModelArtsClient, emulator, "modelarts", known.HUAWEI)
    page = client.sync_dev_servers(SyncDevServersRequest(offset=1000, limit=1000))
    assert (page.total, len(page.data), page.data[0].name) == (1500, 500, "devserver-01000")


@HUAWEI_KEYS
def test_the_modelarts_client_lists_what_is_kept(emulator: Emulator, key: Key) -> None:
    client = huawei(ModelArtsClient, emulator, "modelarts", key)
    page = client.list_dev_servers(ListDevServersRequest(offset=20, limit=10))
    assert (page.total, len(page.data), page.data[0].name) == (25, 5, "devserver-00020")
    assert emulator.received.of("modelarts")[0].action == "ListDevServers"


@HUAWEI_KEYS
def test_the_iam_client_finds_the_project_of_a_region(emulator: Emulator, key: Key) -> None:
    client = huawei(IamClient, emulator, "iam", key)
    response = client.keystone_list_projects(KeystoneListProjectsRequest(name="cn-north-4"))
    assert [project.id for project in response.projects] == [PROJECT]
