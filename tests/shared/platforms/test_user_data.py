"""FunctionGraph's user data: settings behind a getter that differs between runtimes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from shared.models.secret import Secret
from shared.platforms import detect_platform
from shared.settings import Settings

USER_DATA = {
    "LOG_LEVEL": "DEBUG",
    "OMS_SRC_SK": "exampleSecret",
    "OMS_PHOTOS_SRC_AK": "examplePhotosKey",
}


def settings(get: object, environ: Mapping[str, str] | None = None) -> Settings:
    context = SimpleNamespace(getRequestID=lambda: "fg-request", getUserData=get)
    return detect_platform({}, context).settings(context, environ or {})


def raising(name: str) -> str:
    return USER_DATA[name]


def empty(name: str) -> str:
    return USER_DATA.get(name, "")


@pytest.mark.parametrize(
    "get", [USER_DATA.get, raising, empty], ids=["None", "KeyError", "empty text"]
)
def test_user_data_is_found_however_unset_values_are_returned(get: Callable[[str], Any]) -> None:
    found = settings(get, {"CWP_SITE": "intl"})
    assert found.get("LOG_LEVEL") == "DEBUG"
    assert found.source_of("LOG_LEVEL") == "user data"
    assert found.secret("OMS_SRC_SK") == Secret("exampleSecret")
    assert found.secrets() == [Secret("exampleSecret")]
    assert found.get("ON_FAILURE") is None
    assert found.get("CWP_SITE") == "intl"


@pytest.mark.parametrize(
    "get", [USER_DATA.get, raising, empty], ids=["None", "KeyError", "empty text"]
)
def test_a_name_that_the_deployer_chose_is_found_too(get: Callable[[str], Any]) -> None:
    found = settings(get, {"OMS_OTHER_SRC_AK": " exampleOtherKey\n"})
    assert found.secret_by_name("OMS_PHOTOS_SRC_AK") == Secret("examplePhotosKey")
    assert found.secret_by_name("OMS_OTHER_SRC_AK") == Secret("exampleOtherKey")
    assert found.secret_by_name("OMS_NOBODYS_SRC_AK") is None


@pytest.mark.parametrize("value", [None, 5, b"DEBUG", ["DEBUG"], " ", object()])
def test_user_data_that_is_not_a_string_is_not_set(value: object) -> None:
    assert settings(lambda _name: value).source_of("LOG_LEVEL") is None


def test_user_data_that_is_not_a_string_is_not_set_where_other_names_raise() -> None:
    def get(name: str) -> object:
        return {"LOG_LEVEL": 5, "ON_FAILURE": "return"}[name]

    found = settings(get)
    assert found.source_of("LOG_LEVEL") is None
    assert found.get("ON_FAILURE") == "return"


def test_a_runtime_without_user_data_has_the_environment() -> None:
    context = SimpleNamespace(getRequestID=lambda: "fg-request")
    found = detect_platform({}, context).settings(context, {"LOG_LEVEL": "ERROR"})
    assert found.get("LOG_LEVEL") == "ERROR"


def test_user_data_wins_over_the_environment() -> None:
    assert settings(USER_DATA.get, {"LOG_LEVEL": "ERROR"}).get("LOG_LEVEL") == "DEBUG"


def test_what_the_platform_sets_is_not_read_from_user_data() -> None:
    found = settings({"RUNTIME_TIMEOUT": "900"}.get, {"RUNTIME_TIMEOUT": "30"})
    assert found.get("RUNTIME_TIMEOUT") == "30"


def test_user_data_is_read_at_every_call() -> None:
    user_data = {"LOG_LEVEL": "DEBUG"}
    assert settings(user_data.get).get("LOG_LEVEL") == "DEBUG"
    user_data["LOG_LEVEL"] = "ERROR"
    assert settings(user_data.get).get("LOG_LEVEL") == "ERROR"
