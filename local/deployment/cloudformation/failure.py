"""What a change that failed has made, why it failed, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from local.console import Console
from local.deployment.cloudformation.aws_errors import hint_of_refusal
from local.deployment.cloudformation.plan_lines import label_of
from local.deployment.cloudformation.stack import StackEvent, StackState
from local.deployment.error_view import CORRECT_AND_RUN_AGAIN

STACK = "AWS::CloudFormation::Stack"

FOLLOW_UPS = ("Resource creation cancelled", "Resource update cancelled")
"""Reasons that say only that something else failed."""

REASONS: tuple[tuple[str, str], ...] = (
    (
        "already exists",
        "Something that this deployment did not make has this name: remove it, or set name_prefix.",
    ),
    (
        "cannot be assumed by Lambda",
        "The role of the description does not trust lambda.amazonaws.com: correct its trust.",
    ),
    (
        "Secrets Manager can",
        "Make the secret in this region, or correct its source in the description.",
    ),
    ("NoSuchKey", "The zip is gone from the bucket: run the same command again."),
    ("Rate exceeded", "Run the same command again after a minute."),
    ("limit exceeded", "Remove some of them, or ask for a higher quota in Service Quotas."),
)
"""Part of a reason in a stack's events, and what to do."""


def hint_of_reason(reason: str) -> str:
    """Return what to do about the reason of an event, empty if that is not known."""
    if hint := hint_of_refusal(reason):
        return hint
    if match := re.search(r"explicit deny|AccessDenied|status code: 403", reason, re.IGNORECASE):
        return f"A right is missing ({match[0]}): deploy/policies/aws/deploy_lambda.json has all."
    found = (hint for part, hint in REASONS if part.lower() in reason.lower())
    return next(found, "")


def show_failure(
    console: Console, ended: StackState | None, happened: Sequence[StackEvent]
) -> None:
    """Show what failed and why, what was made, and what to do.

    Parameters
    ----------
    console: where.
    ended: the stack afterwards, None if it is gone.
    happened: its events.
    """
    console.say()
    for each in happened:
        is_failed = each.status.endswith("_FAILED") and each.type != STACK
        if is_failed and each.reason and not each.reason.startswith(FOLLOW_UPS):
            console.say(console.coloured(f"  {label_of(each.type)} {each.id} failed", "red"))
            console.fill(each.reason, 4)
            if hint := hint_of_reason(each.reason):
                console.fill(hint, 4)
    status = ended.status if ended is not None else "gone"
    gone = "; CloudFormation took it back" if "ROLLBACK" in status else ""
    made = dict.fromkeys(
        f"{label_of(each.type)} {each.id}{gone}"
        for each in happened
        if each.type != STACK and each.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    )
    console.say()
    console.say("Made so far:" if made else "Nothing was made so far.")
    for text in made:
        console.say(f"  {text}")
    console.say(f"The stack is {status}. {CORRECT_AND_RUN_AGAIN}")
