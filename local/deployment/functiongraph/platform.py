"""Huawei FunctionGraph, as ``make deploy`` uses it."""

from __future__ import annotations

from local import http_events
from local.deployment.alarms.huawei_ces import ALARMS
from local.deployment.functiongraph.bucket_triggers import BUCKET_RETRIES, delete_bucket, put_bucket
from local.deployment.functiongraph.calls import PACKAGE
from local.deployment.functiongraph.error_codes import ERROR_CODES
from local.deployment.functiongraph.function_url import delete_url, put_url, read_url
from local.deployment.functiongraph.functions import (
    create_function,
    delete_function,
    read_function,
    update_code,
    update_configuration,
)
from local.deployment.functiongraph.invocation import invoke
from local.deployment.functiongraph.limits import MAX_ZIP_BYTES, faults_of
from local.deployment.functiongraph.logs import log_place
from local.deployment.functiongraph.requests import FUNCTIONGRAPH, PROVIDER
from local.deployment.functiongraph.retries import RETRIES, put_retries
from local.deployment.functiongraph.timers import delete_timer, put_timer
from local.deployment.models.bucket_trigger import LOST, BucketTriggers
from local.deployment.models.function_log import LogService
from local.deployment.models.place import Place
from local.deployment.models.platform import HttpEntry, Platform


def places(region: str, name: str) -> tuple[Place, ...]:
    """Return where a person finds a function, its log, its schedule and its alarm."""
    console = "https://console.huaweicloud.com"
    detail = f"{console}/functiongraph/?region={region}#/serverless/functionDetail/{PACKAGE}/{name}"
    return (
        Place("log", f"{detail}?tab=monitor"),
        Place("schedule", f"{detail}?tab=trigger"),
        Place("alarm", f"{console}/ces/?region={region}#/alarms/alarmRules"),
    )


PLATFORM = Platform(
    name="functiongraph",
    title="Huawei FunctionGraph",
    provider=PROVIDER,
    service=FUNCTIONGRAPH,
    runtime_of={"3.10": "Python3.10"},
    max_zip_bytes=MAX_ZIP_BYTES,
    retries=RETRIES,
    permissions=(
        "functiongraph:function:create",
        "functiongraph:function:delete",
        "functiongraph:function:getConfig",
        "functiongraph:function:invoke",
        "functiongraph:function:updateCode",
        "functiongraph:function:updateConfig",
        "functiongraph:trigger:create",
        "functiongraph:trigger:delete",
        "functiongraph:trigger:list",
        "functiongraph:trigger:update",
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
    # FunctionGraph makes a log stream for functions that name none.
    logs=LogService("LTS", is_default=True, place=log_place),
    alarms=ALARMS,
    http=HttpEntry(put_url, read_url, delete_url, http_events.functiongraph),
    buckets=BucketTriggers(
        events=("ObjectCreated",),
        retries=BUCKET_RETRIES,
        unkept=LOST,
        put=put_bucket,
        delete=delete_bucket,
    ),
)
