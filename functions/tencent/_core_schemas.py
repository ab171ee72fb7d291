"""Compiled from functions/tencent/models.py by `make models`; do not edit."""

from __future__ import annotations

from shared.models._core_schemas import COMMON_FIELDS, COMMON_FORMATS
from shared.models.parameter_schema import ParameterSchema

SYNC_MACHINES = ParameterSchema(
    fields={
        "sync": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "bool",
                },
                "default": True,
            },
            "required": False,
        },
        **COMMON_FIELDS,
    },
    aliases={
        "Sync": "sync",
    },
    secrets=frozenset(),
    formats=COMMON_FORMATS,
)

SYNC_ASSET_SCAN = ParameterSchema(
    fields={
        "sync": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "bool",
                },
                "default": True,
            },
            "required": False,
        },
        **COMMON_FIELDS,
    },
    aliases={
        "Sync": "sync",
    },
    secrets=frozenset(),
    formats=COMMON_FORMATS,
)
