"""The vendors' own SDK clients accept the emulator as the provider."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

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
    OmsClient,
    ShowSyncTaskRequest,
    StartSyncTaskReq,
    StartSyncTaskRequest,
)
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.cwp.v20180228.cwp_client import CwpClient
from tencentcloud.cwp.v20180228.models import SyncMachinesRequest

from local.emulator import Emulator, Key, generate
from local.emulator import keys as known
from local.emulator.huawei import PROJECT, TASK

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
def test_the_ehpc_client_copies_an_app_to_the_named_regions(emulator: Emulator, key: Key) -> None:
    client = alibaba(EhpcClient, emulator, "ehpc", key)
    request = ehpc_models.SynchronizeAppRequest(
        app_id="ci-vm-exampleapp01", target_region_ids=["cn-shanghai", "cn-beijing"]
    )
    assert client.synchronize_app(request).body.request_id
    assert emulator.alibaba.apps["ci-vm-exampleapp01"] >= {"cn-shanghai", "cn-beijing"}


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
