"""What the providers' refusals say."""

from __future__ import annotations

import json

import pytest

from local.refusals import Refusal, read_refusal

ALIBABA = {
    "Code": "Forbidden.RAM",
    "Message": "User not authorized to operate on the specified resource.",
    "AccessDeniedDetail": {
        "AuthAction": "edas:ListVpc",
        "AuthPrincipalDisplayName": "200000000000000002",
        "AuthPrincipalType": "SubUser",
        "EncodedDiagnosticMessage": "AQEexample",
        "NoPermissionType": "ExplicitDeny",
        "PolicyType": "ControlPolicy",
    },
}


def of_message(text: str) -> Refusal | None:
    return read_refusal(json.dumps({"Response": {"Error": {"Message": text}}}).encode())


def test_alibabas_detail_is_read_whole() -> None:
    assert read_refusal(json.dumps(ALIBABA).encode()) == Refusal(
        action="edas:ListVpc",
        principal="SubUser 200000000000000002",
        policy_type="ControlPolicy",
        is_explicit=True,
        diagnosis="AQEexample",
    )


def test_a_detail_that_says_nothing_is_no_guess() -> None:
    assert read_refusal(b'{"AccessDeniedDetail": {"AuthAction": 1}}') == Refusal()


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (
            (
                "[request id:1]you are not authorized to perform operation (cwp:SyncMachines)\n"
                "resource (qcs::cwp:ap-guangzhou:uin/1:*) has no permission\n"
            ),
            Refusal(action="cwp:SyncMachines", resource="qcs::cwp:ap-guangzhou:uin/1:*"),
        ),
        (
            "you are not authorized to perform operation (sms:SendSms)",
            Refusal(action="sms:SendSms"),
        ),
        (
            (
                "User: iam::1:user:me is not authorized to perform: oms:synctask:get on resource: "
                "oms:*:1:* because no identity-based policy allows the oms:synctask:get action."
            ),
            Refusal(
                action="oms:synctask:get",
                resource="oms:*:1:*",
                principal="iam::1:user:me",
                policy_type="identity-based",
                is_explicit=False,
            ),
        ),
        (
            (
                "User: me is not authorized to perform action ecs:cloudServers:get on resource "
                "ecs:cn-north-5:1:instance:2 with an explicit deny in an identity-based policy."
            ),
            Refusal(
                action="ecs:cloudServers:get",
                resource="ecs:cn-north-5:1:instance:2",
                principal="me",
                policy_type="identity-based",
                is_explicit=True,
            ),
        ),
        (
            "Policy doesn't allow ecs:cloudServers:get to be performed.",
            Refusal(action="ecs:cloudServers:get"),
        ),
        ("The IAM user is not allowed to access the API", None),
    ],
)
def test_a_message_names_the_action_and_the_resource(text: str, refusal: Refusal | None) -> None:
    assert of_message(text) == refusal


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"{}", b'{"a": {"b": 1}}'])
def test_a_body_that_says_nothing_is_none(body: bytes) -> None:
    assert read_refusal(body) is None
