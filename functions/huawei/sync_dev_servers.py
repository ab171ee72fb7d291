"""Huawei ModelArts ``SyncDevServers``: the real-time state of all DevServers.

Page: https://support.huaweicloud.com/intl/en-us/api-modelarts/SyncDevServers.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from functions.huawei._schemas import SYNC_DEV_SERVERS
from functions.huawei.dev_server import as_str, health, read_server
from functions.huawei.provider import HUAWEI, project_of
from shared import entrypoint
from shared.errors import BadResponse, SyncError
from shared.models.flow import ApiCall, ApiResponse, Flow, call_api
from shared.models.http import QueryParams
from shared.models.operation import CallContext, Operation
from shared.models.result import Outcome
from shared.models.service import GetSetting, Service
from shared.pydantic_lite import dump_json

if TYPE_CHECKING:
    from functions.huawei.models import Server
    from functions.huawei.models import SyncDevServersData as Data
    from functions.huawei.models import SyncDevServersParams as Params
else:  # a plain dictionary at run time, like its servers
    Data = dict

SYNC_PERMISSION = "modelarts:devserver:sync"
LIST_PERMISSION = "modelarts:devserver:list"
"""Unconfirmed: the page of ListDevServers names no permission."""

PAGE_SIZE = 1000
"""Each page is another real-time synchronization, so the pages are large."""

SMALL_PAGE = 100
"""Servers; loading the faster JSON encoder only pays off for more of them."""

LAST_OFFSET = 2_147_483_647
SORT_KEYS = ("createTime", "updateTime")
ROOM_BYTES: Mapping[str, int] = {"timer": 200 * 1024, "workflow": 200 * 1024}
MAX_BYTES = 5 * 1024 * 1024
"""Bytes for the servers in one result: the platforms limit asynchronous responses and workflow
states to 256 KB, direct responses to 6 MB."""


def host(region: str | None, _setting: GetSetting) -> str:
    """Return ModelArts' host in a region; Hong Kong has another domain."""
    domain = "myhuaweicloud.cn" if region == "ap-southeast-1" else "myhuaweicloud.com"
    return f"modelarts.{region}.{domain}"


MODELARTS = Service(
    name="modelarts", label="ModelArts", endpoint_settings=("MODELARTS_ENDPOINT_URL",), host_of=host
)


def sync_dev_servers(params: Params, project: str, offset: int, limit: int) -> ApiCall:
    """``PUT …/dev-servers/sync``, as the page documents it: refresh and list one page."""
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
    """``GET …/dev-servers``: list one page without refreshing it.

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
    """Return the query for one page, which both requests share."""
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
    wanted: which of them to list: ``all``, ``attention`` or ``none``; the others are only counted.
    room: the maximum size of the listed servers in bytes of JSON.

    Attributes
    ----------
    total: the provider's latest total.
    count: how many servers were read.
    by_status: how many of them have each status.
    attention: the IDs of those that need attention.
    servers: the listed ones, in the provider's order.
    truncated: whether some were left out for lack of room.
    """

    def __init__(self, wanted: str, max_bytes: int) -> None:
        self.total = 0
        self.count = 0
        self.by_status: dict[str, int] = {}
        self.attention: list[str] = []
        self.servers: list[Server] = []
        self.truncated = False
        self._wanted = wanted
        self._room = max_bytes
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
        before = self.count
        self._show([item for item in raw if self._counts(item)])
        return len(raw), self.count - before

    def _counts(self, raw: Mapping[str, Any]) -> bool:
        """Count a server if it is new; return whether to list it."""
        name, status = as_str(raw.get("id")), as_str(raw.get("status"))
        if name is not None:
            if name in self._ids:
                return False
            self._ids.add(name)
        self.count += 1
        known = status or "unknown"
        self.by_status[known] = self.by_status.get(known, 0) + 1
        failed = health(status) == "failed"
        if failed and name is not None:
            self.attention.append(name)
        return self._wanted == "all" or (failed and self._wanted == "attention")

    def _show(self, raw: list[Mapping[str, Any]]) -> None:
        """List these servers while there is room; only listed servers are converted."""
        if self.truncated or not raw:
            return
        servers = [read_server(item) for item in raw]
        taken = size_of_many(servers) if len(servers) > SMALL_PAGE else size_of(servers)
        if taken > self._room:
            shown, taken = take_within(servers, self._room)
            self.truncated = len(shown) < len(servers)
            servers = shown
        self.servers += servers
        self._room -= taken


