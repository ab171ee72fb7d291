"""Huawei Cloud as documented: OMS, ModelArts, IAM, FunctionGraph's runs."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from local.emulator import keys as known
from local.emulator.dev_servers import DevServer, generate
from local.emulator.invocations import Invocation, Invocations
from local.emulator.keys import Key, KeyRing
from local.emulator.message import Received, Reply, to_json
from local.emulator.service import Refusal
from local.emulator.verification import verify_sdk_hmac

ERRORS = {
    "APIGW.0101": (404, "The API does not exist or has not been published in the environment"),
    "APIGW.0301": (401, "Incorrect IAM authentication information"),
    "APIGW.0302": (403, "The IAM user is not allowed to access the API"),
    "APIGW.0308": (429, "The throttling threshold has been reached"),
    "APIGW.0201": (503, "Backend unavailable"),
    "OMS.0001": (400, "Invalid parameter"),
    "OMS.0002": (404, "The synchronization task does not exist"),
    "OMS.0003": (400, "The synchronization task is already running"),
    "ModelArts.0104": (400, "Invalid parameter"),
    "ModelArts.0010": (500, "Internal error"),
    "FSS.0400": (400, "Invalid parameter"),
    "FSS.0413": (413, "The request body is too large"),
    "FSS.0429": (429, "Function Disabled"),
    "FSS.1051": (404, "Not found the function"),
}
"""Code -> HTTP status and text. The OMS codes are invented: no public table states them, and
so are FSS.0400 and FSS.0413."""

PROJECT = "0000000000000000000000000000aa01"
TASK = "example-sync-task-1"
DOMAIN = "000000000000000000000000000d0001"
DOMAIN_NAME = "example-account"
LARGEST_EVENT = 256 * 1024
_URN = re.compile(
    r"urn:fss:([a-z0-9-]+):([A-Za-z0-9_-]+):function:([A-Za-z0-9_-]+):([A-Za-z0-9_-]+)"
    r"(?::(!?[A-Za-z0-9_.-]+))?"
)
SORT_KEYS = ("createTime", "updateTime")


@dataclass(slots=True)
class SyncTask:
    """One OMS synchronization task.

    Parameters
    ----------
    status: ``STOPPED`` or ``SYNCHRONIZING``.
    url_list: whether its source is a list of URLs, which has no source keys.
    due_at: when a start takes effect, by ``time.monotonic``; None if none is on its way.
    starts: how often it was started.
    """

    task_id: str = TASK
    project_id: str = PROJECT
    status: str = "STOPPED"
    url_list: bool = False
    last_start_time: int = 1_700_000_000_000
    due_at: float | None = None
    starts: int = 0

    def as_json(self) -> dict[str, object]:
        """Return it in the format of ``ShowSyncTask``."""
        return {
            "sync_task_id": self.task_id,
            "src_cloud_type": "Aliyun",
            "src_region": "cn-hangzhou",
            "src_bucket": "example-source",
            "create_time": 1_690_000_000_000,
            "last_start_time": self.last_start_time,
            "dst_bucket": "example-destination",
            "dst_region": "cn-north-4",
            "description": "",
            "status": self.status,
            "enable_metadata_migration": False,
            "enable_restore": False,
            "app_id": "",
            "monthly_acceptance_request": 40,
            "monthly_success_object": 36,
            "monthly_failure_object": 1,
            "monthly_skip_object": 3,
            "monthly_size": 123_456,
            "object_overwrite_mode": "SIZE_LAST_MODIFIED_COMPARISON_OVERWRITE",
            "dst_storage_policy": "STANDARD",
            "consistency_check": "size_last_modified",
        }


@dataclass(frozen=True, slots=True)
class Project:
    """One IAM project; a region's default project has the region's name."""

    id: str
    name: str


class Huawei:
    """The state that OMS, ModelArts, IAM and FunctionGraph share.

    Attributes
    ----------
    keys: the access keys it knows.
    auth_tokens: ready ``X-Auth-Token`` values -> when each ends (seconds since 1970, None: never).
    projects: the account's projects.
    tasks: OMS's tasks by id.
    start_seconds: how long a started task stays ``STOPPED`` before it is ``SYNCHRONIZING``.
    dev_servers: ModelArts's servers, in no particular order.
    owners: server id -> owner; a server without one is ``owner-a``'s.
    denied: permissions that are refused, e.g. ``oms:synctask:get``.
    functions: the functions of FunctionGraph; None for any name.
    invocations: the runs that FunctionGraph took on.
    """

    def __init__(self, invocations: Invocations | None = None) -> None:
        self.lock = threading.RLock()
        self.keys = KeyRing(known.HUAWEI, known.HUAWEI_TEMPORARY, known.HUAWEI_EXPIRED)
        self.auth_tokens: dict[str, float | None] = {known.HUAWEI_AUTH_TOKEN: None}
        self.projects = [
            Project(PROJECT, "cn-north-4"),
            Project("0000000000000000000000000000aa02", "cn-east-3"),
            Project("0000000000000000000000000000aa03", "cn-southwest-2"),
        ]
        self.tasks: dict[str, SyncTask] = {TASK: SyncTask()}
        self.start_seconds = 0.0
        self.dev_servers: list[DevServer] = generate(25)
        self.owners: dict[str, str] = {}
        self.denied: set[str] = set()
        self.functions: set[str] | None = None
        self.invocations = invocations or Invocations()

    def services(self) -> tuple[HuaweiService, ...]:
        """Return the four services over this state."""
        task = r"/v2/([^/]{1,1024})/sync-tasks/([^/]{1,255})"
        return (
            HuaweiService(
                self,
                "oms",
                Route("POST", task + "/start", "StartSyncTask", self._start_sync_task),
                Route("GET", task, "ShowSyncTask", self._show_sync_task),
            ),
            HuaweiService(
                self,
                "modelarts",
                Route(
                    "PUT",
                    "/v1/([A-Za-z0-9-]{1,64})/dev-servers/sync",
                    "SyncDevServers",
                    self._sync_dev_servers,
                ),
                Route(
                    "GET",
                    "/v1/([A-Za-z0-9-]{1,64})/dev-servers",
                    "ListDevServers",
                    self._list_dev_servers,
                ),
            ),
            HuaweiService(
                self,
                "iam",
                Route("GET", "/v3/projects", "KeystoneListProjects", self._list_projects),
                Route("GET", "/v3/auth/domains", "KeystoneListAuthDomains", self._list_domains),
            ),
            HuaweiService(
                self,
                "functiongraph",
                Route(
                    "POST",
                    r"/v2/([A-Za-z0-9-]{1,64})/fgs/functions/([^/]{1,1024})/invocations-async",
                    "AsyncInvokeFunction",
                    self._async_invoke_function,
                ),
            ),
        )

    def authenticate(self, request: Received, now: float) -> Key:
        """Return the caller, by signature or by token; raises :class:`Refusal`."""
        token = request.headers.get("x-auth-token")
        if token is None:
            return verify_sdk_hmac(request, self.keys, now, failure)
        ends = self.auth_tokens.get(token, 0.0)
        if ends is not None and now >= ends:
            text = "Incorrect IAM authentication information: decrypt token fail"
            raise failure("APIGW.0301", text)
        return Key("token", "")

    def _start_sync_task(self, request: Received, now: float, project: str, task_id: str) -> Reply:
        self._check_right(project, "oms:synctask:update")
        if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise failure("OMS.0001", "The content type is not application/json")
        with self.lock:
            task = self._task(project, task_id)
            _check_storage_keys(request, url_list=task.url_list)
            if task.status == "SYNCHRONIZING" or task.due_at is not None:
                raise failure("OMS.0003")
            task.starts += 1
            task.last_start_time = round(now * 1000)
            task.due_at = time.monotonic() + self.start_seconds
        return Reply(content_type=None)

    def _show_sync_task(self, request: Received, now: float, project: str, task_id: str) -> Reply:
        self._check_right(project, "oms:synctask:get")
        if not re.fullmatch(r"\d{13}", dict(request.query).get("query_time", "")):
            raise failure("OMS.0001", "query_time is not a number of milliseconds")
        with self.lock:
            return Reply(body=to_json(self._task(project, task_id).as_json()))

    def _task(self, project: str, task_id: str) -> SyncTask:
        """Return the task's current state; a start takes effect after its delay."""
        task = self.tasks.get(task_id)
        if task is None or task.project_id != project:
            raise failure("OMS.0002")
        if task.due_at is not None and time.monotonic() >= task.due_at:
            task.status = "SYNCHRONIZING"
            task.due_at = None
        return task

    def _sync_dev_servers(self, request: Received, now: float, project: str) -> Reply:
        self._check_right(project, "modelarts:devserver:sync")
        return self._page_of_dev_servers(request)

    def _list_dev_servers(self, request: Received, now: float, project: str) -> Reply:
        self._check_right(project, "modelarts:devserver:list")
        return self._page_of_dev_servers(request)

    def _page_of_dev_servers(self, request: Received) -> Reply:
        query = dict(request.query)
        offset = _number(query, "offset", 0, 2_147_483_647)
        limit = _number(query, "limit", 10, 1024)
        owner = query.get("owner")
        if owner is not None and not re.fullmatch(r"[a-z0-9-]{1,64}", owner):
            raise failure("ModelArts.0104", "owner is not valid")
        direction = query.get("sort_dir", "ASC")
        names = query.get("sort_key", "createTime").split(",")
        if direction not in {"ASC", "DESC"} or not set(names) <= set(SORT_KEYS):
            raise failure("ModelArts.0104", "sort_dir or sort_key is not valid")
        fields = [{"createTime": "create_at", "updateTime": "update_at"}[name] for name in names]
        with self.lock:
            servers = [
                server
                for server in self.dev_servers
                if owner is None or self.owners.get(server["id"], "owner-a") == owner
            ]
        servers.sort(
            key=lambda server: [server.get(field, 0) for field in fields],
            reverse=direction == "DESC",
        )
        page = {
            "current": offset // limit if limit else 0,
            "data": servers[offset : offset + limit],
            "pages": -(-len(servers) // limit) if limit else 0,
            "size": limit,
            "total": len(servers),
        }
        return Reply(body=to_json(page))

    def _list_projects(self, request: Received, now: float) -> Reply:
        name = dict(request.query).get("name")
        projects = [
            {
                "id": project.id,
                "name": project.name,
                "domain_id": DOMAIN,
                "parent_id": DOMAIN,
                "is_domain": False,
                "enabled": True,
                "description": "",
                "links": {"self": f"https://example.invalid/v3/projects/{project.id}"},
            }
            for project in self.projects
            if name is None or project.name == name
        ]
        links = {"self": "https://example.invalid/v3/projects", "previous": None, "next": None}
        return Reply(body=to_json({"projects": projects, "links": links}))

    def _list_domains(self, request: Received, now: float) -> Reply:
        """List the one account that the caller belongs to; it needs no permission.

        Source: https://support.huaweicloud.com/intl/en-us/api-iam/iam_07_0001.html
        """
        domain = {
            "description": "",
            "enabled": True,
            "id": DOMAIN,
            "links": {"self": f"https://example.invalid/v3/domains/{DOMAIN}"},
            "name": DOMAIN_NAME,
        }
        links = {"self": "https://example.invalid/v3/auth/domains"}
        return Reply(body=to_json({"domains": [domain], "links": links}))

    def _async_invoke_function(
        self, request: Received, now: float, project: str, urn: str
    ) -> Reply:
        self._check_right(project, "functiongraph:function:invokeAsync")
        if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise failure("FSS.0400", "The content type is not application/json")
        named = _URN.fullmatch(unquote(urn))
        if named is None or named.group(2) != project:
            raise failure("FSS.1051")
        function, version = named.group(4), named.group(5)
        if self.functions is not None and function not in self.functions:
            raise failure("FSS.1051")
        if len(request.body) > LARGEST_EVENT:
            raise failure("FSS.0413")
        try:
            event = request.json()
        except ValueError:
            event = None
        if not isinstance(event, dict):
            raise failure("FSS.0400", "The body is not a JSON object")
        run = str(uuid.uuid4())
        self.invocations.begin(Invocation("functiongraph", function, version, request.body, run))
        return Reply(202, to_json({"request_id": run}))

    def _check_right(self, project: str, right: str) -> None:
        if right in self.denied or all(project != known.id for known in self.projects):
            raise failure("APIGW.0302")


@dataclass(frozen=True, slots=True)
class Route:
    """One API: its method, path pattern, name and implementation."""

    method: str
    path: str
    action: str
    work: Callable[..., Reply]


class HuaweiService:
    """One Huawei Cloud service behind the common API gateway."""

    def __init__(self, cloud: Huawei, name: str, *routes: Route) -> None:
        self._cloud = cloud
        self.name = name
        self._routes = routes

    def action(self, request: Received) -> str:
        """Return the name of the API with this method and path."""
        found = self._find(request)
        return found[0].action if found else ""

    def authenticate(self, request: Received, now: float) -> Key:
        """Return the key that signed the request; raises :class:`Refusal`."""
        if self._find(request) is None:
            raise failure("APIGW.0101")
        return self._cloud.authenticate(request, now)

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Do the work and return the documented response; raises :class:`Refusal`."""
        found = self._find(request)
        if found is None:
            raise failure("APIGW.0101")
        route, parts = found
        reply = route.work(request, now, *parts)
        return reply.with_headers(("X-Request-Id", uuid.uuid4().hex))

    def failure(self, code: str, message: str | None = None, status: int | None = None) -> Refusal:
        """Return the error with that code; text and status from :data:`ERRORS`."""
        return failure(code, message, status)

    def throttled(self, retry_after: float | None = None) -> Refusal:
        """Return the gateway's error for too many requests."""
        refusal = failure("APIGW.0308")
        if retry_after is not None:
            refusal.headers = (("Retry-After", f"{retry_after:g}"),)
        return refusal

    def refuse(self, refusal: Refusal) -> Reply:
        """Return the error document; the gateway's own has a request id in its body too."""
        request_id = uuid.uuid4().hex
        body = {"error_code": refusal.code, "error_msg": refusal.message}
        if refusal.code.startswith("APIGW."):
            body["request_id"] = request_id
        headers = (("X-Request-Id", request_id), *refusal.headers)
        return Reply(refusal.status, to_json(body), headers, code=refusal.code)

    def _find(self, request: Received) -> tuple[Route, tuple[str, ...]] | None:
        for route in self._routes:
            match = re.fullmatch(route.path, request.path)
            if match and route.method == request.method:
                return route, match.groups()
        return None


def failure(code: str, message: str | None = None, status: int | None = None) -> Refusal:
    """Return Huawei Cloud's error with that code; text and status from :data:`ERRORS`."""
    usual_status, usual_message = ERRORS.get(code, (400, "The request was refused."))
    return Refusal(code, message or usual_message, status or usual_status)


def _number(query: dict[str, str], name: str, default: int, most: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > most:
        raise failure("ModelArts.0104", f"{name} is not in its range")
    return int(text)


_STORAGE_KEYS = {
    "src_ak": (1, 100),
    "src_sk": (1, 100),
    "dst_ak": (1, 100),
    "dst_sk": (1, 100),
    "source_cdn_authentication_key": (0, 255),
    "src_kms_key_id": (36, 36),
    "dst_kms_key_id": (36, 36),
    "source_cdn_kms_key_id": (36, 36),
}
_CRYPTO_TYPES = ("src_crypto_type", "dst_crypto_type", "source_cdn_crypto_type")


def _check_storage_keys(request: Received, *, url_list: bool) -> None:
    """Reject a body whose keys are missing, null, not strings, or of an undocumented length."""
    try:
        body = request.json()
    except ValueError:
        raise failure("OMS.0001", "The body is not JSON") from None
    if not isinstance(body, dict):
        raise failure("OMS.0001", "The body is not a JSON object")
    for name in ("dst_ak", "dst_sk") if url_list else ("src_ak", "src_sk", "dst_ak", "dst_sk"):
        if name not in body:
            raise failure("OMS.0001", f"{name} is missing")
    for name, (least, most) in _STORAGE_KEYS.items():
        if name in body:
            value = body[name]
            if not isinstance(value, str) or not least <= len(value) <= most:
                raise failure("OMS.0001", f"{name} is not valid")
    for name in _CRYPTO_TYPES:
        if name in body and body[name] not in {"DEFAULT", "KMS"}:
            raise failure("OMS.0001", f"{name} is not valid")
