"""Huawei ModelArts ``SyncDevServers``: the real-time state of all DevServers.

Page: https://support.huaweicloud.com/intl/en-us/api-modelarts/SyncDevServers.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from functions.huawei._core_schemas import SYNC_DEV_SERVERS
from functions.huawei.dev_server import as_str, health, read_server
from functions.huawei.provider import HUAWEI, find_project_id
from shared import entrypoint
from shared.cold_start.pydantic_lite import dump_json
from shared.errors import BadResponse, SyncError
from shared.models.effects import Effect, verified
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api
from shared.models.http import QueryParams
from shared.models.operation import CallContext, Operation
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.huawei.models import Server
    from functions.huawei.models import SyncDevServersData as Data
    from functions.huawei.models import SyncDevServersParams as Params
    from shared.models.documents import Attention
else:  # plain dictionaries at run time, like its servers
    Attention = Data = dict

SYNC_PERMISSION = "modelarts:devserver:sync"
LIST_PERMISSION = "modelarts:devserver:listByUser"
"""Of ``GET …/dev-servers``, by Huawei's table of ModelArts permissions (modelarts_03_0366);
``:list`` is of ``GET …/dev-servers/all``."""

PAGE_SIZE = 1000
"""Every page causes another real-time synchronization, so the pages are large."""


SMALL_PAGE = 100
"""Loading the faster JSON encoder only pays off for more servers than this."""

LAST_OFFSET = 2_147_483_647
SORT_KEYS = ("createTime", "updateTime")
MAX_BYTES_BY_TRIGGER: Mapping[str, int] = {"timer": 200 * 1024, "workflow": 200 * 1024}
MAX_BYTES = 5 * 1024 * 1024
"""Limits for the servers in one result: platforms limit asynchronous responses and workflow
states to 256 KB, and direct responses to 6 MB."""

MAX_ATTENTION_BYTES = 40 * 1024
"""Limit for those that need attention, about 400; they are counted beyond it."""

MAX_STATUSES = 40
"""How many statuses are counted each on its own; ModelArts' page lists 17."""

MAX_STATUS_BYTES = 4 * 1024
"""Limit for these as JSON; the summary lists them once more."""

MAX_STATUS_LENGTH = 100
MAX_NAME_LENGTH = 200
OTHER_STATUSES = "other"


def host(region: str | None, _setting: GetSetting) -> str:
    """Return ModelArts' host in a region; Hong Kong has another domain."""
    domain = "myhuaweicloud.cn" if region == "ap-southeast-1" else "myhuaweicloud.com"
    return f"modelarts.{region}.{domain}"


MODELARTS = Service(
    name="modelarts", label="ModelArts", endpoint_settings=("MODELARTS_ENDPOINT_URL",), host_of=host
)


def sync_dev_servers(params: Params, project: str, offset: int, limit: int) -> ApiCall:
    """Return ``PUT …/dev-servers/sync``, as documented: refresh and list one page."""
    return ApiCall(
        service=MODELARTS,
        action="SyncDevServers",
        permission=SYNC_PERMISSION,
        method="PUT",
        path=f"/v1/{project}/dev-servers/sync",
        query=page_query(params, offset, limit),
        headers=(("X-Project-Id", project),),
        writes=True,
        read_timeout=30,
        dry_run_response={"total": 0, "data": []},
    )


def list_dev_servers(params: Params, project: str, offset: int, limit: int) -> ApiCall:
    """Return ``GET …/dev-servers``: list one page without refreshing it.

    Page: https://support.huaweicloud.com/intl/en-us/api-modelarts/ListDevServers.html
    """
    return ApiCall(
        service=MODELARTS,
        action="ListDevServers",
        permission=LIST_PERMISSION,
        method="GET",
        path=f"/v1/{project}/dev-servers",
        query=page_query(params, offset, limit),
        headers=(("X-Project-Id", project),),
        read_timeout=30,
        dry_run_response={"total": 0, "data": []},
    )


def page_query(params: Params, offset: int, limit: int) -> QueryParams:
    """Return the query for one page, the same for both requests."""
    query = [("limit", str(limit)), ("offset", str(offset))]
    if params.owner is not None:
        query.append(("owner", params.owner))
    if params.sort_dir is not None:
        query.append(("sort_dir", params.sort_dir))
    if params.sort_key:
        query.append(("sort_key", ",".join(params.sort_key)))
    return tuple(query)


PageRequest = Callable[["Params", str, int, int], ApiCall]
"""Returns the request for one page, with or without a refresh."""


