"""The parameter ``targets`` as a JSON Schema, and what it changes for the other parameters."""

from __future__ import annotations

from typing import Any

from shared.fleet.fleet_request import OF_A_TARGET
from shared.fleet.targets import MAX_TARGETS, OF_THE_EVENT

Schema = dict[str, Any]

POSITION: Schema = {
    "after": {
        "type": "integer",
        "minimum": 0,
        "description": "How many of the first targets to skip; continue_with has it.",
    },
    "of": {
        "type": "integer",
        "minimum": 0,
        "description": "How many targets there must be, so that it is known which are skipped.",
    },
}
NAMES: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}


def targets_schema(properties: Schema) -> Schema:
    """Return the schema of ``targets``.

    Parameters
    ----------
    properties: the operation's other parameters by name and alias.
    """
    return {
        "description": "Where to run it: a list of targets, patterns of accounts and regions, or a "
        "set of the accounts file. The answer is one result for all of them.",
        "anyOf": [
            {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_TARGETS,
                "items": {
                    "type": "object",
                    "description": "Its account, its region, and what it overrides.",
                    "properties": {
                        name: {"$ref": f"#/properties/{name}"}
                        for name in properties
                        if name not in OF_THE_EVENT
                    },
                    "additionalProperties": False,
                },
            },
            {
                "type": "object",
                "properties": {
                    "accounts": {
                        **NAMES,
                        "description": "Names of accounts; * matches anything.",
                    },
                    "regions": {
                        **NAMES,
                        "description": "Region IDs; * matches anything. All regions of each "
                        "account if they are not given.",
                    },
                    **POSITION,
                },
                "additionalProperties": False,
                "anyOf": [{"required": ["accounts"]}, {"required": ["regions"]}],
            },
            {
                "type": "object",
                "properties": {
                    "set": {"type": "string", "description": "A set of the accounts file."},
                    **POSITION,
                },
                "required": ["set"],
                "additionalProperties": False,
            },
        ],
    }


def with_and_without_targets(required: list[str], rules: list[Schema]) -> Schema:
    """Return what an event must have, depending on whether it has targets.

    Parameters
    ----------
    required: the required parameters of an event without targets.
    rules: what else holds for these.
    """
    return {
        "if": {"required": ["targets"]},
        "then": {"not": {"anyOf": [{"required": [name]} for name in OF_A_TARGET]}},
        "else": {"required": required, **({"allOf": rules} if rules else {})},
    }
