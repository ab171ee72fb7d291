"""Assumes roles of the emulator as a run does: with our API client, through real sockets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from functions.registry import load
from local.emulator import AssumableRole, Emulator, Key
from local.emulator import keys as known
from shared.client.api_client import ApiClient, CallStats
from shared.invocation import Invocation
from shared.models.credentials import AccessKey, Credentials
from shared.models.operation import CallContext
from shared.models.role import Role, RoleSession
from shared.models.secret import Secret
from shared.runtime import Runtime
from tests.support.signed_requests import keys_of

ALIBABA_ROLE = "acs:ram::1000000000000002:role/example-role"
TENCENT_ROLE = "qcs::cam::uin/100000000009:roleName/example-role"
HUAWEI_ROLE = "iam::000000000000000000000000000d0002:agency:example-agency"
HUAWEI_ACCOUNT = "other-account"


@dataclass(frozen=True)
class Vendor:
    """How to assume a role of one provider.

    Parameters
    ----------
    operation: an operation of the provider.
    key: the keys that assume the role.
    role: the role.
    service: the emulated service that is called.
    """

    operation: str
    key: Key
    role: Role
    service: str

    @property
    def name(self) -> str:
        """The provider's name."""
        return self.operation.partition(".")[0]


VENDORS: Mapping[str, Vendor] = MappingProxyType(
    {
        "alibaba": Vendor(
            "alibaba.edas.SynchronizeResource",
            known.ALIBABA,
            Role(ALIBABA_ROLE),
            "alibaba-sts",
        ),
        "tencent": Vendor(
            "tencent.cwp.SyncMachines", known.TENCENT, Role(TENCENT_ROLE), "tencent-sts"
        ),
        "huawei, by name": Vendor(
            "huawei.modelarts.SyncDevServers",
            known.HUAWEI,
            Role("example-agency", domain=HUAWEI_ACCOUNT),
            "iam",
        ),
        "huawei, by urn": Vendor(
            "huawei.modelarts.SyncDevServers", known.HUAWEI, Role(HUAWEI_ROLE), "huawei-sts"
        ),
    }
)


REGISTERED: Mapping[str, str] = MappingProxyType(
    {"alibaba": ALIBABA_ROLE, "tencent": TENCENT_ROLE, "huawei": HUAWEI_ROLE}
)
"""Provider -> the name of the role in the emulator's state."""


def register(emulator: Emulator, vendor: Vendor, **changes: Any) -> AssumableRole:
    """Register the role of a vendor in the emulator, with these attributes."""
    role = AssumableRole(**{"account": "prod", "domain": HUAWEI_ACCOUNT, **changes})
    state_of(emulator, vendor).roles[REGISTERED[vendor.name]] = role
    return role


def state_of(emulator: Emulator, vendor: Vendor) -> Any:
    """Return the emulated provider's state."""
    return getattr(emulator, vendor.name)


def assume(
    emulator: Emulator,
    vendor: Vendor,
    role: Role | None = None,
    credentials: Credentials | None = None,
    environ: Mapping[str, str] = MappingProxyType({}),
    stats: CallStats | None = None,
) -> RoleSession:
    """Assume a role with the provider's flow, and return its session; raises its error."""
    operation = load(vendor.operation)
    runtime = Runtime(environ=emulator.environment() | dict(environ))
    invocation = Invocation.from_event({}, None, runtime)
    regions = {"alibaba": "cn-hangzhou", "tencent": None, "huawei": "cn-north-4"}
    context = CallContext(regions[vendor.name], None, "direct", runtime.clock.now())
    client = ApiClient(
        operation, context, credentials or keys_of(vendor.key), invocation, stats or CallStats()
    )
    assert operation.provider.assume_role is not None
    flow = operation.provider.assume_role(role or vendor.role, "example-function run/1", context)
    # The client returns whatever a flow returns.
    return cast("RoleSession", client.run(cast("Any", flow)))


def key_of(credentials: AccessKey, account: str = "") -> Key:
    """Return temporary keys as the emulator's tests sign with them."""
    token = credentials.token or Secret("")
    return Key(
        credentials.access_key_id,
        credentials.secret.get_secret_value(),
        token.get_secret_value(),
        account=account,
    )
