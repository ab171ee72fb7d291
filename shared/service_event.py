"""Reads a cloud service's own event, such as a bucket's, as an operation's parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.errors import InvalidInput
from shared.invocation import Invocation
from shared.platforms import Event


def read_service_event(
    read: Callable[[object], Mapping[str, object] | None], invocation: Invocation
) -> None:
    """Convert a cloud service's event to the operation's parameters; leave parameters as they are.

    No one reads the return value then, so the run counts as a workflow's: it raises if it fails,
    and the platform keeps the event for a retry or its dead-letter queue. The same holds for an
    event that cannot be read, which may have been a service's.

    Parameters
    ----------
    read: the operation's ``parameters_from_event``.
    invocation: a direct one, which is changed.
    """
    parameters: Mapping[str, object] = {}
    error = invocation.event.error
    if error is None:
        try:
            found = read(invocation.event.parameters)
        except InvalidInput as unreadable:
            error = unreadable
        else:
            if found is None:
                return
            parameters = found
    invocation.event = Event("direct", parameters, error)
    invocation.trigger = "workflow"
