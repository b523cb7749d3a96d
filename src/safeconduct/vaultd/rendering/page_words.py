"""Words of a page with their boxes, as the file itself names them. It runs only in a child without rights.

No picture is looked at: a scanned page has no words here. What the words say and what is drawn may differ, since a
file may hide or misname letters; that is for whoever sees both.
"""

import ctypes
import math
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.reading.words import EDGE, MOST_LETTERS, MOST_PAGE_WORDS, Word
from safeconduct.core.uploads.gate import Part
from safeconduct.core.uploads.kinds import Kind
from safeconduct.vaultd.rendering.pages import Document

MOST_PAGE_LETTERS = 60_000
HYPHEN = "\x02"
"""What the library says for a hyphen at the end of a line."""
HIGH, LOW, PAIR_END, PLANE = 0xD800, 0xDC00, 0xE000, 0x10000


class WordsOf:
    """The words of one document of an upload."""

    def __init__(self, part: Part, limits: UploadLimits) -> None:
        """Open it; raises what the parsing library raises. A picture has a page or more, and no words."""
        self._pdf = pypdfium2.PdfDocument(part.data) if part.kind is Kind.PDF else None
        self.pages = len(self._pdf) if self._pdf is not None else Document(part, limits).pages

    def page(self, number: int, *, said_as: int) -> list[Word]:
        """Return the words of one page in the order of the file, as words of page ``said_as``."""
        if self._pdf is None:
            return []
        page = self._pdf[number]
        width, height = page.get_size()
        if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
            return []
        text = page.get_textpage()
        try:
            return _words(page, text, said_as)
        finally:
            text.close()
            page.close()


def _words(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, said_as: int) -> list[Word]:
    made: list[Word] = []
    line, letters, places = 1, "", list[int]()
    for place, letter in _letters(text):
        ends = letter in (HYPHEN, "\n")
        if not letter.isspace():
            letters, places = letters + letter.replace(HYPHEN, "-"), [*places, place]
        if letters and (ends or letter.isspace() or len(letters) >= MOST_LETTERS):
            made.append(Word(said_as, line, _box(page, text, places), letters))
            letters, places = "", []
        if ends:
            line = min(line + 1, MOST_PAGE_WORDS)
        if len(made) >= MOST_PAGE_WORDS:
            return made
    if letters:
        made.append(Word(said_as, line, _box(page, text, places), letters))
    return made


def _letters(text: pypdfium2.PdfTextPage) -> Iterator[tuple[int, str]]:
    """Return each letter with its place; halves of a pair are put together, and a half alone is left out."""
    high = 0
    for place in range(min(text.count_chars(), MOST_PAGE_LETTERS)):
        code = pdfium.FPDFText_GetUnicode(text, place)
        if HIGH <= code < LOW:
            high = code
            continue
        if LOW <= code < PAIR_END:
            if high:
                yield place, chr(PLANE + ((high - HIGH) << 10) + (code - LOW))
            high = 0
            continue
        high = 0
        if 0 < code <= 0x10FFFF:  # noqa: PLR2004 - the last code point
            yield place, chr(code)


def _box(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, places: list[int]) -> tuple[int, int, int, int]:
    """Return the box around letters on the page as it is drawn, turned and cropped as the drawing is."""
    corners = [corner for place in (places[0], places[-1]) for corner in _corners(page, text, place)]
    across, down = [one[0] for one in corners], [one[1] for one in corners]
    return _edge(min(across)), _edge(min(down)), _edge(max(across)), _edge(max(down))


def _corners(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, place: int) -> Iterator[tuple[int, int]]:
    found = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text, place, ctypes.byref(found)):
        yield 0, 0
        return
    for x, y in ((found.left, found.top), (found.right, found.bottom)):
        across, down = ctypes.c_int(), ctypes.c_int()
        if math.isfinite(x) and math.isfinite(y):
            pdfium.FPDF_PageToDevice(page, 0, 0, EDGE, EDGE, 0, x, y, ctypes.byref(across), ctypes.byref(down))
        yield across.value, down.value


def _edge(value: int) -> int:
    return max(0, min(EDGE, value))
