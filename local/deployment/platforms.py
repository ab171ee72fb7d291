"""The platforms that can be deployed to, each with its module."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from local.deployment.models.platform import Platform

MODULES: Mapping[str, str] = {
    "scf": "local.deployment.scf.platform",
    "functiongraph": "local.deployment.functiongraph.platform",
    "fc": "local.deployment.fc.platform",
}
"""Platform -> the module with its ``PLATFORM``."""

STACKS = "lambda"
"""AWS Lambda, where CloudFormation makes all functions of a deployment as one stack."""


def load_platform(name: str) -> Platform:
    """Return a platform by its name; raises ``KeyError`` for an unknown one."""
    platform: Platform = import_module(MODULES[name]).PLATFORM
    return platform
