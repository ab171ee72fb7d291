"""Where the web app stands below a platform's URL, and which of its own paths is asked for.

A stage or a base path is a prefix of the URL that the app must not take for its own. Sources:
Amazon's pages on the proxy integration of REST APIs (``path`` is without the stage,
``requestContext.path`` with it) and on payload 2.0 of HTTP APIs (``rawPath`` is with it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

WITHOUT_STAGE = "$default"


class SplitPath(NamedTuple):
    """A path in two parts, as WSGI has them.

    Parameters
    ----------
    prefix: where the app stands, without a slash at its end; empty at the root.
    own: the app's own path; empty where the URL ends with the prefix, without a slash.
    """

    prefix: str
    own: str

    def relative_to(self, base: str) -> SplitPath:
        """Return the path in an app that stands at a base path.

        Parameters
        ----------
        base: such as ``/cloud-sync``; slashes at its ends do not matter.
        """
        base = base.strip("/")
        own = self.own
        if not base or not (own + "/").startswith(f"/{base}/"):
            return self
        return SplitPath(f"{self.prefix}/{base}", own[len(base) + 1 :])


def split_path(event: Mapping[str, Any]) -> SplitPath:
    """Return the path in an HTTP event of any platform."""
    about = event.get("requestContext")
    about = about if isinstance(about, Mapping) else {}
    if isinstance(about.get("http"), Mapping):
        raw = as_str(event.get("rawPath"))
        stage = as_str(about.get("stage"))
        return SplitPath("", raw).relative_to("" if stage == WITHOUT_STAGE else stage)
    raw, public = as_str(event.get("path")), as_str(about.get("path"))
    if public and raw == "/" and not public.endswith("/"):
        return SplitPath(public, "")
    return SplitPath(public[: -len(raw)] if raw and public.endswith(raw) else "", raw)


def as_str(value: object) -> str:
    """Return a text, or an empty one."""
    return value if isinstance(value, str) else ""
