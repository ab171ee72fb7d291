"""Whatever goes wrong, no text that a person or a log may see holds a secret."""

from __future__ import annotations

import json
import tempfile
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.client.credentials import PROVIDERS, ResolvedCredentials, resolve
from shared.errors import Misconfigured
from shared.models.credentials import AccessKey
from shared.models.secret import Secret
from shared.settings import SETTINGS, Settings

MARK = "exampleSecret0123"
"""Stands wherever a secret may stand; must be seen nowhere."""

FIELDS = {
    ".aliyun/config.json": [
        *("access_key_id", "access_key_secret", "sts_token", "mode", "region_id"),
        *("ram_role_arn", "expired_seconds"),
    ],
    ".tccli/default.credential": ["secretId", "secretKey", "token", "type", "role-arn"],
    ".alibabacloud/credentials": ["type", "access_key_id", "access_key_secret"],
    ".tencentcloud/credentials": ["secret_id", "secret_key", "token", "role_arn"],
    ".huaweicloud/credentials": ["ak", "sk", "security_token", "project_id", "idp_id"],
}
OWNER = {
    ".aliyun/config.json": "alibaba",
    ".alibabacloud/credentials": "alibaba",
    ".tencentcloud/credentials": "tencent",
    ".tccli/default.credential": "tencent",
    ".huaweicloud/credentials": "huawei",
}
SECTION = {".huaweicloud/credentials": "basic"}
PLAIN = ["", "access_key", "AK", "StsToken", "default", "exampleId", "cn-hangzhou"]
TEXTS = st.one_of(
    st.sampled_from(
        [*PLAIN, MARK, f"{MARK}\n", f"a {MARK}", f'"{MARK}"', f"{MARK}é", f"%({MARK})s"]
    )
)


def everything_shown(error: BaseException) -> str:
    """Return all that a log, a traceback or a result may show of an error and its kin."""
    shown = ["".join(traceback.format_exception(type(error), error, error.__traceback__))]
    kin: BaseException | None = error
    while kin is not None:
        shown += [str(kin), repr(kin), repr(vars(kin)), repr(kin.args)]
        kin = kin.__cause__ or kin.__context__
    return "\n".join(shown)


def shown_by(
    provider: str,
    environment: dict[str, str],
    *,
    home: Path | None = None,
    keys: AccessKey | None = None,
) -> tuple[str, ResolvedCredentials | None]:
    settings = Settings.from_environ(environment)
    try:
        identity = resolve(
            provider, settings, role=lambda: keys, on_platform=keys is not None, home=home
        )
    except Misconfigured as error:
        return everything_shown(error), None
    credentials = identity.credentials
    return f"{credentials!r} {credentials} {credentials.source} {settings!r}", identity


@given(
    environment=st.dictionaries(
        st.sampled_from(
            [name for name in SETTINGS if name not in {"HOME", "ALIBABA_CLOUD_PROFILE"}]
        ),
        TEXTS,
    ),
    provider=st.sampled_from(PROVIDERS),
)
def test_no_setting_is_shown(environment: dict[str, str], provider: str) -> None:
    environment.pop("TCCLI_PROFILE", None)
    shown, _ = shown_by(provider, environment)
    assert MARK not in shown


@given(
    parts=st.tuples(TEXTS, TEXTS, st.none() | TEXTS),
    provider=st.sampled_from(PROVIDERS),
)
def test_no_part_of_a_role_is_shown(parts: tuple[str, str, str | None], provider: str) -> None:
    key_id, secret, token = parts
    keys = AccessKey(key_id, Secret(secret), None if token is None else Secret(token))
    shown, _ = shown_by(provider, {}, keys=keys)
    assert MARK not in shown


@given(data=st.data(), file=st.sampled_from(list(FIELDS)))
def test_no_field_of_a_profile_is_shown(data: st.DataObject, file: str) -> None:
    values = data.draw(st.dictionaries(st.sampled_from(FIELDS[file]), TEXTS))
    if file == ".aliyun/config.json":
        content = json.dumps({"current": "default", "profiles": [{"name": "default", **values}]})
    elif file == ".tccli/default.credential":
        content = json.dumps(values)
    else:
        lines = [f"{name} = {value}" for name, value in values.items()]
        content = "\n".join([f"[{SECTION.get(file, 'default')}]", *lines])
    assert MARK not in shown_with(file, content)


@given(data=st.data(), file=st.sampled_from(list(FIELDS)))
def test_no_part_of_a_malformed_file_is_shown(data: st.DataObject, file: str) -> None:
    pieces = st.sampled_from(
        [MARK, "[default]", "[basic]", "=", "\n", " ", "{", "}", '"', ":", ",", "[", "]", "type"]
    )
    content = "".join(data.draw(st.lists(pieces, max_size=20)))
    assert MARK not in shown_with(file, content)


def shown_with(file: str, content: str) -> str:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, file)
        path.parent.mkdir(parents=True)
        path.write_text(content, "utf-8")
        shown, _ = shown_by(OWNER[file], {}, home=Path(directory))
    return shown.replace(directory, "")


@pytest.mark.parametrize("file", list(FIELDS))
def test_no_parsers_error_is_chained_to_ours(file: str, tmp_path: Path) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(f"{{{MARK}", "utf-8")
    settings = Settings.from_environ({})
    with pytest.raises(Misconfigured) as caught:
        resolve(OWNER[file], settings, role=None, on_platform=False, home=tmp_path)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("file", list(FIELDS))
def test_the_home_directory_itself_is_not_shown(file: str, tmp_path: Path) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text("{", "utf-8")
    shown, identity = shown_by(OWNER[file], {}, home=tmp_path)
    assert identity is None
    assert f"~/{file}" in shown
    assert str(tmp_path) not in shown
