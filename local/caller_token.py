"""``python -m local token``: a new secret for a caller, and the setting that lets it in."""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import secrets

from local.console import Console
from shared.http_trigger.auth_config import NAME
from shared.runtime import Runtime

BYTES = 32
DESCRIPTION = """Make a bearer token for an HTTP caller, and the setting that lets it in.

The token goes to the caller, who sends it as `Authorization: Bearer ...`. The setting holds its
SHA-256 digest only, so who reads the function's settings cannot call it. Nothing is stored."""
EPILOG = """examples:
  .venv/bin/python -m local token
  .venv/bin/python -m local token --name ci      # HTTP_RIGHTS can then name its rights
  .venv/bin/python -m local token --webhook      # for senders that sign as Standard Webhooks

exit codes: 0 done, 2 wrong usage"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "--name", type=_name, help="the caller's name, by which HTTP_RIGHTS can speak of it"
    )
    parser.add_argument(
        "--webhook", action="store_true", help="make a secret for signed webhooks instead"
    )
    parser.add_argument("--json", action="store_true", help="print both as one JSON object")


def _name(text: str) -> str:
    if re.fullmatch(NAME, text) is None:
        raise argparse.ArgumentTypeError("use letters, digits, _ . and -, a letter first")
    return text


def token(options: argparse.Namespace, console: Console, _process: Runtime) -> int:
    """Print a new secret for a caller and the setting that belongs to it.

    Parameters
    ----------
    options: from :func:`add_arguments`.
    console: where it is printed.
    """
    key = secrets.token_bytes(BYTES)
    if options.webhook:
        secret = f"whsec_{base64.b64encode(key).decode()}"
        setting, value, where = "HTTP_WEBHOOK_SECRETS", secret, "signs with it"
    else:
        secret = base64.urlsafe_b64encode(key).rstrip(b"=").decode()
        digest = hashlib.sha256(secret.encode()).hexdigest()
        name = f"{options.name}=" if options.name else ""
        setting, value = "HTTP_BEARER_TOKENS", f"{name}sha256:{digest}"
        where = "sends it as Authorization: Bearer ..."
    if options.json:
        made = {"secret": secret, "setting": setting, "value": value}
        print(json.dumps(made, indent=2), file=console.out)
        return 0
    print(
        f"For the caller, who {where}; it is not stored anywhere:\n  {secret}\n"
        f"For the function's settings (several are separated by spaces):\n  {setting}={value}",
        file=console.out,
    )
    return 0
