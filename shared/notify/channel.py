"""A channel: where notifications go, and on what conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.models.address import Address, address_of
from shared.models.secret import Secret

LONG_ENOUGH = 8
"""A shorter piece of a URL is an everyday word or a short number: no secret."""

TOKEN = re.compile(r"(?=.*[0-9])[A-Za-z0-9_=+-]{8,}|[A-Za-z0-9_=+-]{16,}")
"""A path segment that somebody drew by lot, not one that a page is named by."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One entry of the setting ``NOTIFY``.

    Parameters
    ----------
    kind: ``slack``, ``dingtalk``, ``feishu``, ``wecom`` or ``webhook``.
    url: where to; who knows the URL of an incoming webhook can post to it.
    secret: what posts are signed with, None to post them unsigned.
    on: the conditions that make a result worth a message.
    number: the entry's place in the setting, from 1; it names the channel in log lines.
    """

    kind: str
    url: Secret
    secret: Secret | None
    on: frozenset[str]
    number: int = 1

    @property
    def address(self) -> Address:
        """The URL taken apart; it was checked when the setting was read."""
        return address_of(self.url.reveal())


def secrets_of(channel: Channel) -> tuple[Secret, ...]:
    """Return everything of a channel that must be scrubbed from what leaves.

    The URL whole, its path, the segments and query values that look like tokens, and the
    signing secrets, each by itself and without its prefix.
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
