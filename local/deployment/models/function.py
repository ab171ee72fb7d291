"""A function as a deployment wants it, or as a platform has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from local.deployment.models.alarm import Alarm
from local.deployment.models.bucket_trigger import BucketTrigger
from local.deployment.models.function_log import FunctionLog
from local.deployment.models.function_parts import HttpUrl, Retries, Timer
from shared.models.secret import Secret


class ManagedFunction(NamedTuple):
    """A function as a deployment wants it, or as a platform has it.

    Parameters
    ----------
    name: the function's name.
    runtime: the platform's name for the runtime, e.g. ``Python3.10``.
    handler: the entry, e.g. ``sync_machines.handler``.
    memory_mb, timeout_seconds: its limits.
    environment: the settings by name, the deployment's own marker included; all of them wrapped,
        since some of them are secrets.
    role: the name of the role that the function runs as; None for none.
    description: one sentence for people.
    code_digest: the zip's digest as :attr:`Platform.digest_of` returns it; None if the platform
        does not report it.
    code_size: bytes of the zip; None if the platform does not report it.
    retries: see :class:`Retries`; None if the platform does not report them, or has none.
    timers: its timers, in the order of their names; other triggers are left alone.
    id: the platform's own identifier, if it has one; not compared.
    hides_secrets: whether the platform does not show the settings that may be secrets; their
        values are empty here then.
    buckets: the buckets that call it.
    url: the URL at which it answers HTTP requests; None for none.
    problem: what the platform says about a creation or an update that failed; such a function is
        deleted and created again.
    alarms: its alarms, in the order of ``alarm.KINDS``; None if they were not read, or none are
        wanted.
    log: where its log is kept; None if it has none, or, of a function that is wanted, if whatever
        log it has is to stay.
    """

    name: str
    runtime: str
    handler: str
    memory_mb: int
    timeout_seconds: int
    environment: Mapping[str, Secret]
    role: str | None
    description: str
    code_digest: str | None = None
    code_size: int | None = None
    retries: Retries | None = None
    timers: tuple[Timer, ...] = ()
    url: HttpUrl | None = None
    id: str = ""
    problem: str = ""
    hides_secrets: bool = False
    alarms: tuple[Alarm, ...] | None = None
    log: FunctionLog | None = None
    buckets: tuple[BucketTrigger, ...] = ()
