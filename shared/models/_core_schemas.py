"""Compiled from shared/models/parameters.py by `make models`; do not edit."""

from __future__ import annotations

from typing import Any

COMMON_FIELDS: dict[str, dict[str, Any]] = {
    "account": {
        "type": "typed-dict-field",
        "schema": {
            "type": "default",
            "schema": {
                "type": "str",
                "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
            },
            "default": None,
        },
        "required": False,
    },
    "region": {
        "type": "typed-dict-field",
        "schema": {
            "type": "default",
            "schema": {
                "type": "str",
                "max_length": 64,
                "pattern": "^[a-z]{2,3}(-[a-z0-9]+){1,4}$",
            },
            "default": None,
        },
        "required": False,
    },
    "wait_seconds": {
        "type": "typed-dict-field",
        "schema": {
            "type": "default",
            "schema": {
                "type": "float",
                "ge": 0,
                "le": 86400,
                "allow_inf_nan": False,
            },
            "default": 0,
        },
        "required": False,
    },
    "max_concurrency": {
        "type": "typed-dict-field",
        "schema": {
            "type": "default",
            "schema": {
                "type": "int",
                "ge": 1,
                "le": 64,
            },
            "default": None,
        },
        "required": False,
    },
    "max_calls_per_second": {
        "type": "typed-dict-field",
        "schema": {
            "type": "default",
            "schema": {
                "type": "float",
                "gt": 0,
                "le": 1000,
                "allow_inf_nan": False,
            },
            "default": None,
        },
        "required": False,
    },
    "dry_run": {
        "type": "typed-dict-field",
        "schema": {
            "type": "default",
            "schema": {
                "type": "bool",
            },
            "default": False,
        },
        "required": False,
    },
    "on_failure": {
        "type": "typed-dict-field",
        "schema": {
            "type": "default",
            "schema": {
                "type": "literal",
                "expected": [
                    "raise",
                    "return",
                ],
            },
            "default": None,
        },
        "required": False,
    },
    "trigger": {
        "type": "typed-dict-field",
        "schema": {
            "type": "default",
            "schema": {
                "type": "literal",
                "expected": [
                    "timer",
                    "workflow",
                    "direct",
                ],
            },
            "default": None,
        },
        "required": False,
    },
}
COMMON_FORMATS: dict[str, str] = {
    "account": "the name of an account, such as prod-1",
    "region": "a region ID such as cn-north-4",
}
