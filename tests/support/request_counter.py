"""A gateway that records which requests reach the web app's function."""

from __future__ import annotations

from collections.abc import Mapping

from local.emulator import Emulator
from local.gateway import Gateway, Request, Response


class CountingGateway(Gateway):
    """Records method, path and status of each request, in order."""

    def __init__(self, cloud: Emulator, settings: Mapping[str, str]) -> None:
        super().__init__(cloud, settings)
        self.requests: list[tuple[str, str, int]] = []

    def answer(self, request: Request) -> Response:
        response = super().answer(request)
        own = request.path.split("/", 3)[3]
        path = f"{own}?{request.raw_query}" if request.raw_query else own
        self.requests.append((request.method, path, response.status))
        return response
