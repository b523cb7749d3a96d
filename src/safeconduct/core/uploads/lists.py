"""Lists of words in a file: text, CSV or one sheet of XLSX, each by its content, its ending and strict limits.

A list is data and never a paper: it is read line by line here and nothing of the file itself is kept or shown. What is
read is text; no formula is computed and no other file is asked for.
"""

import csv
import io
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads.errors import EmptyUploadError, TooLargeError, UploadRefusedError
from safeconduct.core.uploads.kinds import MAGIC, check_single, kind_of

LIST_BYTES = 8 * 1024 * 1024
LIST_ROWS = 100_000
CELL = 1_000
ENDINGS = frozenset({"txt", "csv", "xlsx"})
SHEET = "xlsx"
SEPARATORS = ",;\t"
ENCRYPTED = 1
PARTS = (".xml", ".rels", "/", ".png", ".jpeg", ".jpg", ".emf", "printersettings1.bin")
"""How the names of a spreadsheet's parts end; a program and a file within the file end otherwise."""
ODD = (KeyError, ValueError, IndexError, TypeError, AttributeError, NotImplementedError, RuntimeError, EOFError)
"""What the reader of spreadsheets raises of one that is none."""
Line = tuple[int, tuple[str, ...]]
"""The number of a line as a person counts it, and its cells that hold anything."""


class ListError(UploadRefusedError):
    """This is no list that we read."""

    code = "SC-UPLOAD-LIST"
    cure = "Save it as text in UTF-8 with one identifier on each line, or as CSV or XLSX; at most 8 MB."


def read_list(data: bytes, *, name: str, limits: UploadLimits) -> Iterator[Line]:
    """Yield the lines of a list that hold anything; raises an ``UploadRefusedError`` for any other file."""
    if not data:
        raise EmptyUploadError
    if len(data) > min(LIST_BYTES, limits.file_bytes):
        raise TooLargeError("A list holds 8 MB at most.")
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in ENDINGS:
        raise ListError("Its name ends in none of .txt, .csv and .xlsx.")
    lines = _sheet(data, limits) if ending == SHEET else _text(data, separated=ending == "csv")
    for count, line in enumerate(lines, start=1):
        if count > LIST_ROWS:
            raise ListError(f"It has more than {LIST_ROWS:,} lines.")
        yield line


def _text(data: bytes, *, separated: bool) -> Iterator[Line]:
    if any(data.startswith(magic) for magic, _ in MAGIC):
        raise ListError("It holds a document and no text.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListError("It is not text in UTF-8.") from error
    if any(ord(one) < ord(" ") and one not in "\t\r\n" for one in text):
        raise ListError("It holds what is no text.")
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        if not separated:
            for number, line in enumerate(text.splitlines(), start=1):
                if line.strip():
                    yield number, _cells([line])
            return
        for cells in reader:
            if any(one.strip() for one in cells):
                yield reader.line_num, _cells(cells)
    except csv.Error as error:
        raise ListError(f"Line {reader.line_num} is not CSV.") from error


def _sheet(data: bytes, limits: UploadLimits) -> Iterator[Line]:
    check_single(kind_of(data), data)
    try:
        _check_parts(data, limits)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
                texts = [_cell(one) for one in cells]
                if any(texts):
                    yield number, _cells(texts)
        finally:
            book.close()
    except (InvalidFileException, BadZipFile, zlib.error, ParseError, *ODD) as error:
        raise ListError("It is not a spreadsheet of that kind.") from error


def _check_parts(data: bytes, limits: UploadLimits) -> None:
    """Raise ``ListError`` for a part that no list needs; nothing is unpacked to a disk, so names decide nothing more.

    What is read of a part is bounded by what the directory says of it, and that is bounded here.
    """
    with ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > limits.archive_files or len({one.filename for one in entries}) != len(entries):
            raise ListError("It has too many parts.")
        if sum(one.file_size for one in entries) > limits.archive_bytes:
            raise ListError("It unpacks to more than we read.")
        for one in entries:
            name = one.filename.lower()
            if one.flag_bits & ENCRYPTED or ".." in name.split("/"):
                raise ListError("A part of it is locked, or lies outside of it.")
            if not name.endswith(PARTS):
                raise ListError("It holds a program or another file.")
            # Without its zero bytes UTF-16 says the same as UTF-8.
            content = archive.read(one).replace(b"\0", b"")
            if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                raise ListError("It declares a document type, which no spreadsheet needs.")


def _cells(cells: list[str]) -> tuple[str, ...]:
    found = tuple(one.strip() for one in cells if one.strip())
    if any(len(one) > CELL for one in found):
        raise ListError(f"A cell of it holds more than {CELL:,} characters.")
    return found


def _cell(value: Any) -> str:  # noqa: ANN401 - a cell is of any type
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
