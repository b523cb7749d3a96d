"""The clean copy: a PDF written by us that holds one picture for each page, and nothing else at all."""

import io

from PIL import Image

from safeconduct.vaultd.rendering.frames import GREY

QUALITY = 85
POINTS_PER_INCH = 72
ENTRY, FIRST_PICTURE = 20, 5


class CleanPdf:
    """Writes a PDF page by page; only the pictures' bytes are kept meanwhile."""

    def __init__(self, *, dpi: int) -> None:
        """Begin with no page; ``dpi`` says how large a pixel is."""
        self._points = POINTS_PER_INCH / dpi
        self._made = io.BytesIO()
        self._places: dict[int, int] = {}
        self._pages: list[int] = []
        self._made.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def __len__(self) -> int:
        """Return how many bytes are written so far."""
        return self._made.tell()

    @property
    def pages(self) -> int:
        """Return how many pages are written so far."""
        return len(self._pages)

    def add(self, *, width: int, height: int, channels: int, pixels: bytes | bytearray) -> None:
        """Add one page of raw pixels."""
        image = Image.frombuffer("L" if channels == GREY else "RGB", (width, height), pixels)
        packed = io.BytesIO()
        image.save(packed, "JPEG", quality=QUALITY)
        colours = b"/DeviceGray" if channels == GREY else b"/DeviceRGB"
        wide, high = f"{width * self._points:.2f}".encode(), f"{height * self._points:.2f}".encode()
        number = 3 + 3 * len(self._pages)
        self._pages.append(number)
        entries = b"/MediaBox[0 0 %s %s]/Resources<</XObject<</I %d 0 R>>>>" % (wide, high, number + 2)
        self._object(number, b"<</Type/Page/Parent 2 0 R%s/Contents %d 0 R>>" % (entries, number + 1))
        self._stream(number + 1, b"", b"q %s 0 0 %s 0 0 cm /I Do Q" % (wide, high))
        said = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8" % (width, height)
        self._stream(number + 2, said + b"/ColorSpace" + colours + b"/Filter/DCTDecode", packed.getvalue())

    def finish(self) -> bytes:
        """Return the whole file."""
        self._object(1, b"<</Type/Catalog/Pages 2 0 R>>")
        kids = b" ".join(b"%d 0 R" % number for number in self._pages)
        self._object(2, b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(self._pages), kids))
        begun, size = self._made.tell(), len(self._places) + 1
        self._made.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        self._made.writelines(b"%010d 00000 n \n" % self._places[number] for number in range(1, size))
        self._made.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, begun))
        return self._made.getvalue()

    def _object(self, number: int, text: bytes) -> None:
        self._places[number] = self._made.tell()
        self._made.write(b"%d 0 obj\n%s\nendobj\n" % (number, text))

    def _stream(self, number: int, entries: bytes, data: bytes) -> None:
        self._object(number, b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), entries, data))


def pages_of(copy: bytes) -> int:
    """Return how many pages a clean copy has."""
    return (_size(copy)[1] - 3) // 3


def picture_of(copy: bytes, page: int) -> bytes:
    """Return the picture of one page of a clean copy, from 1 on, as JPEG; it is our own file and read as such."""
    table, size = _size(copy)
    number = 3 * page + 2
    if not FIRST_PICTURE <= number < size:
        raise IndexError
    entry = table + ENTRY * number
    begun = int(copy[entry : entry + 10])
    head = copy.index(b"stream\n", begun)
    length = int(copy[copy.index(b"/Length ", begun) + 8 : head].split(b"/", 1)[0])
    return copy[head + 7 : head + 7 + length]


def _size(copy: bytes) -> tuple[int, int]:
    """Return where the entries of the cross-reference table begin, and how many there are."""
    begun = int(copy[copy.rindex(b"startxref\n") + 10 :].split(b"\n", 1)[0])
    line = copy.index(b"\n", begun + 5)
    return line + 1, int(copy[begun + 7 : line])
