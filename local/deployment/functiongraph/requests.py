"""FunctionGraph as a service of Huawei Cloud: its host, and how its responses are parsed."""

from __future__ import annotations

from typing import Any

from functions.huawei.provider import HUAWEI
from functions.huawei.provider import parse_response as parse_object
from shared.models.flow import ApiCall, ApiResponse, GetSetting, Service
from shared.models.http import JsonParser, Response

ROWS = "rows"
"""The key under which a response that is a JSON array is returned."""


def host_of(region: str | None, _setting: GetSetting) -> str:
    """Return FunctionGraph's host in a region."""
    return f"functiongraph.{region}.myhuaweicloud.com"


FUNCTIONGRAPH = Service(
    name="functiongraph",
    label="FunctionGraph",
    endpoint_settings=("HUAWEI_FUNCTIONGRAPH_ENDPOINT_URL",),
    host_of=host_of,
)


def parse_response(call: ApiCall, response: Response, parse: JsonParser) -> ApiResponse:
    """Return a response; one that is an array, as triggers are, under the key ``rows``."""

    def parse_as_object(body: bytes) -> Any:
        value = parse(body)
        return {ROWS: value} if isinstance(value, list) else value

    return parse_object(call, response, parse_as_object)


PROVIDER = HUAWEI._replace(parse_response=parse_response)
"""Huawei Cloud, with FunctionGraph's responses."""
