"""The error of a bundle that cannot be built."""

from __future__ import annotations


class BundleError(Exception):
    """A bundle that cannot be built; the message says why and what to do about it."""
