"""Secrets from the platform's own store: what is read, what is shown, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.deployment.secret_stores.reading import UnreadSecretsError, read_secrets
from local.deployment.secret_stores.stored_secret import STORE_OF, StoredSecret, stored_secret
from local.deployment.secret_stores.stores import MODULES, load_store
from local.emulator import Emulator, faults
from local.emulator.secret_versions import VersionedSecret, secret_with
from local.samples import ROOT
from shared.runtime import Runtime
from tests.support.clocks import SkippingClock
from tests.support.console_pages import blocks, matches
from tests.support.deployer import MACHINES, ONE, TWO, Deployer
from tests.support.doc_pages import page

VALUE = "exampleSecretOfTests"
OTHER = "anotherSecretOfTests"
REGIONS = {"ssm": "ap-guangzhou", "kms": "cn-hangzhou", "csms": "cn-north-4"}
RIGHTS = {
    "ssm": "GetSecretValue",
    "kms": "kms:GetSecretValue",
    "csms": "csms:secretVersion:get",
}
"""Store -> what its emulator refuses."""


def described(source: str) -> str:
    """Return a description whose function has a secret from this source."""
    return f'{ONE}[platforms.scf.functions.{MACHINES}.secrets]\nNOTIFY = "{source}"\n'


def keep(emulator: Emulator, store: str, name: str, secret: VersionedSecret) -> None:
    """Put a secret into an emulated store."""
    secrets = {
        "ssm": emulator.tencent.secrets,
        "kms": emulator.alibaba.secrets,
        "csms": emulator.huawei.csms.secrets,
    }
    secrets[store][name] = secret


def deny(emulator: Emulator, store: str) -> None:
    """Have the emulator refuse to give out secrets."""
    denied = {
        "ssm": emulator.tencent.denied,
        "kms": emulator.alibaba.denied,
        "csms": emulator.huawei.denied,
    }
    denied[store].add(RIGHTS[store])


class Reader:
    """Reads secrets of one emulated store."""

    def __init__(self, emulator: Emulator, store: str, folder: Path) -> None:
        self.emulator = emulator
        self.store = store
        self._process = Runtime(environ=emulator.environment(), home=folder, clock=SkippingClock())

    def read(self, *names: str) -> list[str]:
        """Return the values of secrets."""
        sources = {
            f"{self.store}:{name}": (f"secrets.{number}",) for number, name in enumerate(names)
        }
        found = read_secrets(sources, REGIONS[self.store], None, self._process)
        return [found[source].text.get_secret_value() for source in sources]

    def why_not(self, name: str) -> tuple[str, str]:
        """Return the code and the hint with which a secret is refused."""
        with pytest.raises(UnreadSecretsError) as caught:
            self.read(name)
        [unread] = caught.value.unread
        assert (unread.source, unread.places) == (f"{self.store}:{name}", ("secrets.0",))
        return unread.error.code, unread.error.hint


@pytest.fixture(params=MODULES)
def reader(request: pytest.FixtureRequest, emulator: Emulator, tmp_path: Path) -> Reader:
    """A reader of each store, with two secrets in it."""
    keep(emulator, request.param, "plain", secret_with(VALUE))
    keep(emulator, request.param, "pair", secret_with(f'{{"user": "me", "password": "{OTHER}"}}'))
    return Reader(emulator, request.param, tmp_path)


def test_a_value_and_a_key_of_one_are_read(reader: Reader) -> None:
    assert reader.read("plain", "pair#password") == [VALUE, OTHER]


def test_a_secret_is_read_once_for_all_its_keys(reader: Reader) -> None:
    assert reader.read("pair#password", "pair#user") == [OTHER, "me"]

    calls = [each.action for each in reader.emulator.received.of(reader.store)]
    assert sum(action in {"GetSecretValue", "ShowSecretVersion"} for action in calls) == 1


def test_the_newest_version_is_read(reader: Reader) -> None:
    secret = secret_with("older")
    for number in range(10):
        secret.rotate(f"value {number}")
    keep(reader.emulator, reader.store, "rotated", secret)

    assert reader.read("rotated") == ["value 9"]


@pytest.mark.parametrize(
    ("store", "code", "hint"),
    [
        ("ssm", "ResourceNotFound.SecretNotExist", "no such secret"),
        ("kms", "Forbidden.ResourceNotFound", "no such secret"),
        ("csms", "CSMS.0106", "no such secret"),
    ],
)
def test_a_missing_secret_is_named(
    emulator: Emulator, tmp_path: Path, store: str, code: str, hint: str
) -> None:
    found = Reader(emulator, store, tmp_path).why_not("missing")

    assert found[0] == code
    assert hint in found[1]
    assert "in the region of the platform" in found[1]


@pytest.mark.parametrize(
    ("store", "code"),
    [
        ("ssm", "ResourceUnavailable.ResourcePendingDeleted"),
        ("kms", "Rejected.PendingDeletion"),
        ("csms", "CSMS.0103"),
    ],
)
def test_a_secret_that_is_scheduled_for_deletion_is_not_used(
    emulator: Emulator, tmp_path: Path, store: str, code: str
) -> None:
    keep(emulator, store, "gone", VersionedSecret({"v1": VALUE}, state="pending_deletion"))

    found = Reader(emulator, store, tmp_path).why_not("gone")

    assert found[0] == code
    assert "scheduled for deletion" in found[1]


def test_a_missing_right_is_named_with_the_policy_file(reader: Reader) -> None:
    deny(reader.emulator, reader.store)
    store = load_store(reader.store)

    _code, hint = reader.why_not("plain")

    assert f"Allow `{store.permissions[-1]}` for the identity that deploys" in hint
    assert store.policy in hint


def test_a_key_that_may_not_be_used_is_explained(reader: Reader) -> None:
    keep(
        reader.emulator, reader.store, "locked", VersionedSecret({"v1": VALUE}, is_key_denied=True)
    )

    _code, hint = reader.why_not("locked")

    assert "decrypt" in hint.lower()
    assert "key" in hint


@pytest.mark.parametrize(
    ("value", "name", "code"),
    [
        (b"\x00\x01", "odd", "BinarySecret"),
        ("not JSON", "odd#key", "SecretNotJson"),
        ("[1]", "odd#key", "SecretNotJson"),
        ("{}", "odd#key", "NoSuchSecretKey"),
        ('{"key": 1}', "odd#key", "SecretKeyNotText"),
        ('{"key": ""}', "odd#key", "SecretKeyNotText"),
    ],
)
def test_a_value_that_is_no_text_is_named(
    reader: Reader, value: str | bytes, name: str, code: str
) -> None:
    keep(reader.emulator, reader.store, "odd", secret_with(value))

    found = reader.why_not(name)

    assert found[0] == code
    assert found[1]


def test_all_secrets_that_cannot_be_read_are_named(reader: Reader) -> None:
    with pytest.raises(UnreadSecretsError) as caught:
        reader.read("missing", "plain", "absent", "plain#key")

    assert [each.source.partition(":")[2] for each in caught.value.unread] == [
        "missing",
        "absent",
        "plain#key",
    ]


def test_a_store_that_does_not_know_the_keys_is_asked_once(reader: Reader) -> None:
    reader.emulator.inject_fault(reader.store, _unauthenticated(reader.store), times=None)

    with pytest.raises(UnreadSecretsError) as caught:
        reader.read("plain", "pair")

    assert len(caught.value.unread) == 1


def _unauthenticated(store: str) -> faults.Fault:
    codes = {
        "ssm": "AuthFailure.SecretIdNotFound",
        "kms": "InvalidAccessKeyId.NotFound",
        "csms": "APIGW.0301",
    }
    return faults.error(codes[store], "no such key")


def test_a_version_of_ssm_can_be_named(emulator: Emulator, tmp_path: Path) -> None:
    keep(emulator, "ssm", "rotated", VersionedSecret({"old.1": VALUE, "new": OTHER}))

    assert Reader(emulator, "ssm", tmp_path).read("rotated@old.1", "rotated") == [VALUE, OTHER]


def test_the_version_that_ssm_rotates_to_is_the_current_one(
    emulator: Emulator, tmp_path: Path
) -> None:
    keep(emulator, "ssm", "database", VersionedSecret({"SSM_Current": VALUE, "v1": OTHER}))

    assert Reader(emulator, "ssm", tmp_path).read("database") == [VALUE]


@pytest.mark.parametrize(
    ("source", "secret"),
    [
        ("ssm:a-b_c", StoredSecret("ssm", "a-b_c")),
        ("ssm:a@v1.0#key", StoredSecret("ssm", "a", "v1.0", "key")),
        ("kms:team/a@b#key", StoredSecret("kms", "team/a@b", None, "key")),
        ("csms:a#b.c", StoredSecret("csms", "a", None, "b.c")),
        ("env:NAME", None),
        ("prompt", None),
    ],
)
def test_a_source_names_a_secret(source: str, secret: StoredSecret | None) -> None:
    assert stored_secret(source) == secret


def test_every_store_belongs_to_a_platform() -> None:
    assert set(STORE_OF.values()) == set(MODULES)


def test_a_deployment_takes_a_secret_from_ssm_and_shows_only_its_name(deployer: Deployer) -> None:
    keep(deployer.emulator, "ssm", "chat", secret_with(f'{{"url": "{VALUE}"}}'))
    deployer.describe(described("ssm:chat#url"))

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert deployer.functions[MACHINES].environment["NOTIFY"] == VALUE
    assert "    secret    NOTIFY from ssm:chat#url, version v1\n" in ended.out
    assert "ssm:GetSecretValue" in ended.out
    assert VALUE not in ended.out
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_rotated_secret_is_a_change_of_the_secrets(deployer: Deployer) -> None:
    keep(deployer.emulator, "ssm", "chat", secret_with(VALUE))
    deployer.describe(described("ssm:chat"))
    deployer.deploy("--yes")
    deployer.emulator.tencent.secrets["chat"].rotate(OTHER)

    planned = deployer.deploy("--plan")
    deployed = deployer.deploy("--yes")

    for ended in (planned, deployed):
        assert ended.code == 0, ended.out
        assert "NOTIFY from ssm:chat, version v2" in ended.out
        assert "NOTIFY    (not shown) → (not shown)\n" in ended.out
        assert VALUE not in ended.out
        assert OTHER not in ended.out
    assert deployer.functions[MACHINES].environment["NOTIFY"] == OTHER


def test_a_secret_of_several_functions_is_read_once(deployer: Deployer) -> None:
    keep(deployer.emulator, "ssm", "chat", secret_with(VALUE))
    deployer.describe(f'{TWO}[platforms.scf.secrets]\nNOTIFY = "ssm:chat"\n')

    assert deployer.deploy("--yes").code == 0
    assert {each.environment["NOTIFY"] for each in deployer.functions.values()} == {VALUE}
    actions = [each.action for each in deployer.emulator.received.of("ssm")]
    assert actions == ["ListSecretVersionIds", "GetSecretValue"]


def test_nothing_is_changed_or_read_of_the_platform_without_the_secrets(deployer: Deployer) -> None:
    deployer.describe(described("ssm:chat"))

    ended = deployer.deploy("--yes")

    assert ended.code == 1
    assert "Not all secrets could be read; nothing was changed.\n" in ended.out
    assert f"  platforms.scf.functions.{MACHINES}.secrets.NOTIFY: ssm:chat\n" in ended.out
    assert "ResourceNotFound.SecretNotExist" in ended.out
    assert list(deployer.emulator.received.of("scf")) == []


def test_the_secrets_of_another_platforms_store_are_refused_before_anything_is_sent(
    deployer: Deployer,
) -> None:
    deployer.describe(described("csms:chat"))

    ended = deployer.deploy("--yes")

    assert ended.code == 2
    assert "secrets.NOTIFY: scf does not read csms: use ssm:NAME" in ended.out
    assert len(deployer.emulator.received) == 0


def test_a_value_is_not_shown_where_the_platform_repeats_it(deployer: Deployer) -> None:
    keep(deployer.emulator, "ssm", "chat", secret_with(VALUE))
    deployer.describe(described("ssm:chat"))
    deployer.emulator.inject_fault(
        "scf", faults.error("InvalidParameter", f"not good: {VALUE}"), action="CreateFunction"
    )

    ended = deployer.deploy("--yes")

    assert ended.code == 1
    assert "not good: ***" in ended.out
    assert VALUE not in ended.out


def test_the_page_shows_what_is_printed(deployer: Deployer) -> None:
    shown = blocks(page("deploy-secrets.md"))
    example = (ROOT / "deploy.example.toml").read_text("utf-8")
    keep(deployer.emulator, "ssm", "cloud-sync", secret_with(f'{{"notify": "{VALUE}"}}'))
    deployer.describe(f'{example}\n[platforms.scf.secrets]\nNOTIFY = "ssm:cloud-sync#notify"\n')
    secret = deployer.emulator.tencent.secrets["cloud-sync"]

    first = deployer.deploy("--yes")
    secret.rotate(f'{{"notify": "{OTHER}"}}')
    second = deployer.deploy("--yes")
    secret.state = "pending_deletion"
    third = deployer.deploy("--yes")

    assert [ended.code for ended in (first, second, third)] == [0, 0, 1]
    for block, ended in zip(shown, (first, second, third), strict=True):
        assert block.script == "make deploy PLATFORM=scf ARGS=--yes"
        assert matches(block.output, ended.out), ended.out
