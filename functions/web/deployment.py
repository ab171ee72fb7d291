"""Which deployment answers, so that production and test can be distinguished."""

from __future__ import annotations

from shared.invocation import Invocation

MAX_LABEL_LENGTH = 60


def deployment(invocation: Invocation) -> dict[str, str | None]:
    """Return the deployment's label, platform and region, None for what is not known.

    Parameters
    ----------
    invocation: the request's; the label is the setting ``CONSOLE_LABEL``.
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
