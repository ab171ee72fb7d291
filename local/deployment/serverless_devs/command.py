"""``python -m local serverless-devs``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from local.bundling.lock import ROOT
from local.bundling.plan import PROVIDERS
from local.console import Console
from local.deployment.description.description import DescriptionError, Fault, read_description
from local.deployment.description.document import DeploymentDocument
from local.deployment.desired.functions import (
    ENV,
    NOT_ENTERED,
    PROMPT,
    DesiredFunction,
    chosen_functions,
    desired_function,
    faults_of_desired,
    sources_of,
)
from local.deployment.error_view import show_faults
from local.deployment.exit_codes import DONE, FAILED, REFUSED, USAGE
from local.deployment.models.platform import Platform
from local.deployment.platforms import load_platform
from local.deployment.secret_stores.secret_store import StoredValue
from local.deployment.serverless_devs import s_yaml
from local.deployment.serverless_devs.secret_variables import (
    SecretVariable,
    faults_of_variables,
    secret_variables,
)
from shared.runtime import Runtime

PLATFORM = "fc"
DEFAULT = Path("s.yaml")
VERSION_OF_S = "3.1.10"
"""The version that the file is tested with."""

DESCRIPTION = """\
Writes the s.yaml with which Serverless Devs deploys to Function Compute what platforms.fc of
deploy.toml describes: the functions that `make deploy PLATFORM=fc` would make. Secrets are
references to the environment of s. Nothing is deployed, and no cloud is called.
"""
EPILOG = """\
exit codes: 0 written, or the same as before; 1 the file could not be written; 2 wrong usage, or a
fault in the description; 3 refused: a file is there that this command did not write
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--file",
        type=Path,
        default=Path("deploy.toml"),
        metavar="FILE",
        help="the description (default: deploy.toml)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=DEFAULT,
        metavar="FILE",
        help="what is written (default: s.yaml)",
    )
    parser.add_argument(
        "--provider", choices=PROVIDERS, help="only the operations of this provider"
    )


def command(options: argparse.Namespace, console: Console, process: Runtime) -> int:
    """Write ``s.yaml``, and return the exit code."""
    try:
        document = read_description(options.file)
        environ = process.current_environ
        functions = functions_of(options.file, document, options.provider, environ)
        variables = secret_variables(functions)
        require(options.file, faults_of_variables(variables))
    except DescriptionError as error:
        show_faults(error, console)
        return USAGE
    output: Path = options.output
    table = document.platforms[PLATFORM]
    dist = PurePath(os.path.relpath(ROOT / "dist", output.resolve().parent))
    comments = s_yaml.comments_of(options.file.name, table, functions, variables)
    text = s_yaml.s_yaml(document.name, table, functions, dist, comments)
    try:
        before = output.read_text(encoding="utf-8") if output.exists() else None
        if before is not None and not before.startswith(s_yaml.FIRST_LINE):
            console.complain(
                f"{output} was not written by this command: remove it, or name another --output."
            )
            return REFUSED
        if before != text:
            output.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        console.complain(f"{output} cannot be written: {reason}")
        return FAILED
    state = "is the same as before" if before == text else "written"
    console.say(f"{output} {state}: {', '.join(each.function.name for each in functions)}")
    show_variables(variables, console)
    console.say("Next:")
    for each in s_yaml.bundle_commands(functions, bytecode=table.bytecode):
        console.say(f"  {each}")
    template = "" if output == DEFAULT else f" -t {output}"
    console.say(f"  npx @serverless-devs/s@{VERSION_OF_S} deploy{template}")
    if s_yaml.has_alarms(functions):
        console.complain(
            f"Alarms are not in {output}: Serverless Devs makes none. Make them by hand, or use "
            "make deploy PLATFORM=fc."
        )
    return DONE


def show_variables(variables: list[SecretVariable], console: Console) -> None:
    """Show what has to be set before ``s`` runs."""
    if not variables:
        return
    console.say("Set in the environment before s runs, which does not start without them:")
    width = max(len(each.name) for each in variables)
    for each in variables:
        console.say(f"  {each.name:{width}}  {each.source}, for {', '.join(each.places)}")


def functions_of(
    path: Path, document: DeploymentDocument, provider: str | None, environ: Mapping[str, str]
) -> list[DesiredFunction]:
    """Return the functions that ``make deploy PLATFORM=fc`` would make.

    A secret has a placeholder for its value where it need not be known: what is written is where
    ``s`` takes it from.

    Parameters
    ----------
    path: the description's file, for its faults.
    document: the description.
    provider: only the operations of this provider; None for all.
    environ: secrets that are set here are checked as those of ``make deploy`` are.

    Raises
    ------
    DescriptionError: the description wants none there, or Function Compute would refuse one.
    """
    table = document.platforms.get(PLATFORM)
    if table is None:
        raise DescriptionError(path, [(f"platforms.{PLATFORM}", "is not described")])
    sources = sources_of(PLATFORM, table, provider)
    names = [source.removeprefix(ENV) for source in sources if source.startswith(ENV)]
    values = {name: environ.get(name) or NOT_ENTERED.get_secret_value() for name in names}
    stored = {
        source: StoredValue(NOT_ENTERED, "")
        for source in sources
        if not source.startswith(ENV) and source != PROMPT
    }
    platform = load_platform(PLATFORM)
    functions = [
        desired_function(platform, table, each, b"", values, stored)
        for each in chosen_functions(PLATFORM, table, provider)
    ]
    if not functions:
        reason = f"no function of the provider {provider} is described for {PLATFORM}"
        raise DescriptionError(path, [(f"platforms.{PLATFORM}.functions", reason)])
    require(path, (fault for each in functions for fault in faults_of(platform, each)))
    return functions


def faults_of(platform: Platform, desired: DesiredFunction) -> Iterator[Fault]:
    """Return what keeps a function from being deployed by ``s``."""
    yield from faults_of_desired(platform, desired)
    yield from s_yaml.faults_of_texts(desired)
    if desired.function.buckets:
        yield f"{desired.place}.bucket", s_yaml.NO_BUCKETS


def require(path: Path, faults: Iterator[Fault]) -> None:
    """Raise :class:`DescriptionError` if there is a fault."""
    if found := list(dict.fromkeys(faults)):
        raise DescriptionError(path, found)
