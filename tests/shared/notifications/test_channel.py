"""A channel's secrets, and what is shown of it."""

from __future__ import annotations

import json

import pytest

from shared.notifications import Channel, load_channels, secrets_of
from shared.settings import Settings
from tests.support.notifications import SECRETS, URLS


def read(value: object) -> tuple[Channel, ...]:
    return load_channels(Settings.from_environ({"NOTIFY": json.dumps(value)}))


def test_a_channel_shows_neither_url_nor_secret() -> None:
    (channel,) = read([{"kind": "dingtalk", "url": URLS["dingtalk"], "secret": "topSecret"}])
    shown = f"{channel!r} {channel} {channel.address!r}"
    assert not [word for word in ("Token", "topSecret", "robot/send") if word in shown]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("slack", {"exampleToken000001", "T00EXAMPLE", "B00EXAMPLE"}),
        ("dingtalk", {"exampleToken000002", SECRETS["dingtalk"]}),
        ("feishu", {"example-token-000003", SECRETS["feishu"]}),
        ("wecom", {"example-key-000004"}),
        ("webhook", {"example-hook-000005", "/hooks/example-hook-000005", SECRETS["webhook"]}),
    ],
)
def test_the_secrets_of_a_channel_are_its_url_its_tokens_and_its_secret(
    kind: str, expected: set[str]
) -> None:
    secret = {"secret": SECRETS[kind]} if kind in SECRETS else {}
    (channel,) = read([{"kind": kind, "url": URLS[kind], **secret}])
    found = {each.get_secret_value() for each in secrets_of(channel)}
    assert expected | {URLS[kind]} <= found


def test_common_words_of_a_url_are_not_secrets() -> None:
    (channel,) = read([{"kind": "webhook", "url": "https://receiver.example/webhooks/sync?v=1"}])
    found = {each.get_secret_value() for each in secrets_of(channel)}
    assert found == {"https://receiver.example/webhooks/sync?v=1", "/webhooks/sync"}
