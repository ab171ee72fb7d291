"""Converts a ModelArts DevServer (now named Lite Server) to its form in the result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from shared.clock import rfc3339_from_millis

if TYPE_CHECKING:
    from functions.huawei.models import Image, Server
else:  # dictionaries at run time: creating the classes would slow down a cold start
    Image = Server = dict

HEALTH: Mapping[str, str] = {
    "RUNNING": "running",
    "STOPPED": "stopped",
    "DELETED": "stopped",
    "ERROR": "failed",
    **dict.fromkeys(
        (
            *("CREATING", "STARTING", "STOPPING", "REBOOTING"),
            *("CHANGINGOS", "REINSTALLINGOS", "DELETING"),
        ),
        "changing",
    ),
}
"""Documented status -> health; any other ``…_FAILED`` is failed, anything else unknown."""


def read_server(raw: Mapping[str, Any]) -> Server:
    """Return a server from the provider's ``ServerResponse``; a value of the wrong type is null."""
    cloud = as_dict(raw.get("cloud_server"))
    hps = as_dict(raw.get("server_hps"))
    endpoints = [select_keys(item, ENDPOINT_KEYS) for item in merged_endpoints(raw)]
    status = as_str(raw.get("status"))
    return Server(
        id=as_str(raw.get("id")),
        name=as_str(raw.get("name")),
        status=status,
        health=health(status),
        flavor=as_str(raw.get("flavor")),
        charging_mode=as_str(raw.get("charging_mode")),
        category=as_str(raw.get("category")),
        server_type=as_str(cloud.get("type")),
        cloud_server_id=as_str(cloud.get("id")),
        hps_id=as_str(cloud.get("hps_id")),
        hps_ecs_id=as_str(cloud.get("hps_ecs_id")),
        server_hps=select_keys(hps, ("id", "name")) if hps else None,
        image=read_image(merged_image(raw)),
        vpc_id=as_str(raw.get("vpc_id")),
        subnet_id=as_str(raw.get("subnet_id")),
        key_pair_name=as_str(raw.get("key_pair_name")),
        order_id=as_str(raw.get("order_id")),
        created_at=rfc3339_from_millis(raw.get("create_at")),
        updated_at=rfc3339_from_millis(raw.get("update_at")),
        private_ips=private_ips(endpoints),
        endpoints=endpoints,
        volumes=[select_keys(item, VOLUME_KEYS) for item in dict_items(raw.get("volumes"))],
    )


def merged_image(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a server's image from both of its places; ``image`` comes first."""
    other, image = as_dict(raw.get("server_image_response")), as_dict(raw.get("image"))
    return {**other, **{key: value for key, value in image.items() if value is not None}}


def merged_endpoints(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return a server's endpoints from both of their places, those with the same URI as one."""
    found = dict_items(raw.get("endpoints"))
    for other in dict_items(raw.get("endpoints_response")):
        uri = other.get("uri")
        index = next((i for i, each in enumerate(found) if uri and each.get("uri") == uri), None)
        if index is None:
            found.append(other)
        else:
            found[index] = {**other, **found[index]}
    return found


OCTETS = frozenset(map(str, range(256)))

ENDPOINT_KEYS = (
    "dev_service",
    "service",
    "uri",
    "ssh_keys",
    "key_pair_names",
    "allowed_access_ips",
)
VOLUME_KEYS = ("size", "type", "evs_type", "evs_id")


def read_image(raw: Mapping[str, Any]) -> Image | None:
    """Return the image, None if there is none."""
    if not raw:
        return None
    return Image(
        id=as_str(raw.get("image_id")),
        name=as_str(raw.get("name")),
        arch=as_str(raw.get("arch")),
        server_type=as_str(raw.get("server_type")),
        status=as_str(raw.get("status")),
    )


def health(status: str | None) -> str:
    """Return a status as one of five health values; ``failed`` needs attention."""
    if status is None:
        return "unknown"
    return HEALTH.get(status) or ("failed" if status.endswith("_FAILED") else "unknown")


def private_ips(endpoints: list[dict[str, Any]]) -> list[str]:
    """Return the IP addresses in the endpoints' URIs, each once."""
    addresses: dict[str, None] = {}
    for endpoint in endpoints:
        uri = endpoint.get("uri")
        address = ip_from_uri(uri) if isinstance(uri, str) else None
        if address is not None:
            addresses[address] = None
    return list(addresses)


def ip_from_uri(uri: str) -> str | None:
    """Return the IP address in a URI or in a bare ``host:port``, None for a host name."""
    host, _, port = (uri.partition("://")[2] or uri).partition(":")
    if is_ipv4(host) and (not port or port.isdecimal()):  # the usual case, without a slow import
        return host
    from ipaddress import ip_address

    try:
        name = urlsplit(uri if "//" in uri else f"//{uri}").hostname
        return str(ip_address(name)) if name else None
    except ValueError:
        return None


def is_ipv4(host: str) -> bool:
    """Return whether a string is an IPv4 address: four numbers without leading zeros."""
    numbers = host.split(".")
    return len(numbers) == 4 and all(number in OCTETS for number in numbers)


def as_str(value: object) -> str | None:
    """Return the value if it is a string, else None."""
    return value if isinstance(value, str) else None


def as_dict(value: object) -> Mapping[str, Any]:
    """Return the value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def dict_items(value: object) -> list[Mapping[str, Any]]:
    """Return the JSON objects in a list; an empty list if the value is not a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def select_keys(raw: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Return those of the keys that are present, with their values."""
    return {key: raw[key] for key in keys if key in raw}
