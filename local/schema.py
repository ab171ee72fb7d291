"""``python -m local schema``: the published JSON Schemas, generated from the code."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from functions.registry import OPERATIONS, load
from local.console import Console
from local.json_schemas.accounts import accounts_schema
from local.json_schemas.deployment import deployment_schema
from local.json_schemas.parameters import parameters_schema
from local.json_schemas.result import Schema, result_schema
from local.samples import ROOT
from shared.runtime import Runtime

FOLDER = ROOT / "docs" / "schemas"
ACCOUNTS = "accounts.schema.json"
DEPLOYMENT = "deploy.schema.json"
RESULT = "result.schema.json"

DESCRIPTION = """\
Writes the JSON Schemas of the result, of the accounts file, of deploy.toml and of each operation's
parameters, from the code.
"""
EPILOG = "exit codes: 0 written, or the same; 1 --check found a difference; 2 wrong usage\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--into",
        type=Path,
        default=FOLDER,
        metavar="FOLDER",
        help="where the files go (default: docs/schemas)",
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--check", action="store_true", help="write nothing; compare the files with the code"
    )
    group.add_argument(
        "--print",
        metavar="NAME",
        choices=["result", "accounts", "deploy", *OPERATIONS],
        help="write nothing; print one schema: result, accounts, deploy, or the parameters of an "
        "operation id",
    )


def documents() -> dict[str, Schema]:
    """Return every published schema by its file's name."""
    operations = [load(operation_id) for operation_id in OPERATIONS]
    return {
        ACCOUNTS: accounts_schema(),
        DEPLOYMENT: deployment_schema(),
        RESULT: result_schema(operations),
        **{file_of(operation.id): parameters_schema(operation) for operation in operations},
    }


def file_of(operation_id: str) -> str:
    """Return the file of an operation's parameters."""
    return f"parameters.{operation_id}.schema.json"


def as_text(schema: Schema) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def command(options: argparse.Namespace, console: Console, _process: Runtime) -> int:
    """Run the command and return its exit code."""
    folder: Path = options.into
    found = documents()
    if options.print:
        named = {"result": RESULT, "accounts": ACCOUNTS, "deploy": DEPLOYMENT}
        name = named.get(options.print) or file_of(options.print)
        console.out.write(as_text(found[name]))
        return 0
    differing = [
        name
        for name, schema in found.items()
        if not (folder / name).exists()
        or (folder / name).read_text(encoding="utf-8") != as_text(schema)
    ]
    if options.check:
        for name in differing:
            console.say(f"{name} differs from the code: run .venv/bin/python -m local schema")
        return 1 if differing else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in differing:
        (folder / name).write_text(as_text(found[name]), encoding="utf-8")
    console.say(f"{len(found)} schemas in {folder}, {len(differing)} changed")
    return 0
