"""The interface between a deployment and a store of secrets.

A store is one module that fills a :class:`SecretStore`. Its calls are a flow, as a platform's are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from local.deployment.secret_stores.stored_secret import StoredSecret
from shared.models.error_code import ErrorCode
from shared.models.flow import Flow, Service
from shared.models.operation import CallContext, Provider
from shared.models.secret import Secret


class StoredValue(NamedTuple):
    """What a store has for a secret.

    Parameters
    ----------
    text: the value.
    version: the version that it is of, as the store names it.
    """

    text: Secret
    version: str


class SecretStore(NamedTuple):
    """A store of secrets, as far as a deployment needs it.

    Parameters
    ----------
    name: its prefix in the description, e.g. ``ssm``.
    title: its name for people.
    provider: how its requests are signed and its responses parsed.
    service: where its requests are sent.
    permissions: what the identity that deploys needs, as the provider names it.
    policy: the policy file that has them.
    read: returns a secret's whole value; raises ``Conflict`` for one that is not text.
    error_codes: what to do about the errors of these calls.
    forbidden_hint: what to do about a refusal whose code is not among them.
    """

    name: str
    title: str
    provider: Provider
    service: Service
    permissions: tuple[str, ...]
    policy: str
    read: Callable[[StoredSecret, CallContext], Flow[StoredValue]]
    error_codes: Mapping[str, ErrorCode]
    forbidden_hint: str

    def codes_of(self, _service: Service) -> Mapping[str, ErrorCode]:
        """Return what to do about the errors of a service that its flow calls."""
        return self.error_codes
