"""What is mutated, and the tests that must notice it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from tests.support.repository import ROOT

FOLDER = ROOT / "build" / "mutation"


class Group(NamedTuple):
    """Modules that the same tests are about.

    Parameters
    ----------
    name: for the report and the group's folder.
    modules: patterns of their paths.
    tests: the files or folders of tests.
    functions: which functions to mutate, as mutmut names them; empty for all.
    at_once: how many mutants are tested at the same time; more than there are processors if the
        tests mostly wait.
    """

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    functions: tuple[str, ...] = ()
    at_once: int = os.cpu_count() or 1

    @property
    def folder(self) -> Path:
        """Where the group is mutated, and where its results are."""
        return FOLDER / self.name.replace(" ", "-")

    def paths(self, only: str = "") -> list[str]:
        """Return the modules' paths, of those only that begin with a text."""
        found = (path for pattern in self.modules for path in ROOT.glob(pattern))
        paths = sorted(path.relative_to(ROOT).as_posix() for path in found)
        return [path for path in paths if path.startswith(only)]


GROUPS = (
    Group(
        "HTTP callers",
        (
            "shared/http_trigger/authentication.py",
            "shared/http_trigger/auth_config.py",
            "shared/http_trigger/permissions.py",
        ),
        (
            "tests/shared/http_trigger/test_authentication.py",
            "tests/shared/http_trigger/test_permissions.py",
            "tests/shared/http_trigger/test_weak_tokens.py",
            "tests/functions/web/chat/test_permissions.py",
            "tests/functions/web/test_available_operations.py",
            "tests/functions/web/test_operations.py",
        ),
    ),
    Group(
        "confirmation codes",
        ("functions/web/chat/confirmation.py",),
        ("tests/functions/web/chat/test_confirmation.py",),
    ),
    Group(
        "chat requests",
        ("functions/web/chat/slack.py", "functions/web/chat/dingtalk.py"),
        (
            "tests/functions/web/chat/test_accepted_messages.py",
            "tests/functions/web/chat/test_signatures.py",
            "tests/functions/web/chat/test_parser.py",
            "tests/oracles/chat/test_slack_sdk.py",
        ),
        (
            "slack.x_handshake",
            "slack.x_verify",
            "slack.x_signature",
            "slack.x_require_header",
            "slack.x_read*",
            "dingtalk.x_verify",
            "dingtalk.x_read",
            "dingtalk.x_tenant",
            "dingtalk.x_session_webhook",
        ),
    ),
    Group(
        "chat permissions",
        ("functions/web/chat/permissions.py",),
        ("tests/functions/web/chat/test_permissions.py",),
    ),
    Group(
        "signing",
        ("shared/signing/*.py",),
        ("tests/shared/signing", "tests/oracles/signing"),
    ),
    Group(
        "retry",
        ("shared/client/retry.py",),
        (
            "tests/shared/client/test_should_retry.py",
            "tests/shared/client/test_backoff.py",
            "tests/shared/client/test_api_client.py",
        ),
    ),
    Group(
        "rate limit",
        ("shared/client/rate_limit.py",),
        ("tests/shared/client/test_rate_limit.py",),
    ),
    Group(
        "platforms",
        ("shared/platforms/*.py",),
        (
            "tests/shared/platforms",
            "tests/shared/http_trigger/test_triggers.py",
            "tests/shared/test_invocation.py",
        ),
    ),
    Group(
        "transport",
        ("shared/client/transport/*.py",),
        ("tests/shared/client/transport",),
        at_once=8,
    ),
    Group(
        "redaction",
        ("shared/redaction/*.py",),
        ("tests/shared/redaction", "tests/end_to_end/test_secrets.py"),
    ),
)
