"""The interface between a deployment and a function platform.

A platform is one module that fills a :class:`Platform`. Its calls are flows, generators of
:class:`shared.models.flow.ApiCall`, as operations are: a test drives them without a network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from local.deployment.digests import sha256_digest
from local.deployment.models.alarm import AlarmService
from local.deployment.models.bucket_trigger import BucketTriggers
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_log import LogService
from local.deployment.models.function_parts import HttpUrl, Retries, Timer
from local.deployment.models.place import Place
from local.http_events import Http
from shared.models.error_code import ErrorCode
from shared.models.flow import Flow, Service
from shared.models.operation import CallContext, Provider


class HttpEntry(NamedTuple):
    """How a platform lets a function answer HTTP requests.

    Parameters
    ----------
    put_url: gives the function of that name such a URL, or changes the one that it has.
    read_url: returns the function's URL, None if there is none, or no such function.
    delete_url: takes the URL away; not an error if there is none, or no such function.
    event: returns the event in which the platform hands a request over to the function.
    permissions: what the identity that deploys needs for these calls besides
        :attr:`Platform.permissions`.
    """

    put_url: Callable[[str, HttpUrl, CallContext], Flow[None]]
    read_url: Callable[[str, CallContext], Flow[HttpUrl | None]]
    delete_url: Callable[[str, CallContext], Flow[None]]
    event: Callable[[Http], Mapping[str, Any]]
    permissions: tuple[str, ...] = ()


class HttpEvents(Protocol):
    """How a platform hands a request over to a function; :class:`HttpEntry` has the same member."""

    @property
    def event(self) -> Callable[[Http], Mapping[str, Any]]: ...


class Limits(Protocol):
    """What a description is checked against; a :class:`Platform` has the same members."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def runtime_of(self) -> Mapping[str, str]: ...
    @property
    def max_zip_bytes(self) -> int: ...
    @property
    def retries(self) -> Retries | None: ...
    @property
    def faults_of(self) -> Callable[[ManagedFunction], Iterable[tuple[str, str]]]: ...
    @property
    def digest_of(self) -> Callable[[bytes], str]: ...
    @property
    def alarms(self) -> AlarmService | None: ...
    @property
    def http(self) -> HttpEvents | None: ...
    @property
    def buckets(self) -> BucketTriggers | None: ...


class Platform(NamedTuple):
    """A function platform, as far as a deployment needs it.

    Every flow returns when the platform has finished the change, so that the next one is not
    refused; where a platform works asynchronously, the flow asks until it is done. A flow that is
    interrupted may be run again.

    Parameters
    ----------
    name: its name in the description and in bundles, e.g. ``scf``.
    title: its name for people, e.g. ``Tencent SCF``.
    provider: how its requests are signed and its responses parsed.
    service: where its requests are sent.
    runtime_of: the version of Python of a bundle, e.g. ``3.10``, to the platform's runtime.
    max_zip_bytes: the largest zip that its API takes.
    retries: what is set for functions that only timers start; None if it cannot be set.
    permissions: what the identity that deploys needs, as the provider names it.
    faults_of: returns what the platform would refuse in a function: limits, reserved names, a
        schedule that is not in its syntax. Each fault is a field of the description
        (``schedule``, ``memory_mb``, ``settings.NAME`` …) and what is wrong with it.
    read_function: returns the function of that name with its timers and its URL, None if there is
        none.
    create_function: creates a function, without its timers, from a zip.
    update_code: replaces the zip; sets the handler too, where that is done together.
    update_configuration: sets everything but code, retries and timers; a log only if one is
        named, so that another one stays.
    put_retries: sets what happens after a failed asynchronous run.
    put_timer: creates a timer, or replaces the one of that name.
    delete_timer: deletes a timer; not an error if there is none.
    delete_function: deletes a function with its timers; not an error if there is none.
    invoke: runs a function with an event, waits, and returns its result.
    places: returns where a person finds the function of that name, from the region and the name.
    error_codes: what to do about the errors of these calls; its hints replace those of the
        provider's operations.
    logs: the service that keeps the functions' logs.
    alarms: the service that raises the functions' alarms; None if deployments make none here.
    digest_of: returns the digest of a zip, of the kind that the platform reports; any kind if it
        reports none.
    http: how its functions answer HTTP requests; None if a deployment makes no URLs there.
    buckets: how buckets call its functions; None if a deployment makes no such triggers there.
    """

    name: str
    title: str
    provider: Provider
    service: Service
    runtime_of: Mapping[str, str]
    max_zip_bytes: int
    retries: Retries | None
    permissions: tuple[str, ...]
    faults_of: Callable[[ManagedFunction], Iterable[tuple[str, str]]]
    read_function: Callable[[str, CallContext], Flow[ManagedFunction | None]]
    create_function: Callable[[ManagedFunction, bytes, CallContext], Flow[None]]
    update_code: Callable[[ManagedFunction, bytes, CallContext], Flow[None]]
    update_configuration: Callable[[ManagedFunction, CallContext], Flow[None]]
    put_retries: Callable[[str, Retries, CallContext], Flow[None]]
    put_timer: Callable[[str, Timer, CallContext], Flow[None]]
    delete_timer: Callable[[str, str, CallContext], Flow[None]]
    delete_function: Callable[[str, CallContext], Flow[None]]
    invoke: Callable[[str, Mapping[str, Any], CallContext], Flow[Any]]
    places: Callable[[str, str], tuple[Place, ...]]
    error_codes: Mapping[str, ErrorCode]
    logs: LogService
    alarms: AlarmService | None = None
    digest_of: Callable[[bytes], str] = sha256_digest
    http: HttpEntry | None = None
    buckets: BucketTriggers | None = None

    def codes_of(self, service: Service) -> Mapping[str, ErrorCode]:
        """Return what to do about the errors of a service: the platform's, or its alarms'."""
        alarms = self.alarms
        if alarms is not None and service.name == alarms.service.name:
            return alarms.error_codes
        return self.error_codes