class ServerCollector:
    """The servers read so far, each ID once.

    Parameters
    ----------
    include: which of them to list: ``all``, ``attention`` or ``none``; the others are only counted.
    max_bytes: the maximum size of the listed servers as JSON.

    Attributes
    ----------
    total: the provider's latest total.
    count: how many servers were read.
    by_status: how many of them have each status.
    attention: those that need attention, as many as fit.
    attention_count: how many need attention.
    servers: the listed ones, in the provider's order.
    received_at: when the last page was received.
    truncated: whether some were left out because of the size limit.
    """

    def __init__(self, include: str, max_bytes: int) -> None:
        self.total = 0
        self.count = 0
        self.by_status: dict[str, int] = {}
        self.attention: list[Attention] = []
        self.attention_count = 0
        self.servers: list[Server] = []
        self.received_at: str | None = None
        self.truncated = False
        self._include = include
        self._bytes_left = max_bytes
        self._attention_bytes_left = MAX_ATTENTION_BYTES
        self._status_bytes_left = MAX_STATUS_BYTES
        self._ids: set[str] = set()

    def add(self, response: ApiResponse) -> tuple[int, int]:
        """Add a page; return how many servers it has and how many of them are new.

        Raises
        ------
        BadResponse: it has no list of servers, or no total.
        """
        body = response.body if isinstance(response.body, dict) else {}
        page, total = body.get("data"), body.get("total")
        page = page if isinstance(page, list) else None
        raw = None if page is None else [item for item in page if isinstance(item, dict)]
        if page is None or raw is None or len(raw) != len(page) or type(total) is not int:
            raise BadResponse(
                "ModelArts' response has no list of servers, or no total",
                outcome_unknown=True,
                http_status=response.status,
                request_id=response.request_id,
                retryable=False,
            )
        self.total = max(0, total)
        self.received_at = response.received_at
        before = self.count
        self._list_servers([item for item in raw if self._count(item)])
        return len(raw), self.count - before

    def _count(self, raw: Mapping[str, Any]) -> bool:
        """Count a server if it is new; return whether to list it."""
        server_id, status = as_str(raw.get("id")), as_str(raw.get("status"))
        if server_id is not None:
            if server_id in self._ids:
                return False
            self._ids.add(server_id)
        self.count += 1
        key = (status or "unknown")[:MAX_STATUS_LENGTH]
        if key not in self.by_status:
            self._status_bytes_left -= json_size(key)
            if len(self.by_status) >= MAX_STATUSES or self._status_bytes_left < 0:
                key = OTHER_STATUSES
        self.by_status[key] = self.by_status.get(key, 0) + 1
        failed = health(status) == "failed"
        if failed:
            name = (as_str(raw.get("name")) or "")[:MAX_NAME_LENGTH] or None
            self._add_attention(Attention(id=server_id, name=name, why=key))
        return self._include == "all" or (failed and self._include == "attention")

    def _add_attention(self, item: Attention) -> None:
        """Count a server that needs attention, and list it if it fits."""
        self.attention_count += 1
        if item["id"] is None or self._attention_bytes_left <= 0:
            return
        self._attention_bytes_left -= json_size(item) + len(", ")
        if self._attention_bytes_left >= 0:
            self.attention.append(item)

    def _list_servers(self, raw: list[Mapping[str, Any]]) -> None:
        """List as many of these servers as fit; only listed servers are converted."""
        if self.truncated or not raw:
            return
        servers = [read_server(item) for item in raw]
        size = estimate_json_size(servers) if len(servers) > SMALL_PAGE else json_size(servers)
        if size > self._bytes_left:
            fitting, size = take_within(servers, self._bytes_left)
            self.truncated = len(fitting) < len(servers)
            servers = fitting
        self.servers += servers
        self._bytes_left -= size


def json_size(raw: object) -> int:
    """Return the size of a value in bytes, as the JSON that the platforms write."""
    return len(json.dumps(raw))


def estimate_json_size(servers: list[Server]) -> int:
    """Return at least the size of servers as JSON in bytes, in half the time.

    The platforms write a space after every comma and colon; this also counts those in strings.
    """
    text = dump_json(servers)
    if not text.isascii():
        return json_size(servers)
    return len(text) + text.count(b",") + text.count(b'":')


def take_within(servers: list[Server], max_bytes: int) -> tuple[list[Server], int]:
    """Return the first servers that fit into a size, and their own size in bytes."""
    total = 0
    for count, server in enumerate(servers):
        size = json_size(server) + len(", ")
        if total + size > max_bytes:
            return servers[:count], total
        total += size
    return servers, total


def run(params: Params, context: CallContext) -> Flow[Outcome]:
    """Refresh and summarize the state, page by page."""
    return collect(params, context, sync_dev_servers, verifies=True)


