"""The bill of materials: CycloneDX, complete, and matching its zip."""

from __future__ import annotations

import re
from typing import Any

import pytest

from local.bundling.manifest import sha256
from local.bundling.plan import Bundle, chosen
from local.bundling.pruning import DISTRIBUTIONS, WEB_DISTRIBUTIONS
from tests.support.bundles import BundleCache

every_bundle = pytest.mark.parametrize("bundle", chosen(), ids=lambda bundle: bundle.name)


def every_component(bill: dict[str, Any]) -> list[dict[str, Any]]:
    nested = [part for each in bill["components"] for part in each.get("components", [])]
    return [*bill["components"], *nested]


@every_bundle
def test_a_bill_is_cyclonedx_1_5(bundles: BundleCache, bundle: Bundle) -> None:
    bill = bundles.document(bundle, "cdx")
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.5", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])


@every_bundle
def test_a_bill_is_of_its_zip(bundles: BundleCache, bundle: Bundle) -> None:
    subject = bundles.document(bundle, "cdx")["metadata"]["component"]
    assert subject["name"] == bundle.name
    assert subject["hashes"] == [{"alg": "SHA-256", "content": bundles.build(bundle).digest}]


@every_bundle
def test_a_bill_names_every_package_with_purl_hash_and_licence(
    bundles: BundleCache, bundle: Bundle
) -> None:
    components = bundles.document(bundle, "cdx")["components"]
    wanted = DISTRIBUTIONS + (WEB_DISTRIBUTIONS if bundle.web else ())
    assert {each["name"] for each in components} == set(wanted)
    for each in components:
        assert each["purl"] == f"pkg:pypi/{each['name']}@{each['version']}"
        assert each["type"] == "library"
        assert [item["alg"] for item in each["hashes"]] == ["SHA-256"]
        assert each["licenses"], each["name"]


@every_bundle
def test_every_reference_of_a_bill_is_unique_and_known(
    bundles: BundleCache, bundle: Bundle
) -> None:
    bill = bundles.document(bundle, "cdx")
    references = [each["bom-ref"] for each in every_component(bill)]
    references.append(bill["metadata"]["component"]["bom-ref"])
    assert len(references) == len(set(references))
    for dependency in bill["dependencies"]:
        assert {dependency["ref"], *dependency.get("dependsOn", [])} <= set(references)


def test_what_is_compiled_into_a_wheel_is_in_the_bill_too(bundles: BundleCache) -> None:
    components = bundles.document(Bundle("alibaba", "lambda"), "cdx")["components"]
    [core] = [each for each in components if each["name"] == "pydantic-core"]
    assert all(part["purl"].startswith("pkg:cargo/") for part in core["components"])
    assert "serde" in {part["name"] for part in core["components"]}


@every_bundle
def test_the_manifest_names_every_licence_and_the_bill_of_materials(
    bundles: BundleCache, bundle: Bundle
) -> None:
    manifest = bundles.document(bundle, "manifest")
    assert manifest["licence"] == "Apache-2.0"
    assert all(each["licence"] for each in manifest["distributions"])
    assert manifest["licence_texts"] in {each["path"] for each in manifest["files"]}
    bill = bundles.build(bundle).path.with_name(manifest["bill_of_materials"]["file"])
    assert manifest["bill_of_materials"]["sha256"] == sha256(bill.read_bytes())
