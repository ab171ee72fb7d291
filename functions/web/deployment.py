"""Describes this deployment, so that people can tell production from test."""

from __future__ import annotations

from shared.invocation import Invocation

MAX_LABEL_LENGTH = 60


def deployment(invocation: Invocation) -> dict[str, str | None]:
    """Return the deployment's label, platform and region, each None if unknown.

    Parameters
    ----------
    invocation: the request's invocation; the label is its setting ``CONSOLE_LABEL``.
    """
    settings, platform = invocation.settings, invocation.platform
    on_platform = invocation.on_platform
    region = platform.region(invocation.context, settings)
    if platform.name == "AWS Lambda":
        region = settings.get("AWS_REGION")
    label = settings.get("CONSOLE_LABEL")
    return {
        "label": label[:MAX_LABEL_LENGTH] if label else None,
        "platform": platform.name if on_platform else None,
        "region": region if on_platform else None,
    }
