"""Compiled from shared/notifications/models.py by `make models`; do not edit."""

from __future__ import annotations

from shared.models.parameter_schema import ParameterSchema

CHANNEL_ENTRY = ParameterSchema(
    fields={
        "kind": {
            "type": "typed-dict-field",
            "schema": {
                "type": "literal",
                "expected": [
                    "slack",
                    "dingtalk",
                    "feishu",
                    "wecom",
                    "webhook",
                    "heartbeat",
                ],
            },
            "required": True,
        },
        "url": {
            "type": "typed-dict-field",
            "schema": {
                "type": "str",
                "pattern": "\\S",
            },
            "required": True,
        },
        "secret": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "pattern": "\\S",
                },
                "default": None,
            },
            "required": False,
        },
        "on": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "list",
                    "items_schema": {
                        "type": "literal",
                        "expected": [
                            "failed",
                            "attention",
                            "changed",
                            "always",
                        ],
                    },
                    "min_length": 1,
                },
                "default": [
                    "failed",
                    "attention",
                ],
            },
            "required": False,
        },
        "since_minutes": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "int",
                    "ge": 1,
                    "le": 10080,
                },
                "default": None,
            },
            "required": False,
        },
        "style": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "literal",
                    "expected": [
                        "healthchecks",
                        "uptime_kuma",
                    ],
                },
                "default": "healthchecks",
            },
            "required": False,
        },
    },
    aliases={},
    secrets=frozenset(),
    formats={
        "url": "an https URL, or env: and the name of a setting",
        "secret": "a secret, or env: and the name of a setting",
    },
)
