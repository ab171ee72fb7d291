"""The bundles, and what each of them handles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from functions.registry import OPERATIONS
from local.bundling.problem import BundleError

PLATFORMS: Mapping[str, int] = {"lambda": 13, "fc": 10, "scf": 10, "functiongraph": 10}
"""Each platform with the minor version of the Python 3 that its bundles are made for."""

PROVIDERS = tuple(dict.fromkeys(operation.split(".")[0] for operation in OPERATIONS))

ALL = "all"
"""In a provider's place: every provider's operations, in one web app."""

INVOKE_APIS = {"aws": "lambda", "fc": "fc", "scf": "scf", "functiongraph": "functiongraph"}
"""Module of ``functions.web.async_invoke`` -> the platform that it is for."""

WEB = "functions.web.app"
"""The module of the web app."""

KINDS = ("sync", "web")


@dataclass(frozen=True, slots=True)
class Bundle:
    """One provider's operations on one platform; a web app may have those of all providers.

    Parameters
    ----------
    provider: whose; ``all`` for a web app with every provider's.
    platform: where.
    web: whether the web app answers for them, instead of a function for each.
    """

    provider: str
    platform: str
    web: bool = False

    @property
    def name(self) -> str:
        """The name of its files, e.g. ``tencent-scf`` or ``web-tencent-scf``."""
        return f"{'web-' if self.web else ''}{self.provider}-{self.platform}"

    @property
    def kind(self) -> str:
        """``sync`` or ``web``."""
        return "web" if self.web else "sync"

    @property
    def handlers(self) -> dict[str, str]:
        """What is called -> the module that answers it: operation ids, or ``web``."""
        return {"web": WEB} if self.web else self.operations

    @property
    def minor(self) -> int:
        """The minor version of its Python 3."""
        return PLATFORMS[self.platform]

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers whose operations it has."""
        return PROVIDERS if self.provider == ALL else (self.provider,)

    @property
    def operations(self) -> dict[str, str]:
        """Operation id -> the module that answers it, in the catalog's order."""
        return {
            operation: module
            for operation, module in OPERATIONS.items()
            if operation.split(".")[0] in self.providers
        }

    @property
    def unused_invoke_apis(self) -> tuple[str, ...]:
        """The modules of ``functions.web.async_invoke`` that are for other platforms only.

        The platforms with the same Python have the same zip.
        """
        return tuple(
            module for module, platform in INVOKE_APIS.items() if PLATFORMS[platform] != self.minor
        )

    @property
    def content(self) -> tuple[str, int, bool]:
        """What its files depend on: bundles in which this is equal are the same zip."""
        return self.provider, self.minor, self.web


def chosen(
    provider: str | None = None, platform: str | None = None, kind: str | None = None
) -> list[Bundle]:
    """Return the bundles of a provider, of a platform, of a kind, or all of them.

    Parameters
    ----------
    provider, platform: as in :class:`Bundle`.
    kind: ``sync`` or ``web``.

    Raises
    ------
    BundleError: there is no such provider, platform or kind.
    """
    for what, name, known in (
        ("provider", provider, (*PROVIDERS, ALL)),
        ("platform", platform, tuple(PLATFORMS)),
        ("kind", kind, KINDS),
    ):
        if name is not None and name not in known:
            raise BundleError(f"there is no {what} {name!r}: choose one of {', '.join(known)}")
    if (provider, kind) == (ALL, "sync"):
        raise BundleError("only the web app comes with all providers in one bundle: --kind web")
    return [
        Bundle(each, where, web=one == "web")
        for one in KINDS
        if kind in {None, one}
        for each in (PROVIDERS if one == "sync" else (*PROVIDERS, ALL))
        if provider in {None, each}
        for where in PLATFORMS
        if platform in {None, where}
    ]
