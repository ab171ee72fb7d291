"""All operations, each with the module that implements it.

The modules are imported on demand: a bundle contains the operations of one provider only.
"""

from __future__ import annotations

from importlib import import_module

from shared.models.operation import Operation

OPERATIONS = {
    "alibaba.edas.SynchronizeResource": "functions.alibaba.synchronize_resource",
    "alibaba.ehpc.SynchronizeApp": "functions.alibaba.synchronize_app",
    "tencent.cwp.SyncMachines": "functions.tencent.sync_machines",
    "tencent.cwp.SyncAssetScan": "functions.tencent.sync_asset_scan",
    "huawei.oms.StartSyncTask": "functions.huawei.start_sync_task",
    "huawei.oms.StopSyncTask": "functions.huawei.stop_sync_task",
    "huawei.oms.CreateSyncEvents": "functions.huawei.create_sync_events",
    "huawei.modelarts.SyncDevServers": "functions.huawei.sync_dev_servers",
}
"""Operation ID -> the module with its ``OPERATION`` and ``handler``."""


def load(operation_id: str) -> Operation:
    """Return an operation by its ID; raises ``KeyError`` for an unknown one."""
    module = import_module(OPERATIONS[operation_id])
    operation: Operation = module.OPERATION
    return operation
