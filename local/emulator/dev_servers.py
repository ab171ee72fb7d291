"""Generates fake DevServers with every documented field."""

from __future__ import annotations

from typing import Any

STATUSES = (
    "RUNNING",
    "STOPPED",
    "RUNNING",
    "CREATING",
    "RUNNING",
    "START_FAILED",
    "RUNNING",
    "REBOOTING",
    "RUNNING",
    "ERROR",
)

DevServer = dict[str, Any]


def generate(count: int, first: int = 0) -> list[DevServer]:
    """Return ``count`` servers, numbered from ``first``; the same numbers give the same servers."""
    return [_server(number) for number in range(first, first + count)]


def _server(number: int) -> DevServer:
    created = 1_700_000_000_000 + number * 1000
    return {
        "id": _id(1, number),
        "name": f"devserver-{number:05d}",
        "status": STATUSES[number % len(STATUSES)],
        "flavor": "physical.example.4xlarge",
        "charging_mode": "POST_PAID",
        "category": "SERVER",
        "create_at": created,
        "update_at": created + 60_000,
        "cloud_server": {"id": _id(2, number), "type": "BMS", "hps_id": "", "hps_ecs_id": ""},
        "endpoints": [
            {
                "dev_service": "SSH",
                "service": "SSH",
                "uri": f"192.168.{number // 250 % 250}.{number % 250 + 1}",
                "key_pair_names": ["KeyPair-example"],
            }
        ],
        "endpoints_response": [
            {
                "dev_service": "SSH",
                "extensions": {"link": "https://example.invalid/capability"},
                "ssh_keys": [],
                "allowed_access_ips": [],
            }
        ],
        "image": {
            "arch": "ARM",
            "image_id": _id(3, number % 3),
            "name": f"example-image-{number % 3}",
            "server_type": "BMS",
            "status": "ACTIVE",
        },
        "vpc_id": _id(4, 0),
        "subnet_id": _id(5, 0),
        "key_pair_name": "KeyPair-example",
        "order_id": "CS0000000000EXAMPLE",
        "server_hps": {"id": "", "name": ""},
        "volumes": [
            {"size": 150, "type": "ROOT", "evs_type": "SSD", "evs_id": _id(6, number)},
            {"size": 500, "type": "DATA", "evs_type": "SSD", "evs_id": _id(7, number)},
        ],
    }


def _id(kind: int, number: int) -> str:
    """Return a UUID that is visibly fake."""
    return f"0000000{kind}-0000-4000-8000-{number:012x}"
