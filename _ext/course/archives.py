"""Pack a folder into an archive that says what is in it, and not when and where it was made."""

import io
import zipfile
from collections.abc import Mapping

DATE = (2000, 1, 1, 0, 0, 0)
UNIX = 3


def pack_folder(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return an archive of one folder; the same files give the same bytes.

    Parameters
    ----------
    folder
        The folder's name.
    files
        What it holds, by the files' names. A script that begins with `#!` can be started.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", DATE)
            entry.create_system = UNIX
            entry.external_attr = (0o100755 if content.startswith(b"#!") else 0o100644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()
