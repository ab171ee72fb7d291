"""NOTIFY: every error is named by entry and key, never by value."""

from __future__ import annotations

import json

import pytest

from shared.errors import Misconfigured
from shared.notifications import Channel, load_channels
from shared.settings import Settings
from tests.support.notifications import KINDS, SECRETS, URLS

GOOD = {"kind": "slack", "url": URLS["slack"]}
REVEALING = ("exampleToken", "hooks.slack", "example-token", "topSecret", "evil")


KIND_MESSAGE = (
    "entry 1, kind: must be 'slack', 'dingtalk', 'feishu', 'wecom', 'webhook' or 'heartbeat'"
)
CONDITION_MESSAGE = "must be 'failed', 'attention', 'changed' or 'always'"


def read(value: object, **environ: str) -> tuple[Channel, ...]:
    text = value if isinstance(value, str) else json.dumps(value)
    return load_channels(Settings.from_environ({"NOTIFY": text, **environ}))


def fault(value: object, **environ: str) -> str:
    with pytest.raises(Misconfigured) as caught:
        read(value, **environ)
    error = caught.value
    message = f"{error.message} {error.code} {error.hint} {error!r}"
    assert not [word for word in REVEALING if word in message]
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    return error.message


def test_without_the_setting_there_are_no_channels() -> None:
    assert load_channels(Settings.from_environ({})) == ()


def test_the_default_conditions_are_failed_and_attention() -> None:
    (channel,) = read([GOOD])
    assert channel.on == {"failed", "attention"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_parsed(kind: str) -> None:
    entry = {"kind": kind, "url": URLS[kind], "on": ["always", "changed"]}
    (channel,) = read([entry | ({"secret": SECRETS[kind]} if kind in SECRETS else {})])
    assert (channel.kind, channel.url.get_secret_value(), channel.on, channel.number) == (
        kind,
        URLS[kind],
        frozenset({"always", "changed"}),
        1,
    )
    assert (channel.secret.get_secret_value() if channel.secret else None) == SECRETS.get(kind)


def test_url_and_secret_can_be_in_their_own_settings() -> None:
    entry = {"kind": "dingtalk", "url": "env:ROBOT_URL", "secret": "env:ROBOT_SECRET"}
    (channel,) = read([entry], ROBOT_URL=URLS["dingtalk"] + "\n", ROBOT_SECRET=SECRETS["dingtalk"])
    assert channel.url.get_secret_value() == URLS["dingtalk"]
    assert channel.secret is not None
    assert channel.secret.get_secret_value() == SECRETS["dingtalk"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("[", "NOTIFY is not JSON"),
        ("topSecret", "NOTIFY is not JSON"),
        ("[" * 100_000, "NOTIFY is not JSON"),
        ('{"kind": "slack"}', "NOTIFY is not a JSON list"),
        ('"topSecret"', "NOTIFY is not a JSON list"),
        ("null", "NOTIFY is not a JSON list"),
    ],
)
def test_what_is_not_a_json_list_is_refused(value: str, message: str) -> None:
    assert fault(value) == message


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("topSecret", "entry 1: must be a JSON object"),
        ({"url": URLS["slack"]}, "entry 1, kind: is required"),
        (GOOD | {"kind": "topSecret"}, KIND_MESSAGE),
        (GOOD | {"kind": ["slack"]}, KIND_MESSAGE),
        ({"kind": "slack"}, "entry 1, url: is required"),
        (GOOD | {"url": 5}, "entry 1, url: must be a string"),
        (GOOD | {"url": " "}, "entry 1, url: use an https URL, or env: and the name of a setting"),
        (GOOD | {"url": "env:NOT_THERE"}, "entry 1, url: refers to a setting that is not set (NO"),
        (GOOD | {"url": "env:"}, "entry 1, url: refers to a setting that is not set"),
        (GOOD | {"url": "env:https://evil.example"}, "entry 1, url: refers to a setting"),
        (
            GOOD | {"url": "http://evil.example/x"},
            "entry 1, url: uses http for a remote host; use https",
        ),
        (
            GOOD | {"url": "http://127.0.0.1.evil.example/"},
            "entry 1, url: uses http for a remote host; use https",
        ),
        (GOOD | {"url": "ftp://evil.example/x"}, "entry 1, url: is not a valid http or https URL"),
        (GOOD | {"url": "evil.example/x"}, "entry 1, url: is not a valid http or https URL"),
        (GOOD | {"url": "https:///evil"}, "entry 1, url: is not a valid http or https URL"),
        (
            GOOD | {"url": "https://evil.example:port/"},
            "entry 1, url: is not a valid http or https URL",
        ),
        (GOOD | {"url": "https://[evil/"}, "entry 1, url: is not a valid http or https URL"),
        (GOOD | {"url": "https://evil_host$/"}, "entry 1, url: is not a valid http or https URL"),
        (GOOD | {"url": "https://a@evil.example/"}, "entry 1, url: contains a user name"),
        (GOOD | {"url": "https://evil.example/#x"}, "entry 1, url: contains a fragment"),
        (GOOD | {"url": "https://evil.example/a b"}, "entry 1, url: contains characters"),
        (GOOD | {"url": "https://evil.example/\nx"}, "entry 1, url: contains characters"),
        (GOOD | {"url": "https://evil.example/a%2Fb"}, "entry 1, url: contains an encoded slash"),
        (GOOD | {"url": "https://evil.example/%ff"}, "entry 1, url: contains percent escapes"),
        (GOOD | {"secret": None}, "entry 1, secret: must be a string"),
        (GOOD | {"secret": ""}, "entry 1, secret: use a secret, or env: and the name of a setting"),
        (GOOD | {"secret": "env:NOT_THERE"}, "entry 1, secret: refers to a setting"),
        (
            GOOD | {"kind": "webhook", "secret": "topSecret!"},
            "entry 1, secret: is not base64 (optionally after whsec_)",
        ),
        (
            GOOD | {"kind": "webhook", "secret": "topSecre!!!!"},
            "entry 1, secret: is not base64 (optionally after whsec_)",
        ),
        (
            GOOD | {"kind": "webhook", "secret": f"{SECRETS['webhook']} whsec_dG9vIHNob3J0"},
            "entry 1, secret: is shorter than 16 bytes",
        ),
        (
            GOOD | {"kind": "webhook", "secret": f"whsec_{'A' * 32}"},
            "entry 1, secret: is a placeholder",
        ),
        (GOOD | {"on": "failed"}, "entry 1, on: must be a list"),
        (GOOD | {"on": []}, "entry 1, on: must have at least 1 item"),
        (
            GOOD | {"on": ["failed", "topSecret"]},
            f"entry 1, on[1]: {CONDITION_MESSAGE}",
        ),
        (
            GOOD | {"on": [["failed"]]},
            f"entry 1, on[0]: {CONDITION_MESSAGE}",
        ),
        *(
            ({**GOOD, "since_minutes": value}, f"entry 1, since_minutes: {message}")
            for value, message in (
                (0, "must be greater than or equal to 1"),
                (-5, "must be greater than or equal to 1"),
                (10_081, "must be less than or equal to 10080"),
                (15.0, "must be a whole number"),
                ("15", "must be a whole number"),
                (True, "must be a whole number"),
                (None, "must be a whole number"),
                ([15], "must be a whole number"),
            )
        ),
        (
            GOOD | {"on": ["failed"]} | {"since_minutes": 15},
            "entry 1, since_minutes: only applies to the condition attention",
        ),
        (GOOD | {"channel": "x"}, "entry 1, channel: is not a known key"),
        (GOOD | {URLS["slack"]: "x"}, "entry 1, a key of 77 characters: is not a known key"),
    ],
)
def test_an_invalid_entry_is_named_by_its_number_and_key(entry: object, message: str) -> None:
    assert message in fault([entry])


