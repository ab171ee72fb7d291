"""Keys from AWS Secrets Manager and SSM, through the extension on the same host."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from shared.errors import SyncError, TimedOut, Unreachable
from shared.models.flow import Flow
from shared.models.http import Request, Response
from shared.models.result import Outcome, Result
from shared.runtime import Runtime
from tests.support.account_runs import OPERATION, AccountRuns

TOKEN = "exampleAwsSessionToken"
STORED = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "exampleStoredKey",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "exampleStoredSecret",
}
ARN = "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:cloud-sync/a-AbCdEf"
ACCOUNTS = {
    "secret": {"provider": "alibaba", "secret_id": ARN},
    "parameter": {"provider": "alibaba", "parameter_name": "/cloud-sync/a"},
}


def secret(text: object = STORED) -> Response:
    """Return a response with a secret."""
    value = text if isinstance(text, str) else json.dumps(text)
    return Response(200, {}, json.dumps({"Name": "a", "SecretString": value}).encode())


class Extension:
    """Answers in the extension's place, and passes other requests on.

    Parameters
    ----------
    runs: whose provider gets the other requests.
    replies: responses or errors; the last one repeats.
    """

    def __init__(self, runs: AccountRuns, *replies: Response | SyncError) -> None:
        self.replies = list(replies)
        self.received: list[Request] = []
        provider = runs.provider
        send: Callable[..., Response] = provider.send

        def answer(request: Request, **seconds: float) -> Response:
            if not request.origin.startswith("http://"):
                return send(request, **seconds)
            self.received.append(request)
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            if isinstance(reply, SyncError):
                raise reply
            return reply

        provider.send = answer  # type: ignore[method-assign]


@pytest.fixture
def runs(tmp_path: Path) -> AccountRuns:
    runs = AccountRuns(tmp_path, ACCOUNTS)
    runs.environ["AWS_SESSION_TOKEN"] = TOKEN
    return runs


def error_of(result: Result) -> tuple[str, str]:
    assert result.error is not None, result
    assert result.error.message.startswith("account ")
    assert result.error.hint
    return result.error.category, result.error.code


def test_a_secret_is_read_as_aws_documents_it(runs: AccountRuns) -> None:
    extension = Extension(runs, secret())

    assert runs.result(account="secret").status == "succeeded"
    [request] = extension.received
    assert (request.method, request.origin) == ("GET", "http://localhost:2773")
    assert (request.path, request.query) == ("/secretsmanager/get", (("secretId", ARN),))
    assert request.headers == {"X-Aws-Parameters-Secrets-Token": TOKEN}
    assert runs.provider.service_requests == [("exampleStoredKey", "exampleStoredSecret", "")]


def test_a_parameter_is_read_decrypted(runs: AccountRuns) -> None:
    value = {"Parameter": {"Name": "/cloud-sync/a", "Value": json.dumps(STORED)}}
    extension = Extension(runs, Response(200, {}, json.dumps(value).encode()))
    runs.environ["PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"] = "4000"

    assert runs.result(account="parameter").status == "succeeded"
    [request] = extension.received
    assert request.origin == "http://localhost:4000"
    assert request.path == "/systemsmanager/parameters/get"
    assert request.query == (("name", "/cloud-sync/a"), ("withDecryption", "true"))


def test_the_keys_are_kept_for_five_minutes(runs: AccountRuns) -> None:
    extension = Extension(runs, secret())
    runs.result(account="secret")
    runs.clock.spend(299)
    runs.result(account="secret")
    assert len(extension.received) == 1

    runs.clock.spend(1)
    extension.replies = [secret({**STORED, "ALIBABA_CLOUD_ACCESS_KEY_ID": "exampleRotatedKey"})]
    runs.result(account="secret")
    assert len(extension.received) == 2
    assert runs.provider.service_requests[-1][0] == "exampleRotatedKey"


def test_keys_that_the_provider_refuses_are_read_again(runs: AccountRuns) -> None:
    extension = Extension(runs, secret())
    runs.provider.service_status = 401
    runs.result(account="secret")
    runs.result(account="secret")

    assert len(extension.received) == 2


def test_what_the_extension_cannot_do_yet_is_tried_again(runs: AccountRuns) -> None:
    not_ready = Response(400, {}, b"not ready to serve traffic, please wait")
    extension = Extension(runs, not_ready, TimedOut("slow"), secret())

    assert runs.result(account="secret").status == "succeeded"
    assert len(extension.received) == 3
    assert runs.clock.slept == [0.2, 0.2]


@pytest.mark.parametrize(
    ("reply", "category", "code", "tries"),
    [
        (Unreachable("refused"), "misconfigured", "NoExtension", 1),
        (Response(400, {}, b"an AccessDeniedException"), "forbidden", "AccessDenied", 1),
        (Response(403), "forbidden", "AccessDenied", 1),
        (Response(400, {}, b"ResourceNotFoundException"), "misconfigured", "NoSuchSecret", 1),
        (Response(404), "misconfigured", "NoSuchSecret", 1),
        (Response(401), "misconfigured", "ExtensionRefused", 1),
        (Response(500), "unavailable", "ExtensionFailed", 3),
        (Response(400), "unavailable", "ExtensionFailed", 3),
        (TimedOut("slow"), "timeout", "TimedOut", 3),
        (Response(200, {}, b"{"), "misconfigured", "BadSecret", 1),
        (Response(200, {}, b'{"SecretBinary": "x"}'), "misconfigured", "BadSecret", 1),
        (secret("not JSON"), "misconfigured", "BadSecret", 1),
        (secret([STORED]), "misconfigured", "BadSecret", 1),
        (secret({}), "misconfigured", "BadSecret", 1),
        (secret({"OTHER": "x"}), "misconfigured", "CredentialsMissing", 1),
        (
            secret({"ALIBABA_CLOUD_ACCESS_KEY_ID": "exampleStoredKey"}),
            "misconfigured",
            "Misconfigured",
            1,
        ),
        (
            secret({**STORED, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": 5}),
            "misconfigured",
            "Misconfigured",
            1,
        ),
    ],
)
def test_keys_that_cannot_be_read_fail_the_run_and_no_others_are_used(
    runs: AccountRuns, reply: Response | SyncError, category: str, code: str, tries: int
) -> None:
    extension = Extension(runs, reply)

    result = runs.result(account="secret")

    assert error_of(result) == (category, code)
    assert len(extension.received) == tries
    assert runs.provider.service_requests == []
    shown = json.dumps(result.as_dict())
    assert "exampleStored" not in shown
    assert TOKEN not in shown


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1", "2773/x", "²"])
def test_a_port_that_is_none_is_misconfigured(runs: AccountRuns, port: str) -> None:
    extension = Extension(runs, secret())
    runs.environ["PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"] = port

    assert error_of(runs.result(account="secret")) == ("misconfigured", "BadSetting")
    assert extension.received == []


def test_outside_aws_lambda_nothing_is_read(runs: AccountRuns) -> None:
    extension = Extension(runs, secret())
    del runs.environ["AWS_SESSION_TOKEN"]

    assert error_of(runs.result(account="secret")) == ("misconfigured", "NoExtension")
    assert extension.received == []


def test_many_runs_read_a_secret_once(runs: AccountRuns) -> None:
    extension = Extension(runs, secret())
    threads = [threading.Thread(target=lambda: runs.result(account="secret")) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(extension.received) == 1
    assert len(runs.provider.service_requests) == 32


class _Handler(BaseHTTPRequestHandler):
    """The extension as a process of its own would answer."""

    seen: list[tuple[str, Mapping[str, str]]] = []  # noqa: RUF012 - of one test

    def do_GET(self) -> None:
        self.seen.append((self.path, dict(self.headers)))
        body = secret().body
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def nothing(_params: object, _context: object) -> Flow[Outcome]:
    """Send no request."""
    yield from ()
    return Outcome("succeeded", "done")


def test_the_request_goes_to_this_host_and_through_no_proxy(runs: AccountRuns, port: int) -> None:
    runs.environ |= {
        "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT": str(port),
        "HTTPS_PROXY": "http://proxy.example.test:8080",
    }
    runs.runtime = Runtime(environ=runs.environ, home=runs.path.parent)

    result = runs.result(OPERATION._replace(flow=nothing), account="secret")

    assert result.status == "succeeded"
    [(path, headers)] = _Handler.seen
    assert path == "/secretsmanager/get?secretId=" + ARN.replace(":", "%3A").replace("/", "%2F")
    assert headers["X-Aws-Parameters-Secrets-Token"] == TOKEN
    assert headers["Host"] == f"localhost:{port}"
