"""The access keys of an emulated provider: permanent, temporary, expired."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Key:
    """An access key pair, or a ready token, of an emulated account.

    Parameters
    ----------
    access_key_id, secret: the pair; the emulator compares signatures, so it must know both.
    token: the security token that must come along, None for a permanent pair.
    expires_at: when the token ends, in seconds since 1970; None for never.
    account: whose it is; state that belongs to an account is kept by this name.
    """

    access_key_id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    expires_at: float | None = None
    account: str = "default"


class KeyRing:
    """The keys of one provider, by ID."""

    def __init__(self, *keys: Key) -> None:
        self._lock = threading.Lock()
        self._keys = {key.access_key_id: key for key in keys}

    def add(self, key: Key) -> None:
        """Add a key, or replace the one with the same ID."""
        with self._lock:
            self._keys[key.access_key_id] = key

    def remove(self, access_key_id: str) -> None:
        """Delete a key."""
        with self._lock:
            self._keys.pop(access_key_id, None)

    def find(self, access_key_id: str) -> Key | None:
        """Return the key with that ID, None if there is none."""
        return self._keys.get(access_key_id)


class NonceMemory:
    """The used nonces, each kept for as long as a signature with it is valid.

    Parameters
    ----------
    seconds: how long one is remembered.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._used: dict[str, float] = {}

    def use(self, nonce: str, now: float) -> bool:
        """Record a nonce; return whether it is new."""
        with self._lock:
            if len(self._used) > 50_000:
                limit = now - self._seconds
                self._used = {name: when for name, when in self._used.items() if when > limit}
            if now - self._used.get(nonce, float("-inf")) < self._seconds:
                return False
            self._used[nonce] = now
            return True


AWS_ROLE = Key("ASIAexampleid", "exampleAwsRoleSecret", "exampleAwsRoleToken")
AWS_EXPIRED = Key("ASIAexampleold", "exampleAwsOld", "exampleAwsOldToken", 1.0)
ALIBABA = Key("LTAIexampleid", "exampleAlibabaSecret")
ALIBABA_TEMPORARY = Key("STS.exampleid", "exampleAlibabaTemporary", "exampleAlibabaToken")
ALIBABA_EXPIRED = Key("STS.exampleold", "exampleAlibabaOld", "exampleAlibabaOldToken", 1.0)
TENCENT = Key("AKIDexampleid", "exampleTencentSecret")
TENCENT_TEMPORARY = Key("AKIDexampletemporary", "exampleTencentTemporary", "exampleTencentToken")
TENCENT_EXPIRED = Key("AKIDexampleold", "exampleTencentOld", "exampleTencentOldToken", 1.0)
HUAWEI = Key("HWAKexampleid", "exampleHuaweiSecret")
HUAWEI_TEMPORARY = Key("HWSTexampleid", "exampleHuaweiTemporary", "exampleHuaweiToken")
HUAWEI_EXPIRED = Key("HWSTexampleold", "exampleHuaweiOld", "exampleHuaweiOldToken", 1.0)
HUAWEI_AUTH_TOKEN = "exampleHuaweiAuthToken"  # noqa: S105 - visibly a fake
