"""From which variables of the environment ``s`` takes the secrets: it has no prompt for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from local.deployment.desired.functions import ENV, DesiredFunction


class SecretVariable(NamedTuple):
    """A variable that has to be set before ``s`` runs.

    Parameters
    ----------
    name: its name.
    source: where ``make deploy`` takes the secret from.
    places: the settings that it is for, as places of the description.
    """

    name: str
    source: str
    places: tuple[str, ...]


def variable_of(setting: str, source: str) -> str:
    """Return the variable of a secret: the one of ``env:NAME``, or else the setting's own name."""
    return source.removeprefix(ENV) if source.startswith(ENV) else setting


def secret_variables(functions: Iterable[DesiredFunction]) -> list[SecretVariable]:
    """Return the variables that functions need, in the order of their names.

    A variable is there twice if two secrets have it that are not the same.
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for each in functions:
        for setting, source in each.sources.items():
            key = (variable_of(setting, source), source)
            found[key] = (*found.get(key, ()), f"{each.place}.secrets.{setting}")
    return [SecretVariable(*key, places) for key, places in sorted(found.items())]


def faults_of_variables(variables: Iterable[SecretVariable]) -> Iterator[tuple[str, str]]:
    """Return where two different secrets would be taken from one variable."""
    first: dict[str, SecretVariable] = {}
    for each in variables:
        other = first.setdefault(each.name, each)
        if other is not each:
            reason = (
                f"s would take {each.source} from the variable {each.name}, as it does "
                f"{other.source} of {other.places[0]}: name another one with env:NAME"
            )
            yield each.places[0], reason
