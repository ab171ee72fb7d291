"""The storage keys that a start lends to OMS: which belong together, and where they come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from functions.huawei.oms_tasks import ALL_STOPPED, UNLISTED, read_tasks
from shared.errors import Misconfigured
from shared.models.flow import GetSetting
from shared.models.operation import GetSecret
from shared.models.patterns import STORAGE_KEY
from shared.models.secret import Secret

if TYPE_CHECKING:
    from functions.huawei.models import StartSyncTaskParams as Params

KEY_PAIRS = (("src_ak", "src_sk"), ("dst_ak", "dst_sk"))
CDN_KEY = "source_cdn_authentication_key"
CRYPTO_FIELDS = (
    "src_crypto_type",
    "src_kms_key_id",
    "dst_crypto_type",
    "dst_kms_key_id",
    "source_cdn_crypto_type",
    "source_cdn_kms_key_id",
)


def key_errors(raw: Mapping[str, object]) -> Iterable[str]:
    """Yield an error for keys that do not belong together, or not to the task."""
    for access, secret in KEY_PAIRS:
        if (access in raw) != (secret in raw):
            there, missing = (access, secret) if access in raw else (secret, access)
            yield f"{missing}: is required with {there}"
    if raw.get("source_keys") == "none" and ("src_ak" in raw or "src_sk" in raw):
        yield "source_keys: none cannot be combined with src_ak and src_sk"
    if raw.get("sync_task_id") == ALL_STOPPED:
        for name in ("src_ak", "src_sk", "dst_ak", "dst_sk", CDN_KEY, "source_keys"):
            if name in raw:
                yield f"{name}: each stopped task has its own; set it in OMS_TASKS"


def with_storage_keys(params: Params, read_secret: GetSecret, read_setting: GetSetting) -> Params:
    """Return the parameters with storage keys from the settings where the event has none.

    Both halves of a pair come from the same source. A dry run needs no keys.

    Raises
    ------
    Misconfigured: a pair is incomplete, or missing and required; or OMS would refuse a key.
    """
    task = read_tasks(read_setting).get(params.sync_task_id, UNLISTED)
    found: dict[str, Secret] = {}
    missing: list[str] = []
    wrong: list[str] = []
    for access, secret in KEY_PAIRS:
        if getattr(params, access) is not None:
            continue
        if access == "src_ak" and params.source_keys == "none":
            continue
        for name in (access, secret):
            value = read_secret(task.setting(name))
            if value is None:
                missing.append(name)
            elif not re.fullmatch(STORAGE_KEY, value.get_secret_value()):
                wrong.append(task.setting(name))
            else:
                found[name] = value
    if wrong:
        raise Misconfigured(
            f"storage keys with a character that OMS refuses: {', '.join(wrong)}",
            code="BadStorageKeys",
            hint=f"Set {' and '.join(wrong)} without <, >, &, ', \" and \\.",
        )
    if params.dry_run:
        found |= {name: Secret("{" + name + "}") for name in missing}
    elif missing:
        unset = [task.setting(name) for name in missing]
        raise Misconfigured(
            f"incomplete storage keys: {', '.join(unset)} not set",
            code="StorageKeysMissing",
            hint=f"Set {' and '.join(unset)}, or pass the keys in the event; for a URL-list task "
            'set source_keys to "none" instead of source keys.',
        )
    cdn = params.source_cdn_authentication_key or read_secret(task.setting(CDN_KEY))
    return params.model_copy(update={"source_cdn_authentication_key": cdn or None, **found})


def keys_in_body(params: Params) -> dict[str, object]:
    """Return a start's body: the keys and how they are encrypted, as documented, without nulls."""
    names = ("src_ak", "src_sk", "dst_ak", "dst_sk", CDN_KEY, *CRYPTO_FIELDS)
    values = ((name, getattr(params, name)) for name in names)
    return {name: value for name, value in values if value is not None}
