"""The stores that secrets can be read from, each with its module."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from local.deployment.secret_stores.secret_store import SecretStore

MODULES: Mapping[str, str] = {
    "ssm": "local.deployment.secret_stores.tencent_ssm",
    "kms": "local.deployment.secret_stores.alibaba_kms",
    "csms": "local.deployment.secret_stores.huawei_csms",
}
"""Store -> the module with its ``STORE``."""


def load_store(name: str) -> SecretStore:
    """Return a store by its prefix; raises ``KeyError`` for an unknown one."""
    store: SecretStore = import_module(MODULES[name]).STORE
    return store
