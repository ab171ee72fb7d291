"""Where the web app stands below a platform's URL, and which of its own paths is asked for.

A stage or a base path is a prefix of the URL that the app must not take for its own. Sources:
Amazon's pages on the proxy integration of REST APIs (``path`` is without the stage,
``requestContext.path`` with it) and on payload 2.0 of HTTP APIs (``rawPath`` is with it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

WITHOUT_STAGE = "$default"


class Path(NamedTuple):
    """A path in two parts, as WSGI has them.

    Parameters
    ----------
    prefix: where the app stands, without a slash at its end; empty at the root.
    own: the app's own path; empty where the URL ends with the prefix, without a slash.
    """

    prefix: str
    own: str

    def below(self, base: str) -> Path:
        """Return the path in an app that stands at a base path.

        Parameters
        ----------
        base: such as ``/cloud-sync``; slashes at its ends do not matter.
        """
        base = base.strip("/")
        own = self.own
        if not base or not (own + "/").startswith(f"/{base}/"):
            return self
        return Path(f"{self.prefix}/{base}", own[len(base) + 1 :])


def path_of(event: Mapping[str, Any]) -> Path:
    """Return the path in an HTTP event of any platform."""
    about = event.get("requestContext")
    about = about if isinstance(about, Mapping) else {}
    if isinstance(about.get("http"), Mapping):
        raw = text_of(event.get("rawPath"))
        stage = text_of(about.get("stage"))
        return Path("", raw).below("" if stage == WITHOUT_STAGE else stage)
    raw, public = text_of(event.get("path")), text_of(about.get("path"))
    if public and raw == "/" and not public.endswith("/"):
        return Path(public, "")
    return Path(public[: -len(raw)] if raw and public.endswith(raw) else "", raw)


def text_of(value: object) -> str:
    """Return a text, or an empty one."""
    return value if isinstance(value, str) else ""
