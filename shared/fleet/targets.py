"""The targets of an event: read from ``targets``, and expanded one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from shared.accounts.account import Account, AccountsFile
from shared.errors import InvalidInput, Misconfigured
from shared.invocation import DEFAULT_ACCOUNT
from shared.models.name_pattern import matches
from shared.models.operation import Operation
from shared.models.patterns import IDENTIFIER, REGION
from shared.validation import normalize_names

MAX_TARGETS = 10_000

MAX_OFFERED = 20
"""How many names an error message lists."""

SAFE_NAME = re.compile(r"[A-Za-z0-9*][A-Za-z0-9*._-]{0,63}")

MAX_FAULTS = 20
"""How many faults an error message names; it counts the others."""

OF_THE_EVENT = ("targets", "max_concurrency", "on_failure", "trigger")
"""The parameters that an event has once, not each of its targets."""

PATTERN_KEYS = frozenset({"accounts", "regions", "after", "of"})
SET_KEYS = frozenset({"set", "after", "of"})

CHANGED = "TargetsChanged"
"""The code of the error for targets of which it is not known which are left."""

HINT = (
    'Send targets as a list of {"account": …, "region": …}, as {"accounts": ["prod-*"], '
    '"regions": ["cn-*"]}, or as {"set": "name"}; docs/fleets.md describes them.'
)

ReadAccounts = Callable[[], AccountsFile]
MaySee = Callable[[str], bool]
"""Returns whether the caller may know of an account."""


MAX_NAME_LENGTH = 64


class Target(NamedTuple):
    """One target: what its run has beside the event's other parameters.

    Parameters
    ----------
    parameters: its account and its region if they are given, and what it overrides.
    error: why there is nothing to run: a pattern that matches nothing, beside others that do.
    """

    parameters: Mapping[str, Any]
    error: InvalidInput | None = None

    @property
    def account(self) -> object:
        """The account's name as given, ``default`` if none is."""
        return self.parameters.get("account", DEFAULT_ACCOUNT)

    @property
    def region(self) -> object:
        """The region as given, None if none is."""
        return self.parameters.get("region")


class Targets:
    """The targets of an event in their order.

    Parameters
    ----------
    given: ``targets`` as the event has it.
    count: how many there are in all.
    skipped: how many of the first are not to be run, since an earlier run did.
    expand: returns all of them.
    """

    def __init__(
        self, given: object, count: int, skipped: int, expand: Callable[[], Iterator[Target]]
    ) -> None:
        self._given = given
        self._count = count
        self._skipped = skipped
        self._expand = expand

    def __len__(self) -> int:
        return self._count - self._skipped

    def __iter__(self) -> Iterator[Target]:
        return islice(self._expand(), self._skipped, None)

    def after(self, started: int) -> object:
        """Return ``targets`` of an event that runs the others, in the same order.

        Parameters
        ----------
        started: how many of the first have been started.
        """
        if isinstance(self._given, Mapping):
            return {**self._given, "after": self._skipped + started, "of": self._count}
        return [dict(target.parameters) for target in islice(iter(self), started, None)]


def read_targets(
    given: object,
    operation: Operation,
    read_accounts: ReadAccounts,
    may_see: MaySee = lambda _name: True,
) -> Targets:
    """Return the targets that an event names; nothing is expanded yet.

    Parameters
    ----------
    given: ``targets`` as the event has it.
    operation: the operation to run; only its provider's accounts match a pattern.
    read_accounts: reads the accounts file; called for patterns and sets only.
    may_see: the caller's; an error message names no other account.

    Raises
    ------
    InvalidInput: they are malformed, match nothing, or are too many; every fault is named.
    Misconfigured: the accounts file, or the set in it, is wrong.
    """
    if isinstance(given, list | tuple):
        return _from_list(given, given, 0, operation)
    if not isinstance(given, Mapping):
        raise bad_targets(["targets: must be a list or a JSON object"])
    is_set = "set" in given
    faults = [
        f"targets: {name_of(key)} is not a key of it"
        for key in given
        if key not in (SET_KEYS if is_set else PATTERN_KEYS)
    ]
    if not is_set and not {"accounts", "regions"}.intersection(given):
        faults.append("targets: needs accounts, regions or set")
    faults += _position_faults(given)
    if is_set:
        name = given["set"]
        if not isinstance(name, str):
            faults.append("targets: set must be the name of a set")
        if faults:
            raise bad_targets(faults)
        return _from_set(str(name), given, operation, read_accounts, may_see)
    faults += [
        f"targets: {key} must be a list of names, in which * matches anything"
        for key in ("accounts", "regions")
        if key in given and not is_list_of_names(given[key])
    ]
    if faults:
        raise bad_targets(faults)
    accounts = read_accounts() if "accounts" in given else AccountsFile({}, {})
    return _from_patterns(given, given, operation, accounts, may_see)


