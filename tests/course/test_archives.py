"""Archives say what is in them, and not when and where they were made."""

from io import BytesIO
from zipfile import ZipFile

from _ext.course.archives import pack_folder


def test_same_files_give_the_same_small_archive():
    files = {"run": b"#!/bin/sh\n", "b/a.txt": 1000 * b"a"}
    packed = pack_folder("course", files)
    assert pack_folder("course", dict(reversed(files.items()))) == packed
    assert len(packed) < 1000
    with ZipFile(BytesIO(packed)) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
        entries = archive.infolist()
    assert content == {f"course/{name}": files[name] for name in ("b/a.txt", "run")}
    assert {entry.date_time for entry in entries} == {(2000, 1, 1, 0, 0, 0)}
    assert [entry.external_attr >> 16 for entry in entries] == [0o100644, 0o100755]
