"""A provider emulator for developers: the documented behaviour, and every fault.

::

    with Emulator() as emulator:
        os.environ.update(emulator.environment())
        emulator.inject_fault("cwp", faults.reset(work=True), action="SyncMachines")
        ...
        assert [request.status for request in emulator.received.of("cwp")] == [None, 200]

What it assumes where the providers' pages are silent is listed in
``docs/unverified.md``.
"""

from local.emulator import faults
from local.emulator.dev_servers import generate
from local.emulator.huawei import Project, SyncTask
from local.emulator.invocations import Invocation
from local.emulator.keys import Key
from local.emulator.message import Received
from local.emulator.roles import AssumableRole, OidcToken
from local.emulator.server import Emulator
from local.emulator.synchronizations import SyncRun

__all__ = [
    "AssumableRole",
    "Emulator",
    "Invocation",
    "Key",
    "OidcToken",
    "Project",
    "Received",
    "SyncRun",
    "SyncTask",
    "faults",
    "generate",
]
