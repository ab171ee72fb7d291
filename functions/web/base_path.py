"""Splits a URL's path into the prefix of the web app and the app's own path.

A stage or a base path is a prefix of the URL. Sources: AWS's documentation of the proxy
integration of REST APIs (``path`` is without the stage, ``requestContext.path`` with it) and of
payload 2.0 of HTTP APIs (``rawPath`` is with it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

WITHOUT_STAGE = "$default"


class SplitPath(NamedTuple):
    """A path in two parts, as in WSGI.

    Parameters
    ----------
    prefix: the path of the app itself, without a trailing slash; empty at the root.
    own: the path within the app; empty if the URL ends with the prefix, without a slash.
    """

    prefix: str
    own: str

    def relative_to(self, base: str) -> SplitPath:
        """Return the path with a base path moved into the prefix.

        Parameters
        ----------
        base: such as ``/cloud-sync``; leading and trailing slashes do not matter.
        """
        base = base.strip("/")
        own = self.own
        if not base or not (own + "/").startswith(f"/{base}/"):
            return self
        return SplitPath(f"{self.prefix}/{base}", own[len(base) + 1 :])


def split_path(event: Mapping[str, Any]) -> SplitPath:
    """Return the path in an HTTP event of any platform."""
    context = event.get("requestContext")
    context = context if isinstance(context, Mapping) else {}
    if isinstance(context.get("http"), Mapping):
        raw = as_str(event.get("rawPath"))
        stage = as_str(context.get("stage"))
        return SplitPath("", raw).relative_to("" if stage == WITHOUT_STAGE else stage)
    raw, public = as_str(event.get("path")), as_str(context.get("path"))
    if public and raw == "/" and not public.endswith("/"):
        return SplitPath(public, "")
    return SplitPath(public[: -len(raw)] if raw and public.endswith(raw) else "", raw)


def as_str(value: object) -> str:
    """Return the value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""
