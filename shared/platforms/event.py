"""What a platform handed in, in the same words for all four."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Protocol

from shared.errors import InvalidInput
from shared.models.credentials import AccessKey
from shared.pydantic_lite import parse_json
from shared.settings import Settings

MAX_EVENT_BYTES = 256 * 1024
"""Bytes; the smallest event a platform takes for an asynchronous call is 128 KB."""

TriggerKind = Literal["direct", "timer", "http"]


class Event(NamedTuple):
    """One event without its envelope.

    Parameters
    ----------
    kind: told from the outer envelope alone.
    parameters: what the caller gave, not yet checked; for ``http`` the event itself.
    refusal: why there are no parameters, where they could not be read.
    """

    trigger: TriggerKind
    parameters: Any
    error: InvalidInput | None = None


class Platform(Protocol):
    """What is asked of each platform; one class, one file."""

    @property
    def name(self) -> str:
        """The platform's name, for people."""
        ...

    @property
    def provider(self) -> str | None:
        """Whose cloud it is: the operations of which provider may use its role."""
        ...

    def parse_event(self, event: object) -> Event:
        """Take the envelope off an event."""
        ...

    def settings(self, context: Any, environ: Mapping[str, str]) -> Settings:
        """Return the one door to the settings."""
        ...

    def invocation_id(self, context: Any) -> str | None:
        """Return the platform's id of this invocation."""
        ...

    def timeout_seconds(self, context: Any, settings: Settings) -> float | None:
        """Return how many seconds the function has left at its start, None if unlimited."""
        ...

    def region(self, context: Any, settings: Settings) -> str | None:
        """Return the platform's own region, as its own provider spells it."""
        ...

    def role_credentials(self, context: Any, settings: Settings) -> AccessKey | None:
        """Return the function's role's temporary keys, None if it has no role."""
        ...


def too_large(what: str) -> InvalidInput:
    """Return the refusal of an event above the limit; ``what`` names it."""
    return InvalidInput(
        f"{what} is larger than {MAX_EVENT_BYTES // 1024} KB",
        code="EventTooLarge",
        hint="Send the operation's parameters only.",
    )


def read_json(text: str | bytes, what: str) -> Any:
    """Return the JSON value of a text.

    Raises
    ------
    InvalidInput: it is not UTF-8 or not JSON; ``what`` names it.
    """
    try:
        return parse_json(text)
    except (ValueError, RecursionError):
        raise InvalidInput(
            f"{what} is not JSON",
            code="NotJson",
            hint="Give the operation's parameters as one JSON object.",
        ) from None


def timer_event(message: object, where: str) -> Event:
    """Return a timer's event: its message is JSON text; empty or absent means no parameters.

    Parameters
    ----------
    message: what stands in the envelope.
    where: the envelope's key, to name it in a refusal.
    """
    if message is None or (isinstance(message, str) and not message.strip()):
        return Event("timer", {})
    if not isinstance(message, str):
        refusal = InvalidInput(
            f"the timer's {where} is not text",
            code="NotJson",
            hint=f"Write the parameters as a JSON object into the timer's {where}.",
        )
        return Event("timer", {}, refusal)
    if len(message) > MAX_EVENT_BYTES:
        return Event("timer", {}, too_large(f"the timer's {where}"))
    try:
        parameters = read_json(message, f"the timer's {where}")
    except InvalidInput as refusal:
        return Event("timer", {}, refusal)
    return Event("timer", {} if parameters is None else parameters)


def is_http(event: Mapping[str, object]) -> bool:
    """Return whether an event has the envelope of an HTTP trigger, on any platform."""
    about = event.get("requestContext")
    if isinstance(about, Mapping) and isinstance(about.get("http"), Mapping):
        return True
    return isinstance(event.get("httpMethod"), str) and ("headers" in event or "path" in event)


def non_empty_str(value: object) -> str | None:
    """Return a non-empty text, else None."""
    return value if isinstance(value, str) and value else None
