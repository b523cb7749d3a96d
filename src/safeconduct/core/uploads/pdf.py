"""The outside of a PDF: whole, one file and not encrypted. What is inside is drawn elsewhere, without any rights.

Only the cross-reference chain is followed; no stream is unpacked and no object built.
"""

import re
from bisect import bisect_left
from itertools import islice

from safeconduct.core.uploads.errors import PdfEncryptedError, PdfStructureError, PolyglotError, TooManyPagesError

HEADER = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)[\x00-\x20%]")
END = b"%%EOF"
TAIL = 1024
BLANK = b"\x00\t\n\x0c\r "
GAP = rb"[\x00\t\n\x0c\r ]"
START = re.compile(rb"startxref" + GAP + rb"+(\d{1,10})" + GAP + rb"+(?:%[^\r\n]*[\r\n]+)*$")
TABLE = re.compile(GAP + rb"{0,64}xref" + GAP)
OBJECT = re.compile(GAP + rb"{0,64}\d{1,10}" + GAP + rb"{1,64}\d{1,5}" + GAP + rb"{1,64}obj")
PREVIOUS = re.compile(rb"/(?:Prev|XRefStm)" + GAP + rb"{1,64}(\d{1,10})(?![\d.])")
ENCRYPT = re.compile(rb"/Encrypt(?![A-Za-z])")
DICTIONARY = 64 * 1024
"""The most bytes that the dictionary of one trailer may have."""
SECTIONS = 1024
"""The most sections of a cross-reference chain: a file has one or two for each time that it was saved in place."""
TRAILER = re.compile(rb"trailer")
PAGE = re.compile(rb"/Type" + GAP + rb"{0,64}/Page(?![A-Za-z])")
PAGES = re.compile(rb"/Type" + GAP + rb"{0,64}/Pages(?![A-Za-z])")
COUNT = re.compile(rb"/Count" + GAP + rb"{1,64}(\d{1,12})")
NEAR = 4096


def check_pdf(data: bytes, *, pages: int) -> None:
    """Raise the refusal that fits unless this is the outside of a whole, single, readable PDF of at most ``pages``."""
    if not HEADER.match(data):
        raise PdfStructureError("Its first line names no version of PDF.")
    end = data.rfind(END)
    if end < 0 or end < len(data) - TAIL:
        raise PdfStructureError("Its end is missing.")
    if data[end + len(END) :].strip(BLANK):
        raise PolyglotError("Something follows its end.")
    found = START.search(data, max(0, end - TAIL), end)
    if found is None:
        raise PdfStructureError("It does not say where its table lies.")
    _follow(data, int(found[1]))
    _check_pages(data, pages)


def _follow(data: bytes, start: int) -> None:
    """Walk the cross-reference chain; raises for a loop, a section that is none, and encryption."""
    waiting, seen = [start], set[int]()
    trailers = [found.start() for found in islice(TRAILER.finditer(data), SECTIONS)]
    while waiting:
        place = waiting.pop()
        if place in seen or len(seen) >= SECTIONS:
            raise PdfStructureError("Its tables lead in a circle.")
        seen.add(place)
        trailer = _trailer(data, place, trailers)
        if ENCRYPT.search(trailer):
            raise PdfEncryptedError
        waiting += [int(found[1]) for found in PREVIOUS.finditer(trailer)]


def _trailer(data: bytes, place: int, trailers: list[int]) -> bytes:
    if TABLE.match(data, place):
        following = bisect_left(trailers, place)
        if following == len(trailers):
            raise PdfStructureError("A table has no trailer.")
        return _dictionary(data, trailers[following])
    if not OBJECT.match(data, place):
        raise PdfStructureError("Its table is not where it says.")
    return _dictionary(data, place)


def _dictionary(data: bytes, place: int) -> bytes:
    """Return the bytes of the first dictionary after ``place``, with those inside it."""
    begun = data.find(b"<<", place, place + NEAR)
    if begun < 0:
        raise PdfStructureError("A table has no trailer.")
    ends = [data.find(word, begun, begun + DICTIONARY) for word in (b"stream", b"startxref", b"endobj")]
    found = min((end for end in ends if end >= 0), default=-1)
    if found < 0:
        raise PdfStructureError("A trailer does not end.")
    return data[begun:found]


def _check_pages(data: bytes, most: int) -> None:
    """Raise ``TooManyPagesError`` for the pages that are written in clear; packed ones are counted when drawn."""
    if _more_than(PAGE, data, most) or _more_than(PAGES, data, most):
        raise TooManyPagesError(f"We take {most}.")
    for found in PAGES.finditer(data):
        near = max(0, found.start() - NEAR)
        begun = max(data.rfind(b"obj", near, found.start()), near)
        end = data.find(b"endobj", found.end(), found.end() + NEAR)
        counts = COUNT.finditer(data, begun, end if end >= 0 else found.end() + NEAR)
        if any(int(count[1]) > most for count in counts):
            raise TooManyPagesError(f"We take {most}.")


def _more_than(what: re.Pattern[bytes], data: bytes, most: int) -> bool:
    return next(islice(what.finditer(data), most, None), None) is not None
