"""Problem details (RFC 9457): the response to a request that is rejected before a run."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[int, str] = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    500: "Internal Server Error",
}


class HttpProblem(Exception):
    """A request that is rejected before anything is run.

    Parameters
    ----------
    status: HTTP status.
    detail: what is wrong and what to do, without any value from the request.
    headers: additional ones.
    """

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})

    def document(self) -> dict[str, object]:
        """Return the problem document."""
        return {
            "type": "about:blank",
            "title": TITLES[self.status],
            "status": self.status,
            "detail": self.detail,
        }