def _from_set(
    name: str,
    given: Mapping[str, Any],
    operation: Operation,
    read_accounts: ReadAccounts,
    may_see: MaySee,
) -> Targets:
    file = read_accounts()
    if name not in file.sets:
        offered = _offer("sets", file.sets)
        raise bad_targets([f"targets: there is no set {name_of(name)}; {offered}"])
    content = file.sets[name]
    try:
        if isinstance(content, list | tuple):
            return _from_list(content, given, int(given.get("after", 0)), operation)
        if isinstance(content, Mapping) and not {"set", "after", "of"}.intersection(content):
            read_targets(content, operation, lambda: file, may_see)  # reports what is malformed
            return _from_patterns(content, given, operation, file, may_see)
        raise bad_targets(["must be a list, or an object with accounts and regions"])
    except InvalidInput as error:
        if error.code == CHANGED:
            raise
        raise Misconfigured(
            f"the set {name_of(name)} of the accounts file: {error.message}",
            code="BadSet",
            hint="Correct the set in the accounts file; docs/fleets.md describes it.",
        ) from None


def _from_list(
    listed: Sequence[object], given: object, skipped: int, operation: Operation
) -> Targets:
    if not listed:
        raise bad_targets(["targets: names no target"])
    _require_few(len(listed))
    faults: list[str] = []
    for number, entry in enumerate(listed):
        if not isinstance(entry, Mapping):
            faults.append(f"targets[{number}]: must be a JSON object")
            continue
        named, problems = normalize_names(entry, operation)
        faults += [f"targets[{number}]: {problem}" for problem in problems]
        faults += [
            f"targets[{number}]: {key} belongs to the event, not to one of its targets"
            for key in OF_THE_EVENT
            if key in named
        ]
    if faults:
        raise bad_targets(faults)
    _require_position(given, len(listed))

    def expand() -> Iterator[Target]:
        for entry in listed:
            if isinstance(entry, Mapping):  # all of them are
                yield Target(normalize_names(entry, operation)[0])

    return Targets(given, len(listed), skipped, expand)


def _from_patterns(
    patterns: Mapping[str, Any],
    given: Mapping[str, Any],
    operation: Operation,
    file: AccountsFile,
    may_see: MaySee,
) -> Targets:
    """Return the regions of the accounts that match the patterns.

    Parameters
    ----------
    patterns: ``accounts`` and ``regions``.
    given: ``targets`` as the event has it: the same, or the set with them.
    operation, file, may_see: as in :func:`read_targets`.
    """
    wanted = tuple(patterns.get("accounts", (DEFAULT_ACCOUNT,)))
    regions = tuple(patterns["regions"]) if "regions" in patterns else None
    provider = operation.provider.name
    known = [one for one in file.accounts.values() if one.provider == provider]
    if DEFAULT_ACCOUNT in wanted and DEFAULT_ACCOUNT not in file.accounts:
        known.insert(0, Account(DEFAULT_ACCOUNT, provider))
    accounts = [one for one in known if matches(one.name, wanted)]
    faults = {
        ("account", pattern): f"targets: no account of {provider} matches {name_of(pattern)}; "
        + _offer("accounts", [one.name for one in known if may_see(one.name)])
        for pattern in wanted
        if not any(matches(one.name, (pattern,)) for one in known)
    }
    shown = [one for one in accounts if may_see(one.name)]
    faults |= {
        ("region", pattern): f"targets: no region of these accounts matches {name_of(pattern)}; "
        + _offer_regions(shown)
        for pattern in regions or ()
        if accounts and not any(_regions_of(one, (pattern,)) for one in accounts)
    }
    count = sum(len(_regions_of(one, regions)) for one in accounts)
    if not count:
        raise bad_targets(list(faults.values()))
    # The others run all the same.
    failures = [Target({key: name}, bad_targets([why])) for (key, name), why in faults.items()]
    count += len(failures)
    _require_few(count)
    _require_position(given, count)

    def expand() -> Iterator[Target]:
        for account in accounts:
            for region in _regions_of(account, regions):
                place = {"account": account.name, "region": region}
                yield Target({key: value for key, value in place.items() if value is not None})
        yield from failures

    return Targets(given, count, int(given.get("after", 0)), expand)


