"""The types of DevServers in the result, for type checkers and the published schema."""

from __future__ import annotations

from typing import Any, TypedDict


class Image(TypedDict):
    """The image a server runs."""

    id: str | None
    name: str | None
    arch: str | None
    server_type: str | None
    status: str | None


class Server(TypedDict):
    """One server. Without ``extensions``, which can be links that grant access to it."""

    id: str | None
    name: str | None
    status: str | None
    health: str
    flavor: str | None
    charging_mode: str | None
    category: str | None
    server_type: str | None
    cloud_server_id: str | None
    hps_id: str | None
    hps_ecs_id: str | None
    server_hps: dict[str, Any] | None
    image: Image | None
    vpc_id: str | None
    subnet_id: str | None
    key_pair_name: str | None
    order_id: str | None
    created_at: str | None
    updated_at: str | None
    private_ips: list[str]
    endpoints: list[dict[str, Any]]
    volumes: list[dict[str, Any]]


class Data(TypedDict):
    """``data`` of the result."""

    project_id: str
    total: int
    by_status: dict[str, int]
    attention: list[str]
    complete: bool
    truncated: bool
    servers: list[Server]
