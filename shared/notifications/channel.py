"""A channel: where to send notifications, and under what conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.models.address import Address, address_of
from shared.models.secret import Secret

LONG_ENOUGH = 8
"""Characters; a shorter part of a URL is a common word or a short number, not a secret."""

TOKEN = re.compile(r"(?=.*[0-9])[A-Za-z0-9_=+-]{8,}|[A-Za-z0-9_=+-]{16,}")
"""A path segment that looks randomly generated, unlike the name of a page."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One entry of the setting ``NOTIFY``.

    Parameters
    ----------
    kind: ``slack``, ``dingtalk``, ``feishu``, ``wecom`` or ``webhook``.
    url: where to post; anybody who knows the URL of an incoming webhook can post to it.
    secret: the key that signs the posts, None to post them unsigned.
    on: the conditions under which a message is sent.
    number: the entry's position in the setting, from 1; identifies the channel in the log.
    since_minutes: how recently something must have changed to meet the condition
        ``attention``; None for no limit.
    """

    kind: str
    url: Secret
    secret: Secret | None
    on: frozenset[str]
    number: int = 1
    since_minutes: int | None = None

    @property
    def address(self) -> Address:
        """The parsed URL; it was validated when the setting was read."""
        return address_of(self.url.reveal())


def secrets_of(channel: Channel) -> tuple[Secret, ...]:
    """Return every secret of a channel, to be redacted from all output.

    These are the whole URL, its path, the path segments and query values that look like tokens,
    and the signing secrets, each with and without its prefix.
    """
    address = channel.address
    texts = [channel.url.reveal()]
    if len(address.path) >= LONG_ENOUGH:
        texts.append(address.path)
    texts += [part for part in address.path.split("/") if TOKEN.fullmatch(part)]
    texts += [value for _, value in address.query if len(value) >= LONG_ENOUGH]
    if channel.secret is not None:
        whole = channel.secret.reveal()
        texts += [whole, *whole.split()]
        texts += [part.removeprefix("whsec_") for part in whole.split()]
    return tuple(Secret(text) for text in dict.fromkeys(texts))