HEARTBEAT = {"kind": "heartbeat", "url": "https://hc-ping.example/example-token-000006"}


@pytest.mark.parametrize(
    ("given", "style"),
    [({}, "healthchecks"), ({"style": "uptime_kuma"}, "uptime_kuma")],
)
def test_a_heartbeat_is_sent_after_every_run(given: dict[str, str], style: str) -> None:
    (channel,) = read([HEARTBEAT | given])
    assert (channel.kind, channel.on, channel.style) == ("heartbeat", frozenset({"always"}), style)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        *(
            (HEARTBEAT | {name: value}, f"NOTIFY: entry 1, {name}: does not apply to the kind hea")
            for name, value in (
                ("on", ["always"]),
                ("secret", "topSecret"),
                ("since_minutes", 15),
            )
        ),
        (HEARTBEAT | {"style": "topSecret"}, "style: must be 'healthchecks' or 'uptime_kuma'"),
        (GOOD | {"style": "healthchecks"}, "entry 1, style: only applies to the kind heartbeat"),
    ],
)
def test_what_a_heartbeat_does_not_have_is_refused(entry: object, message: str) -> None:
    assert message in fault([entry])


@pytest.mark.parametrize("minutes", [1, 15, 10_080])
def test_since_minutes_is_parsed(minutes: int) -> None:
    (channel,) = read([GOOD | {"since_minutes": minutes}])
    assert channel.since_minutes == minutes


def test_without_since_minutes_there_is_no_limit() -> None:
    (channel,) = read([GOOD])
    assert channel.since_minutes is None


def test_all_errors_are_named_at_once() -> None:
    message = fault(
        [
            {"kind": "x", "url": 5, "on": 1, "since_minutes": 0},
            GOOD,
            {"kind": "slack", "more": 1},
        ]
    )
    assert [
        place
        for place in (
            "entry 1, kind",
            "entry 1, url",
            "entry 1, on",
            "entry 1, since_minutes",
            "entry 3, more",
            "entry 3, url",
        )
        if place not in message
    ] == []
    assert "entry 2" not in message


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080/x?y=1", "http://localhost/x", "http://[::1]:8080/x"]
)
def test_plain_http_is_accepted_for_this_machine(url: str) -> None:
    (channel,) = read([GOOD | {"url": url}])
    address = channel.address
    assert url.startswith(address.origin)
    assert address.path == "/x"
