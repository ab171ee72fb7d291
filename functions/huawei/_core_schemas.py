"""Compiled from functions/huawei/models.py by `make models`; do not edit."""

from __future__ import annotations

from shared.models._core_schemas import COMMON_FIELDS, COMMON_FORMATS
from shared.models.parameter_schema import ParameterSchema
from shared.models.validators import split_commas

START_SYNC_TASK = ParameterSchema(
    fields={
        "sync_task_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "str",
                "max_length": 255,
                "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
            },
            "required": True,
        },
        "project_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                    "max_length": 1024,
                },
                "default": None,
            },
            "required": False,
        },
        "since_seconds": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "int",
                    "ge": 300,
                    "le": 604800,
                },
                "default": 3600,
            },
            "required": False,
        },
        "source_keys": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "literal",
                    "expected": [
                        "none",
                    ],
                },
                "default": None,
            },
            "required": False,
        },
        "src_ak": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "min_length": 1,
                    "max_length": 100,
                    "pattern": "^[^<>&\"'\\\\]*$",
                },
                "default": None,
            },
            "required": False,
        },
        "src_sk": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "min_length": 1,
                    "max_length": 100,
                    "pattern": "^[^<>&\"'\\\\]*$",
                },
                "default": None,
            },
            "required": False,
        },
        "dst_ak": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "min_length": 1,
                    "max_length": 100,
                    "pattern": "^[^<>&\"'\\\\]*$",
                },
                "default": None,
            },
            "required": False,
        },
        "dst_sk": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "min_length": 1,
                    "max_length": 100,
                    "pattern": "^[^<>&\"'\\\\]*$",
                },
                "default": None,
            },
            "required": False,
        },
        "source_cdn_authentication_key": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "max_length": 255,
                },
                "default": None,
            },
            "required": False,
        },
        "src_crypto_type": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "literal",
                    "expected": [
                        "DEFAULT",
                        "KMS",
                    ],
                },
                "default": None,
            },
            "required": False,
        },
        "src_kms_key_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "pattern": "^[A-Za-z0-9-]{36}$",
                },
                "default": None,
            },
            "required": False,
        },
        "dst_crypto_type": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "literal",
                    "expected": [
                        "DEFAULT",
                        "KMS",
                    ],
                },
                "default": None,
            },
            "required": False,
        },
        "dst_kms_key_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "pattern": "^[A-Za-z0-9-]{36}$",
                },
                "default": None,
            },
            "required": False,
        },
        "source_cdn_crypto_type": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "literal",
                    "expected": [
                        "DEFAULT",
                        "KMS",
                    ],
                },
                "default": None,
            },
            "required": False,
        },
        "source_cdn_kms_key_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "pattern": "^[A-Za-z0-9-]{36}$",
                },
                "default": None,
            },
            "required": False,
        },
        **COMMON_FIELDS,
    },
    aliases={},
    secrets=frozenset(
        [
            "src_ak",
            "src_sk",
            "dst_ak",
            "dst_sk",
            "source_cdn_authentication_key",
        ]
    ),
    formats={
        "sync_task_id": "letters, digits, '.', '_' and '-' only, starting with a letter or digit",
        "project_id": "letters, digits, '.', '_' and '-' only, starting with a letter or digit",
        "src_ak": "characters other than <, >, &, ', \" and \\",
        "src_sk": "characters other than <, >, &, ', \" and \\",
        "dst_ak": "characters other than <, >, &, ', \" and \\",
        "dst_sk": "characters other than <, >, &, ', \" and \\",
        "src_kms_key_id": "36 letters, digits and '-'",
        "dst_kms_key_id": "36 letters, digits and '-'",
        "source_cdn_kms_key_id": "36 letters, digits and '-'",
        **COMMON_FORMATS,
    },
)

