"""Huawei Cloud as documented: OMS, ModelArts, IAM, STS, CSMS, FunctionGraph, Cloud Eye."""

from __future__ import annotations

import re
import threading
import uuid
from dataclasses import dataclass
from urllib.parse import unquote

from local.emulator import keys as known
from local.emulator.agencies import Agencies
from local.emulator.dev_servers import DevServer, generate
from local.emulator.functiongraph import FunctionGraph
from local.emulator.functiongraph_functions import URN
from local.emulator.huawei_ces import Ces
from local.emulator.huawei_csms import Csms
from local.emulator.huawei_gateway import HuaweiService, Route, failure
from local.emulator.invocations import Invocation, Invocations
from local.emulator.keys import Key, KeyRing
from local.emulator.message import Received, Reply, to_json
from local.emulator.oms import PROJECT, TASK, Oms, SyncTask
from local.emulator.roles import AssumableRole
from local.emulator.verification import verify_sdk_hmac

__all__ = ["PROJECT", "TASK", "Huawei", "Project", "SyncTask"]

DOMAIN = "000000000000000000000000000d0001"
DOMAIN_NAME = "example-account"
LARGEST_EVENT = 256 * 1024
SORT_KEYS = ("createTime", "updateTime")


@dataclass(frozen=True, slots=True)
class Project:
    """One IAM project; a region's default project has the region's name."""

    id: str
    name: str


class Huawei:
    """The state that OMS, ModelArts, IAM, STS, CSMS, FunctionGraph and Cloud Eye share.

    Attributes
    ----------
    keys: the access keys it knows.
    auth_tokens: ready ``X-Auth-Token`` values -> when each ends (seconds since 1970, None: never).
    projects: the account's projects.
    oms: OMS's synchronization tasks.
    dev_servers: ModelArts's servers, in no particular order.
    owners: server id -> owner; a server without one is ``owner-a``'s.
    denied: permissions that are refused, e.g. ``oms:synctask:get``.
    functions: the functions whose asynchronous runs FunctionGraph takes on; None for any name.
    functiongraph: the functions that were deployed to FunctionGraph.
    ces: Cloud Eye's alarm rules.
    csms: the secrets of CSMS.
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
        self.oms = Oms(self.lock, self._check_right)
        self.dev_servers: list[DevServer] = generate(25)
        self.owners: dict[str, str] = {}
        self.denied: set[str] = set()
        self.functions: set[str] | None = None
        self.invocations = invocations or Invocations()
        self.functiongraph = FunctionGraph(self.lock, self._check_right, lambda: self.invocations)
        self.ces = Ces(self.lock, self._check_right)
        self.csms = Csms(self.lock, self._check_right)
        self._agencies = Agencies(self.lock, self.keys, self.denied, self.authenticate)

    @property
    def roles(self) -> dict[str, AssumableRole]:
        """The agencies that IAM and STS let others assume, by their URN."""
        return self._agencies.by_urn

    @property
    def tasks(self) -> dict[str, SyncTask]:
        """OMS's tasks by ID."""
        return self.oms.tasks

    def services(self) -> tuple[HuaweiService, ...]:
        """Return the services over this state."""
        return (
            HuaweiService(self.authenticate, "oms", *self.oms.routes()),
            HuaweiService(
                self.authenticate,
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
                self.authenticate,
                "iam",
                Route("GET", "/v3/projects", "KeystoneListProjects", self._list_projects),
                Route("GET", "/v3/auth/domains", "KeystoneListAuthDomains", self._list_domains),
                *self._agencies.iam_routes(),
            ),
            HuaweiService(self.authenticate, "huawei-sts", *self._agencies.sts_routes()),
            HuaweiService(self.authenticate, "csms", *self.csms.routes()),
            HuaweiService(
                self.authenticate,
                "functiongraph",
                Route(
                    "POST",
                    r"/v2/([A-Za-z0-9-]{1,64})/fgs/functions/([^/]{1,1024})/invocations-async",
                    "AsyncInvokeFunction",
                    self._async_invoke_function,
                ),
                *self.functiongraph.routes(),
            ),
            HuaweiService(self.authenticate, "ces", *self.ces.routes()),
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

    def _sync_dev_servers(self, request: Received, now: float, project: str) -> Reply:
        self._check_right(project, "modelarts:devserver:sync")
        return self._page_of_dev_servers(request)

    def _list_dev_servers(self, request: Received, now: float, project: str) -> Reply:
        self._check_right(project, "modelarts:devserver:listByUser")
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
        if "iam:projects:listProjects" in self.denied:
            raise failure("IAM.0003", refusal_text("iam:projects:listProjects", DOMAIN))
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
        named = URN.fullmatch(unquote(urn))
        if named is None or named.group(2) != project:
            raise failure("FSS.1051")
        package, function, version = named.groups()[2:]
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
        handler = self.functiongraph.handler_of(project, package, function)
        self.invocations.begin(
            Invocation("functiongraph", function, version, request.body, run, handler)
        )
        return Reply(202, to_json({"request_id": run}))

    def _check_right(self, project: str, right: str) -> None:
        if right in self.denied:
            raise failure("APIGW.0302", refusal_text(right, project))
        if all(project != known.id for known in self.projects):
            raise failure("APIGW.0302")


def refusal_text(right: str, project: str) -> str:
    """Return the text of a refusal, which names the action and the resource.

    Source: https://support.huaweicloud.com/intl/en-us/iam5_faq/iam_01_0931.html
    """
    service = right.partition(":")[0]
    return (
        f"User: {DOMAIN_NAME}/example-user is not authorized to perform: {right} on resource: "
        f"{service}:*:{project}:* because no identity-based policy allows the {right} action."
    )


def _number(query: dict[str, str], name: str, default: int, most: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > most:
        raise failure("ModelArts.0104", f"{name} is not in its range")
    return int(text)
