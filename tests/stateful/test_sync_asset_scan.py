"""A model of CWP's ``SyncAssetScan``."""

from __future__ import annotations

import pytest

from local.emulator.synchronizations import Synchronizations
from tests.support.operation_machine import MACHINE_SETTINGS
from tests.support.synchronization_machine import SynchronizationMachine

pytestmark = pytest.mark.timeout(600)  # hundreds of examples, on a machine that may be busy


class SyncAssetScan(SynchronizationMachine):
    """The list of assets."""

    operation_id = "tencent.cwp.SyncAssetScan"
    planned = (False, True, False)

    @property
    def synchronizations(self) -> Synchronizations:
        return self.emulator.tencent.assets


TestSyncAssetScan = SyncAssetScan.TestCase
TestSyncAssetScan.settings = MACHINE_SETTINGS
