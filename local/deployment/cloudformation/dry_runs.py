"""Tries the functions after a deployment, and shows where their logs, schedules and alarms are."""

from __future__ import annotations

from typing import Any

from local.console import Console
from local.deployment.cloudformation.aws_command import AwsCommand
from local.deployment.cloudformation.aws_errors import AwsError
from local.deployment.cloudformation.places import places
from local.deployment.cloudformation.template import StackDescription, StackFunction
from local.deployment.description.web import HEALTH, answer_of
from local.deployment.dry_run import ALL_MADE, NOT_ALL_CAN_RUN, NOT_FINISHED, saying_if_interrupted
from local.deployment.error_view import show_error
from local.deployment.exit_codes import DONE, FAILED
from local.deployment.function_result import result_of
from local.deployment.marker import own_timer


def try_functions(aws: AwsCommand, described: StackDescription, console: Console) -> int:
    """Run each function once, changing nothing, and show its places; return the exit code.

    Parameters
    ----------
    aws: runs the functions.
    described: the stack that was made.
    console: where the results and the places are shown.
    """
    code = run_each(aws, described, console, ALL_MADE)
    console.say()
    for each in described.functions:
        console.say(f"{each.name}:")
        if each.desired.is_web:
            console.say(f"  {'url':9} {address_of(aws, each)}")
        scheduled = own_timer(each.desired.function) is not None
        for place in places(aws.region, each.name, scheduled=scheduled):
            console.say(f"  {place.what:9} {place.url}")
    if described.notify:
        console.fill(f"Confirm the subscription in the e-mail to {', '.join(described.notify)}.", 0)
    if code == FAILED:
        console.say(NOT_ALL_CAN_RUN)
    return code


def try_unchanged_functions(aws: AwsCommand, described: StackDescription, console: Console) -> int:
    """Run functions that were not changed, without their places; return the exit code.

    Parameters
    ----------
    aws, described, console: as of :func:`try_functions`.
    """
    code = run_each(aws, described, console, NOT_FINISHED)
    if code == FAILED:
        console.say()
        console.say(NOT_ALL_CAN_RUN)
    return code


def run_each(
    aws: AwsCommand, described: StackDescription, console: Console, if_interrupted: str
) -> int:
    """Run each function once, show the results, and return the exit code."""
    console.say()
    console.say("A dry run of each function, which changes nothing:")
    with saying_if_interrupted(console, if_interrupted):
        done = [is_well(aws, each, console) for each in described.functions]
    return DONE if all(done) else FAILED


def is_well(aws: AwsCommand, each: StackFunction, console: Console) -> bool:
    """Run a function once, show its result, and return whether it succeeded."""
    try:
        result = console.during(f"{each.name} …", lambda: aws.invoke(each.name, each.desired.event))
    except AwsError as error:
        console.say(console.coloured(f"  {each.name}: failed", "red"))
        show_error(error, console)
        return False
    if each.desired.is_web:
        succeeded, text = answer_of(result)
        console.say(f"  {each.name}: {HEALTH.method} {HEALTH.path} as an event: {text}")
    else:
        status, text = result_of(result)
        succeeded = status != "failed"
        console.say(f"  {each.name}: {status}: {text}")
    if not succeeded:
        console.fill(hint_of(result), 4)
    return succeeded


def hint_of(result: Any) -> str:
    """Return what to do about a failed run."""
    error = result.get("error") if isinstance(result, dict) else None
    hint = error.get("hint") if isinstance(error, dict) else None
    return str(hint or "Its log says why.")


def address_of(aws: AwsCommand, each: StackFunction) -> str:
    """Return the address of an app's URL, or why it is not known."""
    try:
        found = aws.call("lambda", "get-function-url-config", {"FunctionName": each.name})
    except AwsError as error:
        return f"could not be read ({error.code}): the stack's outputs have it"
    return str(found["FunctionUrl"])
