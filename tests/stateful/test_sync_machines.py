"""A model of CWP's ``SyncMachines``."""

from __future__ import annotations

import pytest

from local.emulator.synchronizations import Synchronizations
from tests.support.operation_machine import MACHINE_SETTINGS
from tests.support.synchronization_machine import SynchronizationMachine

pytestmark = pytest.mark.timeout(600)  # hundreds of examples, on a machine that may be busy


class SyncMachines(SynchronizationMachine):
    """The list of machines."""

    operation_id = "tencent.cwp.SyncMachines"
    planned = (False, False, True, False)

    @property
    def synchronizations(self) -> Synchronizations:
        return self.emulator.tencent.machines


TestSyncMachines = SyncMachines.TestCase
TestSyncMachines.settings = MACHINE_SETTINGS
