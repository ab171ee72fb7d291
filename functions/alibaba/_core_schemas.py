"""Compiled from functions/alibaba/models.py by `make models`; do not edit."""

from __future__ import annotations

from shared.models._core_schemas import COMMON_FIELDS, COMMON_FORMATS
from shared.models.parameter_schema import ParameterSchema
from shared.models.validators import split_commas

SYNCHRONIZE_RESOURCE = ParameterSchema(
    fields={
        "type": {
            "type": "typed-dict-field",
            "schema": {
                "type": "literal",
                "expected": [
                    "ecs",
                    "slb",
                    "vpc",
                    "ram",
                    "all",
                ],
            },
            "required": True,
        },
        "resource_ids": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "function-before",
                    "function": {
                        "type": "no-info",
                        "function": split_commas,
                    },
                    "schema": {
                        "type": "list",
                        "items_schema": {
                            "type": "str",
                            "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                            "max_length": 128,
                        },
                        "max_length": 50,
                        "min_length": 1,
                    },
                },
                "default": [],
            },
            "required": False,
        },
        **COMMON_FIELDS,
    },
    aliases={
        "Type": "type",
        "ResourceIds": "resource_ids",
    },
    secrets=frozenset(),
    formats={
        "resource_ids": "letters, digits, '.', '_' and '-' only, starting with a letter or digit",
        **COMMON_FORMATS,
    },
)

SYNCHRONIZE_APP = ParameterSchema(
    fields={
        "app_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "str",
                "max_length": 128,
                "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
            },
            "required": True,
        },
        "target_region_ids": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "function-before",
                    "function": {
                        "type": "no-info",
                        "function": split_commas,
                    },
                    "schema": {
                        "type": "list",
                        "items_schema": {
                            "type": "str",
                            "max_length": 64,
                            "pattern": "^[a-z]{2,3}(-[a-z0-9]+){1,4}$|^all$",
                        },
                        "max_length": 100,
                        "min_length": 1,
                    },
                },
                "default": [],
            },
            "required": False,
        },
        **COMMON_FIELDS,
    },
    aliases={
        "AppId": "app_id",
        "TargetRegionIds": "target_region_ids",
    },
    secrets=frozenset(),
    formats={
        "app_id": "letters, digits, '.', '_' and '-' only, starting with a letter or digit",
        "target_region_ids": "a region ID such as cn-shanghai, or all",
        **COMMON_FORMATS,
    },
)
