"""The interface of a platform, and its parsed events."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from shared.cold_start.pydantic_lite import parse_json
from shared.errors import InvalidInput
from shared.models.credentials import AccessKey
from shared.settings import Settings

MAX_EVENT_BYTES = 256 * 1024
"""Far more than any operation's parameters need."""

TriggerKind = Literal["direct", "timer", "http"]


class Event(NamedTuple):
    """One event without its envelope.

    Parameters
    ----------
    trigger: the trigger, determined from the outermost envelope alone.
    parameters: the raw parameters, not validated yet; for ``http`` the event itself.
    error: why the parameters could not be read, None if they could.
    """

    trigger: TriggerKind
    parameters: Any
    error: InvalidInput | None = None


if TYPE_CHECKING:  # creating the class takes a cold start two million instructions

    class Platform(Protocol):
        """The interface of a platform; each is one class in its own module."""

        @property
        def name(self) -> str:
            """The platform's name, for people."""
            ...

        @property
        def provider(self) -> str | None:
            """The provider that the platform belongs to, and whose operations may use its role."""
            ...

        def parse_event(self, event: object) -> Event:
            """Return an event without its envelope."""
            ...

        def settings(self, context: Any, environ: Mapping[str, str]) -> Settings:
            """Return the settings of this invocation."""
            ...

        def invocation_id(self, context: Any) -> str | None:
            """Return the platform's ID of this invocation."""
            ...

        def timeout_seconds(self, context: Any, settings: Settings) -> float | None:
            """Return how many seconds the function has left at its start, None for no limit."""
            ...

        def region(self, context: Any, settings: Settings) -> str | None:
            """Return the function's region, as a region ID of the platform's provider."""
            ...

        def role_credentials(self, context: Any, settings: Settings) -> AccessKey | None:
            """Return the temporary keys of the function's role, None if it has no role."""
            ...


def too_large(name: str) -> InvalidInput:
    """Return the error for an event above the limit; ``name`` is its name in the message."""
    return InvalidInput(
        f"{name} is larger than {MAX_EVENT_BYTES // 1024} KB",
        code="EventTooLarge",
        hint="Send the operation's parameters only.",
    )


def read_json(text: str | bytes, name: str) -> Any:
    """Parse JSON.

    Raises
    ------
    InvalidInput: it is not UTF-8 or not JSON; the message refers to it by ``name``.
    """
    try:
        return parse_json(text)
    except (ValueError, RecursionError):
        raise InvalidInput(
            f"{name} is not JSON",
            code="NotJson",
            hint="Send the operation's parameters as one JSON object.",
        ) from None


def timer_event(message: object, key: str) -> Event:
    """Return a timer's event: its message is JSON text; empty or absent means no parameters.

    Parameters
    ----------
    message: the value in the envelope.
    key: its key in the envelope, for error messages.
    """
    if message is None or (isinstance(message, str) and not message.strip()):
        return Event("timer", {})
    if not isinstance(message, str):
        error = InvalidInput(
            f"the timer's {key} is not a string",
            code="NotJson",
            hint=f"Write the parameters as a JSON object into the timer's {key}.",
        )
        return Event("timer", {}, error)
    if len(message) > MAX_EVENT_BYTES:
        return Event("timer", {}, too_large(f"the timer's {key}"))
    try:
        parameters = read_json(message, f"the timer's {key}")
    except InvalidInput as error:
        return Event("timer", {}, error)
    return Event("timer", {} if parameters is None else parameters)


def is_http(event: Mapping[str, object]) -> bool:
    """Return whether an event has the envelope of an HTTP trigger of any platform."""
    context = event.get("requestContext")
    if isinstance(context, Mapping) and isinstance(context.get("http"), Mapping):
        return True
    return isinstance(event.get("httpMethod"), str) and ("headers" in event or "path" in event)


def non_empty_str(value: object) -> str | None:
    """Return the value if it is a non-empty string, else None."""
    return value if isinstance(value, str) and value else None
