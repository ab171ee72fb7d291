"""Runs one fuzz target under atheris: ``python -m tests.fuzz.instrumented TARGET [OPTIONS]``.

The options are libFuzzer's. Everything that ships is imported here, under instrumentation, because
the handlers import most of it late.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import atheris

PACKAGES = ("shared", "functions")


def import_all() -> None:
    """Import every module of the packages that ship."""
    for package in PACKAGES:
        paths = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(paths, f"{package}."):
            importlib.import_module(module.name)


def main(target: str, options: list[str]) -> None:
    """Fuzz until an option's limit or a finding ends the process."""
    with atheris.instrument_imports(include=list(PACKAGES)):
        import_all()
        module = importlib.import_module(f"tests.fuzz.{target}")
    atheris.Setup([target, *options], module.fuzz)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
