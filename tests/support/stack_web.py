"""A description of the web app on AWS Lambda, and what the app answers."""

from __future__ import annotations

import json

TOKEN = "exampleBearerToken"

WEB_ONE = """\
name = "production"

[platforms.lambda]
region = "eu-west-1"
bucket = "example-code"

[platforms.lambda.web]
operations = "tencent"

[platforms.lambda.web.settings]
CONSOLE_LABEL = "production"

[platforms.lambda.web.secrets]
HTTP_BEARER_TOKENS = "env:HTTP_BEARER_TOKENS"
TENCENTCLOUD_SECRET_KEY = "secretsmanager:cloud-sync#TENCENTCLOUD_SECRET_KEY"
"""
"""A description of one web app."""

WELL = {
    "statusCode": 200,
    "body": json.dumps({"status": "ok", "version": "0.1.0", "operations": [{}, {}]}),
}
"""What an app answers to ``GET /health``."""


def with_platform_auth(text: str) -> str:
    """Return a description with Lambda in place of the tokens."""
    without = text.replace('HTTP_BEARER_TOKENS = "env:HTTP_BEARER_TOKENS"\n', "")
    return without.replace('CONSOLE_LABEL = "production"', 'HTTP_AUTH = "platform"')
