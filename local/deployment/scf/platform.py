"""Tencent SCF, as ``make deploy`` uses it."""

from __future__ import annotations

from functions.tencent.provider import TENCENT
from local import http_events
from local.deployment.alarms.tencent_monitor import ALARMS
from local.deployment.models.bucket_trigger import BucketTriggers
from local.deployment.models.function_log import LogService
from local.deployment.models.place import Place
from local.deployment.models.platform import HttpEntry, Platform
from local.deployment.scf.bucket_triggers import BUCKET_RETRIES, delete_bucket, put_bucket
from local.deployment.scf.calls import SCF
from local.deployment.scf.error_codes import ERROR_CODES
from local.deployment.scf.function_url import delete_url, put_url, read_url
from local.deployment.scf.functions import (
    create_function,
    delete_function,
    read_function,
    update_code,
    update_configuration,
)
from local.deployment.scf.invocation import invoke
from local.deployment.scf.limits import MAX_ZIP_BYTES, faults_of
from local.deployment.scf.logs import log_place
from local.deployment.scf.retries import RETRIES, put_retries
from local.deployment.scf.timers import delete_timer, put_timer


def places(region: str, name: str) -> tuple[Place, ...]:
    """Return where a person finds a function, its log, its schedule and its alarm."""
    base = f"https://console.cloud.tencent.com/scf/list-detail?rid={region}&ns=default&id={name}"
    return (
        Place("log", f"{base}&tab=log"),
        Place("schedule", f"{base}&tab=trigger"),
        Place("alarm", "https://console.cloud.tencent.com/monitor/alarm2/policy/create"),
    )


PLATFORM = Platform(
    name="scf",
    title="Tencent SCF",
    provider=TENCENT,
    service=SCF,
    runtime_of={"3.10": "Python3.10"},
    max_zip_bytes=MAX_ZIP_BYTES,
    retries=RETRIES,
    permissions=(
        "scf:GetFunction",
        "scf:ListTriggers",
        "scf:GetFunctionEventInvokeConfig",
        "scf:CreateFunction",
        "scf:UpdateFunctionCode",
        "scf:UpdateFunctionConfiguration",
        "scf:UpdateFunctionEventInvokeConfig",
        "scf:CreateTrigger",
        "scf:UpdateTrigger",
        "scf:DeleteTrigger",
        "scf:DeleteFunction",
        "scf:InvokeFunction",
        "cam:PassRole",
    ),
    faults_of=faults_of,
    read_function=read_function,
    create_function=create_function,
    update_code=update_code,
    update_configuration=update_configuration,
    put_retries=put_retries,
    put_timer=put_timer,
    delete_timer=delete_timer,
    delete_function=delete_function,
    invoke=invoke,
    places=places,
    error_codes=ERROR_CODES,
    # SCF makes a topic of its own for functions that name none:
    # <https://www.tencentcloud.com/zh/document/product/583/39328>.
    logs=LogService("CLS", is_default=True, place=log_place),
    alarms=ALARMS,
    http=HttpEntry(put_url, read_url, delete_url, http_events.scf),
    buckets=BucketTriggers(
        events=("cos:ObjectCreated:*",),
        retries=BUCKET_RETRIES,
        unkept="then it goes to the dead-letter queue that the function has in the console, if any",
        put=put_bucket,
        delete=delete_bucket,
    ),
)
