"""``make models``: compiles the pydantic models into what a function validates with.

A function does not import pydantic, which would double its cold start. Each ``models.py``, of a
provider's parameters or of a setting that holds JSON, becomes a ``_core_schemas.py`` beside it: the
core schemas that pydantic makes of its models, as literals.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FunctionType
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, SecretStr

from local.operation_models import MODELS, SUFFIX, models_in
from shared.models.parameters import CommonParams, Format, Parameters

ROOT = Path(__file__).parent.parent
Schema = dict[str, Any]

COMMON = "shared/models/_core_schemas.py"
HEADER = '''"""Compiled from {source} by `make models`; do not edit."""

from __future__ import annotations

'''
LEFT_OUT = ("metadata", "ref", "serialization")
"""What a core schema holds for JSON Schemas and for writing."""


def compiled_fields(model: type[Parameters]) -> dict[str, Schema]:
    """Return the typed-dict fields that validate like a model's, except that null is refused."""
    json_schemas = model.model_json_schema(by_alias=False)["properties"]
    hints = get_type_hints(model, include_extras=True)
    fields: dict[str, Schema] = {}
    for name, field in model_fields(model).items():
        schema = field["schema"]
        if SecretStr in parts_of(hints[name]):
            schema = secret_schema(json_schemas[name], schema)
        fields[name] = {
            "type": "typed-dict-field",
            "schema": simplified(schema),
            "required": schema["type"] != "default",
        }
    return fields


def model_fields(model: type[Parameters]) -> Mapping[str, Schema]:
    """Return the fields of a model's core schema."""
    schema: Any = model.__pydantic_core_schema__
    while schema["type"] != "model-fields":
        schema = schema["schema"]
    fields: Mapping[str, Schema] = schema["fields"]
    return fields


def secret_schema(published: Schema, schema: Schema) -> Schema:
    """Return the schema of a secret as a string; the validator's caller wraps it."""
    text = next(each for each in published.get("anyOf", [published]) if each.get("writeOnly"))
    limits = {"minLength": "min_length", "maxLength": "max_length", "pattern": "pattern"}
    plain = {"type": "str", **{limits[key]: text[key] for key in limits if key in text}}
    return {**schema, "schema": plain} if schema["type"] == "default" else plain


def simplified(schema: Schema) -> Schema:
    """Return a core schema without what validating needs not, and without null."""
    if schema["type"] == "nullable":
        return simplified(schema["schema"])
    if schema["type"] == "model":
        return nested_object(schema["schema"])
    return {
        key: simplified(value) if isinstance(value, dict) and "type" in value else value
        for key, value in schema.items()
        if key not in LEFT_OUT
    }


def nested_object(schema: Schema) -> Schema:
    """Return the schema of an object in an object, which inherits no config from it."""
    return {
        "type": "typed-dict",
        "extra_behavior": "forbid",
        "config": {"strict": True},
        "fields": {
            name: {
                "type": "typed-dict-field",
                "schema": simplified(field["schema"]),
                "required": field["schema"]["type"] != "default",
            }
            for name, field in schema["fields"].items()
        },
    }


def parts_of(hint: Any) -> Iterator[Any]:
    """Yield a type and everything that it is made of and annotated with."""
    yield hint
    for part in (*get_args(hint), *getattr(hint, "__metadata__", ())):
        yield from parts_of(part)


def formats_of(model: type[BaseModel]) -> dict[str, str]:
    """Return in words what the patterns of a model's fields allow, and of the objects in it."""
    hints = get_type_hints(model, include_extras=True)
    formats: dict[str, str] = {}
    for name in model.model_fields:
        parts = list(parts_of(hints[name]))
        words = [part.words for part in parts if isinstance(part, Format)]
        formats |= {name: words[0]} if words else {}
        for part in parts:
            if isinstance(part, type) and issubclass(part, BaseModel):
                formats |= formats_of(part)
    return formats


def literal(value: object, indent: int = 0) -> str:
    """Return a value as Python source, one item a line."""
    pad, inner = " " * indent, " " * (indent + 4)
    if isinstance(value, FunctionType):
        return value.__name__
    if isinstance(value, dict):
        if not value:
            return "{}"
        lines = [f"{inner}{json.dumps(k)}: {literal(v, indent + 4)},\n" for k, v in value.items()]
        return "{\n" + "".join(lines) + pad + "}"
    if isinstance(value, list):
        if not value:
            return "[]"
        return "[\n" + "".join(f"{inner}{literal(v, indent + 4)},\n" for v in value) + pad + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def functions_in(value: object) -> Iterator[FunctionType]:
    """Yield the functions that a schema calls."""
    if isinstance(value, FunctionType):
        yield value
    for item in value.values() if isinstance(value, dict) else ():
        yield from functions_in(item)