def status(params: Params, context: CallContext) -> Flow[Outcome]:
    """Summarize the state that ModelArts has stored, without a refresh."""
    return collect(params, context, list_dev_servers)


def collect(
    params: Params, context: CallContext, request_page: PageRequest, *, verifies: bool = False
) -> Flow[Outcome]:
    """Read one page, or all pages from the offset on, and summarize them.

    Parameters
    ----------
    params, context: the run's.
    request_page: returns the request for a page.
    verifies: whether the responses show the effect of the run, which is a fresh state.
    """
    project = yield from find_project_id(params.project_id, context)
    collector = ServerCollector(servers_to_include(params, context), size_budget(context))
    try:
        if params.limit is not None:
            page = request_page(params, project, params.offset or 0, params.limit)
            collector.add((yield from call_api(page)))
        else:
            yield from collect_all_pages(params, project, collector, request_page)
    except SyncError as error:
        if collector.count:
            error.data = build_data(params, project, collector)
        raise
    data = build_data(params, project, collector)
    if verifies:
        is_known = is_bounded(params) or data["complete"]
        effect: Effect = "seen" if is_known else "cannot_be_known"
        data["verified"] = verified(effect, ("SyncDevServers",), collector.received_at)
    return Outcome("succeeded", summary(data), data, unknown_keys(params))


def collect_all_pages(
    params: Params, project: str, collector: ServerCollector, request_page: PageRequest
) -> Flow[None]:
    """Read page after page, however ``total`` changes, until a page has nothing new."""
    offset = params.offset or 0
    while offset <= LAST_OFFSET:
        page = request_page(params, project, offset, PAGE_SIZE)
        count, new = collector.add((yield from call_api(page)))
        offset += count
        if new == 0 or offset >= collector.total:
            return


def build_data(params: Params, project: str, collector: ServerCollector) -> dict[str, object]:
    """Return the result's data."""
    return dict(
        Data(
            project_id=project,
            total=collector.total if is_bounded(params) else collector.count,
            by_status=collector.by_status,
            complete=collector.count >= collector.total,
            truncated=collector.truncated,
            servers=collector.servers,
            verified=None,
            attention=collector.attention,
            attention_count=collector.attention_count,
        )
    )


def is_bounded(params: Params) -> bool:
    """Return whether a run reads only a part of the servers."""
    return params.offset is not None or params.limit is not None


def servers_to_include(params: Params, context: CallContext) -> str:
    """Return which servers to list."""
    return params.include_servers or (
        "attention" if context.trigger in MAX_BYTES_BY_TRIGGER else "all"
    )


def size_budget(context: CallContext) -> int:
    """Return the maximum size of the listed servers for this trigger, in bytes."""
    return MAX_BYTES_BY_TRIGGER.get(context.trigger, MAX_BYTES)


def summary(data: Mapping[str, Any]) -> str:
    """Return the summary: how many servers there are, by state."""
    count = sum(data["by_status"].values())
    states = ", ".join(f"{n} {status}" for status, n in sorted(data["by_status"].items()))
    text = f"{count} DevServers" + (f": {states}" if states else "")
    if data["attention_count"]:
        text += f"; {data['attention_count']} need attention"
    if data["truncated"]:
        text += f"; only {len(data['servers'])} are listed here"
    return text


def unknown_keys(params: Params) -> tuple[str, ...]:
    """Return a warning for undocumented sort keys; they are sent anyway."""
    unknown = [key for key in params.sort_key if key not in SORT_KEYS]
    return (f"undocumented sort keys: {', '.join(unknown)}",) if unknown else ()


OPERATION = Operation(
    id="huawei.modelarts.SyncDevServers",
    function="huawei-sync-dev-servers",
    title="The real-time state of all DevServers",
    docs_url="https://support.huaweicloud.com/intl/en-us/api-modelarts/SyncDevServers.html",
    service=MODELARTS,
    provider=HUAWEI,
    params=SYNC_DEV_SERVERS,
    flow=run,
    read_flow=status,
    effect="makes ModelArts refresh the state of every DevServer",
    min_timeout_seconds=60,
    unknown_outcome_hint="ModelArts may still complete the request; retrying is safe.",
    items_noun="DevServers",
)


def handler(event: object, context: object = None) -> object:
    """Handle one event on any of the four platforms."""
    return entrypoint.handle(OPERATION, event, context)


if __name__ == "__main__":
    from shared.command_line import run_command

    raise SystemExit(run_command(OPERATION, "functions.huawei.sync_dev_servers"))
