"""Each role is assumed with the request of the vendor's SDK, but for listed differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

import pytest

from functions.registry import load
from shared.client.api_client import ApiClient
from shared.invocation import Invocation
from shared.models.credentials import AccessKey, Anonymous, Credentials
from shared.models.operation import CallContext
from shared.models.role import OidcIdentity, Role
from shared.models.secret import Secret
from shared.runtime import Runtime
from tests.support.assumed_roles import (
    ALIBABA_ROLE,
    HUAWEI_ACCOUNT,
    HUAWEI_ROLE,
    TENCENT_ROLE,
    VENDORS,
)
from tests.support.sts_clients import CLIENTS
from tests.support.wire import (
    DIFFERENCES,
    Difference,
    differences,
    facets,
    problems,
    recording_server,
)

NAME = "example-function-run-1"
POLICY = '{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["a:b:c"]}]}'
KEYS = AccessKey("AKexampleid", Secret("exampleSecret"))
TEMPORARY = KEYS._replace(token=Secret("exampleToken"))
PROVIDER = "acs:ram::1000000000000002:oidc-provider/example"
TOKEN = "exampleHeader.exampleClaims.exampleSignature"
WITH_TOKEN = Role(
    ALIBABA_ROLE,
    duration_seconds=900,
    policy=POLICY,
    oidc=OidcIdentity(PROVIDER, Secret(TOKEN)),
)
ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "alibaba": Role(ALIBABA_ROLE, None, "example-external", 900, POLICY),
        "tencent": Role(TENCENT_ROLE, None, "example-external", 900, POLICY),
        "huawei, by name": Role("example-agency", HUAWEI_ACCOUNT, None, 900, POLICY),
        "huawei, by urn": Role(HUAWEI_ROLE, None, "example-external", 900, POLICY),
    }
)

NO_PROJECT = "STS issues keys of an account; the SDK sends the project of any credentials"
LISTED: Mapping[str, Mapping[str, Difference]] = MappingProxyType(
    {
        "alibaba": DIFFERENCES["alibaba"],
        "tencent": DIFFERENCES["tencent"],
        "huawei, by name": DIFFERENCES["huawei"],
        "huawei, by urn": {
            **DIFFERENCES["huawei"],
            "x-project-id": Difference("[0-9a-f]{32}", None, NO_PROJECT),
            "signed x-project-id": Difference("yes", None, NO_PROJECT),
        },
    }
)
"""All differences, by request."""

EXPIRATION = "2026-11-21T21:24:29Z"
RESPONSES: Mapping[str, object] = {
    "/": {
        "RequestId": "r",
        "Credentials": {
            "AccessKeyId": "STS.exampleid",
            "AccessKeySecret": "exampleSecret",
            "SecurityToken": "exampleToken",
            "Expiration": EXPIRATION,
        },
        "AssumedRoleUser": {"Arn": "example", "AssumedRoleId": "example"},
        "Response": {
            "Credentials": {
                "TmpSecretId": "AKIDexampleid",
                "TmpSecretKey": "exampleSecret",
                "Token": "exampleToken",
            },
            "ExpiredTime": 1_795_000_000,
            "RequestId": "r",
        },
    },
    "/v3.0/OS-CREDENTIAL/securitytokens": {
        "credential": {
            "access": "HSTexampleid",
            "secret": "exampleSecret",
            "securitytoken": "exampleToken",
            "expires_at": EXPIRATION,
        }
    },
    "/v5/agencies/assume": {
        "assumed_agency": {"urn": "example", "id": "example"},
        "credentials": {
            "access_key_id": "HSTexampleid",
            "secret_access_key": "exampleSecret",
            "security_token": "exampleToken",
            "expiration": EXPIRATION,
        },
    },
}
"""The responses to both, by path."""


def requests_of(name: str, role: Role, keys: AccessKey) -> tuple[list[bytes], list[bytes]]:
    """Return the requests of the vendor's client and ours."""
    with recording_server(RESPONSES.__getitem__) as (endpoint, received):
        CLIENTS[name](endpoint, keys, role, NAME)
        theirs = list(received)
        received.clear()
        assume(name, endpoint, role, keys if role.oidc is None else Anonymous())
    return theirs, received


def assume(name: str, endpoint: str, role: Role, credentials: Credentials) -> None:
    """Assume a role at an endpoint with our client."""
    names = ("ALIBABA_STS", "TENCENT_STS", "HUAWEI_STS", "HUAWEI_IAM")
    operation = load(VENDORS[name].operation)
    environ = {f"{each}_ENDPOINT_URL": f"http://{endpoint}" for each in names}
    runtime = Runtime(environ=environ)
    context = CallContext("ap-guangzhou", None, "direct", runtime.clock.now())
    invocation = Invocation.from_event({}, None, runtime)
    assert operation.provider.assume_role is not None
    flow = operation.provider.assume_role(role, NAME, context)
    ApiClient(operation, context, credentials, invocation).run(cast("Any", flow))


@pytest.mark.parametrize("keys", [KEYS, TEMPORARY], ids=["permanent keys", "temporary keys"])
@pytest.mark.parametrize("name", ROLES)
def test_a_role_is_assumed_as_the_sdk_does_it(name: str, keys: AccessKey) -> None:
    (theirs,), (ours,) = requests_of(name, ROLES[name], keys)

    assert problems(differences(theirs, ours), LISTED[name]) == []


@pytest.mark.parametrize("name", ROLES)
def test_what_is_not_set_is_left_out_as_by_the_sdk(name: str) -> None:
    role = ROLES[name]._replace(external_id=None, duration_seconds=None, policy=None)

    (theirs,), (ours,) = requests_of(name, role, KEYS)

    assert problems(differences(theirs, ours), LISTED[name]) == []


def parameters(request: Mapping[str, object], *places: str) -> dict[str, str]:
    """Return the parameters of an unsigned request, times and nonces reduced to their names."""
    pairs: list[tuple[str, str]] = []
    for place in places:
        found = cast("Sequence[Any]", request[place] or ())
        pairs += [each if isinstance(each, tuple) else tuple(each.split("=", 1)) for each in found]
    return {name: "" if name in {"Timestamp", "SignatureNonce"} else value for name, value in pairs}


def test_a_token_is_sent_as_by_the_sdk_but_in_a_form() -> None:
    (theirs,), (ours,) = requests_of("alibaba", WITH_TOKEN, KEYS)
    one, other = facets(theirs), facets(ours)

    assert {*one} | {"accept", "content-type"} == {*other}
    for name in ("request line", "host", "x-acs-action", "x-acs-version"):
        assert (name, one[name]) == (name, other[name])
    assert TOKEN in str(one["query"])
    assert TOKEN not in str(other["query"])
    assert {*parameters(one, "query")} == {*parameters(other, "query", "body")}
    assert "authorization" not in other
