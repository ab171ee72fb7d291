"""What is wrong with the settings about callers: HTTP tokens, webhooks, rights, chat secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shared.errors import Misconfigured
from shared.http_trigger.auth_config import load_auth_config
from shared.http_trigger.permissions import load_rules
from shared.models.secret import Secret
from shared.settings import Settings
from shared.settings.weak_secrets import require_strong

CHAT_SECRETS = {
    "SLACK_SIGNING_SECRET": "Copy the app's secret from Slack again.",
    "DINGTALK_APP_SECRET": "Copy the app's secret from DingTalk again.",
    "CHAT_CONFIRM_SECRET": "Make a new one, for example with: openssl rand -base64 32.",
}


def caller_problems(
    settings: Settings, learn: Callable[[Secret], None]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, and what to do; nothing about a setting that is not set.

    Parameters
    ----------
    settings: the settings of a run.
    learn: called with every single secret, so that it is not displayed.
    """

    def strong(name: str, hint: str) -> Callable[[], object]:
        def check() -> None:
            secret = settings.secret(name)
            if secret is not None:
                require_strong(name, secret.get_secret_value(), hint)

        return check

    for check in (
        lambda: load_auth_config(settings, learn),
        lambda: load_rules(settings.get("HTTP_RIGHTS")),
        *(strong(name, hint) for name, hint in CHAT_SECRETS.items()),
    ):
        try:
            check()
        except Misconfigured as error:
            yield error.message, error.hint
