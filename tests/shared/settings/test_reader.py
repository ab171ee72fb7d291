"""Reading settings: which value wins, what counts as set, and how secrets are returned."""

from __future__ import annotations

import os

import pytest

from shared.models.secret import Secret
from shared.settings import Settings, environment_source, make_source


def two_places(first: dict[str, str], second: dict[str, str]) -> Settings:
    return Settings(make_source("user data", first, first.get), environment_source(second))


def test_the_first_source_that_has_a_value_wins() -> None:
    settings = two_places({"CWP_SITE": "intl"}, {"CWP_SITE": "cn"})
    assert settings.get("CWP_SITE") == "intl"


def test_a_source_without_the_value_falls_through_to_the_next() -> None:
    assert two_places({}, {"CWP_SITE": "intl"}).get("CWP_SITE") == "intl"


@pytest.mark.parametrize("blank", ["", " ", "\n", "\t \r\n"])
def test_a_blank_value_is_an_unset_one(blank: str) -> None:
    assert two_places({"CWP_SITE": blank}, {"CWP_SITE": "intl"}).get("CWP_SITE") == "intl"
    assert Settings.from_environ({"CWP_SITE": blank}).get("CWP_SITE") is None


def test_a_line_break_pasted_behind_a_value_is_not_part_of_it() -> None:
    assert Settings.from_environ({"CWP_SITE": " intl\r\n"}).get("CWP_SITE") == "intl"


def test_whitespace_inside_a_value_stays() -> None:
    text = '{"type": "ecs"}'
    assert Settings.from_environ({"DEFAULT_PARAMETERS": text}).get("DEFAULT_PARAMETERS") == text


def test_an_unset_setting_takes_the_default_of_the_table() -> None:
    assert Settings.from_environ({"LOG_LEVEL": ""}).get("LOG_LEVEL") == "INFO"


def test_an_unset_setting_without_a_default_is_none() -> None:
    assert Settings.from_environ({}).get("ON_FAILURE") is None


def test_a_name_that_is_not_in_the_table_is_an_internal_error() -> None:
    settings = Settings.from_environ({"NOT_A_SETTING": "1"})
    for read in (settings.get, settings.secret, settings.source_of):
        with pytest.raises(KeyError):
            read("NOT_A_SETTING")


def test_a_secret_setting_is_not_returned_unwrapped() -> None:
    settings = Settings.from_environ({"OMS_SRC_SK": "exampleSecret"})
    with pytest.raises(TypeError, match="OMS_SRC_SK is secret") as caught:
        settings.get("OMS_SRC_SK")
    assert "exampleSecret" not in str(caught.value)


def test_a_secret_setting_is_returned_wrapped() -> None:
    settings = Settings.from_environ({"OMS_SRC_SK": "exampleSecret\n"})
    assert settings.secret("OMS_SRC_SK") == Secret("exampleSecret")


def test_an_unset_secret_setting_is_none() -> None:
    assert Settings.from_environ({"OMS_SRC_SK": " "}).secret("OMS_SRC_SK") is None


def test_a_setting_that_is_not_marked_secret_is_not_read_as_one() -> None:
    with pytest.raises(TypeError, match="LOG_LEVEL is not marked secret"):
        Settings.from_environ({}).secret("LOG_LEVEL")


def test_the_source_of_a_setting_is_named() -> None:
    settings = two_places({"CWP_SITE": ""}, {"CWP_SITE": "intl", "OMS_SRC_SK": "exampleSecret"})
    assert settings.source_of("CWP_SITE") == "environment"
    assert settings.source_of("OMS_SRC_SK") == "environment"


def test_the_source_of_a_default_is_none() -> None:
    assert Settings.from_environ({}).source_of("LOG_LEVEL") is None


def test_secrets_are_all_set_secret_settings_and_nothing_else() -> None:
    settings = two_places(
        {"OMS_SRC_AK": "exampleSourceKey"},
        {"OMS_SRC_AK": "hidden", "HUAWEICLOUD_AUTH_TOKEN": "exampleToken", "LOG_LEVEL": "DEBUG"},
    )
    assert {secret.get_secret_value() for secret in settings.secrets()} == {
        "exampleSourceKey",
        "exampleToken",
    }


def test_nothing_of_the_environment_is_kept_from_one_call_to_the_next() -> None:
    environment = {"CWP_SITE": "intl"}
    assert Settings.from_environ(environment).get("CWP_SITE") == "intl"
    del environment["CWP_SITE"]
    assert Settings.from_environ(environment).get("CWP_SITE") is None
    environment["CWP_SITE"] = "intl"
    assert Settings.from_environ(environment).get("CWP_SITE") == "intl"


def test_the_process_environment_is_read_unless_another_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(os.environ, "CWP_SITE", "intl")
    assert Settings.from_environ().get("CWP_SITE") == "intl"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "NO_PROXY"])
def test_the_lower_case_proxy_variables_are_read_too(name: str) -> None:
    assert Settings.from_environ({name.lower(): "proxy.example"}).get(name) == "proxy.example"


def test_the_upper_case_proxy_variable_wins_in_its_place() -> None:
    settings = Settings.from_environ({"https_proxy": "http://b", "HTTPS_PROXY": "http://a"})
    assert settings.get("HTTPS_PROXY") == "http://a"


def test_an_earlier_source_wins_over_an_alias_of_a_later_one() -> None:
    settings = two_places({"https_proxy": "http://b"}, {"HTTPS_PROXY": "http://a"})
    assert settings.get("HTTPS_PROXY") == "http://b"


def test_a_repr_shows_sources_and_no_values() -> None:
    settings = two_places({"OMS_SRC_SK": "exampleSecret"}, {"CWP_SITE": "intl"})
    assert repr(settings) == "Settings(user data, environment)"


def test_a_byte_that_is_not_utf_8_does_not_make_a_value_unusable() -> None:
    environ = {"HTTP_BEARER_TOKENS": "exampleBearerToken\udcff", "CONSOLE_LABEL": "\ud800é"}
    environ["SLACK_URL"] = "https://example.com/\udcff"
    settings = Settings.from_environ(environ)

    assert settings.get("CONSOLE_LABEL") == "?é"
    assert settings.secret_value("HTTP_BEARER_TOKENS") == "exampleBearerToken?"
    named = settings.secret_by_name("SLACK_URL")
    assert named is not None
    assert named.get_secret_value() == "https://example.com/?"
