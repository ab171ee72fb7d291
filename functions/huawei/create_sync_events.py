"""Huawei OMS ``CreateSyncEvents``: hand new objects to an object-storage synchronization task.

Page: https://support.huaweicloud.com/intl/en-us/api-oms/CreateSyncEvents.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from functions.huawei._core_schemas import CREATE_SYNC_EVENTS
from functions.huawei.oms_tasks import SETTING as TASKS_SETTING
from functions.huawei.oms_tasks import (
    place_from_settings,
    read_tasks,
    task_of_bucket,
    why_forbidden,
)
from functions.huawei.provider import HUAWEI, find_project_id
from functions.huawei.sync_task import OMS, REGIONS, name_of
from shared import entrypoint
from shared.errors import SyncError
from shared.models.effects import verified
from shared.models.flow import ApiCall, Flow, GetSetting, call_api
from shared.models.operation import CallContext, ListedValues, Operation
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.huawei.models import CreateSyncEventsData as Data
    from functions.huawei.models import CreateSyncEventsParams as Params
    from shared.models.documents import Attention
else:
    Attention = Data = dict

PERMISSION = "oms:synctask:createEvent"
BATCH_SIZE = 10
"""The page: "A maximum of 10 objects can be included"."""

UNKNOWN_OUTCOME_HINT = "OMS may have taken these objects; handing them over again is harmless."

MAX_LISTED = 100
MAX_LISTED_BYTES = 40 * 1024
"""Limits for the keys that a result lists: a workflow's may have 256 KB, and one key 16 KB."""


def parameters_from_event(event: object) -> Mapping[str, object] | None:
    """Return the parameters of a bucket event, None for an event that already is the parameters.

    Raises
    ------
    InvalidInput: it is neither; see :func:`functions.huawei.bucket_events.read_bucket_event`.
    """
    from functions.huawei.bucket_events import read_bucket_event  # a timer has no bucket event

    found = read_bucket_event(event, CREATE_SYNC_EVENTS.fields)
    if found is None:
        return None
    parameters: dict[str, object] = {"object_keys": found.keys, "ignored_records": found.ignored}
    return parameters if found.bucket is None else {**parameters, "bucket": found.bucket}


def defaults_from_settings(
    raw: Mapping[str, object], read_setting: GetSetting
) -> Mapping[str, object]:
    """Return the task that ``OMS_TASKS`` lists for the bucket, and its project and region.

    Raises
    ------
    Misconfigured: it lists the bucket for several tasks, or another bucket for the task.
    """
    task = task_of_bucket(raw, read_setting)
    known = {} if task is None else {"sync_task_id": task}
    return {**known, **place_from_settings({**raw, **known}, read_setting)}


def forbidden_for_callers(
    raw: Mapping[str, object], params: Params, read_setting: GetSetting
) -> str | None:
    """Return why HTTP and chat callers may not hand objects to a task; None if they may."""
    return why_forbidden(raw, params.sync_task_id, read_setting, "given objects")


def input_errors(raw: Mapping[str, object]) -> Iterable[str]:
    """Yield an error for each key whose percent-encoded bytes are not UTF-8."""
    keys = raw.get("object_keys")
    keys = keys.split(",") if isinstance(keys, str) else keys
    for position, key in enumerate(keys if isinstance(keys, list) else ()):
        try:
            if isinstance(key, str):
                unquote(key, errors="strict")
        except UnicodeDecodeError:
            yield f"object_keys[{position}]: is not UTF-8"


def create_sync_events(task_id: str, project: str, keys: list[str]) -> ApiCall:
    """Return ``POST …/sync-tasks/{sync_task_id}/events``, as documented.

    It is repeated after a lost response. A key that arrives twice is harmless: the request says
    which objects to bring up to date, so at worst OMS copies one again (``object_overwrite_mode``
    of the page of CreateSyncTask), and buckets themselves deliver events at least once (Amazon
    S3's user guide, EventNotifications). A key that never arrives is an object never copied.
    """
    return ApiCall(
        service=OMS,
        action="CreateSyncEvents",
        permission=PERMISSION,
        method="POST",
        path=f"/v2/{project}/sync-tasks/{task_id}/events",
        headers=(("X-Project-Id", project),),
        body={"object_keys": keys},
        writes=True,
    )


