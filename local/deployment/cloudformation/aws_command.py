"""Calls AWS through the user's own ``aws`` command, of version 1 or 2.

What may be secret is handed over on standard input, so that it is neither in the process list nor
in a file. The rest of a request is an argument: version 1 reads the file of ``--cli-input-json``
twice, and a pipe has its content once.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from local.deployment.cloudformation.aws_errors import AwsError, explained
from shared.errors import Misconfigured
from shared.models.secret import Secret
from shared.redaction import Redactor

FROM_STDIN = "file:///dev/stdin"
RAW_FROM_STDIN = "fileb:///dev/stdin"

NOT_INSTALLED = (
    "Install the AWS CLI, version 2 <https://docs.aws.amazon.com/cli/latest/userguide/"
    "getting-started-install.html> or 1 (pip install awscli), so that aws is on PATH."
)

LONGEST_RUN_SECONDS = 900
"""A function of Lambda runs at most as long."""


class Completed(NamedTuple):
    """A command that ended.

    Parameters
    ----------
    code: its exit code.
    out, errors: what it wrote.
    """

    code: int
    out: bytes
    errors: bytes


Runner = Callable[[Sequence[str], bytes, Mapping[str, str]], Completed]
"""Runs a command with an input and an environment, and waits for its end."""


def run_command(words: Sequence[str], given: bytes, environ: Mapping[str, str]) -> Completed:
    """Run a command that is on PATH.

    Raises
    ------
    Misconfigured: there is no such command.
    """
    program = shutil.which(words[0], path=environ.get("PATH"))
    if program is None:
        raise Misconfigured(
            f"there is no {words[0]} on PATH", code="NoAwsCommand", hint=NOT_INSTALLED
        )
    ran = subprocess.run(  # noqa: S603 - the user's own program, arguments without a shell
        [program, *words[1:]], input=given, env=dict(environ), capture_output=True, check=False
    )
    return Completed(ran.returncode, ran.stdout, ran.stderr)


class AwsCommand:
    """Calls AWS in one region.

    Parameters
    ----------
    region: where.
    environ: the environment of the command.
    runner: runs it.

    Attributes
    ----------
    secrets: what is redacted in errors.
    """

    def __init__(self, region: str, environ: Mapping[str, str], runner: Runner) -> None:
        self.region = region
        # Version 2 would show its output in a pager; version 1 does not know this variable.
        self._environ = {**environ, "AWS_PAGER": ""}
        self._runner = runner
        self.secrets: list[Secret] = []

    def call(
        self,
        service: str,
        operation: str,
        request: Mapping[str, Any],
        secret: tuple[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Make a call and return its response.

        Parameters
        ----------
        service, operation: as the command names them, e.g. ``cloudformation describe-stacks``.
        request: the request as the API's reference has it.
        secret: an option, e.g. ``--parameters``, and its value, which may contain secrets.

        Raises
        ------
        AwsError: AWS or the command refused; its hint says what to do.
        """
        words = [service, operation, "--cli-input-json", json.dumps(request, ensure_ascii=False)]
        given = b""
        if secret is not None:
            words += [secret[0], FROM_STDIN]
            given = json.dumps(secret[1], ensure_ascii=False).encode()
        out = self._run(words, given)
        answer: dict[str, Any] = json.loads(out) if out.strip() else {}
        return answer

    def put_object(self, content: bytes, request: Mapping[str, Any]) -> None:
        """Put an object into a bucket.

        Raises
        ------
        AwsError: as :meth:`call`.
        """
        with TemporaryDirectory() as folder:
            path = Path(folder) / "code.zip"
            path.write_bytes(content)
            words = ["s3api", "put-object", "--cli-input-json", json.dumps(request)]
            self._run([*words, "--body", str(path)], b"")

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Run a function, wait, and return what it returned; None if it raised.

        Raises
        ------
        AwsError: as :meth:`call`.
        """
        with TemporaryDirectory() as folder:
            path = Path(folder) / "result.json"
            words = ["lambda", "invoke", "--function-name", function]
            # Bytes are sent as they are by both versions; text is Base64 for version 2.
            words += ["--payload", RAW_FROM_STDIN, str(path)]
            words += ["--cli-read-timeout", str(LONGEST_RUN_SECONDS + 20)]
            answer = json.loads(self._run(words, json.dumps(event, ensure_ascii=False).encode()))
            returned = path.read_text("utf-8")
        if "FunctionError" in answer:
            return None
        try:
            return json.loads(returned)
        except ValueError:
            return None

    def _run(self, words: Sequence[str], given: bytes) -> bytes:
        everywhere = ["--region", self.region, "--output", "json"]
        ended = self._runner(["aws", *words, *everywhere], given, self._environ)
        if ended.code != 0:
            text = ended.errors.decode("utf-8", "replace")
            raise self._error(text, " ".join(words[:2]))
        return ended.out

    def _error(self, text: str, command: str) -> AwsError:
        redactor = Redactor()
        for secret in self.secrets:
            redactor.add(secret)
        return explained(redactor.redact(text), command)
