"""What AWS Lambda takes: memory, variables, schedules and the size of the code.

Source: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html> and
<https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from local.deployment.cloudformation.function_url import FunctionUrlEvents
from local.deployment.cloudformation.schedule import longest_gap
from local.deployment.digests import sha256_digest
from local.deployment.marker import own_timer
from local.deployment.models.alarm import AlarmService
from local.deployment.models.bucket_trigger import BucketTriggers
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_parts import Retries
from local.deployment.models.platform import HttpEvents

MAX_UNPACKED_BYTES = 250 * 1024 * 1024
MIN_MEMORY_MB = 128
MAX_ENVIRONMENT_BYTES = 4096
MAX_VALUE_CHARACTERS = 4096
"""The longest value of a parameter of a stack."""
MAX_NAME = 64

RESERVED = re.compile(
    r"AWS_(REGION|DEFAULT_REGION|EXECUTION_ENV|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)"
    r"|AWS_LAMBDA_.*|LAMBDA_(TASK_ROOT|RUNTIME_DIR)"
)
REFERENCE = "{{resolve:"


class LambdaLimits(NamedTuple):
    """What a description is checked against, as :class:`local.deployment.models.platform.Limits`.

    Alarms and URLs are part of the stack, and so need no calls here.
    """

    name: str = "lambda"
    title: str = "AWS Lambda"
    runtime_of: Mapping[str, str] = {"3.13": "python3.13"}
    max_zip_bytes: int = MAX_UNPACKED_BYTES
    retries: Retries | None = None
    digest_of: Callable[[bytes], str] = sha256_digest
    alarms: AlarmService | None = None
    http: HttpEvents | None = FunctionUrlEvents()
    buckets: BucketTriggers | None = None

    def faults_of(self, function: ManagedFunction) -> Iterable[tuple[str, str]]:
        """Return what Lambda or the scheduler would refuse."""
        if len(function.name) > MAX_NAME:
            yield "name_prefix", f"{function.name} is longer than {MAX_NAME} characters"
        if function.url is not None and function.url.group:
            yield "api_group", "a function URL belongs to no group: leave it out"
        if function.memory_mb < MIN_MEMORY_MB:
            yield "memory_mb", f"Lambda has {MIN_MEMORY_MB} to 10,240 MB"
        for name in function.environment:
            if RESERVED.fullmatch(name):
                yield f"settings.{name}", "is set by Lambda itself"
        yield from environment_faults(function)
        timer = own_timer(function)
        if timer is not None:
            try:
                longest_gap(timer.cron)
            except ValueError as error:
                yield "schedule", str(error)


def environment_faults(function: ManagedFunction) -> Iterable[tuple[str, str]]:
    """Return whether the environment is too large; the value of a reference is not known."""
    known = {name: each.get_secret_value() for name, each in function.environment.items()}
    known = {name: "" if REFERENCE in text else text for name, text in known.items()}
    size = sum(len(f"{name}{text}".encode()) for name, text in known.items())
    if size > MAX_ENVIRONMENT_BYTES:
        most = f"{MAX_ENVIRONMENT_BYTES:,}"
        yield "settings", f"all of them have {size:,} bytes, and Lambda takes {most}"


def unpacked_size(zip_bytes: bytes) -> int:
    """Return how many bytes the files of a zip have, 0 for what is no zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(zip_bytes)) as archive:
            return sum(each.file_size for each in archive.infolist())
    except zipfile.BadZipFile:
        return 0


LIMITS = LambdaLimits()
