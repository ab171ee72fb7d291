"""Compiled from shared/http_trigger/models.py by `make models`; do not edit."""

from __future__ import annotations

from shared.models.parameter_schema import ParameterSchema

RULE_ENTRY = ParameterSchema(
    fields={
        "platform": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                },
                "default": "http",
            },
            "required": False,
        },
        "tokens": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "list",
                    "items_schema": {
                        "type": "str",
                    },
                },
                "default": None,
            },
            "required": False,
        },
        "users": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "list",
                    "items_schema": {
                        "type": "str",
                    },
                },
                "default": None,
            },
            "required": False,
        },
        "channels": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "list",
                    "items_schema": {
                        "type": "str",
                    },
                },
                "default": None,
            },
            "required": False,
        },
        "operations": {
            "type": "typed-dict-field",
            "schema": {
                "type": "list",
                "items_schema": {
                    "type": "str",
                },
            },
            "required": True,
        },
        "actions": {
            "type": "typed-dict-field",
            "schema": {
                "type": "list",
                "items_schema": {
                    "type": "literal",
                    "expected": [
                        "plan",
                        "status",
                        "run",
                        "*",
                    ],
                },
            },
            "required": True,
        },
        "accounts": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "list",
                    "items_schema": {
                        "type": "str",
                    },
                },
                "default": [
                    "default",
                ],
            },
            "required": False,
        },
        "regions": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "list",
                    "items_schema": {
                        "type": "str",
                    },
                },
                "default": [
                    "*",
                ],
            },
            "required": False,
        },
    },
    aliases={},
    secrets=frozenset(),
    formats={},
)
