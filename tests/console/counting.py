"""A gateway that writes down which requests reach the web app's function."""

from __future__ import annotations

from local.gateway import Gateway, Request, Response


class CountingGateway(Gateway):
    """Keeps method, path and status of each request, in their order."""

    requests: list[tuple[str, str, int]]

    def answer(self, request: Request) -> Response:
        response = super().answer(request)
        _, _, _, own = request.path.split("/", 3)
        path = f"{own}?{request.raw_query}" if request.raw_query else own
        self.requests.append((request.method, path, response.status))
        return response
