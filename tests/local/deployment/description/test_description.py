"""``deploy.toml``: every fault is named at once, with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local.deployment.description.description import DescriptionError, read_description
from local.samples import ROOT
from tests.support.deployer import MACHINES, ONE, Deployer

IN_FUNCTION = f"platforms.scf.functions.{MACHINES}"
SCAN = "platforms.scf.functions.tencent-sync-asset-scan.parameters"
REGION = ("platforms.scf.region", "platforms.scf.regon")


def faults(folder: Path, text: str) -> list[tuple[str, str]]:
    """Return the faults of a description."""
    path = folder / "deploy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DescriptionError) as caught:
        read_description(path)
    return caught.value.faults


def test_the_example_has_no_fault() -> None:
    example = read_description(ROOT / "deploy.example.toml")

    assert example.platforms["scf"].functions[MACHINES].schedule == "0 10 2 * * * *"


def with_every_comment_switched_on() -> str:
    """Return the example with each table and key that it has in a comment."""
    text = (ROOT / "deploy.example.toml").read_text("utf-8")
    found, number = re.subn(r"(?m)^# (?=\[[a-z.-]+\]|[A-Za-z_]+ = )", "", text)
    assert number > 20
    return found


def test_what_the_example_has_in_comments_has_no_fault_either(tmp_path: Path) -> None:
    path = tmp_path / "deploy.toml"
    path.write_text(with_every_comment_switched_on(), encoding="utf-8")

    example = read_description(path)

    apps = {name: each.web for name, each in example.platforms.items() if each.web is not None}
    assert {name: each.operations for name, each in apps.items()} == {
        "scf": "tencent",
        "fc": "alibaba",
        "functiongraph": "huawei",
        "lambda": "tencent",
    }
    assert {tuple(each.secrets) for each in apps.values()} == {("HTTP_BEARER_TOKENS",)}


@pytest.mark.parametrize("platform", ["scf", "fc", "functiongraph"])
def test_what_the_example_has_in_comments_can_be_deployed(
    platform: str, deployer: Deployer
) -> None:
    # A project is looked up in the emulator, which has none of that name.
    text = re.sub("(project_id|name_prefix) = .*", "", with_every_comment_switched_on())
    deployer.describe(text)
    deployer.platform = platform
    secrets = ("OMS_SRC_AK", "OMS_SRC_SK", "OMS_DST_AK", "OMS_DST_SK", "HTTP_BEARER_TOKENS")
    deployer.environ = dict.fromkeys(secrets, "exampleBearerToken")
    deployer.environ["NOTIFY"] = "[]"
    provider = {"scf": "tencent", "fc": "alibaba", "functiongraph": "huawei"}[platform]
    deployer.build("any", f"{provider}-{platform}", f"web-{provider}-{platform}")

    ended = deployer.deploy("--plan")

    assert ended.code == 0, ended.out
    assert f"  create    {provider}-web\n" in ended.out
    assert "    url       new, public, for all callers" in ended.out


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ('"production"', '"No Name"', "name", "must be at most 30 lower-case letters"),
        ("region", "regon", "platforms.scf.region", "Field required"),
        ("schedule", "shedule", f"{IN_FUNCTION}.shedule", "unknown key; did you mean schedule?"),
        ('"0 10 2 * * * *"', "5", f"{IN_FUNCTION}.schedule", "Input should be a valid string"),
        ("LOG_LEVEL", "log_level", "platforms.scf.settings.log_level", "must be upper-case"),
        ("scf", "azure", "platforms.azure", "unknown platform; use one of: "),
        (MACHINES, "sync", "platforms.scf.functions.sync", "unknown function; use one of: "),
        (
            MACHINES,
            "tencent-sync-machine",
            "platforms.scf.functions.tencent-sync-machine",
            "unknown function; did you mean tencent-sync-machines?",
        ),
        ("role", "rol", "platforms.scf.rol", "unknown key; did you mean role?"),
        (
            'region = "ap',
            'python = "3.13"\nregion = "ap',
            "platforms.scf.python",
            "the bundles for scf are made for Python 3.10",
        ),
        (
            "LOG_LEVEL",
            "LOGLEVEL",
            "platforms.scf.settings.LOGLEVEL",
            "unknown setting; did you mean LOG_LEVEL? A name of your own",
        ),
        (
            "LOG_LEVEL",
            "NOTIFY",
            "platforms.scf.settings.NOTIFY",
            "is a secret and must not be in plain text here; name its source in [platforms.",
        ),
        (
            "LOG_LEVEL",
            "PHOTOS_SRC_SK",
            "platforms.scf.settings.PHOTOS_SRC_SK",
            "unknown setting; docs/settings.md has them all. A name of your own goes",
        ),
        (
            "[platforms.scf.functions",
            '[platforms.scf.secrets]\nNOTIFY = "https://example"\n[platforms.scf.functions',
            "platforms.scf.secrets.NOTIFY",
            "must be env:NAME, prompt or ssm:NAME",
        ),
        (
            "[platforms.scf.functions",
            '[platforms.scf.secrets]\nHOME = "env:HOME"\n[platforms.scf.functions',
            "platforms.scf.secrets.HOME",
            "is set by the platform",
        ),
        (
            "[platforms.scf.functions",
            '[platforms.scf.secrets]\nLOG_LEVEL = "env:A"\n[platforms.scf.functions',
            "platforms.scf.secrets.LOG_LEVEL",
            "is in platforms.scf.settings too",
        ),
        ("sync = true", 'sync = "x"', f"{IN_FUNCTION}.parameters", "sync: "),
        ("sync = true", "sink = true", f"{IN_FUNCTION}.parameters", "sink: "),
        (
            'schedule = "0 10 2 * * * *"',
            "",
            f"{IN_FUNCTION}.parameters",
            "are passed by the timer, and there is no schedule",
        ),
        (
            "LOG_LEVEL",
            "DEFAULT_PARAMETERS",
            f"{IN_FUNCTION}.settings",
            "DEFAULT_PARAMETERS",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, place: str, reason: str
) -> None:
    found = dict(faults(tmp_path, ONE.replace(old, new)))

    assert found[place].startswith(reason), found


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    wrong = ONE.replace("LOG_LEVEL", "NOTIFY").replace("sync = true", "sink = true")

    found = faults(tmp_path, wrong)

    assert [place for place, _reason in found] == [
        "platforms.scf.settings.NOTIFY",
        f"{IN_FUNCTION}.parameters",
    ]


OTHER = """
[platforms.scf.functions.tencent-sync-asset-scan]
schedule = "0 20 2 * * * *"
parameters = { sink = true }
"""
OTHER_PLATFORM = """
[platforms.azure]
region = "ap-guangzhou"
[platforms.azure.functions.tencent-sync-machines]
"""


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (ONE.replace("schedule", "shedule") + OTHER, [f"{IN_FUNCTION}.shedule", SCAN]),
        (ONE.replace("region", "regon") + OTHER_PLATFORM, [*REGION, "platforms.azure"]),
        (ONE.replace('"production"', '"No Name"') + OTHER, ["name", SCAN]),
        ("colour = 1\n" + ONE + OTHER, ["colour", SCAN]),
        (ONE.replace("schedule", "shedule"), [f"{IN_FUNCTION}.shedule"]),
        ("platforms = 5", ["name", "platforms"]),
    ],
    ids=["function", "platform", "name", "key", "nothing left", "no table"],
)
def test_what_has_the_right_shape_is_checked_although_another_part_has_not(
    tmp_path: Path, text: str, places: list[str]
) -> None:
    assert [place for place, _reason in faults(tmp_path, text)] == places


def test_a_storage_key_in_the_parameters_is_refused_and_not_shown(tmp_path: Path) -> None:
    wrong = ONE.replace(MACHINES, "huawei-start-sync-task").replace(
        "sync = true", 'sync_task_id = "1", src_ak = "a", src_sk = "exampleSecretKey"'
    )

    [(place, reason)] = faults(tmp_path, wrong)

    assert place == "platforms.scf.functions.huawei-start-sync-task.parameters"
    assert reason.startswith("contain a secret")


TASK = """\
name = "production"
[platforms.scf]
region = "ap-guangzhou"
[platforms.scf.settings]
HUAWEICLOUD_REGION = "cn-north-4"
[platforms.scf.secrets]
OMS_SRC_AK = "env:OMS_SRC_AK"
OMS_SRC_SK = "env:OMS_SRC_SK"
OMS_DST_AK = "env:OMS_DST_AK"
OMS_DST_SK = "env:OMS_DST_SK"
[platforms.scf.functions.huawei-start-sync-task]
schedule = "0 10 2 * * * *"
parameters = { sync_task_id = "your-task-id" }
"""


def test_an_operation_runs_on_another_providers_platform(tmp_path: Path) -> None:
    path = tmp_path / "deploy.toml"
    path.write_text(TASK, encoding="utf-8")

    assert read_description(path).platforms["scf"].secrets["OMS_SRC_AK"] == "env:OMS_SRC_AK"


def test_any_setting_may_come_from_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "deploy.toml"
    sources = 'DEFAULT_PARAMETERS = "env:DEFAULTS"\nOMS_TASKS = "env:TASKS"\nOMS_SRC_AK'
    path.write_text(TASK.replace("OMS_SRC_AK", sources, 1), encoding="utf-8")

    assert read_description(path).platforms["scf"].secrets["OMS_TASKS"] == "env:TASKS"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('HUAWEICLOUD_REGION = "cn-north-4"\n', "RegionMissing"),
        ('OMS_DST_SK = "env:OMS_DST_SK"\n', "OMS_DST_SK"),
    ],
)
def test_a_setting_that_every_run_would_miss_is_a_fault(
    tmp_path: Path, line: str, code: str
) -> None:
    [(place, reason)] = faults(tmp_path, TASK.replace(line, ""))

    assert place == "platforms.scf.functions.huawei-start-sync-task.settings"
    assert code in reason


def test_a_file_that_is_no_toml_is_named_by_line(tmp_path: Path) -> None:
    [(place, reason)] = faults(tmp_path, 'name = "production\n')

    assert (place, "line 1" in reason) == ("", True)


def test_a_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(DescriptionError) as caught:
        read_description(tmp_path / "deploy.toml")

    [(_place, reason)] = caught.value.faults
    assert "copy deploy.example.toml" in reason


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            ONE.replace("0 10 2 * * * *", "0 10 2 * * *"),
            f"{IN_FUNCTION}.schedule: SCF wants seven fields",
        ),
        (
            ONE.replace("[platforms.scf.settings]", "memory_mb = 100\n[platforms.scf.settings]"),
            f"{IN_FUNCTION}.memory_mb: SCF takes 64, or 128 to 3072",
        ),
        (
            ONE.replace("LOG_LEVEL", "TENCENTCLOUD_SECRET_ID"),
            f"{IN_FUNCTION}.settings.TENCENTCLOUD_SECRET_ID: SCF reserves names",
        ),
        (
            ONE.replace('LOG_LEVEL = "INFO"', 'LOG_LEVEL = ""'),
            f"{IN_FUNCTION}.settings.LOG_LEVEL: SCF takes no empty value",
        ),
        (
            f'{ONE}[platforms.scf.functions.{MACHINES}.secrets]\nNOTIFY = "env:MISSING"\n',
            f"{IN_FUNCTION}.secrets.NOTIFY: MISSING is not set in the environment",
        ),
        (
            ONE.replace(
                "[platforms.scf.functions",
                '[platforms.scf.secrets]\nNOTIFY = "env:MISSING"\n[platforms.scf.functions',
            ),
            "platforms.scf.secrets.NOTIFY: MISSING is not set in the environment",
        ),
        (
            ONE.replace('"INFO"', f'"{"I" * 5000}"'),
            f"{IN_FUNCTION}.settings: are 5,009 bytes together, and SCF takes 4,096",
        ),
    ],
)
def test_what_scf_would_refuse_is_a_fault_before_anything_is_sent(
    deployer: Deployer, text: str, line: str
) -> None:
    deployer.describe(text)
    (deployer.folder / "tencent-scf.zip").unlink()

    ended = deployer.deploy("--yes")

    assert ended.code == 2
    assert line in ended.out
    assert deployer.emulator.received.of("scf") == []


def test_a_platform_that_is_not_described_is_wrong_usage(deployer: Deployer) -> None:
    deployer.describe(ONE.replace("scf", "functiongraph"))

    ended = deployer.deploy("--yes")

    assert (ended.code, "platforms.scf: is not described" in ended.out) == (2, True)


def test_a_zip_that_is_larger_than_a_request_is_a_fault(deployer: Deployer) -> None:
    (deployer.folder / "tencent-scf.zip").write_bytes(b"0" * (7 * 1024 * 1024 + 1))

    ended = deployer.deploy("--yes")

    assert ended.code == 2
    assert "the zip has 7,340,033 bytes, and Tencent SCF takes 7,340,032" in ended.out


def test_a_zip_that_is_not_there_is_a_failure(deployer: Deployer) -> None:
    (deployer.folder / "tencent-scf.zip").unlink()

    ended = deployer.deploy("--yes")

    assert (ended.code, "No such file" in ended.out) == (1, True)
