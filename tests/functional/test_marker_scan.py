import base64
import gzip
import io
import zipfile
from pathlib import Path

import pytest
from tests.functional.marker_scan import scan

MARKERS = ("Elowen Kesinton", "+14135550105", "elowen.kesinton@post1.example", "Berth nine, after ten. Ref 7KQ2M4XW")


def zipped(text: str) -> bytes:
    store = io.BytesIO()
    with zipfile.ZipFile(store, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", text)
    return store.getvalue()


FORMS = {
    "plain.bin": lambda text: b"\x00\xff" + text.encode() + b"\xff",
    "sixteen.dat": lambda text: text.encode("utf-16-le"),
    "packed.zip": zipped,
    "packed.gz": lambda text: gzip.compress(text.encode()),
    "coded.json": lambda text: b'{"data":"' + base64.b64encode(f"a longer text around {text} it".encode()) + b'"}',
}


@pytest.mark.parametrize("name", sorted(FORMS))
@pytest.mark.parametrize("marker", MARKERS)
def test_a_planted_marker_is_found_in_every_form(tmp_path: Path, name: str, marker: str) -> None:
    (tmp_path / name).write_bytes(FORMS[name](marker))
    (tmp_path / "clean.txt").write_text("nothing here")
    found = scan(tmp_path, MARKERS)
    assert {path.name: hits for path, hits in found.hits.items()} == {name: (marker,)}
    assert found.files == 2


def test_a_marker_in_a_file_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "for Elowen Kesinton.txt").write_text("x")
    assert len(scan(tmp_path, MARKERS).hits) == 1


def test_a_clean_folder_has_no_hit(tmp_path: Path) -> None:
    (tmp_path / "clean.bin").write_bytes(bytes(range(256)) * 4096)
    found = scan(tmp_path, MARKERS)
    assert found.hits == {}
    assert found.searched_bytes == 256 * 4096
