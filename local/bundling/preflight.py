"""Reports before a build which of the platforms' Pythons are missing, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from local.bundling.build import Builder
from local.bundling.plan import Bundle
from local.bundling.problem import BundleError
from local.console import Console
from local.interpreters import install_by_uv, uv

COST = "2.2 to 2.5 times"
"""Instructions of a cold start without bytecode beside one with it: docs/bundles.md."""

WITHOUT = (
    f"Building without bytecode: each cold start compiles the modules first and executes about "
    f"{COST} the instructions (docs/bundles.md)."
)


def missing_pythons(
    builder: Builder, bundles: Sequence[Bundle], console: Console
) -> dict[int, str]:
    """Return the missing Pythons: minor version -> why.

    Where uv is on ``PATH``, it installs what is missing.

    Parameters
    ----------
    builder: which of them it found is remembered there.
    bundles: what is to be built.
    console: where an installation is announced.
    """
    environ = builder.environ
    missing: dict[int, str] = {}
    for minor in dict.fromkeys(bundle.minor for bundle in bundles):
        reason = ""
        if not found(builder, minor) and uv(environ) is not None:
            console.say(f"Python 3.{minor} is not installed: uv python install 3.{minor} …")
            reason = install_by_uv(minor, environ) or ""
        if not found(builder, minor):
            missing[minor] = f"Python 3.{minor} is not installed" + (
                f", and uv could not install it ({reason})" if reason else ""
            )
    return missing


def found(builder: Builder, minor: int) -> bool:
    """Return whether there is a Python of a minor version."""
    try:
        builder.compiler(minor)
    except BundleError:
        return False
    return True


def advice(missing: Mapping[int, str], bundles: Sequence[Bundle]) -> str:
    """Return what is missing, which bundles need it, and what to do about it.

    Parameters
    ----------
    missing: minor version -> why, as :func:`missing_pythons` returns it.
    bundles: what is to be built.
    """
    lines = []
    for minor, reason in missing.items():
        platforms = list(dict.fromkeys(each.platform for each in bundles if each.minor == minor))
        lines.append(f"{reason}; it compiles the bundles for {listed(platforms)}.")
    versions = " ".join(f"3.{minor}" for minor in missing)
    return "\n".join(
        [
            *lines,
            "Searched: PATH, pyenv, uv. Install what is missing and try again:",
            f"  uv python install {versions}",
            *(f"  pyenv install 3.{minor}" for minor in missing),
            "  or your system's packages: "
            + ", ".join(f"python3.{minor}" for minor in missing)
            + " on PATH is enough",
            f"Or build without bytecode; a cold start then executes about {COST} the instructions:",
            "  make bundle BYTECODE=no",
        ]
    )


def listed(names: Sequence[str]) -> str:
    """Return names as prose: ``fc, scf and functiongraph``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