def common_source() -> str:
    """Return the source of the schemas of the parameters that every operation has."""
    return (
        HEADER.format(source="shared/models/parameters.py")
        + "from typing import Any\n\n"
        + f"COMMON_FIELDS: dict[str, dict[str, Any]] = {literal(compiled_fields(CommonParams))}\n"
        + f"COMMON_FORMATS: dict[str, str] = {literal(formats_of(CommonParams))}\n"
    )


def package_source(package: str) -> str:
    """Return the source of the schemas of a package's models.

    Parameters
    ----------
    package: its folder, with slashes.
    """
    models = models_in(package)
    own = {model: own_fields(model) for model in models}
    functions = sorted(
        {
            (each.__module__, each.__name__)
            for fields in own.values()
            for each in functions_in(fields)
        }
    )
    imports = [
        "from shared.models._core_schemas import COMMON_FIELDS, COMMON_FORMATS\n"
        if any(issubclass(model, CommonParams) for model in models)
        else "",
        "from shared.models.parameter_schema import ParameterSchema\n",
        *(f"from {module} import {name}\n" for module, name in functions),
    ]
    parts = [HEADER.format(source=f"{package}/{MODELS}.py"), *imports]
    for model in models:
        aliases = {field.alias: name for name, field in model.model_fields.items() if field.alias}
        hints = get_type_hints(model, include_extras=True)
        secrets = [n for n in model.model_fields if SecretStr in parts_of(hints[n])]
        listed = f"\n        {literal(secrets, 8)}\n    " if secrets else ""
        common = issubclass(model, CommonParams)
        inherited = CommonParams.model_fields if common else ()
        formats = {n: words for n, words in formats_of(model).items() if n not in inherited}
        parts += [
            f"\n{constant_name(model)} = ParameterSchema(\n",
            f"    fields={spread(own[model], 'COMMON_FIELDS' if common else '')},\n",
            f"    aliases={literal(aliases, 4)},\n",
            f"    secrets=frozenset({listed}),\n",
            f"    formats={spread(formats, 'COMMON_FORMATS' if common else '')},\n",
            ")\n",
        ]
    return "".join(parts)


def own_fields(model: type[Parameters]) -> dict[str, Schema]:
    """Return the compiled fields of a model but those that all operations have."""
    common = CommonParams.model_fields if issubclass(model, CommonParams) else ()
    return {name: field for name, field in compiled_fields(model).items() if name not in common}


def spread(own: Mapping[str, object], common: str) -> str:
    """Return the source of a dictionary that the common entries follow, if there are any."""
    if not own or not common:
        return common or literal(dict(own), 4)
    return literal(dict(own), 4).removesuffix("    }") + f"        **{common},\n    }}"


def constant_name(model: type[Parameters]) -> str:
    """Return the constant of a model: that of ``SyncMachinesParams`` is ``SYNC_MACHINES``."""
    name = model.__name__.removesuffix(SUFFIX)
    return "".join(f"_{c}" if c.isupper() and at else c for at, c in enumerate(name)).upper()


def sources() -> dict[str, str]:
    """Return the source of every generated module by its path."""
    paths = (*ROOT.glob(f"functions/*/{MODELS}.py"), *ROOT.glob(f"shared/*/{MODELS}.py"))
    packages = sorted(path.parent.relative_to(ROOT).as_posix() for path in paths)
    return {
        COMMON: common_source(),
        **{f"{package}/_core_schemas.py": package_source(package) for package in packages},
    }


def schema_files() -> dict[str, str]:
    """Return what the web app serves about all operations: path -> JSON."""
    # The operations, which these are made from, import the generated modules.
    from functions.registry import OPERATIONS, load
    from local import json_schemas

    files = json_schemas.web_files([load(operation) for operation in OPERATIONS])
    return {f"{json_schemas.FOLDER}/{name}": content.decode() for name, content in files.items()}


def differing(files: Mapping[str, str]) -> list[str]:
    """Return the paths whose files differ from what they should hold."""
    return [
        path
        for path, content in files.items()
        if not (ROOT / path).exists() or (ROOT / path).read_text(encoding="utf-8") != content
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or compare them with the models; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m local.compile_models",
        description="Compile the pydantic models into the _core_schemas.py files, and write the "
        "JSON Schemas and the OpenAPI document into functions/web/schema_files.",
        epilog="exit codes: 0 written, or the same; 1 --check found a difference; 2 wrong usage",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; compare the files")
    check = parser.parse_args(arguments).check
    changed = 0
    for made in (sources, schema_files):
        files = made()
        for path in differing(files):
            changed += 1
            if check:
                print(f"{path} differs from the models: run make models")
                continue
            (ROOT / path).parent.mkdir(exist_ok=True)
            (ROOT / path).write_text(files[path], encoding="utf-8")
    if not check:
        print(f"{changed} files changed")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
