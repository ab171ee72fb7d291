"""The errors of Function Compute: their codes, HTTP statuses and texts."""

from __future__ import annotations

from local.emulator.service import Refusal

ERRORS = {
    "AccessDenied": (403, "The caller is not authorized to perform the operation."),
    "AsyncConfigNotExists": (404, "The asynchronous configuration does not exist."),
    "ConcurrentUpdateError": (409, "The function is being updated."),
    "EntityTooLarge": (400, "payload size exceeds maximum allowed size"),
    "FunctionAlreadyExists": (409, "The function already exists."),
    "FunctionNotEmpty": (409, "The function has active triggers."),
    "FunctionNotFound": (404, "The function does not exist."),
    "InvalidArgument": (400, "An argument is not valid."),
    "LimitExceededError": (400, "The number of resources exceeds the limit."),
    "PathNotSupported": (400, "The path is not supported."),
    "RequestTooLarge": (413, "The event is larger than an asynchronous run takes."),
    "TriggerAlreadyExists": (409, "The trigger already exists."),
    "TriggerNotFound": (404, "The trigger does not exist."),
}
"""Code -> HTTP status and text. The statuses are those of the table of the API 2021-04-06, since
that of 2023-03-30 has none."""


def failure(code: str, message: str | None = None) -> Refusal:
    """Return Function Compute's error with that code; status and text from :data:`ERRORS`."""
    status, usual_message = ERRORS[code]
    return Refusal(code, message or usual_message, status)


def invalid(message: str) -> Refusal:
    """Return the error for an argument that is not as documented."""
    return failure("InvalidArgument", message)
