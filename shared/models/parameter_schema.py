"""The compiled schema of an operation's parameters, and the validated parameters."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class ParameterSchema(NamedTuple):
    """What ``make models`` compiles from the pydantic model of an operation's parameters.

    The same of an entry of a JSON setting, whose keys are then the parameters.

    Parameters
    ----------
    fields: parameter -> typed-dict field of pydantic-core, the operation's own first.
    aliases: the vendor's name -> the parameter.
    secrets: the parameters that are secrets.
    formats: parameter -> description of the format that its pattern requires.
    """

    fields: Mapping[str, Mapping[str, Any]]
    aliases: Mapping[str, str]
    secrets: frozenset[str]
    formats: Mapping[str, str]

    @property
    def required(self) -> frozenset[str]:
        """The parameters without a default."""
        return frozenset(name for name, field in self.fields.items() if field["required"])


class ValidatedParameters:
    """Validated parameters as attributes; type checkers see the pydantic model instead.

    Parameters
    ----------
    values: parameter -> value, secrets wrapped.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ValidatedParameters) and other.__dict__ == self.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.__dict__!r})"

    def model_copy(self, *, update: Mapping[str, Any]) -> "ValidatedParameters":
        """Return a copy with some parameters replaced."""
        return ValidatedParameters({**self.__dict__, **update})
