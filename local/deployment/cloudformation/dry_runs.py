"""Tries the functions after a deployment, and shows where their logs, schedules and alarms are."""

from __future__ import annotations

from local.console import Console
from local.deployment.cloudformation.aws_command import AwsCommand
from local.deployment.cloudformation.aws_errors import AwsError
from local.deployment.cloudformation.places import places
from local.deployment.cloudformation.template import StackDescription, StackFunction
from local.deployment.run import DONE, FAILED, result_of, show_error


def try_functions(aws: AwsCommand, described: StackDescription, console: Console) -> int:
    """Run each function once as a dry run; return the exit code.

    Parameters
    ----------
    aws: runs the functions.
    described: the stack that was made.
    console: where the results and the places are shown.
    """
    code = DONE
    console.say()
    console.say("A dry run of each function, which changes nothing:")
    for each in described.functions:
        if not is_well(aws, each, console):
            code = FAILED
    console.say()
    for each in described.functions:
        console.say(f"{each.name}:")
        for place in places(aws.region, each.name):
            console.say(f"  {place.what:9} {place.url}")
    if described.notify:
        console.fill(f"Confirm the subscription in the e-mail to {', '.join(described.notify)}.", 0)
    if code == FAILED:
        console.say("The functions are deployed, but not all of them can run.")
    return code


def is_well(aws: AwsCommand, each: StackFunction, console: Console) -> bool:
    """Run a function once, show its result, and return whether it succeeded."""
    try:
        result = console.during(f"{each.name} …", lambda: aws.invoke(each.name, each.desired.event))
    except AwsError as error:
        console.say(console.coloured(f"  {each.name}: failed", "red"))
        show_error(error, console)
        return False
    status, text = result_of(result)
    console.say(f"  {each.name}: {status}: {text}")
    if status != "failed":
        return True
    error_of_run = result.get("error") if isinstance(result, dict) else None
    hint = error_of_run.get("hint") if isinstance(error_of_run, dict) else None
    console.fill(str(hint or "Its log says why."), 4)
    return False
