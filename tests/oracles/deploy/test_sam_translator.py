"""The templates of the web app are expanded in tests as SAM's own translator does it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from tests.support.descriptors import DEPLOY, read_yaml
from tests.support.prerequisites import skip
from tests.support.sam_functions import expanded, long_form


class NoPolicies:
    """The managed policies by name, of which the templates have none."""

    def load(self) -> dict[str, str]:
        """Return none."""
        return {}


def translated(template: dict[str, Any]) -> dict[str, Any]:
    """Return the resources that SAM makes of a template, without code and its own tag."""
    try:
        transform = import_module("samtranslator.translator.transform").transform
    except ModuleNotFoundError:
        skip("SAM's translator")
    for each in template["Resources"].values():
        if "CodeUri" in each["Properties"]:
            each["Properties"]["CodeUri"] = {"Bucket": "example-code", "Key": "example.zip"}
    resources: dict[str, Any] = transform(template, {}, NoPolicies())["Resources"]
    for each in resources.values():
        if each["Type"] == "AWS::Lambda::Function":
            del each["Properties"]["Code"]
            assert each["Properties"].pop("Tags") == [{"Key": "lambda:createdBy", "Value": "SAM"}]
    return resources


@pytest.mark.parametrize("file", ["template.yaml", "all.yaml"])
def test_a_template_is_expanded_as_sam_does(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    template = read_yaml(DEPLOY / "aws-web" / file)

    assert expanded(template) == translated(long_form(template))
