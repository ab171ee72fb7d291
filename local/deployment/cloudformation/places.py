"""Where a person finds a function's log, schedule and alarms: pages of AWS's console."""

from __future__ import annotations

from local.deployment.models.place import Place


def places(region: str, name: str, *, scheduled: bool) -> tuple[Place, ...]:
    """Return the pages of a function.

    Parameters
    ----------
    region: the stack's region.
    name: the function's name.
    scheduled: whether it has a schedule.
    """
    domain = "console.amazonaws.cn" if region.startswith("cn-") else "console.aws.amazon.com"
    base = f"https://{region}.{domain}"
    # The page's own escape, of a percent sign and then of a slash.
    group = f"$252Faws$252Flambda$252F{name}"
    log = f"{base}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{group}"
    schedule = f"{base}/scheduler/home?region={region}#schedules/default/{name}"
    alarm = f"{base}/cloudwatch/home?region={region}#alarmsV2:?search={name}"
    found = [Place("log", log), Place("schedule", schedule), Place("alarm", alarm)]
    return tuple(each for each in found if scheduled or each.what != "schedule")
