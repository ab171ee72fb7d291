"""The differences between the platforms: events, contexts, settings and role credentials.

The context identifies the platform, the outermost envelope the trigger. Without a context, as
on a developer's machine, an event of any platform is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shared.platforms.event import Event

if TYPE_CHECKING:
    from shared.platforms.event import Platform

__all__ = ["Event", "detect_platform"]


def detect_platform(event: object, context: object) -> Platform:
    """Return the platform that invoked the function, by the types of event and context.

    Only that platform's module is imported.
    """
    if isinstance(event, bytes | bytearray) or (
        hasattr(context, "request_id") and hasattr(context, "function")
    ):
        from shared.platforms.fc import FunctionCompute

        return FunctionCompute()
    if isinstance(context, Mapping):
        from shared.platforms.scf import TencentScf

        return TencentScf()
    if hasattr(context, "getRequestID"):
        from shared.platforms.functiongraph import FunctionGraph

        return FunctionGraph()
    if hasattr(context, "aws_request_id"):
        from shared.platforms.aws import AwsLambda

        return AwsLambda()
    from shared.platforms.local_machine import LocalMachine

    return LocalMachine()