def size_of(raw: object) -> int:
    """Return the size of a value as JSON in bytes, as the platforms write it."""
    return len(json.dumps(raw))


def size_of_many(servers: list[Server]) -> int:
    """Return the size of servers as JSON in bytes, or slightly more, in half the time.

    The platforms write a space after every comma and colon; this also counts those within texts.
    """
    text = dump_json(servers)
    if not text.isascii():
        return size_of(servers)
    return len(text) + text.count(b",") + text.count(b'":')


def take_within(servers: list[Server], max_bytes: int) -> tuple[list[Server], int]:
    """Return the first servers that fit into the room, and their size in bytes."""
    taken = 0
    for count, server in enumerate(servers):
        size = size_of(server) + len(", ")
        if taken + size > max_bytes:
            return servers[:count], taken
        taken += size
    return servers, taken


def run(params: Params, context: CallContext) -> Flow[Outcome]:
    """Refresh and summarize the state, page by page."""
    return collect(params, context, sync_dev_servers)


def status(params: Params, context: CallContext) -> Flow[Outcome]:
    """Summarize the state that ModelArts has stored, without a refresh."""
    return collect(params, context, list_dev_servers)


def collect(params: Params, context: CallContext, page_of: PageRequest) -> Flow[Outcome]:
    """Read one page, or all pages from the offset on, and summarize them."""
    project = yield from project_of(params.project_id, context)
    listing = ServerCollector(servers_to_include(params, context), size_budget(context))
    try:
        if params.limit is not None:
            page = page_of(params, project, params.offset or 0, params.limit)
            listing.add((yield from call_api(page)))
        else:
            yield from collect_all_pages(params, project, listing, page_of)
    except SyncError as error:
        if listing.count:
            error.data = data_of(params, project, listing)
        raise
    data = data_of(params, project, listing)
    return Outcome("succeeded", summary(data), data, unknown_keys(params))


def collect_all_pages(
    params: Params, project: str, listing: ServerCollector, page_of: PageRequest
) -> Flow[None]:
    """Read page after page, however ``total`` changes, until a page has nothing new."""
    offset = params.offset or 0
    while offset <= LAST_OFFSET:
        page = page_of(params, project, offset, PAGE_SIZE)
        count, fresh = listing.add((yield from call_api(page)))
        offset += count
        if fresh == 0 or offset >= listing.total:
            return


def data_of(params: Params, project: str, listing: ServerCollector) -> dict[str, object]:
    """Return the result's data."""
    bounded = params.offset is not None or params.limit is not None
    return dict(
        Data(
            project_id=project,
            total=listing.total if bounded else listing.count,
            by_status=listing.by_status,
            attention=listing.attention,
            complete=listing.count >= listing.total,
            truncated=listing.truncated,
            servers=listing.servers,
        )
    )


def servers_to_include(params: Params, context: CallContext) -> str:
    """Return which servers to list."""
    return params.include_servers or ("attention" if context.trigger in ROOM_BYTES else "all")


def size_budget(context: CallContext) -> int:
    """Return the maximum size of the listed servers for this trigger, in bytes."""
    return ROOM_BYTES.get(context.trigger, MAX_BYTES)


def summary(data: Mapping[str, Any]) -> str:
    """Return one sentence for people."""
    count = sum(data["by_status"].values())
    states = ", ".join(f"{n} {status}" for status, n in sorted(data["by_status"].items()))
    said = f"{count} DevServers" + (f": {states}" if states else "")
    if data["attention"]:
        said += f"; {len(data['attention'])} need attention"
    if data["truncated"]:
        said += f"; only {len(data['servers'])} are listed here"
    return said


def unknown_keys(params: Params) -> tuple[str, ...]:
    """Return a warning for sort keys that the page does not document; they are sent anyway."""
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
