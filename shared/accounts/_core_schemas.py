"""Compiled from shared/accounts/models.py by `make models`; do not edit."""

from __future__ import annotations

from shared.models.parameter_schema import ParameterSchema

ACCOUNTS_DOCUMENT = ParameterSchema(
    fields={
        "accounts": {
            "type": "typed-dict-field",
            "schema": {
                "type": "dict",
                "keys_schema": {
                    "type": "str",
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
                },
                "values_schema": {
                    "type": "typed-dict",
                    "extra_behavior": "forbid",
                    "config": {
                        "strict": True,
                    },
                    "fields": {
                        "provider": {
                            "type": "typed-dict-field",
                            "schema": {
                                "type": "literal",
                                "expected": [
                                    "alibaba",
                                    "tencent",
                                    "huawei",
                                ],
                            },
                            "required": True,
                        },
                        "regions": {
                            "type": "typed-dict-field",
                            "schema": {
                                "type": "default",
                                "schema": {
                                    "type": "list",
                                    "items_schema": {
                                        "type": "str",
                                        "max_length": 64,
                                        "pattern": "^[a-z]{2,3}(-[a-z0-9]+){1,4}$",
                                    },
                                    "min_length": 1,
                                },
                                "default": [],
                            },
                            "required": False,
                        },
                        "projects": {
                            "type": "typed-dict-field",
                            "schema": {
                                "type": "default",
                                "schema": {
                                    "type": "dict",
                                    "keys_schema": {
                                        "type": "str",
                                        "max_length": 64,
                                        "pattern": "^[a-z]{2,3}(-[a-z0-9]+){1,4}$",
                                    },
                                    "values_schema": {
                                        "type": "str",
                                        "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$",
                                    },
                                },
                                "default": {},
                            },
                            "required": False,
                        },
                        "settings_prefix": {
                            "type": "typed-dict-field",
                            "schema": {
                                "type": "default",
                                "schema": {
                                    "type": "str",
                                    "pattern": "^[A-Z][A-Z0-9_]{0,63}$",
                                },
                                "default": None,
                            },
                            "required": False,
                        },
                        "profile": {
                            "type": "typed-dict-field",
                            "schema": {
                                "type": "default",
                                "schema": {
                                    "type": "str",
                                    "pattern": "^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$",
                                },
                                "default": None,
                            },
                            "required": False,
                        },
                        "secret_id": {
                            "type": "typed-dict-field",
                            "schema": {
                                "type": "default",
                                "schema": {
                                    "type": "str",
                                    "max_length": 1024,
                                    "pattern": "^[!-~]+$",
                                },
                                "default": None,
                            },
                            "required": False,
                        },
                        "parameter_name": {
                            "type": "typed-dict-field",
                            "schema": {
                                "type": "default",
                                "schema": {
                                    "type": "str",
                                    "max_length": 1024,
                                    "pattern": "^[!-~]+$",
                                },
                                "default": None,
                            },
                            "required": False,
                        },
                        "role": {
                            "type": "typed-dict-field",
                            "schema": {
                                "type": "default",
                                "schema": {
                                    "type": "typed-dict",
                                    "extra_behavior": "forbid",
                                    "config": {
                                        "strict": True,
                                    },
                                    "fields": {
                                        "arn": {
                                            "type": "typed-dict-field",
                                            "schema": {
                                                "type": "default",
                                                "schema": {
                                                    "type": "str",
                                                    "max_length": 1024,
                                                    "pattern": "^[!-~]+$",
                                                },
                                                "default": None,
                                            },
                                            "required": False,
                                        },
                                        "urn": {
                                            "type": "typed-dict-field",
                                            "schema": {
                                                "type": "default",
                                                "schema": {
                                                    "type": "str",
                                                    "max_length": 1024,
                                                    "pattern": "^[!-~]+$",
                                                },
                                                "default": None,
                                            },
                                            "required": False,
                                        },
                                        "agency": {
                                            "type": "typed-dict-field",
                                            "schema": {
                                                "type": "default",
                                                "schema": {
                                                    "type": "str",
                                                    "max_length": 1024,
                                                    "pattern": "^[!-~]+$",
                                                },
                                                "default": None,
                                            },
                                            "required": False,
                                        },
                                        "domain": {
                                            "type": "typed-dict-field",
                                            "schema": {
                                                "type": "default",
                                                "schema": {
                                                    "type": "str",
                                                    "max_length": 1024,
                                                    "pattern": "^[!-~]+$",
                                                },
                                                "default": None,
                                            },
                                            "required": False,
                                        },
                                        "external_id": {
                                            "type": "typed-dict-field",
                                            "schema": {
                                                "type": "default",
                                                "schema": {
                                                    "type": "str",
                                                    "max_length": 1024,
                                                    "pattern": "^[!-~]+$",
                                                },
                                                "default": None,
                                            },
                                            "required": False,
                                        },
                                        "duration_seconds": {
                                            "type": "typed-dict-field",
                                            "schema": {
                                                "type": "default",
                                                "schema": {
                                                    "type": "int",
                                                    "ge": 900,
                                                    "le": 86400,
                                                },
                                                "default": None,
                                            },
                                            "required": False,
                                        },
                                        "policy": {
                                            "type": "typed-dict-field",
                                            "schema": {
                                                "type": "default",
                                                "schema": {
                                                    "type": "dict",
                                                    "keys_schema": {
                                                        "type": "str",
                                                    },
                                                    "values_schema": {
                                                        "type": "any",
                                                    },
                                                },
                                                "default": None,
                                            },
                                            "required": False,
                                        },
                                        "oidc_provider_arn": {
                                            "type": "typed-dict-field",
                                            "schema": {
                                                "type": "default",
                                                "schema": {
                                                    "type": "str",
                                                    "max_length": 1024,
                                                    "pattern": "^[!-~]+$",
                                                },
                                                "default": None,
                                            },
                                            "required": False,
                                        },
                                        "oidc_token_file": {
                                            "type": "typed-dict-field",
                                            "schema": {
                                                "type": "default",
                                                "schema": {
                                                    "type": "str",
                                                    "max_length": 1024,
                                                    "pattern": "^[!-~]+$",
                                                },
                                                "default": None,
                                            },
                                            "required": False,
                                        },
                                    },
                                },
                                "default": None,
                            },
                            "required": False,
                        },
                    },
                },
            },
            "required": True,
        },
        "sets": {
            "type": "typed-dict-field",
            "schema": {
                "type": "default",
                "schema": {
                    "type": "dict",
                    "keys_schema": {
                        "type": "str",
                        "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
                    },
                    "values_schema": {
                        "type": "union",
                        "choices": [
                            {
                                "type": "dict",
                                "keys_schema": {
                                    "type": "str",
                                },
                                "values_schema": {
                                    "type": "any",
                                },
                            },
                            {
                                "type": "list",
                                "items_schema": {
                                    "type": "any",
                                },
                            },
                        ],
                    },
                },
                "default": {},
            },
            "required": False,
        },
    },
    aliases={},
    secrets=frozenset(),
    formats={
        "regions": "a region ID such as cn-north-4",
        "projects": "a region ID such as cn-north-4",
        "settings_prefix": "capitals, digits and '_' only, starting with a letter",
        "profile": "the name of a profile, without spaces or slashes",
        "secret_id": "ASCII characters without spaces",
        "parameter_name": "ASCII characters without spaces",
        "arn": "ASCII characters without spaces",
        "urn": "ASCII characters without spaces",
        "agency": "ASCII characters without spaces",
        "domain": "ASCII characters without spaces",
        "external_id": "ASCII characters without spaces",
        "oidc_provider_arn": "ASCII characters without spaces",
        "oidc_token_file": "ASCII characters without spaces",
    },
)
