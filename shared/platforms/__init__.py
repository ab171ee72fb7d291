"""What each platform hands in and wants back.

The context tells the platform, the outer envelope the kind of event. Where a context
is missing (a developer's machine), an event of any platform is understood.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.platforms.aws import AwsLambda
from shared.platforms.fc import FunctionCompute
from shared.platforms.functiongraph import FunctionGraph
from shared.platforms.incoming import Incoming, Platform
from shared.platforms.scf import CloudFunction
from shared.platforms.workstation import Workstation

__all__ = ["Incoming", "Platform", "recognise"]


def recognise(event: object, context: object) -> Platform:
    """Return the platform that called, told by the event's type and the context's."""
    if isinstance(event, bytes | bytearray):
        return FunctionCompute()
    if isinstance(context, Mapping):
        return CloudFunction()
    if hasattr(context, "getRequestID"):
        return FunctionGraph()
    if hasattr(context, "aws_request_id"):
        return AwsLambda()
    if hasattr(context, "request_id") and hasattr(context, "function"):
        return FunctionCompute()
    return Workstation()
