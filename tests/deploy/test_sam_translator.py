"""The templates of the web app are expanded in tests as SAM's own translator does it.

The translator runs in the SAM CLI's environment: its pydantic is not the one that ships.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.support.descriptors import DEPLOY, read_yaml
from tests.support.prerequisites import skip
from tests.support.repository import ROOT
from tests.support.sam_functions import expanded, long_form

SAM_PYTHON = ROOT / ".venv-sam" / "bin" / "python"
TRANSLATE = """\
import json, sys
from samtranslator.translator.transform import transform

class NoPolicies:
    def load(self):
        return {}

json.dump(transform(json.load(sys.stdin), {}, NoPolicies()), sys.stdout)
"""


def translated(template: dict[str, Any]) -> dict[str, Any]:
    """Return the resources that SAM makes of a template, without code and its own tag."""
    if not SAM_PYTHON.exists():
        skip("SAM's translator")
    for each in template["Resources"].values():
        if "CodeUri" in each["Properties"]:
            each["Properties"]["CodeUri"] = {"Bucket": "example-code", "Key": "example.zip"}
    ran = subprocess.run(
        [SAM_PYTHON, "-c", TRANSLATE],
        input=json.dumps(template),
        capture_output=True,
        text=True,
        check=False,
        env={"AWS_DEFAULT_REGION": "eu-west-1"},
    )
    assert ran.returncode == 0, ran.stderr
    resources: dict[str, Any] = json.loads(ran.stdout)["Resources"]
    for each in resources.values():
        if each["Type"] == "AWS::Lambda::Function":
            del each["Properties"]["Code"]
            assert each["Properties"].pop("Tags") == [{"Key": "lambda:createdBy", "Value": "SAM"}]
    return resources


@pytest.mark.parametrize("file", ["template.yaml", "all.yaml"])
def test_a_template_is_expanded_as_sam_does(file: str) -> None:
    template = read_yaml(DEPLOY / "aws-web" / file)

    assert expanded(template) == translated(long_form(template))
