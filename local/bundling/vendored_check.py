"""Refuses to run with another copy of a package than the one in the bundle.

Platforms put packages of their own on the path, and load some of them before the function.
This file is at a bundle's root, beside the packages that it checks.
"""

import os
import sys
from importlib.machinery import PathFinder

NAMES = (
    "shared",
    "functions",
    "urllib3",
    "aws_lambda_powertools",
    "pydantic_core",
    "typing_extensions",
)
WEB_NAMES = ("markupsafe", "serverless_wsgi", "werkzeug")
"""Only in the web app's bundles."""


def check() -> None:
    """Check where each package would be imported from, without importing it.

    Raises
    ------
    ImportError: one is elsewhere; the message names both paths.
    """
    root = os.path.dirname(os.path.abspath(__file__))
    for name in NAMES + tuple(name for name in WEB_NAMES if is_in(root, name)):
        own = os.path.join(root, name)
        own = own + ".py" if os.path.exists(own + ".py") else os.path.join(own, "__init__.py")
        found = origin(name)
        if found is None or not os.path.exists(found) or not os.path.samefile(found, own):
            raise ImportError(
                f"{name} would come from {found}, not from this bundle ({own}): "
                "put the bundle first on the path, or remove the layer that brings the other one"
            )


def is_in(root: str, name: str) -> bool:
    """Return whether a folder contains a package or module."""
    path = os.path.join(root, name)
    return os.path.exists(path) or os.path.exists(path + ".py")


def origin(name: str) -> "str | None":
    """Return the file of a package as it is or would be imported, None if there is none."""
    if name in sys.modules:
        return getattr(sys.modules[name], "__file__", None)
    spec = PathFinder.find_spec(name)
    return spec.origin if spec is not None else None
