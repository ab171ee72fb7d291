"""Several values of the process environment at once.

``os.environ`` keeps bytes and turns every name that is asked for into bytes, and every value
back into text, in Python: to learn which of eighty settings are set took a sixth of a warm call.
Its own dictionary is asked instead, which it does not show; where there is none, as on Windows or
in a Python to come, ``os.environ`` is asked after all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import lru_cache

ENCODING = sys.getfilesystemencoding()


def values_of(environ: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    """Return those of the names that are set, with their values.

    Parameters
    ----------
    environ: ``os.environ``, or a mapping in its place.
    names: a set that stays the same for the life of the process.
    """
    kept = getattr(environ, "_data", None) if environ is os.environ else None
    if os.supports_bytes_environ and isinstance(kept, dict):
        encoded = in_bytes(names)
        return {
            encoded[name]: kept[name].decode(ENCODING, "surrogateescape")
            for name in encoded.keys() & kept.keys()
        }
    return {name: environ[name] for name in names.intersection(environ)}


@lru_cache(maxsize=4)
def in_bytes(names: frozenset[str]) -> Mapping[bytes, str]:
    """Return the names by how the environment keeps them."""
    return {os.fsencode(name): name for name in names}
