"""Tencent's host security service (CWP) as documented."""

from __future__ import annotations

import uuid

from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json
from local.emulator.tencent import Api, failure, parameters_of

MACHINES = "SyncMachines"
ASSETS = "SyncAssetScan"
COUNTS = "DescribeMachineGeneral"


class Cwp(Api):
    """Cloud Workload Protection behind API 3.0."""

    name = scope = "cwp"
    version = "2018-02-28"

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Do the work and return the documented response; raises :class:`Refusal`."""
        self.check(request, MACHINES, ASSETS, COUNTS)
        self._cloud.check_rate(key.account, request.action)
        answer: dict[str, object] = {}
        if request.action == COUNTS:
            parameters_of(request, ())
            answer |= self._cloud.counts
        elif request.action == ASSETS:
            sync = _sync(request, is_required=True)
            answer |= self._cloud.assets.synchronize(key.account, now, sync=sync)
            answer["TaskId"] = self._cloud.assets.started or None
        else:
            sync = _sync(request, is_required=False)
            answer |= self._cloud.machines.synchronize(key.account, now, sync=sync)
        answer["RequestId"] = str(uuid.uuid4())
        return Reply(body=to_json({"Response": answer}))


def _sync(request: Received, *, is_required: bool) -> bool:
    """Return the body's ``Sync``; if it is optional, the state is only read without it."""
    parameters = parameters_of(request, ("Sync",))
    if is_required and "Sync" not in parameters:
        raise failure("MissingParameter", "The request is missing the required parameter `Sync`.")
    sync = parameters.get("Sync", False)
    if not isinstance(sync, bool):
        raise failure("InvalidParameter", "The value type of parameter `Sync` is not valid.")
    return sync
