"""Alibaba Function Compute 3.0 as a platform of ``make deploy``: its permissions and places."""

from __future__ import annotations

from local import http_events
from local.deployment.alarms.alibaba_cms import ALARMS
from local.deployment.digests import crc64_digest
from local.deployment.fc.bucket_triggers import (
    BUCKET_RETRIES,
    NEW_OBJECTS,
    delete_bucket,
    put_bucket,
)
from local.deployment.fc.error_codes import ERROR_CODES
from local.deployment.fc.function_url import delete_url, put_url, read_url
from local.deployment.fc.functions import (
    create_function,
    delete_function,
    read_function,
    update_code,
    update_configuration,
)
from local.deployment.fc.invocation import invoke
from local.deployment.fc.limits import MAX_ZIP_BYTES, faults_of
from local.deployment.fc.logs import log_place
from local.deployment.fc.requests import FC, PROVIDER
from local.deployment.fc.retries import RETRIES, put_retries
from local.deployment.fc.timers import put_timer
from local.deployment.fc.triggers import delete_trigger
from local.deployment.models.bucket_trigger import LOST, BucketTriggers
from local.deployment.models.function_log import LogService
from local.deployment.models.place import Place
from local.deployment.models.platform import HttpEntry, Platform


def places(region: str, name: str) -> tuple[Place, ...]:
    """Return where a person finds a function, its log, its schedule and its alarm."""
    detail = f"https://fcnext.console.aliyun.com/{region}/functions/{name}"
    return (
        Place("log", f"{detail}?tab=logs"),
        Place("schedule", f"{detail}?tab=trigger"),
        Place("alarm", "https://cloudmonitor.console.aliyun.com/alert/rule"),
    )


PLATFORM = Platform(
    name="fc",
    title="Alibaba Function Compute",
    provider=PROVIDER,
    service=FC,
    runtime_of={"3.10": "python3.10"},
    max_zip_bytes=MAX_ZIP_BYTES,
    retries=RETRIES,
    permissions=(
        "fc:GetFunction",
        "fc:GetFunctionAsyncInvokeConfig",
        "fc:ListTriggers",
        "fc:CreateFunction",
        "fc:UpdateFunction",
        "fc:PutFunctionAsyncInvokeConfig",
        "fc:CreateTrigger",
        "fc:UpdateTrigger",
        "fc:DeleteTrigger",
        "fc:DeleteFunctionAsyncInvokeConfig",
        "fc:DeleteFunction",
        "fc:InvokeFunction",
        "ram:PassRole",
    ),
    faults_of=faults_of,
    read_function=read_function,
    create_function=create_function,
    update_code=update_code,
    update_configuration=update_configuration,
    put_retries=put_retries,
    put_timer=put_timer,
    delete_timer=delete_trigger,
    delete_function=delete_function,
    invoke=invoke,
    places=places,
    error_codes=ERROR_CODES,
    # A function without a logConfig has no log at all.
    logs=LogService("SLS", is_default=False, place=log_place),
    digest_of=crc64_digest,
    alarms=ALARMS,
    http=HttpEntry(put_url, read_url, delete_url, http_events.fc_event),
    buckets=BucketTriggers(
        events=NEW_OBJECTS,
        retries=BUCKET_RETRIES,
        unkept=LOST,
        put=put_bucket,
        delete=delete_bucket,
    ),
)
