"""Immutable values with named fields.

The standard dataclass and named tuple generate and compile code for every class, which costs a
cold start one and a half to five million instructions per class; a run uses two dozen such
classes. This base class does the same without generated code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

if TYPE_CHECKING:
    from typing_extensions import Self
    from typing_extensions import dataclass_transform as dataclass_transform  # noqa: PLC0414
else:

    def dataclass_transform(**_options: bool) -> Any:
        """Tell type checkers that a class works like a dataclass; do nothing at run time."""
        return lambda thing: thing


REQUIRED = object()
"""The default of a field without a default."""


@dataclass_transform(frozen_default=True)
class Value:
    """A value with the annotated fields of its class and their defaults.

    Compared by value, hashable if its fields are, and immutable.
    """

    declared: ClassVar[Mapping[str, object]] = {}
    """The default of each field, in the order of declaration; ``REQUIRED`` for none."""

    _defaults: ClassVar[Mapping[str, object]] = {}
    _by_name_only: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        own = cls.__dict__.get("__annotations__", {})  # noqa: RUF063 - inspect is slow to import
        cls.declared = {
            **cls.declared,
            **{name: cls.__dict__.get(name, REQUIRED) for name in own},
        }
        cls._defaults = {
            name: default for name, default in cls.declared.items() if default is not REQUIRED
        }

    def __init__(self, *inorder: object, **named: object) -> None:
        declared = self.declared
        if inorder:
            if self._by_name_only:
                raise TypeError(f"{type(self).__name__} only takes keyword arguments")
            count = len(named) + len(inorder)
            named.update(zip(declared, inorder, strict=False))
            if len(named) != count:
                raise TypeError(f"{type(self).__name__} got a field twice, or too many arguments")
        if len(named) != len(declared):
            named = {**self._defaults, **named}
        if named.keys() != declared.keys():
            raise self._misnamed()
        object.__setattr__(self, "__dict__", named)

    def changed(self, **named: object) -> Self:
        """Return a copy with some fields changed."""
        values = {**self.__dict__, **named}
        if len(values) != len(self.declared):
            raise self._misnamed()
        copy = object.__new__(type(self))
        object.__setattr__(copy, "__dict__", values)
        return copy

    def _misnamed(self) -> TypeError:
        return TypeError(f"{type(self).__name__} has the fields {', '.join(self.declared)}")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash(frozenset(self.__dict__.items()))

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.declared)
        return f"{type(self).__name__}({said})"
