"""Reads an account's keys through the AWS Parameters and Secrets extension.

The extension is a layer that answers on this host, in plain HTTP, with what the function's role may
read in AWS Secrets Manager or in SSM's Parameter Store.
Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
and https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.client.credentials.of_account import key_names, keys_from
from shared.client.refresh_cache import RefreshCache
from shared.clock import MIN_REQUEST_SECONDS
from shared.cold_start.pydantic_lite import parse_json
from shared.errors import (
    DeadlineExceeded,
    Forbidden,
    Misconfigured,
    SyncError,
    TimedOut,
    Unavailable,
    Unreachable,
)
from shared.models.credentials import AccessKey
from shared.models.http import Request, Response

if TYPE_CHECKING:
    from shared.invocation import Invocation

PORT_SETTING = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"
TOKEN_SETTING = "AWS_SESSION_TOKEN"  # noqa: S105 - a setting's name
TOKEN_HEADER = "X-Aws-Parameters-Secrets-Token"  # noqa: S105 - a header's name
SECONDS_TO_LIVE = 300.0
"""How long keys are used before they are read again: as long as the extension caches by default."""

CONNECT_SECONDS = 1.0
READ_SECONDS = 5.0
ATTEMPTS = 3
WAIT_SECONDS = 0.2
"""Before the next attempt: just after a cold start the extension may not be ready."""

DENIED = (b"AccessDenied", b"not authorized")
NOT_THERE = (b"ResourceNotFound", b"ParameterNotFound")


class Store(NamedTuple):
    """One of the two services that the extension reads.

    Parameters
    ----------
    label: its name, for people.
    path: the extension's.
    parameter: the parameter of the query that names what to read.
    more: further parameters of the query.
    permission: what the function's role must be allowed.
    """

    label: str
    path: str
    parameter: str
    more: tuple[tuple[str, str], ...]
    permission: str


SECRET = Store("the secret", "/secretsmanager/get", "secretId", (), "secretsmanager:GetSecretValue")
PARAMETER = Store(
    "the parameter",
    "/systemsmanager/parameters/get",
    "name",
    (("withDecryption", "true"),),
    "ssm:GetParameter",
)


class ReadKeys(NamedTuple):
    """Keys, and when they were read, in monotonic seconds."""

    keys: AccessKey
    read_at: float


class StoredKeys:
    """The keys that this process has read, by where they are."""

    def __init__(self) -> None:
        self._cache: RefreshCache[ReadKeys] = RefreshCache(0.0, 0.0)

    def get(self, provider: str, store: Store, name: str, invocation: Invocation) -> AccessKey:
        """Return the keys in a secret or a parameter, read again after some minutes.

        Parameters
        ----------
        provider: whose keys.
        store: where they are.
        name: the name or ARN there.
        invocation: the invocation that needs them.

        Raises
        ------
        Misconfigured: the extension is not there, or there is no such thing, or no keys in it.
        Forbidden: the function's role may not read it.
        Unavailable, TimedOut: the extension could not read it now.
        """
        clock = invocation.runtime.clock

        def read(_usable_seconds: float) -> ReadKeys:
            text = read_text(store, name, invocation)
            return ReadKeys(parse_keys(provider, store, text), clock.monotonic())

        found = self._cache.get(
            (provider, store.path, name),
            refresh=read,
            seconds_left=lambda cached: cached.read_at + SECONDS_TO_LIVE - clock.monotonic(),
            remaining=invocation.deadline.remaining,
            monotonic=clock.monotonic,
        )
        return found.keys

    def discard(self, provider: str, store: Store, name: str, keys: AccessKey) -> None:
        """Forget keys that the provider does not accept: they may have been rotated."""
        self._cache.discard((provider, store.path, name), lambda cached: cached.keys is keys)


def read_text(store: Store, name: str, invocation: Invocation) -> str:
    """Return what a secret or a parameter holds.

    Raises
    ------
    SyncError: as in :meth:`StoredKeys.get`, but nothing is known of the keys.
    """
    request = request_for(store, name, invocation)
    transport = invocation.runtime.transport(invocation.settings)
    for attempt in range(1, ATTEMPTS + 1):
        left = invocation.deadline.remaining()
        if left < MIN_REQUEST_SECONDS:
            raise DeadlineExceeded("No time left to read the account's keys")
        error: SyncError
        try:
            response = transport.send(
                request,
                connect_seconds=CONNECT_SECONDS,
                read_seconds=READ_SECONDS,
                total_seconds=left,
            )
        except TimedOut as timed_out:
            error = timed_out
        except Unreachable as unreachable:
            error = unreachable
            if not unreachable.outcome_unknown:
                raise no_extension(request) from None
        else:
            if response.status == 200:
                return text_of(store, response)
            error = error_of(store, response)
            if not isinstance(error, Unavailable):
                raise error
        if attempt == ATTEMPTS or left <= WAIT_SECONDS + MIN_REQUEST_SECONDS:
            break
        invocation.runtime.clock.sleep(WAIT_SECONDS)
    raise error


def no_extension(request: Request) -> Misconfigured:
    """Return the error for an extension to which no connection can be established."""
    return Misconfigured(
        f"the AWS Parameters and Secrets extension does not respond on {request.host}",
        code="NoExtension",
        hint="Add the layer AWS-Parameters-and-Secrets-Lambda-Extension to the function, and set "
        f"{PORT_SETTING} if it has another port; secret_id and parameter_name only work on AWS "
        "Lambda.",
    )


def request_for(store: Store, name: str, invocation: Invocation) -> Request:
    """Return the request to the extension.

    Raises
    ------
    Misconfigured: this is not AWS Lambda, or the port is not a number.
    """
    settings = invocation.settings
    token = settings.secret(TOKEN_SETTING)
    if token is None:
        raise Misconfigured(
            f"{store.label} with its keys can only be read on AWS Lambda: {TOKEN_SETTING} is not "
            "set",
            code="NoExtension",
            hint="On other platforms use settings_prefix, profile or a role for this account.",
        )
    port = settings.get(PORT_SETTING) or ""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise Misconfigured(
            f"{PORT_SETTING} is not a port",
            code="BadSetting",
            hint=f"Set {PORT_SETTING} as for the extension, or unset it for 2773.",
        )
    return Request(
        "GET",
        f"http://localhost:{int(port)}",
        store.path,
        ((store.parameter, name), *store.more),
        {TOKEN_HEADER: token.get_secret_value()},
    )


def error_of(store: Store, response: Response) -> SyncError:
    """Return the error for a response that is not a success; its text is not shown.

    The extension passes on the service's error as text, with a status of its own.
    """
    body = response.body
    if any(word in body for word in DENIED) or response.status == 403:
        return Forbidden(
            f"the function's role may not read {store.label} with the account's keys",
            code="AccessDenied",
            http_status=response.status,
            hint=f"Allow {store.permission} on it for the function's role, and kms:Decrypt if a "
            "key of your own encrypts it.",
        )
    if any(word in body for word in NOT_THERE) or response.status == 404:
        return Misconfigured(
            f"{store.label} with the account's keys does not exist in the function's region",
            code="NoSuchSecret",
            http_status=response.status,
            hint="Correct its name in the accounts file, or give its ARN.",
        )
    if response.status == 401:
        return Misconfigured(
            "the AWS Parameters and Secrets extension does not accept the function's session token",
            code="ExtensionRefused",
            http_status=response.status,
            hint=f"Check that {PORT_SETTING} is the extension's port.",
        )
    return Unavailable(
        f"the AWS Parameters and Secrets extension could not read {store.label} with the "
        "account's keys",
        code="ExtensionFailed",
        http_status=response.status,
        hint="Its own lines in the function's log say why; it also fails if too many requests "
        "come at once.",
    )


def text_of(store: Store, response: Response) -> str:
    """Return the text in a successful response.

    Raises
    ------
    Misconfigured: it has none, such as a binary secret.
    """
    document = json_object(response.body)
    parameter = document.get("Parameter")
    text = parameter.get("Value") if isinstance(parameter, dict) else document.get("SecretString")
    if not isinstance(text, str):
        raise Misconfigured(
            f"{store.label} with the account's keys has no text",
            code="BadSecret",
            hint="Store a JSON object as text (SecretString or SecureString), not as binary.",
        )
    return text


def parse_keys(provider: str, store: Store, text: str) -> AccessKey:
    """Return the keys in the JSON of a secret or a parameter, under the provider's names.

    Raises
    ------
    Misconfigured: it is not a JSON object with the keys.
    """
    document = json_object(text)
    key_id, secret, _token = key_names(provider)
    if not document:
        raise Misconfigured(
            f"{store.label} with the account's keys is not a JSON object",
            code="BadSecret",
            hint=f'Store {{"{key_id}": "…", "{secret}": "…"}} in it.',
        )

    def read(name: str) -> str | None:
        value = document.get(name)
        return value if isinstance(value, str) else None

    return keys_from(provider, read, source=store.label)


def json_object(text: str | bytes) -> Mapping[str, Any]:
    """Return a JSON object, an empty one for anything else."""
    try:
        document = parse_json(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