class Handover:
    """Which keys OMS has taken so far.

    Parameters
    ----------
    params: the run's.

    Attributes
    ----------
    keys: the distinct keys, in order.
    batches: how many requests OMS accepted.
    taken: how many keys it took.
    refused: the keys that it refused.
    failure: why keys are left, None if none are.
    may_have_taken_more: whether OMS may have taken some of the keys that are left.
    received_at: when its last response was received.
    """

    def __init__(self, params: Params) -> None:
        self.params = params
        self.keys = list(dict.fromkeys(map(encoded_as_documented, params.object_keys)))
        self.batches = 0
        self.taken = 0
        self.refused: list[str] = []
        self.failure: SyncError | None = None
        self.may_have_taken_more = False
        self.received_at: str | None = None
        self._left: list[str] = []

    def run(self, project: str) -> Flow[None]:
        """Hand over the keys, at most ten at a time.

        A batch that OMS refuses as such does not hold back the next ones; anything else would
        happen to the next one too.
        """
        for start in range(0, len(self.keys), BATCH_SIZE):
            batch = self.keys[start : start + BATCH_SIZE]
            call = create_sync_events(self.params.sync_task_id, project, batch)
            try:
                response = yield from call_api(call)
            except SyncError as error:
                self.may_have_taken_more |= error.is_unconfirmed_write
                if error.http_status != 400:
                    self.failure = error
                    self._left += self.keys[start:]
                    return
                self.failure = self.failure or error
                self.refused += batch
                self._left += batch
                continue
            self.batches += 1
            self.taken += len(batch)
            self.received_at = response.received_at

    def data(self) -> Data:
        """Return the result's data; before the run, all keys are left."""
        left = self._left if self.taken or self._left else self.keys
        known = verified("cannot_be_known", ["CreateSyncEvents"], self.received_at)
        refused = within_limits(self.refused)
        return Data(
            sync_task_id=self.params.sync_task_id,
            bucket=self.params.bucket,
            keys=len(self.keys),
            duplicates=len(self.params.object_keys) - len(self.keys),
            ignored_records=self.params.ignored_records,
            batches=self.batches,
            handed_over=self.taken,
            left=len(left),
            left_keys=within_limits(left),
            # OMS's page offers no way to ask what became of one object.
            verified=known if self.taken else None,
            attention=[
                Attention(id=None, name=unquote(key), why="OMS refused the request with its key")
                for key in refused
            ],
            attention_count=len(self.refused),
        )


def encoded_as_documented(key: str) -> str:
    """Return a URL-encoded key in one spelling, its slashes encoded as in the page's example."""
    return quote(unquote(key), safe="")


def within_limits(keys: list[str]) -> list[str]:
    """Return the first keys, as many as a result may list."""
    room = MAX_LISTED_BYTES
    for count, key in enumerate(keys[:MAX_LISTED]):
        room -= len(key)
        if room < 0:
            return keys[:count]
    return keys[:MAX_LISTED]


def run(params: Params, context: CallContext) -> Flow[Outcome]:
    """Hand over each key once, in order; fail unless OMS took all of them."""
    handover = Handover(params)
    if not handover.keys:
        ignored = params.ignored_records
        told = f"no new object; {ignored} other events ignored" if ignored else "no object given"
        return Outcome("unchanged", f"{name_of(params.sync_task_id)}: {told}", handover.data())
    try:
        project = yield from find_project_id(params.project_id, context)
        yield from handover.run(project)
    except SyncError as error:
        error.data = handover.data()
        raise
    failure = handover.failure
    if failure is not None:
        failure.data = handover.data()
        if handover.may_have_taken_more and not failure.is_unconfirmed_write:
            failure.hint = f"{failure.hint} {UNKNOWN_OUTCOME_HINT}".lstrip()
        raise failure
    noun = "object" if handover.taken == 1 else "objects"
    summary = f"OMS accepted {handover.taken} {noun} for {name_of(params.sync_task_id)}"
    return Outcome("accepted", summary, handover.data())


OPERATION = Operation(
    id="huawei.oms.CreateSyncEvents",
    function="huawei-create-sync-events",
    title="Hand new objects of a bucket to a synchronization task",
    docs_url="https://support.huaweicloud.com/intl/en-us/api-oms/CreateSyncEvents.html",
    service=OMS,
    provider=HUAWEI,
    params=CREATE_SYNC_EVENTS,
    flow=run,
    items_noun="objects",
    changed_statuses=frozenset({"accepted"}),
    cross_field_errors=input_errors,
    defaults_from_settings=defaults_from_settings,
    parameters_from_event=parameters_from_event,
    listed_values={"sync_task_id": ListedValues(setting=TASKS_SETTING, values=read_tasks)},
    forbidden_for_callers=forbidden_for_callers,
    regions=REGIONS,
    effect="has the task copy these objects",
    min_timeout_seconds=60,
    unknown_outcome_hint=UNKNOWN_OUTCOME_HINT,
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)


if __name__ == "__main__":
    from shared.command_line import run_command

    raise SystemExit(run_command(OPERATION, "functions.huawei.create_sync_events"))
