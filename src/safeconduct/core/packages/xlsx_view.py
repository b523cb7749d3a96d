"""The workbook view: the same records for a spreadsheet, every cell text, so that nothing is counted, cut or run.

1. One sheet, ``records``; its first row names the columns and stays in sight.
2. Every value is text in a text column: a telephone number keeps its plus and its zeros, an instant is RFC 3339, a
   number is its decimal digits. No cell is a formula, a link or a number.
3. Null is an empty cell; empty text is a cell with empty text.
4. A character that XML cannot hold, and CR, is written ``_xHHHH_``; text that looks like that has ``_x005F`` for its
   first underscore (ECMA-376, part 1, 22.9.2.19).
5. Text longer than a cell holds (32,767 UTF-16 units) ends in ``CUT``; the whole of it is in the JSON Lines.

Ready-made writers of workbooks lay their rows into clear temporary files; this one writes to memory only. The members
are deflated, and another zlib may give other bytes, so a reader compares what the members hold.
"""

import io
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.errors import DamagedError
from safeconduct.core.packages.csv_view import ColumnKind
from safeconduct.core.packages.records import RecordsError, Row

CUT: Final = " [cut: whole in the JSON Lines]"
LONGEST = 32_767
SHEET = "xl/worksheets/sheet1.xml"
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ODD = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPECIAL = re.compile("[&<>]|" + _ODD.pattern)
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_FIXED: Mapping[str, str] = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{_TYPES}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_LINKS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_LINKS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="records" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    ),
}
_BEFORE = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_AFTER = (
    '</sheetData><ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>'
    "</worksheet>"
)


class XlsxError(DamagedError):
    """The workbook is not the one that these records give."""

    code = "SC-XLSX-VIEW"


def _units(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)


def fitting(text: str) -> str:
    """Return ``text`` as a cell holds it: whole, or its beginning and the words that say so."""
    if len(text) * 2 <= LONGEST or _units(text) <= LONGEST:
        return text
    kept = text.encode("utf-16-le")[: 2 * (LONGEST - len(CUT))]
    return kept.decode("utf-16-le", "ignore") + CUT


def _cell(value: JsonValue) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, str | int):
        raise RecordsError("A column mixes text with something else.")
    words = fitting(str(value))
    if _SPECIAL.search(words) is not None:
        words = _ODD.sub(lambda found: f"_x{ord(found[0]):04X}_", words.translate(_MARKUP))
    return f'<c s="1" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'


def _lines(rows: Iterable[Sequence[JsonValue]]) -> bytes:
    return "".join(f"<row>{''.join(map(_cell, cells))}</row>" for cells in rows).encode()


class XlsxWriter:
    """Writes one workbook to memory, rows as they come."""

    def __init__(self, kinds: Mapping[str, ColumnKind]) -> None:
        """Write everything that stands before the rows."""
        self._names = list(kinds)
        self._out = io.BytesIO()
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED)
        for name, content in _FIXED.items():
            with self._zip.open(_entry(name), "w") as member:
                member.write(_HEAD + content.encode())
        self._sheet = self._zip.open(_entry(SHEET), "w")
        self._sheet.write(_HEAD + _BEFORE.encode() + _lines([self._names]))

    def add(self, rows: Sequence[Mapping[str, JsonValue]]) -> None:
        """Write further rows."""
        self._sheet.write(_lines([row[name] for name in self._names] for row in rows))

    def finish(self) -> bytes:
        """Return the workbook."""
        self._sheet.write(_AFTER.encode())
        self._sheet.close()
        self._zip.close()
        return self._out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


def _sheet_pieces(rows: Sequence[Row], names: Sequence[str], batch: int = 2000) -> Iterator[bytes]:
    yield _HEAD + _BEFORE.encode() + _lines([names])
    for start in range(0, len(rows), batch):
        yield _lines([row[name] for name in names] for row in rows[start : start + batch])
    yield _AFTER.encode()


def check_xlsx(data: bytes, rows: Sequence[Row], kinds: Mapping[str, ColumnKind]) -> None:
    """Raise ``XlsxError`` unless the workbook holds exactly what ``XlsxWriter`` writes of ``rows``."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _only_ours(archive.namelist())
            for name, content in _FIXED.items():
                _compare(archive, name, [_HEAD + content.encode()])
            _compare(archive, SHEET, _sheet_pieces(rows, list(kinds)))
    except XlsxError:
        raise
    except Exception as error:
        # A hostile container makes the reader raise many kinds (struct, value, key, zlib, NotImplemented).
        raise XlsxError("It cannot be read as a workbook.") from error


def _only_ours(names: list[str]) -> None:
    if names != [*_FIXED, SHEET]:
        raise XlsxError("It holds other members than the view.")


def _compare(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    with archive.open(name) as member:
        if not all(member.read(len(piece)) == piece for piece in pieces) or member.read(1):
            raise XlsxError(f"{name} is not what the records give.")
