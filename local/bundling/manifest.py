"""The content of a bundle, as a JSON document beside it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence

from local.bundling.entries import handler_name
from local.bundling.plan import Bundle
from local.bundling.wheels import Wheel

OWN_LICENCE = "Apache-2.0"
LICENCES = "LICENSES.txt"
"""The file in a bundle with the licence texts of everything in it."""


def manifest(
    bundle: Bundle,
    files: Mapping[str, bytes],
    archive: bytes,
    wheels: Sequence[Wheel],
    bill: bytes,
    *,
    version: str,
    compiled_by: str | None,
) -> dict[str, object]:
    """Return the manifest of a bundle.

    Parameters
    ----------
    bundle: which.
    files: path -> content.
    archive: the zip.
    wheels: what it was made of.
    bill: its bill of materials, as it is written.
    version: the project's.
    compiled_by: the full version of the Python that compiled it; None without bytecode.
    """
    return {
        "name": bundle.name,
        "version": version,
        "provider": bundle.provider,
        "platform": bundle.platform,
        "python": f"3.{bundle.minor}",
        # Whether every module is compiled beforehand: without, each cold start compiles them.
        "bytecode": compiled_by is not None,
        # Two builds are the same byte for byte where these two are.
        "built_with": {"python": compiled_by, "zlib": zlib.ZLIB_RUNTIME_VERSION},
        "zip": {
            "file": f"{bundle.name}.zip",
            "size": len(archive),
            "unpacked_size": sum(map(len, files.values())),
            "sha256": sha256(archive),
        },
        "handlers": {
            operation: handler_name(module) for operation, module in bundle.handlers.items()
        },
        "licence": OWN_LICENCE,
        "licence_texts": LICENCES,
        "bill_of_materials": {"file": f"{bundle.name}.cdx.json", "sha256": sha256(bill)},
        "distributions": [
            {
                "name": wheel.pin.name,
                "version": wheel.pin.version,
                "wheel": wheel.path.name,
                "sha256": wheel.sha256,
                "licence": wheel.licence,
            }
            for wheel in wheels
        ],
        "files": [
            {"path": path, "size": len(files[path]), "sha256": sha256(files[path])}
            for path in sorted(files)
        ],
    }


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hex."""
    return hashlib.sha256(content).hexdigest()
