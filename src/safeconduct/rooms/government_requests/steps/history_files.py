"""Reads the files in which history comes: spreadsheets and mailboxes. A file that is not whole gives no row at all."""

import csv
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.mail.errors import MailUnreadableError
from safeconduct.core.mail.limits import MailLimits
from safeconduct.core.mail.read import read_mail
from safeconduct.rooms.government_requests.rules.history import UNREADABLE

MOST_BYTES = 256 * 1024 * 1024
MOST_UNPACKED = 512 * 1024 * 1024
MOST_ROWS = 1_000_000
MOST_FIELD = 1_000_000
FROM_LINE = re.compile(rb"^From [^\r\n]*\r?\n", re.MULTILINE)
Row = dict[str, str]


class HistoryFileError(BadInputError):
    """This file is no spreadsheet or mailbox that we read."""

    code = "SC-HISTORY-FILE"
    cure = "Give a CSV file in UTF-8, an XLSX file or an mbox file of at most 256 MB. Nothing was taken."


def source_of(path: Path) -> str:
    """Return the kind of a file by its ending; raises ``HistoryFileError``."""
    kinds = {".csv": "csv", ".xlsx": "xlsx", ".mbox": "mbox"}
    try:
        if path.suffix.lower() not in kinds or path.stat().st_size > MOST_BYTES:
            raise HistoryFileError
    except OSError as error:
        raise HistoryFileError from error
    return kinds[path.suffix.lower()]


def rows_of(path: Path) -> list[Row]:
    """Return the rows of a file, each a text by column; raises ``HistoryFileError``."""
    readers = {"csv": _csv, "xlsx": _xlsx, "mbox": _mbox}
    reader = readers[source_of(path)]
    found: list[Row] = []
    try:
        for row in reader(path):
            found.append(row)
            if len(found) > MOST_ROWS:
                raise HistoryFileError("It has more than a million rows.")
    except (OSError, UnicodeDecodeError, csv.Error, zipfile.BadZipFile, InvalidFileException) as error:
        raise HistoryFileError from error
    except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, RecursionError) as error:
        # What the reader of spreadsheets raises for a damaged one: its words may quote a cell.
        raise HistoryFileError from error
    return found


def _csv(path: Path) -> Iterator[Row]:
    csv.field_size_limit(MOST_FIELD)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        names = _names(next(reader, []))
        for cells in reader:
            if any(cells):
                yield _row(names, cells)


def _names(cells: list[Any]) -> list[str]:
    names = [str(one or "").strip() for one in cells]
    known = [one for one in names if one]
    if not known or len(known) != len(set(known)):
        raise HistoryFileError("Its first row does not name each column once.")
    return names


def _row(names: list[str], cells: list[str]) -> Row:
    """Return a row by column; cells beyond the last name are kept under their place."""
    row = {name: cell for name, cell in zip(names, cells, strict=False) if name}
    return row | {f"column {place + 1}": cells[place] for place in range(len(names), len(cells)) if cells[place]}


def _xlsx(path: Path) -> Iterator[Row]:
    with zipfile.ZipFile(path) as archive:
        if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
            raise HistoryFileError("It unpacks to more than we read.")
        for one in archive.namelist():
            # A spreadsheet needs no document type; one that has it means an attack on the parser.
            if one.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(one)[:4096]:
                raise HistoryFileError("It declares a document type.")
    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True)
        names = _names(list(next(rows, ())))
        for cells in rows:
            texts = [_cell(one) for one in cells]
            if any(texts):
                yield _row(names, texts)
    finally:
        book.close()


def _cell(value: Any) -> str:  # noqa: ANN401 - a cell is of any type
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _mbox(path: Path) -> Iterator[Row]:
    data = path.read_bytes()
    starts = [found.end() for found in FROM_LINE.finditer(data)]
    if not starts or not data.startswith(b"From "):
        raise HistoryFileError("It does not begin as a mailbox does.")
    ends = [*[found.start() for found in FROM_LINE.finditer(data)][1:], len(data)]
    for start, end in zip(starts, ends, strict=True):
        yield _mail(data[start:end])


def _mail(data: bytes) -> Row:
    try:
        read = read_mail(data, limits=MailLimits(text=10_000))
    except MailUnreadableError as error:
        return {UNREADABLE: data.decode("latin-1"), "problem": error.code}
    day = ""
    try:
        day = parsedate_to_datetime(read.shown.get("date", "")).date().isoformat()
    except (ValueError, TypeError, IndexError):
        day = ""
    return {
        "message-id": read.message_id,
        "date": day,
        "from": read.shown.get("from", ""),
        "to": read.shown.get("to", ""),
        "subject": read.shown.get("subject", ""),
        "text": read.text,
    }
