"""The requests of a deployment to SCF are those of the vendor's client."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.scf.v20180416 import models
from tencentcloud.scf.v20180416.scf_client import ScfClient

from local.deployment.client import PlatformClient
from local.deployment.models.bucket_trigger import BucketTrigger
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_log import FunctionLog
from local.deployment.models.function_parts import HttpUrl, Retries, Timer
from local.deployment.scf import bucket_triggers, function_url
from local.deployment.scf.platform import PLATFORM
from shared.models.flow import Flow
from shared.models.operation import CallContext
from shared.models.secret import Secret
from shared.runtime import Runtime
from tests.support.deployer import zip_with
from tests.support.wire import DIFFERENCES, differences, problems, recording_server

KEY_ID, SECRET = "AKexampleid", "exampleSecret"
NAME = "tencent-sync-machines"
ZIP = zip_with("code")
ENCODED = b64encode(ZIP).decode()
FUNCTION = ManagedFunction(
    name=NAME,
    runtime="Python3.10",
    handler="sync_machines.handler",
    memory_mb=256,
    timeout_seconds=60,
    environment={"LOG_LEVEL": Secret("INFO")},
    role="cloud-sync-cwp",
    description="Synchronize",
)
TIMER = Timer("cloud-sync", "0 10 2 * * * *", '{"sync": true}')
VARIABLES = {"Variables": [{"Key": "LOG_LEVEL", "Value": "INFO"}]}
CONFIGURATION = {
    "FunctionName": NAME,
    "Description": "Synchronize",
    "MemorySize": 256,
    "Timeout": 60,
    "Environment": VARIABLES,
    "Role": "cloud-sync-cwp",
}
LOGSET, TOPIC = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
LOGGED = FUNCTION._replace(log=FunctionLog(LOGSET, TOPIC))
LOG = {"ClsLogsetId": LOGSET, "ClsTopicId": TOPIC}
DOMAIN = "photos-1250000000.cos.ap-guangzhou.myqcloud.com"
BUCKET = BucketTrigger("photos-1250000000", ("cos:ObjectCreated:*",), prefix="2026/")
OLD_BUCKET = BUCKET._replace(prefix="2025/", name=DOMAIN)


def bucket_description(prefix: str) -> str:
    """Return a bucket's ``TriggerDesc``."""
    keys = {"Prefix": prefix, "Suffix": ""}
    return json.dumps({"event": "cos:ObjectCreated:*", "filter": keys})


BUCKET_TRIGGER = {
    "FunctionName": NAME,
    "TriggerName": DOMAIN,
    "Type": "cos",
    "Qualifier": "$LATEST",
}
URL = HttpUrl(authorized=False)


def description(auth: str) -> str:
    """Return a function URL's ``TriggerDesc``."""
    net = {"EnableIntranet": False, "EnableExtranet": True}
    return json.dumps({"AuthType": auth, "NetConfig": net})


FUNCTION_URL = {
    "FunctionName": NAME,
    "TriggerName": "url",
    "Type": "http",
    "Qualifier": "$LATEST",
    "Enable": "OPEN",
}
LIST = ("ListTriggers", {"FunctionName": NAME, "Limit": 100})
LOOK = ("GetFunction", {"FunctionName": NAME, "ShowCode": "FALSE"})

Calls = list[tuple[str, Mapping[str, Any]]]

CONTEXT = CallContext("ap-guangzhou", None, "direct", Runtime().clock.now())

