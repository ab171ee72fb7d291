"""AWS Lambda's own role: for AWS itself, never for the three providers."""

from __future__ import annotations

from functions.tencent.sync_machines import OPERATION
from shared.errors import Misconfigured
from shared.invocation import Invocation
from shared.operation_request import find_identity
from shared.platforms import detect_platform
from shared.runtime import Runtime
from shared.settings import Settings
from tests.support.platform_contexts import AwsContext

ROLE = {
    "AWS_ACCESS_KEY_ID": "ASIAexampleid",
    "AWS_SECRET_ACCESS_KEY": "exampleAwsSecret",
    "AWS_SESSION_TOKEN": "exampleAwsToken",
}


def test_lambdas_role_comes_from_its_environment() -> None:
    keys = detect_platform({}, AwsContext()).role_credentials(
        AwsContext(), Settings.from_environ(ROLE)
    )

    assert keys is not None
    assert (keys.access_key_id, keys.secret.get_secret_value()) == (
        "ASIAexampleid",
        "exampleAwsSecret",
    )
    assert keys.token is not None
    assert keys.token.get_secret_value() == "exampleAwsToken"


def test_a_lambda_without_a_role_has_no_keys() -> None:
    assert (
        detect_platform({}, AwsContext()).role_credentials(AwsContext(), Settings.from_environ({}))
        is None
    )


def test_no_operation_is_given_lambdas_role() -> None:
    invocation = Invocation.from_event({}, AwsContext(), Runtime(environ=ROLE))

    found = find_identity(OPERATION, invocation)

    assert isinstance(found, Misconfigured)
    assert found.code == "CredentialsMissing"
    assert "role" not in found.message
    assert invocation.platform_region(OPERATION) is None
