"""What of a vendor's SDK would have to be uploaded: its distributions and all they require."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

DISTRIBUTIONS = {
    "edas": "alibabacloud-edas20170801",
    "ehpc": "alibabacloud-ehpcinstant20230701",
    "cwp": "tencentcloud-sdk-python-cwp",
    "oms": "huaweicloudsdkoms",
    "modelarts": "huaweicloudsdkmodelarts",
}
"""From a service's short name to the SDK's distribution."""

LEFT_OUT = ("tests", "test", "__pycache__")


def closure(name: str) -> dict[str, Distribution]:
    """Return a distribution and all it requires here, by normalized name."""
    found: dict[str, Distribution] = {}
    wanted = [name]
    while wanted:
        key = wanted.pop().lower().replace("_", "-")
        if key in found:
            continue
        found[key] = distribution(key)
        for text in found[key].requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                wanted.append(requirement.name)
    return found


def files(name: str) -> Iterator[tuple[str, Path]]:
    """Yield each file that ships, as its name in a zip and its place here.

    Without bytecode, tests, metadata and commands: what a careful user would upload.
    """
    seen: set[str] = set()  # distributions may own one file together
    for each in closure(name).values():
        for file in each.files or ():
            parts = file.parts
            if parts[0] == ".." or parts[0].endswith((".dist-info", ".data")):
                continue
            place = Path(str(file.locate()))
            if any(part in LEFT_OUT for part in parts) or str(file) in seen:
                continue
            if place.is_file():
                seen.add(str(file))
                yield str(file), place


def zipped_bytes(name: str) -> int:
    """Return the size of a zip of them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, place in files(name):
            archive.write(place, inside)
    return target.getbuffer().nbytes


def copy(name: str, folder: Path) -> None:
    """Copy them into a folder."""
    for inside, place in files(name):
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(place, folder / inside)
