"""A zip that is the same, byte for byte, whoever packs it and when."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can hold: files that never change need none."""

READ, READ_AND_RUN = 0o100644, 0o100755
LEVEL = 9
UNIX = 3


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of some files, sorted, with fixed times, modes and compression.

    Parameters
    ----------
    files: path -> content.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for path in sorted(files):
            item = zipfile.ZipInfo(path, MOMENT)
            item.create_system = UNIX
            item.compress_type = zipfile.ZIP_DEFLATED
            # The platforms run functions as a user who is not the files' owner.
            item.external_attr = (READ_AND_RUN if path.endswith(".so") else READ) << 16
            archive.writestr(item, files[path], zipfile.ZIP_DEFLATED, LEVEL)
    return buffer.getvalue()
