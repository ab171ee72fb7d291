"""The password in a proxy's URL is redacted wherever it appears without the rest of the URL."""

from __future__ import annotations

import pytest

from shared.redaction import Redactor
from shared.settings import Settings
from shared.settings.url_password import url_passwords


def texts(url: str) -> list[str]:
    return [each.get_secret_value() for each in url_passwords(url)]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://user:exampleSecret@proxy.test:3128", ["exampleSecret"]),
        ("user:exampleSecret@proxy.test", ["exampleSecret"]),
        ("https://user:ex%2Fample@proxy.test", ["ex%2Fample", "ex/ample"]),
        ("http://user:ex@mple:a@proxy.test", ["ex@mple:a"]),
        ("http://user@proxy.test", []),
        ("http://user:@proxy.test", []),
        ("http://proxy.test:3128", []),
        ("", []),
    ],
)
def test_the_password_is_found_as_written_and_decoded(url: str, expected: list[str]) -> None:
    assert texts(url) == expected


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_the_proxys_password_is_among_what_is_redacted(name: str) -> None:
    settings = Settings.from_environ({name: "http://user:example%2FSecret@proxy.test:3128"})
    redacted = Redactor(settings.secrets()).redact("407 example/Secret, example%2FSecret")
    assert redacted == "407 ***, ***"
