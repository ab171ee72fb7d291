"""The parameters of an operation, and those that every operation takes.

A class of its own instead of a dataclass: the standard one writes and compiles code for
every class, which costs a cold start more than the rest of an operation does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NoReturn, TypeVar

from typing_extensions import Self

from shared.models.fields import REGION, Choice, Flag, Seconds, Text

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_options: bool) -> Any:
        """Tell a type checker, at run time nothing, that a class works like a dataclass."""
        return lambda thing: thing


TRIGGERS = ("direct", "timer", "workflow", "http", "chat")
"""Every word ``trigger`` may be in a result."""

REQUIRED = object()
"""Stands for the default of a parameter that has none."""

P = TypeVar("P", bound="Parameters")


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Parameters:
    """Frozen values by keyword, as its annotations declare them.

    Subclasses annotate each parameter with ``Annotated[type, field]`` and may give a default.
    """

    declared: ClassVar[Mapping[str, object]] = {}
    """Each parameter's default, in the order of declaration; ``REQUIRED`` for none."""

    def __init_subclass__(cls) -> None:
        own = {
            name: cls.__dict__.get(name, REQUIRED)
            for name in cls.__dict__.get("__annotations__", {})  # noqa: RUF063 - inspect is slow to import
        }
        cls.declared = {**cls.declared, **own}

    def __init__(self, **values: object) -> None:
        for name, default in self.declared.items():
            value = values.pop(name, default)
            if value is REQUIRED:
                raise TypeError(f"{name} is required")
            self.__dict__[name] = value
        if values:
            raise TypeError(f"unknown parameters: {', '.join(values)}")

    def changed(self, **values: object) -> Self:
        """Return a copy with some values changed."""
        return type(self)(**{**self.__dict__, **values})

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.items()))

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({said})"


class CommonParams(Parameters):
    """What may stand in the event of any operation beside its own parameters."""

    region: Annotated[
        str | None, Text(pattern=REGION, longest=64, meaning="The provider's region id.")
    ] = None
    wait_seconds: Annotated[
        float,
        Seconds(most=86_400, meaning="How long to wait for the provider's work to be done."),
    ] = 0
    dry_run: Annotated[
        bool, Flag(meaning="Only list the requests a run would send; needs no credentials.")
    ] = False
    on_failure: Annotated[
        str | None,
        Choice(words=("raise", "return"), meaning="How a failed run leaves the function."),
    ] = None
    trigger: Annotated[
        str | None,
        Choice(
            words=("timer", "workflow", "direct"),
            meaning="What started the run, where the event cannot show it.",
        ),
    ] = None
