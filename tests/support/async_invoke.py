"""Events that arrive on each of the four platforms, as the emulator's own functions see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from local import contexts
from local.emulator import Emulator, Key
from local.emulator import keys as known
from shared.invocation import Invocation
from shared.runtime import Runtime

FUNCTION = "tencent-sync-machines"
NO_CHANGES: Mapping[str, str | None] = {}


@dataclass(frozen=True)
class Platform:
    """One platform as these tests use it.

    Parameters
    ----------
    service: the emulated invoke API.
    call: plays a call of a function there.
    setting: may name another URL of the API.
    permission: what the role must be allowed.
    key: the role's.
    denial, missing: the API's codes for no right and no such function.
    largest: bytes of the largest event.
    """

    service: str
    build_call: Callable[..., contexts.Call]
    setting: str
    permission: str
    key: Key
    denial: str
    missing: str
    max_event_bytes: int

    def invocation(
        self,
        environ: Mapping[str, str],
        changed: Mapping[str, str | None] = NO_CHANGES,
        *,
        function: str = FUNCTION,
        process: Runtime | None = None,
    ) -> Invocation:
        """Return an invocation; ``changed`` are settings of the environment, None to unset."""
        given = {name: value for name, value in changed.items() if value is not None}
        call = self.build_call(function, {}, {**environ, **given}, timer=False)
        prepared = {**call.environ, **(given if self.service != "functiongraph" else {})}
        for name, value in changed.items():
            if value is None:
                prepared.pop(name, None)
        process = process or Runtime()
        return Invocation.from_event(call.event, call.context, process.with_environ(prepared))


PLATFORMS = {
    "aws": Platform(
        "lambda",
        contexts.aws,
        "AWS_ENDPOINT_URL_LAMBDA",
        "lambda:InvokeFunction",
        known.AWS_ROLE,
        "AccessDeniedException",
        "ResourceNotFoundException",
        256 * 1024,
    ),
    "fc": Platform(
        "fc",
        contexts.function_compute,
        "ALIBABA_FC_ENDPOINT_URL",
        "fc:InvokeFunction",
        known.ALIBABA_TEMPORARY,
        "AccessDenied",
        "FunctionNotFound",
        128 * 1024,
    ),
    "scf": Platform(
        "scf",
        contexts.scf,
        "TENCENT_SCF_ENDPOINT_URL",
        "scf:InvokeFunction",
        known.TENCENT_TEMPORARY,
        "UnauthorizedOperation",
        "ResourceNotFound.Function",
        128 * 1024,
    ),
    "functiongraph": Platform(
        "functiongraph",
        contexts.functiongraph,
        "HUAWEI_FUNCTIONGRAPH_ENDPOINT_URL",
        "functiongraph:function:invokeAsync",
        known.HUAWEI_TEMPORARY,
        "APIGW.0302",
        "FSS.1051",
        256 * 1024,
    ),
}

each_platform = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)


def emulator_endpoints(emulator: Emulator) -> dict[str, str]:
    """Return what a deployed function is set: the emulator's keys, no endpoint of an invoke API."""
    settings = emulator.environment(temporary=True)
    return {
        name: value
        for name, value in settings.items()
        if name not in {platform.setting for platform in PLATFORMS.values()}
    }


class RecordingTransport:
    """Stands for the transport: keeps what would be sent, and refuses to answer."""

    def __init__(self, *_network: object) -> None:
        self.sent: list[Any] = []

    def send(self, request: Any, **_bounds: float) -> Any:
        self.sent.append(request)
        msg = "nobody is asked here"
        raise AssertionError(msg)