def _regions_of(account: Account, patterns: tuple[str, ...] | None) -> Sequence[str | None]:
    """Return the regions of an account that match; None is the region in the settings.

    An account without a list of its own takes every region that is named in full.
    """
    if patterns is None:
        return account.regions or (None,)
    if not account.regions:
        return [pattern for pattern in dict.fromkeys(patterns) if "*" not in pattern]
    return [region for region in account.regions if matches(region, patterns)]


def _require_few(count: int) -> None:
    if count > MAX_TARGETS:
        raise InvalidInput(
            f"targets: {count:,} targets are more than the limit of {MAX_TARGETS:,}",
            code="TooManyTargets",
            hint="Divide them among several events.",
        )


def _position_faults(given: Mapping[str, Any]) -> list[str]:
    return [
        f"targets: {key} must be a whole number"
        for key in ("after", "of")
        if key in given and (type(given[key]) is not int or given[key] < 0)
    ]


def _require_position(given: object, count: int) -> None:
    """Refuse to continue if the targets are not those that an earlier run counted.

    Raises
    ------
    InvalidInput: their number has changed, or none is left.
    """
    if not isinstance(given, Mapping):
        return
    if given.get("of", count) != count or given.get("after", 0) >= count:
        raise InvalidInput(
            f"targets: there are {count:,} targets now, so that it is not known which of them "
            "are left",
            code=CHANGED,
            hint="The accounts file has changed since. Run all targets again, without after and "
            "of.",
        )


def is_list_of_names(value: object) -> bool:
    """Return whether a value is a list of strings, at least one."""
    return (
        isinstance(value, list | tuple)
        and len(value) > 0
        and all(isinstance(item, str) and item for item in value)
    )


def bad_targets(faults: Sequence[str]) -> InvalidInput:
    """Return the error that names these faults."""
    named = list(faults[:MAX_FAULTS])
    if len(faults) > MAX_FAULTS:
        named.append(f"and {len(faults) - MAX_FAULTS:,} more")
    return InvalidInput("; ".join(named), code="BadTargets", hint=HINT)


def name_of(value: object) -> str:
    """Return a name as an error shows it; what is no name could be a misplaced secret."""
    text = str(value)
    return text if SAFE_NAME.fullmatch(text) else f"(a name of {len(text)} characters)"


def _offer(what: str, names: Iterable[str]) -> str:
    listed = list(names)
    if not listed:
        return f"the accounts file has no {what}"
    shown = ", ".join(listed[:MAX_OFFERED])
    more = len(listed) - MAX_OFFERED
    return f"the accounts file has {what} {shown}" + (f" and {more:,} more" if more > 0 else "")


def _offer_regions(accounts: Sequence[Account]) -> str:
    regions = dict.fromkeys(region for one in accounts for region in one.regions)
    if not regions:
        return "the accounts file names no regions of theirs: write regions in full"
    return _offer("regions", regions)


def shown_account(target: Target) -> str | None:
    """Return a target's account, None if it is no name."""
    return shown(target.account, IDENTIFIER)


def shown_region(target: Target) -> str | None:
    """Return a target's region, None if it has none or it is no region ID."""
    return shown(target.region, REGION)


def shown(value: object, pattern: str) -> str | None:
    """Return a value that matches a pattern, None for any other: it could be a misplaced secret."""
    if not isinstance(value, str) or len(value) > MAX_NAME_LENGTH:
        return None
    return value if re.fullmatch(pattern, value) else None
