"""How long one signature takes, ours and the vendor's, in one process, in turns.

``python signing.py acs3|tc3|sdk-hmac REPEATS`` prints on standard error the fastest of both in
microseconds, as JSON. The request is the operation's own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from timeit import timeit
from types import SimpleNamespace
from typing import Any

from shared.models.credentials import AccessKey
from shared.models.http import Request
from shared.models.secret import Secret

EACH = 200
NOW = datetime(2026, 11, 21, 20, 24, 29, tzinfo=timezone.utc)
NONCE = "d0d763671ca009adb8de09b9a34871d9"
KEYS = AccessKey("AKexampleid", Secret("exampleSecret"))

Pair = tuple[Callable[[], Any], Callable[[], Any]]


def acs3() -> Pair:
    """Return EDAS's request signed by us, and by Alibaba's SDK, step by step as its client does."""
    from alibabacloud_tea_openapi.utils import Utils

    from shared.signing import acs3 as scheme

    headers = {
        "x-acs-action": "SynchronizeResource",
        "x-acs-version": "2017-08-01",
        "accept": "application/json",
    }
    request = Request(
        "GET",
        "https://edas.cn-hangzhou.aliyuncs.com",
        "/pop/v5/resource/pop_sync_resource",
        (("Type", "all"),),
        headers,
    )
    algorithm = "ACS3-HMAC-SHA256"

    def sdk() -> Any:
        full = headers | {
            "host": request.host,
            "x-acs-date": Utils.get_timestamp(),
            "x-acs-signature-nonce": NONCE,
        }
        digest = Utils.hash(b"", algorithm).hex()
        full["x-acs-content-sha256"] = digest
        theirs = SimpleNamespace(
            method=request.method, pathname=request.path, query=dict(request.query), headers=full
        )
        full["Authorization"] = Utils.get_authorization(
            theirs, algorithm, digest, "AKexampleid", "exampleSecret"
        )
        return full

    return (lambda: scheme.sign(request, KEYS, now=NOW, nonce=NONCE)), sdk


def tc3() -> Pair:
    """Return CWP's request signed by us, and by Tencent's SDK: its function that does it all."""
    from tencentcloud.common.abstract_client import AbstractClient
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.http.request import RequestInternal

    from shared.signing import tc3 as scheme

    host = "cwp.tencentcloudapi.com"
    headers = {
        "X-TC-Action": "SyncMachines",
        "X-TC-Version": "2018-02-28",
        "X-TC-Region": "ap-guangzhou",
        "Content-Type": "application/json",
    }
    request = Request("POST", f"https://{host}", "/", (), headers, b'{"Sync":true}')
    client = AbstractClient(Credential("AKexampleid", "exampleSecret"), "ap-guangzhou")
    client.profile.httpProfile.endpoint = host
    client._service = "cwp"  # noqa: SLF001 - a generated client sets these two
    client._apiVersion = "2018-02-28"  # noqa: SLF001

    def sdk() -> Any:
        theirs = RequestInternal(host, "POST", "/")
        client._build_req_with_tc3_signature(  # noqa: SLF001 - the SDK has no public one
            "SyncMachines", {"Sync": True}, theirs
        )
        return theirs

    return (lambda: scheme.sign(request, KEYS, now=NOW, service="cwp")), sdk


def sdk_hmac() -> Pair:
    """Return ModelArts' request signed by us, and by Huawei's SDK."""
    from huaweicloudsdkcore.sdk_request import SdkRequest
    from huaweicloudsdkcore.signer.signer import Signer

    from shared.signing import sdk_hmac as scheme

    project = "0000000000000000000000000000aa01"
    headers = {"X-Project-Id": project, "Content-Type": "application/json"}
    request = Request(
        "PUT",
        "https://modelarts.cn-north-4.myhuaweicloud.com",
        f"/v1/{project}/dev-servers/sync",
        (("limit", "1000"), ("offset", "0")),
        headers,
    )
    signer = Signer(SimpleNamespace(ak="AKexampleid", sk="exampleSecret"))

    def sdk() -> Any:
        return signer.sign(
            SdkRequest(
                method=request.method,
                host="modelarts.cn-north-4.myhuaweicloud.com",
                resource_path=request.path,
                query_params=list(request.query),
                header_params=headers | {"X-Sdk-Date": "20261121T202429Z"},
                body="",
            )
        )

    return (lambda: scheme.sign(request, KEYS, now=NOW)), sdk


SCHEMES = {"acs3": acs3, "tc3": tc3, "sdk-hmac": sdk_hmac}


def fastest(pair: Pair, repeats: int) -> dict[str, float]:
    """Return the fastest of both, in turns, microseconds a signature."""
    best = [float("inf"), float("inf")]
    for _ in range(repeats):
        for index, sign in enumerate(pair):
            best[index] = min(best[index], timeit(sign, number=EACH) / EACH * 1e6)
    return {"ours": best[0], "sdk": best[1]}


if __name__ == "__main__":
    scheme, repeats = sys.argv[1], int(sys.argv[2])
    sys.stderr.write(json.dumps(fastest(SCHEMES[scheme](), repeats)) + "\n")