STOP_SYNC_TASK = ParameterSchema(
    fields={
        "sync_task_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "str",
                "max_length": 255,
                "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
            },
            "required": True,
        },
        "project_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                    "max_length": 1024,
                },
                "default": None,
            },
            "required": False,
        },
        **COMMON_FIELDS,
    },
    aliases={},
    secrets=frozenset(),
    formats={
        "sync_task_id": "letters, digits, '.', '_' and '-' only, starting with a letter or digit",
        "project_id": "letters, digits, '.', '_' and '-' only, starting with a letter or digit",
        **COMMON_FORMATS,
    },
)

CREATE_SYNC_EVENTS = ParameterSchema(
    fields={
        "sync_task_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "str",
                "max_length": 255,
                "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
            },
            "required": True,
        },
        "object_keys": {
            "type": "typed-dict-field",
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
                        "max_length": 16384,
                        "pattern": "^(?:[A-Za-z0-9._~/-]|%[0-9A-Fa-f]{2})+$",
                    },
                    "max_length": 10000,
                },
            },
            "required": True,
        },
        "project_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
                    "max_length": 1024,
                },
                "default": None,
            },
            "required": False,
        },
        "bucket": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "min_length": 1,
                    "max_length": 255,
                },
                "default": None,
            },
            "required": False,
        },
        "ignored_records": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "int",
                    "ge": 0,
                    "le": 10000,
                },
                "default": 0,
            },
            "required": False,
        },
        **COMMON_FIELDS,
    },
    aliases={},
    secrets=frozenset(),
    formats={
        "sync_task_id": "letters, digits, '.', '_' and '-' only, starting with a letter or digit",
        "object_keys": "URL-encoded keys: letters, digits, '._~-/', and %XX for any other byte",
        "project_id": "letters, digits, '.', '_' and '-' only, starting with a letter or digit",
        **COMMON_FORMATS,
    },
)

TASK_ENTRY = ParameterSchema(
    fields={
        "project_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$",
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
        "source_keys": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "literal",
                    "expected": [
                        "none",
                    ],
                },
                "default": None,
            },
            "required": False,
        },
        "keys": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "pattern": "^[A-Z][A-Z0-9_]*$",
                },
                "default": "OMS",
            },
            "required": False,
        },
        "bucket": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "min_length": 1,
                    "max_length": 255,
                },
                "default": None,
            },
            "required": False,
        },
    },
    aliases={},
    secrets=frozenset(),
    formats={
        "project_id": "letters, digits, '.', '_' and '-' only, starting with a letter or digit",
        "region": "a region ID such as cn-north-4",
        "keys": "capital letters, digits and '_' only, starting with a letter",
    },
)

SYNC_DEV_SERVERS = ParameterSchema(
    fields={
        "project_id": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "max_length": 64,
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9-]*$",
                },
                "default": None,
            },
            "required": False,
        },
        "owner": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "str",
                    "pattern": "^[a-z0-9-]{1,64}$",
                },
                "default": None,
            },
            "required": False,
        },
        "sort_dir": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "literal",
                    "expected": [
                        "ASC",
                        "DESC",
                    ],
                },
                "default": None,
            },
            "required": False,
        },
        "sort_key": {
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
                            "pattern": "^[A-Za-z][A-Za-z0-9_]*$",
                        },
                        "max_length": 10,
                        "min_length": 1,
                    },
                },
                "default": [],
            },
            "required": False,
        },
        "offset": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "int",
                    "ge": 0,
                    "le": 2147483647,
                },
                "default": None,
            },
            "required": False,
        },
        "limit": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "int",
                    "ge": 1,
                    "le": 1024,
                },
                "default": None,
            },
            "required": False,
        },
        "include_servers": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "literal",
                    "expected": [
                        "all",
                        "attention",
                        "none",
                    ],
                },
                "default": None,
            },
            "required": False,
        },
        **COMMON_FIELDS,
    },
    aliases={},
    secrets=frozenset(),
    formats={
        "project_id": "letters, digits and '-' only, starting with a letter or digit",
        "owner": "1 to 64 lower-case letters, digits and '-'",
        "sort_key": "letters, digits and '_' only, starting with a letter",
        **COMMON_FORMATS,
    },
)