CASES: Mapping[str, tuple[Flow[Any], Calls]] = {
    "read": (
        PLATFORM.read_function(NAME, CONTEXT),
        [
            LOOK,
            ("GetFunctionEventInvokeConfig", {"FunctionName": NAME}),
            ("ListTriggers", {"FunctionName": NAME, "Limit": 100}),
        ],
    ),
    "create": (
        PLATFORM.create_function(FUNCTION, ZIP, CONTEXT),
        [
            (
                "CreateFunction",
                {
                    **CONFIGURATION,
                    "Code": {"ZipFile": ENCODED},
                    "Handler": "sync_machines.handler",
                    "Runtime": "Python3.10",
                    "Type": "Event",
                },
            ),
            LOOK,
        ],
    ),
    "create with a log": (
        PLATFORM.create_function(LOGGED, ZIP, CONTEXT),
        [
            (
                "CreateFunction",
                {
                    **CONFIGURATION,
                    **LOG,
                    "Code": {"ZipFile": ENCODED},
                    "Handler": "sync_machines.handler",
                    "Runtime": "Python3.10",
                    "Type": "Event",
                },
            ),
            LOOK,
        ],
    ),
    "another log": (
        PLATFORM.update_configuration(LOGGED, CONTEXT),
        [("UpdateFunctionConfiguration", {**CONFIGURATION, **LOG}), LOOK],
    ),
    "update the code": (
        PLATFORM.update_code(FUNCTION, ZIP, CONTEXT),
        [
            (
                "UpdateFunctionCode",
                {
                    "FunctionName": NAME,
                    "Handler": "sync_machines.handler",
                    "ZipFile": ENCODED,
                    "CodeSource": "ZipFile",
                },
            ),
            LOOK,
        ],
    ),
    "update the configuration": (
        PLATFORM.update_configuration(FUNCTION, CONTEXT),
        [("UpdateFunctionConfiguration", CONFIGURATION), LOOK],
    ),
    "retries": (
        PLATFORM.put_retries(NAME, Retries(0, 3600), CONTEXT),
        [
            (
                "UpdateFunctionEventInvokeConfig",
                {
                    "FunctionName": NAME,
                    "AsyncTriggerConfig": {"RetryConfig": [{"RetryNum": 0}], "MsgTTL": 3600},
                },
            ),
            LOOK,
        ],
    ),
    "timer": (
        PLATFORM.put_timer(NAME, TIMER, CONTEXT),
        [
            (
                "CreateTrigger",
                {
                    "FunctionName": NAME,
                    "TriggerName": "cloud-sync",
                    "Type": "timer",
                    "TriggerDesc": "0 10 2 * * * *",
                    "Qualifier": "$LATEST",
                    "Enable": "OPEN",
                    "CustomArgument": '{"sync": true}',
                },
            )
        ],
    ),
    "delete the timer": (
        PLATFORM.delete_timer(NAME, "cloud-sync", CONTEXT),
        [
            (
                "DeleteTrigger",
                {
                    "FunctionName": NAME,
                    "TriggerName": "cloud-sync",
                    "Type": "timer",
                    "Qualifier": "$LATEST",
                },
            )
        ],
    ),
    "bucket": (
        bucket_triggers.put_bucket(NAME, BUCKET, None, CONTEXT),
        [
            LIST,
            (
                "CreateTrigger",
                {**BUCKET_TRIGGER, "TriggerDesc": bucket_description("2026/"), "Enable": "OPEN"},
            ),
        ],
    ),
    "another bucket": (
        bucket_triggers.put_bucket(NAME, BUCKET, OLD_BUCKET, CONTEXT),
        [
            LIST,
            ("DeleteTrigger", {**BUCKET_TRIGGER, "TriggerDesc": bucket_description("2025/")}),
            (
                "CreateTrigger",
                {**BUCKET_TRIGGER, "TriggerDesc": bucket_description("2026/"), "Enable": "OPEN"},
            ),
        ],
    ),
    "delete the bucket": (
        bucket_triggers.delete_bucket(NAME, OLD_BUCKET, CONTEXT),
        [("DeleteTrigger", {**BUCKET_TRIGGER, "TriggerDesc": bucket_description("2025/")})],
    ),
    "URL": (
        function_url.put_url(NAME, URL, CONTEXT),
        [
            LIST,
            (
                "CreateTrigger",
                {**FUNCTION_URL, "TriggerName": "cloud-sync", "TriggerDesc": description("NONE")},
            ),
        ],
    ),
    "another URL": (
        function_url.put_url(NAME, URL._replace(authorized=True), CONTEXT),
        [LIST, ("UpdateTrigger", {**FUNCTION_URL, "TriggerDesc": description("CAM")})],
    ),
    "delete the URL": (
        function_url.delete_url(NAME, CONTEXT),
        [
            LIST,
            (
                "DeleteTrigger",
                {
                    "FunctionName": NAME,
                    "TriggerName": "url",
                    "Type": "http",
                    "Qualifier": "$LATEST",
                },
            ),
        ],
    ),
    "run": (
        PLATFORM.invoke(NAME, {"dry_run": True}, CONTEXT),
        [
            (
                "Invoke",
                {
                    "FunctionName": NAME,
                    "InvocationType": "RequestResponse",
                    "ClientContext": '{"dry_run": true}',
                },
            )
        ],
    ),
}
ANSWER: Mapping[str, Any] = {
    "Status": "Active",
    "Result": {"RetMsg": "{}", "ErrMsg": ""},
    "RequestId": "r",
}
HAVE_URL = ("another URL", "delete the URL")
"""The cases in which the function has a URL."""


def answer_in(case: str) -> Mapping[str, object]:
    """Return the answer to each request of a case."""
    url = {name: value for name, value in FUNCTION_URL.items() if name != "FunctionName"}
    there = [{**url, "Enable": 1, "TriggerDesc": description("NONE")}] if case in HAVE_URL else []
    if case == "another bucket":
        bucket = {name: value for name, value in BUCKET_TRIGGER.items() if name != "FunctionName"}
        there = [{**bucket, "Enable": 1, "TriggerDesc": bucket_description("2025/")}]
    return {"Response": {**ANSWER, "Triggers": there}}


def by_the_client(endpoint: str, calls: Calls) -> None:
    """Send the calls with the vendor's client."""
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=endpoint, protocol="http"))
    client = ScfClient(Credential(KEY_ID, SECRET), "ap-guangzhou", profile)
    for action, parameters in calls:
        request = getattr(models, f"{action}Request")()
        request._deserialize(dict(parameters))
        getattr(client, action)(request)


@pytest.mark.parametrize("case", CASES)
def test_requests_differ_from_the_sdks_only_as_listed(case: str, tmp_path: Path) -> None:
    flow, calls = CASES[case]
    with recording_server(lambda _path: answer_in(case)) as (endpoint, received):
        by_the_client(endpoint, calls)
        theirs = list(received)
        received.clear()
        environ = {
            "TENCENTCLOUD_SECRET_ID": KEY_ID,
            "TENCENTCLOUD_SECRET_KEY": SECRET,
            "TENCENT_SCF_ENDPOINT_URL": f"http://{endpoint}",
        }
        process = Runtime(environ=environ, home=tmp_path)
        PlatformClient(PLATFORM, "ap-guangzhou", None, process).run(flow)

    assert len(theirs) == len(received) == len(calls)
    for one, other in zip(theirs, received, strict=True):
        assert problems(differences(one, other), DIFFERENCES["tencent"]) == []
