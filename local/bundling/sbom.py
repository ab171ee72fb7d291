"""A bundle's bill of materials, in CycloneDX 1.5 <https://cyclonedx.org/docs/1.5/json/>."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from local.bundling.manifest import OWN_LICENCE, sha256
from local.bundling.plan import Bundle
from local.bundling.wheels import Wheel

SPDX = {"MIT", "MIT-0", "PSF-2.0", "Apache-2.0", "BSD-3-Clause"}
"""Licence texts that are a single SPDX ID; any other is an expression or a name."""

OPERATORS = (" OR ", " AND ", " WITH ")


def sbom(
    bundle: Bundle, archive: bytes, wheels: Sequence[Wheel], *, version: str
) -> dict[str, object]:
    """Return the bill of materials of a bundle.

    Parameters
    ----------
    bundle: which.
    archive: the zip.
    wheels: what it was made of.
    version: the project's.
    """
    digest = sha256(archive)
    own = f"{bundle.name}@{version}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        # The same zip has the same number; a clock would make every build another one.
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_OID, f"{own}:{digest}").urn,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": bundle.name,
                "version": version,
                "hashes": hashes(digest),
                "licenses": licences(OWN_LICENCE),
            }
        },
        "components": [component(wheel) for wheel in wheels],
        "dependencies": [
            {"ref": own, "dependsOn": [purl(wheel) for wheel in wheels]},
            *({"ref": purl(wheel)} for wheel in wheels),
        ],
    }


def purl(wheel: Wheel) -> str:
    """Return a package URL, e.g. ``pkg:pypi/urllib3@2.8.0``."""
    return f"pkg:pypi/{wheel.pin.name}@{wheel.pin.version}"


def component(wheel: Wheel) -> dict[str, object]:
    """Return a wheel's component, with what is compiled into it where it says so."""
    found: dict[str, object] = {
        "type": "library",
        "bom-ref": purl(wheel),
        "name": wheel.pin.name,
        "version": wheel.pin.version,
        "purl": purl(wheel),
        "hashes": hashes(wheel.sha256),
        "licenses": licences(wheel.licence),
    }
    inside = [
        {
            "type": "library",
            "bom-ref": f"{purl(wheel)}#{part['purl']}",
            **{
                key: part[key]
                for key in ("name", "version", "purl", "hashes", "licenses")
                if key in part
            },
        }
        for part in compiled_in(wheel)
        if "purl" in part
    ]
    if inside:
        found["components"] = inside
    return found


def compiled_in(wheel: Wheel) -> list[dict[str, Any]]:
    """Return the components of a wheel's own bills (PEP 770): Rust crates, for one."""
    return [
        part
        for path, content in sorted(wheel.files.items())
        if ".dist-info/sboms/" in path and path.endswith(".json")
        for part in json.loads(content).get("components", [])
    ]


def licences(stated: str) -> list[dict[str, object]]:
    """Return a licence as CycloneDX has it."""
    if stated in SPDX:
        return [{"license": {"id": stated}}]
    if any(operator in stated for operator in OPERATORS):
        return [{"expression": stated}]
    return [{"license": {"name": stated}}] if stated else []


def hashes(digest: str) -> list[dict[str, str]]:
    """Return a SHA-256 as CycloneDX has it."""
    return [{"alg": "SHA-256", "content": digest}]
