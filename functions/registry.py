"""The operations, as a list one can read.

Modules are named and imported late: a bundle holds the operations of one provider.
"""

from __future__ import annotations

from importlib import import_module

from shared.models.operation import Operation

OPERATIONS = {
    "alibaba.edas.SynchronizeResource": "functions.alibaba.synchronize_resource",
    "alibaba.ehpc.SynchronizeApp": "functions.alibaba.synchronize_app",
    "tencent.cwp.SyncMachines": "functions.tencent.sync_machines",
    "huawei.oms.StartSyncTask": "functions.huawei.start_sync_task",
    "huawei.modelarts.SyncDevServers": "functions.huawei.sync_dev_servers",
}
"""From an operation's id to the module with its ``OPERATION`` and ``handler``."""


def load(operation_id: str) -> Operation:
    """Return an operation by its id; raises ``KeyError`` for an unknown one."""
    module = import_module(OPERATIONS[operation_id])
    operation: Operation = module.OPERATION
    return operation
