"""Scans and pictures: good ones, damaged ones, and ones that would become larger than any memory."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image
from tests.museum.uploads.broken_pdfs import HTML, PLAIN, an_archive
from tests.museum.uploads.heavy_pdfs import zeros

PNG = b"\x89PNG\r\n\x1a\n"


def picture(mode: str = "RGB", size: tuple[int, int] = (120, 90)) -> Image.Image:
    """Return a picture with something on it."""
    made = Image.linear_gradient("L").resize(size)
    return made.convert(mode) if mode != "I;16" else made.convert("I").point(lambda value: value * 256).convert("I;16")


def saved(kind: str, mode: str = "RGB", **options: object) -> bytes:
    """Return the picture as a file."""
    made = io.BytesIO()
    picture(mode).save(made, kind, **options)
    return made.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, *more: bytes, pixels: bytes | None = None, form: bytes = b"\x08\x00\x00\x00\x00"
) -> bytes:
    """Return a PNG of grey pixels with further chunks."""
    packed = zlib.compress((b"\x00" + bytes(width)) * height, 9) if pixels is None else pixels
    return (
        PNG
        + chunk(b"IHDR", struct.pack(">II", width, height) + form)
        + b"".join(more)
        + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )


def _jpeg_of(width: int, height: int) -> bytes:
    data = saved("JPEG")
    place = data.index(b"\xff\xc0")
    return data[: place + 5] + struct.pack(">HH", height, width) + data[place + 9 :]


def _jpeg_with(segment: bytes) -> bytes:
    data = saved("JPEG")
    return data[:2] + segment + data[2:]


def _scans(count: int) -> bytes:
    data = saved("JPEG", progressive=True)
    place = data.index(b"\xff\xda")
    scan = data[place:-2]
    return data[:place] + scan * count + b"\xff\xd9"


def tiff(
    entries: dict[int, tuple[int, int, int]],
    *,
    following: int = 0,
    body: bytes = bytes(64),
    head: bytes = b"II*\x00\x08\x00\x00\x00",
) -> bytes:
    """Return a TIFF of one directory: tag to type, count and value."""
    lines = b"".join(struct.pack("<HHII", tag, *said) for tag, said in sorted(entries.items()))
    return head + struct.pack("<H", len(entries)) + lines + struct.pack("<I", following) + body


SMALL_TIFF = {
    256: (4, 1, 8),
    257: (4, 1, 8),
    258: (3, 1, 8),
    259: (3, 1, 1),
    262: (3, 1, 1),
    273: (4, 1, 122),
    277: (3, 1, 1),
    278: (4, 1, 8),
    279: (4, 1, 64),
}


def _pages(count: int) -> bytes:
    made = io.BytesIO()
    one = picture("1", (9, 9))
    one.save(made, "TIFF", compression="group4", save_all=True, append_images=[one] * (count - 1))
    return made.getvalue()


def _deflated_tiff() -> bytes:
    body = zeros(40)
    entries = {
        **SMALL_TIFF,
        256: (4, 1, 6000),
        257: (4, 1, 6000),
        259: (3, 1, 8),
        278: (4, 1, 6000),
        279: (4, 1, len(body)),
    }
    return tiff(entries, body=body)


def _rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved("JPEG", exif=exif)


PICTURES: dict[str, Callable[[], tuple[bytes, str]]] = {
    "png_colour": lambda: (saved("PNG"), "a.png"),
    "png_black_and_white": lambda: (saved("PNG", "1"), "a.PNG"),
    "png_grey": lambda: (saved("PNG", "L"), "a.png"),
    "png_deep_grey": lambda: (saved("PNG", "I;16"), "a.png"),
    "png_palette": lambda: (saved("PNG", "P", transparency=0), "a.png"),
    "png_clear": lambda: (saved("PNG", "RGBA"), "a.png"),
    "png_clear_grey": lambda: (saved("PNG", "LA"), "a.png"),
    "png_bomb_in_header": lambda: (png(50_000, 50_000, pixels=zeros(1)), "a.png"),
    "png_largest_in_header": lambda: (png(2**31 - 1, 2**31 - 1, pixels=b""), "a.png"),
    "png_long_line": lambda: (png(30_000, 1), "a.png"),
    "png_of_no_area": lambda: (png(0, 9, pixels=zlib.compress(b"")), "a.png"),
    "png_at_the_limit": lambda: (png(6000, 6000), "a.png"),
    "png_colour_at_the_limit": lambda: (png(6000, 6000, pixels=zeros(104), form=b"\x08\x02\x00\x00\x00"), "a.png"),
    "png_more_pixels_than_said": lambda: (png(9, 9, pixels=zeros(300)), "a.png"),
    "png_fewer_pixels_than_said": lambda: (png(999, 999, pixels=zeros(0)), "a.png"),
    "png_pixels_of_junk": lambda: (png(99, 99, pixels=b"junk" * 99), "a.png"),
    "png_wrong_sum": lambda: (saved("PNG")[:-20] + b"\x00" + saved("PNG")[-19:], "a.png"),
    "png_cut": lambda: (saved("PNG")[:-200], "a.png"),
    "png_without_end": lambda: (saved("PNG")[:-12], "a.png"),
    "png_magic_only": lambda: (PNG, "a.png"),
    "png_two_headers": lambda: (png(9, 9, chunk(b"IHDR", struct.pack(">II", 50_000, 50_000) + b"\x08\x00\x00\x00\x00")), "a.png"),
    "png_impossible_depth": lambda: (png(9, 9, form=b"\x03\x00\x00\x00\x00"), "a.png"),
    "png_unknown_filter": lambda: (png(9, 9, form=b"\x08\x00\x00\x07\x00"), "a.png"),
    "png_moving": lambda: (png(9, 9, chunk(b"acTL", bytes(8))), "a.png"),
    "png_profile_bomb": lambda: (png(9, 9, chunk(b"iCCP", b"a\x00\x00" + zeros(300))), "a.png"),
    "png_text_bomb": lambda: (png(9, 9, chunk(b"zTXt", b"a\x00\x00" + zeros(300))), "a.png"),
    "png_many_texts": lambda: (png(9, 9, *[chunk(b"tEXt", b"a\x00b")] * 30_000), "a.png"),
    "png_then_archive": lambda: (saved("PNG") + an_archive(), "a.png"),
    "png_then_junk": lambda: (saved("PNG") + b"junk", "a.png"),
    "png_with_page_inside": lambda: (png(9, 9, chunk(b"tEXt", b"Comment\x00" + HTML)), "a.png"),
    "png_with_pdf_inside": lambda: (png(9, 9, chunk(b"tEXt", b"a\x00" + PLAIN)), "a.png"),
    "jpeg_colour": lambda: (saved("JPEG"), "a.jpg"),
    "jpeg_grey": lambda: (saved("JPEG", "L"), "a.jpeg"),
    "jpeg_four_colours": lambda: (saved("JPEG", "CMYK"), "a.jpg"),
    "jpeg_progressive": lambda: (saved("JPEG", progressive=True), "a.jpg"),
    "jpeg_turned": lambda: (_rotated(), "a.jpg"),
    "jpeg_bomb_in_header": lambda: (_jpeg_of(65_500, 65_500), "a.jpg"),
    "jpeg_more_lines_than_it_has": lambda: (_jpeg_of(5000, 5000), "a.jpg"),
    "jpeg_of_no_area": lambda: (_jpeg_of(0, 0), "a.jpg"),
    "jpeg_cut": lambda: (saved("JPEG")[:-100], "a.jpg"),
    "jpeg_without_picture": lambda: (b"\xff\xd8\xff\xd9", "a.jpg"),
    "jpeg_two_frames": lambda: (_jpeg_with(b"\xff\xc0\x00\x0b\x08\x00\x09\x00\x09\x01\x01\x11\x00"), "a.jpg"),
    "jpeg_lossless": lambda: (saved("JPEG").replace(b"\xff\xc0", b"\xff\xc3"), "a.jpg"),
    "jpeg_fill_bytes": lambda: (b"\xff\xd8" + b"\xff" * 5_000_000, "a.jpg"),
    "jpeg_thousands_of_scans": lambda: (_scans(3000), "a.jpg"),
    "jpeg_pixels_of_junk": lambda: (saved("JPEG")[:-300] + b"\x55" * 298 + b"\xff\xd9", "a.jpg"),
    "jpeg_comment_is_a_page": lambda: (_jpeg_with(b"\xff\xfe\x00\x40" + HTML.ljust(62)), "a.jpg"),
    "jpeg_comment_is_a_pdf": lambda: (_jpeg_with(b"\xff\xfe" + struct.pack(">H", 2 + len(PLAIN)) + PLAIN), "a.jpg"),
    "jpeg_then_archive": lambda: (saved("JPEG") + an_archive(), "a.jpg"),
    "jpeg_then_second_picture": lambda: (saved("JPEG") * 2, "a.jpg"),
    "tiff_colour": lambda: (saved("TIFF"), "a.tif"),
    "tiff_fax": lambda: (saved("TIFF", "1", compression="group4"), "a.tiff"),
    "tiff_old_fax": lambda: (saved("TIFF", "1", compression="group3"), "a.tiff"),
    "tiff_lzw": lambda: (saved("TIFF", compression="tiff_lzw"), "a.tif"),
    "tiff_jpeg": lambda: (saved("TIFF", compression="jpeg"), "a.tif"),
    "tiff_of_three_pages": lambda: (_pages(3), "a.tif"),
    "tiff_of_too_many_pages": lambda: (_pages(501), "a.tif"),
    "tiff_smallest": lambda: (tiff(SMALL_TIFF, body=bytes(99)), "a.tif"),
    "tiff_in_a_circle": lambda: (tiff(SMALL_TIFF, following=8), "a.tif"),
    "tiff_next_page_outside": lambda: (tiff(SMALL_TIFF, following=2**32 - 1), "a.tif"),
    "tiff_bomb_in_header": lambda: (tiff({**SMALL_TIFF, 256: (4, 1, 50_000), 257: (4, 1, 50_000)}), "a.tif"),
    "tiff_deflate_bomb": lambda: (_deflated_tiff(), "a.tif"),
    "tiff_pixels_outside": lambda: (tiff({**SMALL_TIFF, 273: (4, 1, 2**31)}), "a.tif"),
    "tiff_values_outside": lambda: (tiff({**SMALL_TIFF, 273: (4, 2**30, 8)}), "a.tif"),
    "tiff_rare_packing": lambda: (tiff({**SMALL_TIFF, 259: (3, 1, 34712)}), "a.tif"),
    "tiff_pages_in_pages": lambda: (tiff({**SMALL_TIFF, 330: (4, 1, 8)}), "a.tif"),
    "tiff_without_size": lambda: (tiff({258: (3, 1, 8)}), "a.tif"),
    "tiff_without_page": lambda: (b"II*\x00\x00\x00\x00\x00", "a.tif"),
    "tiff_cut": lambda: (saved("TIFF", compression="tiff_lzw")[:40], "a.tif"),
    "tiff_large_kind": lambda: (b"II+\x00\x08\x00\x00\x00" + bytes(99), "a.tif"),
    "tiff_fax_of_junk": lambda: (tiff({**SMALL_TIFF, 256: (4, 1, 6000), 257: (4, 1, 6000), 258: (3, 1, 1), 259: (3, 1, 4), 278: (4, 1, 6000)}, body=b"\x5a" * 99), "a.tif"),
}  # fmt: skip
