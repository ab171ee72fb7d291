"""Validates the URL for late replies, which must be the platform's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from functions.web.chat.message import ResponseUrl, Sender
from shared.client.endpoints import validate_endpoint
from shared.http_trigger.problem import HttpProblem
from shared.models.http import Request, encode_json
from shared.models.secret import Secret
from shared.models.url import InvalidUrlError, parse_url
from shared.notifications.channel import Channel, secrets_of
from shared.settings import Settings

MessageBody = Mapping[str, object]
"""A message in the platform's format."""


def validate_response_url(url: str, origin: str, expires: float) -> ResponseUrl:
    """Return the response URL, which must be the platform's own.

    Parameters
    ----------
    url: the URL as received.
    origin: the only accepted origin, e.g. ``https://hooks.slack.com``.
    expires: seconds since 1970.

    Raises
    ------
    HttpProblem: it has another origin, or is not a URL.
    """
    try:
        own = url.startswith(f"{origin}/") and parse_url(url).origin == origin
    except InvalidUrlError:
        own = False
    if not own:
        raise HttpProblem(403, f"the response URL must start with {origin}/")
    return ResponseUrl(Secret(url), expires)


def redact_url(
    response_url: ResponseUrl, sender: Sender, add_secret: Callable[[Secret], None]
) -> None:
    """Redact every secret in a response URL from now on.

    Slack's URL also names the workspace, which is not a secret and must stay readable in the log.
    """
    for secret in secrets_of(Channel(sender.platform, response_url.url, None, frozenset())):
        if secret.get_secret_value() not in {sender.tenant, sender.user, sender.channel}:
            add_secret(secret)


def build_post(
    response_url: ResponseUrl, endpoint: str, settings: Settings, body: MessageBody
) -> Request:
    """Return the post of one message.

    Parameters
    ----------
    response_url: from :func:`validate_response_url`.
    endpoint: the setting whose URL replaces the platform's origin.
    settings: the settings of this invocation.
    body: the message in the platform's format.

    Raises
    ------
    Misconfigured: the setting is not an origin, or uses http for a remote host.
    """
    url = parse_url(response_url.url.get_secret_value())
    override = settings.get(endpoint)
    origin = validate_endpoint(endpoint, override) if override else url.origin
    headers = {"content-type": "application/json; charset=utf-8"}
    return Request("POST", origin, url.path, url.query, headers, encode_json(body))
