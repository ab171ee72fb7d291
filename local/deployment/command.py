"""``python -m local deploy``, and what ``python -m local remove`` has in common with it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from getpass import getpass
from pathlib import Path

from local.bundling.plan import PROVIDERS, Bundle
from local.console import Console
from local.deployment.cloudformation.run import StackDeployment
from local.deployment.description.description import DescriptionError, read_description
from local.deployment.description.document import DeploymentDocument
from local.deployment.desired.zips import NotBuiltError, Zips, built_zips, read_zip
from local.deployment.error_view import show_error, show_faults
from local.deployment.exit_codes import FAILED, USAGE
from local.deployment.failed_step import FailedStepError
from local.deployment.platforms import MODULES, STACKS, load_platform
from local.deployment.run import Deployment
from local.deployment.secret_stores.reading import UnreadSecretsError
from shared.errors import SyncError
from shared.runtime import Runtime

DESCRIPTION = """\
Creates or changes the functions, settings and schedules that deploy.toml describes.
It shows the plan and asks before it changes anything, changes only what it made itself, and ends
with a dry run of each function.
"""
EPILOG = """\
exit codes: 0 done, or nothing to do; 1 failed: what was made so far is listed; 2 wrong usage, or a
fault in the description; 3 refused: changed by hand, not made by this deployment, or not confirmed;
130 interrupted; make turns every failure into 2
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add_common_arguments(parser, "the platform to deploy to")
    parser.add_argument(
        "--overwrite", action="store_true", help="overwrite what was changed by hand"
    )
    parser.add_argument(
        "--adopt",
        action="append",
        default=[],
        metavar="NAME",
        help="take this function over, which was deployed by hand; may be repeated",
    )
    add_zips_argument(parser, "take the bundles from this folder instead of building them")


def add_common_arguments(parser: argparse.ArgumentParser, platform_help: str) -> None:
    """Say what a deployment and a removal take."""
    parser.add_argument("--platform", required=True, choices=[*MODULES, STACKS], help=platform_help)
    parser.add_argument(
        "--provider", choices=PROVIDERS, help="only the operations of this provider"
    )
    parser.add_argument(
        "--file",
        type=Path,
        default=Path("deploy.toml"),
        metavar="FILE",
        help="the description (default: deploy.toml)",
    )
    parser.add_argument("--plan", action="store_true", help="show the plan, and change nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask for a confirmation")


def add_zips_argument(parser: argparse.ArgumentParser, text: str) -> None:
    """Add the folder of bundles that are built."""
    parser.add_argument("--zips", type=Path, metavar="FOLDER", help=text)


def deploy(options: argparse.Namespace, console: Console, process: Runtime) -> int:
    """Deploy, and return the exit code."""
    return run("deploy", options, console, process)


def run(verb: str, options: argparse.Namespace, console: Console, process: Runtime) -> int:
    """Run one of the commands and return the exit code."""
    zips = zips_of(options, console, process)
    try:
        document = read_description(options.file)
        require_platform(document, options)
        deployment = deployment_of(document, options, console, process, zips)
        return deployment.deploy() if verb == "deploy" else deployment.remove()
    except DescriptionError as error:
        show_faults(error, console)
        return USAGE
    except NotBuiltError as error:
        console.complain(str(error))
        return FAILED
    except UnreadSecretsError as error:
        console.say("Not all secrets could be read; nothing was changed.")
        for each in error.unread:
            for place in each.places:
                console.say(f"  {place}: {each.source}")
            show_error(each.error, console)
        return FAILED
    except FailedStepError as failed:
        console.say(f"{failed.what}; nothing was changed.")
        show_error(failed.error, console)
        return FAILED
    except SyncError as error:
        # Whatever is called to change something is reported where it is called.
        console.say(f"The state of {options.platform} could not be read; nothing was changed.")
        show_error(error, console)
        return FAILED


def zips_of(options: argparse.Namespace, console: Console, process: Runtime) -> Zips:
    """Return what reads the bundles' zips, or builds them."""

    def zips(bundles: Sequence[Bundle], bytecode: bool) -> Mapping[Bundle, bytes]:  # noqa: FBT001
        if options.zips is not None:
            return {each: read_zip(options.zips / f"{each.name}.zip") for each in bundles}
        return built_zips(bundles, process.current_environ, console, bytecode=bytecode)

    return zips


def deployment_of(
    document: DeploymentDocument,
    options: argparse.Namespace,
    console: Console,
    process: Runtime,
    zips: Zips,
) -> Deployment | StackDeployment:
    """Return the deployment of a platform's part of a description.

    Raises
    ------
    DescriptionError: an option is not for this platform.
    """
    if options.platform == STACKS:
        return stack_deployment(document, options, console, process, zips)
    return Deployment(
        path=options.file,
        document=document,
        platform=load_platform(options.platform),
        provider=options.provider,
        zips=zips,
        console=console,
        process=process,
        read_secret=getpass,
        yes=options.yes,
        only_plan=options.plan,
        overwrite=options.overwrite,
        adopt=frozenset(options.adopt),
    )


def stack_deployment(
    document: DeploymentDocument,
    options: argparse.Namespace,
    console: Console,
    process: Runtime,
    zips: Zips,
) -> StackDeployment:
    """Return the deployment of a stack.

    Raises
    ------
    DescriptionError: a function is to be taken over.
    """
    if options.adopt:
        reason = "a stack takes over no function: remove it, or set name_prefix"
        raise DescriptionError(options.file, [(f"platforms.{STACKS}", reason)])
    return StackDeployment(
        path=options.file,
        document=document,
        provider=options.provider,
        zips=zips,
        console=console,
        process=process,
        read_secret=getpass,
        yes=options.yes,
        only_plan=options.plan,
        overwrite=options.overwrite,
    )


def require_platform(document: DeploymentDocument, options: argparse.Namespace) -> None:
    """Raise :class:`DescriptionError` if the description does not have the platform."""
    if options.platform not in document.platforms:
        place = f"platforms.{options.platform}"
        raise DescriptionError(options.file, [(place, "is not described")])
