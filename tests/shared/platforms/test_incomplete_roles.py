"""Keys of a function's role that are incomplete, and what the error says about them."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from shared.errors import Misconfigured
from shared.models.credentials import AccessKey
from shared.platforms import detect_platform
from shared.settings import Settings
from tests.support.platform_contexts import (
    AwsContext,
    FcContext310,
    FcCredentials,
    FunctionGraphContext,
    scf_context,
)

AWS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
SCF = ("TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN")


def keys_of(context: Any, environ: dict[str, str] | None = None, event: Any = None) -> Any:
    settings = Settings.from_environ(environ or {})
    found = detect_platform(event or {}, context).role_credentials(context, settings)
    return None if found is None else shown(found)


def shown(keys: AccessKey) -> tuple[str, str, str | None, str]:
    token = keys.token.get_secret_value() if keys.token else None
    return keys.access_key_id, keys.secret.get_secret_value(), token, keys.source


def error_of(context: Any, environ: dict[str, str] | None = None) -> tuple[str, str, str]:
    with pytest.raises(Misconfigured) as caught:
        keys_of(context, environ)
    return caught.value.message, caught.value.code, caught.value.hint


def some_of(names: tuple[str, ...]) -> list[dict[str, str]]:
    """Return every choice of these settings that is neither none nor all of them."""
    choices = product((False, True), repeat=len(names))
    return [
        {name: f"value of {name}" for name, chosen in zip(names, each, strict=True) if chosen}
        for each in choices
        if any(each) and not all(each)
    ]


@pytest.mark.parametrize("environ", some_of(AWS), ids=" ".join)
def test_lambda_sets_three_values(environ: dict[str, str]) -> None:
    assert error_of(AwsContext(), environ) == (
        (
            "incomplete role credentials: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
            "AWS_SESSION_TOKEN must all be set"
        ),
        "CredentialsHalfSet",
        "AWS Lambda sets all three; check what unsets one of them.",
    )


def test_lambdas_keys_name_their_source() -> None:
    environ = dict(zip(AWS, ("ASIAexampleid", "exampleSecret", "exampleToken"), strict=True))
    source = "the function's role (Lambda environment)"
    assert keys_of(AwsContext(), environ) == (*environ.values(), source)


@pytest.mark.parametrize(
    "environ", [each for each in some_of(SCF) if len({*SCF[:2]} & each.keys()) < 2], ids=" ".join
)
def test_scf_sets_id_and_key(environ: dict[str, str]) -> None:
    assert error_of(scf_context(), environ) == (
        (
            "incomplete role credentials: TENCENTCLOUD_SECRETID and TENCENTCLOUD_SECRETKEY must "
            "both be set"
        ),
        "CredentialsHalfSet",
        "SCF sets both; check whether the function's settings overwrite one.",
    )


@pytest.mark.parametrize("token", ["exampleToken", None])
def test_scfs_keys_name_their_source(token: str | None) -> None:
    environ = {SCF[0]: "AKIDexampleid", SCF[1]: "exampleSecret"}
    environ |= {SCF[2]: token} if token else {}
    source = "the function's role (SCF environment)"
    assert keys_of(scf_context(), environ) == ("AKIDexampleid", "exampleSecret", token, source)


@pytest.mark.parametrize(
    "missing", [{"access": ""}, {"secret": None}, {"token": ""}, {"access": None, "token": None}]
)
def test_functiongraph_provides_three_values(missing: dict[str, Any]) -> None:
    assert error_of(FunctionGraphContext(**missing)) == (
        "incomplete agency credentials: FunctionGraph provided only some of the keys",
        "CredentialsHalfSet",
        (
            "Check that the function's agency is delegated to FunctionGraph and may assume roles, "
            "then publish a new version."
        ),
    )


def test_functiongraphs_keys_name_their_source() -> None:
    source = "the function's agency (FunctionGraph context)"
    expected = ("exampleAgencyId", "exampleAgencySecret", "exampleAgencyToken", source)
    assert keys_of(FunctionGraphContext()) == expected
    assert keys_of(FunctionGraphContext(access="", secret=None, token="a")) is None


def test_function_computes_keys_name_their_source() -> None:
    source = "the function's role (FC context)"
    expected = ("STS.exampleRoleId", "exampleRoleSecret", "exampleRoleToken", source)
    assert keys_of(FcContext310(), event=b"{}") == expected


@pytest.mark.parametrize("missing", ["access_key_id", "access_key_secret", "security_token"])
def test_function_computes_newer_runtimes_have_no_keys_in_the_context(missing: str) -> None:
    credentials = FcCredentials(**{missing: ""})
    assert keys_of(FcContext310(credentials=credentials), event=b"{}") is None
