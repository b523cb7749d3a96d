"""Pages drawn to pixels. It runs only in the rendering child, after every right has been given up."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageColor, ImagePalette, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.uploads.gate import Part
from safeconduct.core.uploads.kinds import Kind
from safeconduct.vaultd.rendering.frames import COLOUR, GREY

READERS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, ImageColor, ImagePalette)
"""Loaded before the rights are gone: what Pillow would otherwise look for when the first picture comes."""
POINTS_PER_INCH = 72
BAND_ROWS = 256
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
GREY_MODES = frozenset({"1", "L"})
DEEP_MODES = frozenset({"I;16", "I;16B", "I;16L", "I"})
CLEAR_MODES = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})


def load_readers() -> None:
    """Load what Pillow needs to tell the kinds of pictures apart; it does so by itself at the first picture."""
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = None  # the gate has read the size, and the limits of this process hold


class TooManyPagesToDrawError(Exception):
    """There are more pages than the limit."""


@dataclass(frozen=True)
class Drawn:
    """One page: its size, its channels, and its bytes piece by piece."""

    width: int
    height: int
    channels: int
    pieces: Iterator[bytes | memoryview]


class Document:
    """One document of an upload: how many pages it has, and each of them drawn."""

    def __init__(self, part: Part, limits: UploadLimits) -> None:
        """Open it; raises what the parsing library raises."""
        self._limits = limits
        self._pdf: pypdfium2.PdfDocument | None = None
        self._image: Image.Image | None = None
        if part.kind is Kind.PDF:
            self._pdf = pypdfium2.PdfDocument(part.data)
            self.pages = len(self._pdf)
        else:
            self._image = Image.open(io.BytesIO(part.data), formats=[part.kind.value.upper()])
            self.pages = int(getattr(self._image, "n_frames", 1)) if part.kind is Kind.TIFF else 1
        if self.pages > limits.pages:
            raise TooManyPagesToDrawError

    def draw(self, number: int) -> Drawn:
        """Draw one page."""
        if self._pdf is not None:
            return _pdf_page(self._pdf[number], self._limits)
        if self._image is None:
            raise ValueError
        self._image.seek(number)
        return _picture(self._image, self._limits)


def _pdf_page(page: pypdfium2.PdfPage, limits: UploadLimits) -> Drawn:
    """Draw a page of a PDF with its annotations as they look; forms, scripts and XFA are never started."""
    width, height = page.get_size()
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise ValueError
    scale = limits.dpi / POINTS_PER_INCH
    scale = min(scale, math.sqrt(limits.page_pixels / (width * height)), limits.image_edge / max(width, height))
    # Pixels are whole and at least one, so that a line-thin page may still pass the limit: it is cut a little finer.
    while math.ceil(width * scale) * math.ceil(height * scale) > limits.page_pixels:
        scale *= 0.99
    bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True, fill_color=(255, 255, 255, 255))
    view, row = memoryview(bitmap.buffer).cast("B"), bitmap.width * COLOUR
    if bitmap.n_channels != COLOUR:
        raise ValueError
    pieces = (view[start : start + row] for start in range(0, bitmap.stride * bitmap.height, bitmap.stride))
    return Drawn(bitmap.width, bitmap.height, COLOUR, pieces)


def _picture(image: Image.Image, limits: UploadLimits) -> Drawn:
    """Draw a picture, smaller by a whole number where it has more pixels than a page may."""
    width, height = image.size
    fold = math.ceil(math.sqrt(max(1.0, width * height / limits.page_pixels)))
    image.draft(None, (math.ceil(width / fold), math.ceil(height / fold)))
    turned = TURNS.get(image.getexif().get(ORIENTATION, 1))
    image.load()
    width, height = image.size
    fold = math.ceil(math.sqrt(max(1.0, width * height / limits.page_pixels)))
    mode = "L" if image.mode in GREY_MODES | DEEP_MODES else "RGB"
    made = Image.new(mode, (math.ceil(width / fold), math.ceil(height / fold)))
    step = BAND_ROWS * fold
    for top in range(0, height, step):
        band = _flat(image.crop((0, top, width, min(height, top + step))), mode)
        made.paste(band.reduce(fold) if fold > 1 else band, (0, top // fold))
    if turned is not None:
        made = made.transpose(turned)
    wide, high = made.size
    rows = (made.crop((0, top, wide, min(high, top + BAND_ROWS))).tobytes() for top in range(0, high, BAND_ROWS))
    return Drawn(wide, high, GREY if mode == "L" else COLOUR, rows)


def _flat(band: Image.Image, mode: str) -> Image.Image:
    """Return a band without transparency or depth: what is clear becomes paper, white."""
    if band.mode in CLEAR_MODES or "transparency" in band.info:
        clear = band.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        paper.alpha_composite(clear)
        return paper.convert(mode)
    if band.mode in DEEP_MODES:
        return band.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return band.convert(mode)
