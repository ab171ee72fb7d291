"""One function on each platform, and where its log is kept at the emulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from local.emulator import Emulator
from local.emulator.functiongraph_functions import StoredFunction
from tests.support.deployer import ONE

ID = "00000000-0000-4000-8000-00000000000{}"

Pair = tuple[str, str]


class Logged(NamedTuple):
    """A function of a platform that keeps logs.

    Parameters
    ----------
    platform, name, bundle: which.
    description: a description of it that names no log.
    keys: the keys of the table ``log``.
    first, second, third: logs, each by its group and its stream.
    log_of: returns where the function's log is kept at an emulator, None for nowhere.
    put_log: sets it there, as a person does.
    only: makes these logs the only ones that there are.
    page: how the address of the first log's page ends.
    refusal: what is said about the first log where it does not exist.
    """

    platform: str
    name: str
    bundle: str
    description: str
    keys: Pair
    first: Pair
    second: Pair
    third: Pair
    log_of: Callable[[Emulator], Pair | None]
    put_log: Callable[[Emulator, Pair], None]
    only: Callable[[Emulator, Pair], None]
    page: str
    refusal: str

    def table(self, log: Pair, inside: str = "") -> str:
        """Return a table ``log``, the platform's or that of something inside."""
        lines = "".join(
            f'{key} = "{value}"\n' for key, value in zip(self.keys, log, strict=True) if value
        )
        return f"[platforms.{self.platform}{inside}.log]\n{lines}"

    def described(self, log: Pair | None) -> str:
        """Return a description that names a log."""
        return self.description + ("" if log is None else self.table(log))


FC = "alibaba-synchronize-resource"
FC_DESCRIPTION = f"""\
name = "production"
[platforms.fc]
region = "cn-hangzhou"
role = "cloud-sync-edas"
[platforms.fc.settings]
LOG_LEVEL = "INFO"
[platforms.fc.functions.{FC}]
schedule = "0 10 2 * * *"
parameters = {{ type = "all" }}
"""


def fc_log(emulator: Emulator) -> Pair | None:
    config = emulator.alibaba.function_compute.at()[FC].config.get("logConfig")
    return None if config is None else (config["project"], config["logstore"])


def put_fc_log(emulator: Emulator, log: Pair) -> None:
    config = {"project": log[0], "logstore": log[1]}
    emulator.alibaba.function_compute.at()[FC].config["logConfig"] = config


def only_fc_log(emulator: Emulator, log: Pair) -> None:
    emulator.alibaba.function_compute.logstores = {log[0]: {log[1]}}


SCF = "tencent-sync-machines"


def scf_log(emulator: Emulator) -> Pair | None:
    return emulator.tencent.deployed.at()[SCF].log


def put_scf_log(emulator: Emulator, log: Pair) -> None:
    emulator.tencent.deployed.at()[SCF].log = log


def only_scf_log(emulator: Emulator, log: Pair) -> None:
    emulator.tencent.deployed.topics = {log[0]: {log[1]}}


FUNCTIONGRAPH = "huawei-stop-sync-task"
FUNCTIONGRAPH_DESCRIPTION = f"""\
name = "production"
[platforms.functiongraph]
region = "cn-north-4"
role = "cloud-sync-oms"
[platforms.functiongraph.settings]
LOG_LEVEL = "INFO"
HUAWEICLOUD_REGION = "cn-north-4"
[platforms.functiongraph.functions.{FUNCTIONGRAPH}]
schedule = "@every 15m"
parameters = {{ sync_task_id = "example-sync-task" }}
"""


def functiongraph_function(emulator: Emulator) -> StoredFunction:
    return emulator.huawei.functiongraph.named(FUNCTIONGRAPH)


def functiongraph_log(emulator: Emulator) -> Pair | None:
    config = functiongraph_function(emulator).config
    if "log_group_id" not in config or not config["enable_lts_log"]:
        return None
    return config["log_group_id"], config["log_stream_id"]


def put_functiongraph_log(emulator: Emulator, log: Pair) -> None:
    config = functiongraph_function(emulator).config
    config["log_group_id"], config["log_stream_id"] = log


def only_functiongraph_log(emulator: Emulator, log: Pair) -> None:
    emulator.huawei.functiongraph.log_streams = {log[0]: {log[1]}}


PLATFORMS = (
    Logged(
        platform="fc",
        name=FC,
        bundle="alibaba-fc",
        description=FC_DESCRIPTION,
        keys=("project", "logstore"),
        first=("example-project", "functions"),
        second=("example-project", "other_functions"),
        third=("another-project", "functions"),
        log_of=fc_log,
        put_log=put_fc_log,
        only=only_fc_log,
        page="/lognext/project/example-project/logsearch/functions?slsRegion=cn-hangzhou",
        refusal="InvalidArgument: project 'example-project' does not exist.",
    ),
    Logged(
        platform="scf",
        name=SCF,
        bundle="tencent-scf",
        description=ONE,
        keys=("logset_id", "topic_id"),
        first=(ID.format(1), ID.format(2)),
        second=(ID.format(1), ID.format(3)),
        third=(ID.format(4), ID.format(5)),
        log_of=scf_log,
        put_log=put_scf_log,
        only=only_scf_log,
        page=f"/cls/search?region=ap-guangzhou&topic_id={ID.format(2)}",
        refusal="Correct logset_id and topic_id in the description",
    ),
    Logged(
        platform="functiongraph",
        name=FUNCTIONGRAPH,
        bundle="huawei-functiongraph",
        description=FUNCTIONGRAPH_DESCRIPTION,
        keys=("group_id", "stream_id"),
        first=(ID.format(1), ID.format(2)),
        second=(ID.format(1), ID.format(3)),
        third=(ID.format(4), ID.format(5)),
        log_of=functiongraph_log,
        put_log=put_functiongraph_log,
        only=only_functiongraph_log,
        page=f"events?groupId={ID.format(1)}&topicId={ID.format(2)}",
        refusal="group_id and stream_id where the description names a log",
    ),
)
