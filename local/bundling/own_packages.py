"""Refuses to run on a stranger's package where one of the bundle's own is meant.

Platforms put packages of their own on the path, some of them loaded before the
function is. This file lies at a bundle's root, beside the packages it knows.
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
OF_THE_WEB = ("markupsafe", "serverless_wsgi", "werkzeug")
"""Only the web app's bundle has them."""


def check() -> None:
    """Look where each package comes from, without importing it.

    Raises
    ------
    ImportError: one lies elsewhere; both places are named.
    """
    root = os.path.dirname(os.path.abspath(__file__))
    for name in NAMES + tuple(name for name in OF_THE_WEB if is_in(root, name)):
        own = os.path.join(root, name)
        own = own + ".py" if os.path.exists(own + ".py") else os.path.join(own, "__init__.py")
        found = origin(name)
        if found is None or not os.path.exists(found) or not os.path.samefile(found, own):
            raise ImportError(
                f"{name} would come from {found}, not from this bundle ({own}): "
                "put the bundle first on the path, or remove the layer that brings the other one"
            )


def is_in(root: str, name: str) -> bool:
    """Return whether a package, or a module, lies in a folder."""
    path = os.path.join(root, name)
    return os.path.exists(path) or os.path.exists(path + ".py")


def origin(name: str) -> "str | None":
    """Return the file of a package that is loaded, or else would be; None if there is none."""
    if name in sys.modules:
        return getattr(sys.modules[name], "__file__", None)
    spec = PathFinder.find_spec(name)
    return spec.origin if spec is not None else None
