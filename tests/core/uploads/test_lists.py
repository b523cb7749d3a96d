"""Lists as text, CSV and XLSX: what is read, and what is refused before anything of it is."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads import lists
from safeconduct.core.uploads.errors import EmptyUploadError, TooLargeError, UploadRefusedError
from safeconduct.core.uploads.lists import ListError, read_list

LIMITS = UploadLimits()


def _read(data: bytes, name: str) -> list[tuple[int, tuple[str, ...]]]:
    return list(read_list(data, name=name, limits=LIMITS))


def sheet(*rows: tuple[object, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))  # type: ignore[union-attr] # a new book has a sheet
    book.save(out)
    return out.getvalue()


def _with(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, old.read(one))
        new.writestr(name, content)
    return out.getvalue()


def test_text_csv_and_a_sheet_say_the_same() -> None:
    wanted = [(1, ("Number", "Note")), (2, ("+12025550143", "a, b")), (4, ("x@example.com",))]
    text = '\ufeffNumber,Note\r\n+12025550143,"a, b"\r\n\r\nx@example.com,\r\n'.encode()
    assert _read(text, "list.csv") == wanted
    assert _read(text.decode("utf-8-sig").replace(",", ";").replace("a; b", "a, b").encode(), "L.CSV") == wanted
    rows = (("Number", "Note"), ("+12025550143", "a, b"), (None,), ("x@example.com", None))
    assert _read(sheet(*rows), "list.xlsx") == wanted
    assert _read(b"+12025550143\n\n  x@example.com\n", "list.txt") == [(1, ("+12025550143",)), (3, ("x@example.com",))]
    assert _read(sheet((12025550143.0,)), "a.xlsx") == [(1, ("12025550143",))]


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (b"", "a.txt", EmptyUploadError),
        (b"a" * (lists.LIST_BYTES + 1), "a.txt", TooLargeError),
        (b"+12025550143", "a.pdf", ListError),
        (b"+12025550143", "txt", ListError),
        (b"%PDF-1.7\n", "a.txt", ListError),
        (b"PK\x03\x04 and more", "a.csv", ListError),
        (b"\xff\xfe1\x002\x00", "a.txt", ListError),
        (b"one\x00two", "a.csv", ListError),
        (b'"open\n', "a.csv", ListError),
        (b"x" * 1001, "a.txt", ListError),
        (b"no archive", "a.xlsx", UploadRefusedError),
        (b"PK\x03\x04 no archive", "a.xlsx", UploadRefusedError),
    ],
)
def test_what_is_no_list(data: bytes, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        _read(data, name)


def test_a_sheet_with_a_program_or_a_document_type_is_refused() -> None:
    good = sheet(("+12025550143",))
    assert _read(_with(good, "docProps/more.xml", b"<a/>"), "a.xlsx")
    for name, content in (
        ("xl/vbaProject.bin", b"code"),
        ("xl/more.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'),
        ("xl/more.xml", '<?xml version="1.0"?><!DOCTYPE a []><a/>'.encode("utf-16")),
    ):
        with pytest.raises(ListError):
            _read(_with(good, name, content), "a.xlsx")
    with pytest.raises(UploadRefusedError):
        _read(_with(good, "../outside.xml", b"<a/>"), "a.xlsx")
    with pytest.raises(ListError):
        _read(_with(b"PK\x05\x06" + bytes(18), "only.xml", b"<a/>"), "a.xlsx")


def test_lines_are_counted_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LIST_ROWS", 3)
    assert len(_read(b"a\nb\nc\n", "a.txt")) == 3
    with pytest.raises(ListError):
        _read(b"a\nb\nc\nd\n", "a.txt")
