"""PDFs that ask for more than there is: pages, pixels, depth, memory and time."""

import zlib
from collections.abc import Callable

from tests.museum.uploads.active_pdfs import pdf
from tests.small_pdf import joined, small_pdf, stream

MIB = 1024 * 1024


def _flat(data: bytes, entries: bytes = b"", rounds: int = 1) -> bytes:
    for _ in range(rounds):
        data = zlib.compress(data, 9)
    return stream(data, entries + b"/Filter[%s]" % (b"/FlateDecode " * rounds))


def zeros(megabytes: int) -> bytes:
    """Return so many megabytes of nothing, packed: one block of it, again and again, with the sum that they have."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = engine.compress(bytes(MIB)) + engine.flush(zlib.Z_FULL_FLUSH)
    checksum = ((megabytes * MIB) % 65521) << 16 | 1
    return b"\x78\xda" + block * megabytes + b"\x03\x00" + checksum.to_bytes(4, "big")


def box(words: bytes) -> bytes:
    """Return a PDF whose page has this box."""
    return pdf(page=b"/MediaBox[%s]" % words)


def drawing(entries: bytes, content: bytes, *more: bytes) -> bytes:
    """Return a PDF whose page has these resources."""
    return pdf(page=b"/Resources<<%s>>" % entries, content=content, more=more)


def _picture(entries: bytes, data: bytes = b"junk" * 99) -> bytes:
    head = b"/Type/XObject/Subtype/Image" + entries
    return drawing(b"/XObject<</I 5 0 R>>", b"612 0 0 792 0 0 cm /I Do", stream(data, head))


def _deep_tree(depth: int) -> bytes:
    parts = [b"<</Type/Catalog/Pages 2 0 R>>"]
    parts += [b"<</Kids[%d 0 R]/Count 1>>" % (number + 1) for number in range(2, depth + 2)]
    return joined([*parts, b"<</Type/Page/MediaBox[0 0 99 99]>>"])


def _tree(kids: bytes, count: bytes = b"1") -> bytes:
    root = b"<</Type/Pages/Kids[%s]/Count %s>>" % (kids, count)
    return joined([b"<</Type/Catalog/Pages 2 0 R>>", root, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>"])


def _packed_pages(pages: int) -> bytes:
    """Return a PDF whose pages stand in an object stream, where the gate does not count them."""
    page = b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]>>"
    inner = [b"<</Type/Catalog/Pages 3 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b"4 0 R " * pages), page]
    places = [sum(len(one) + 1 for one in inner[:index]) for index in range(len(inner))]
    head = b" ".join(b"%d %d" % (number, place) for number, place in zip((2, 3, 4), places, strict=True)) + b" "
    made = b"%PDF-1.7\n"
    packed = _flat(head + b"\n".join(inner), b"/Type/ObjStm/N 3/First %d" % len(head))
    made, first = made + b"1 0 obj\n" + packed + b"\nendobj\n", len(made)
    begun = len(made)
    lines = [(0, 0, 65535), (1, first, 0), (2, 1, 0), (2, 1, 1), (2, 1, 2), (1, begun, 0)]
    table = b"".join(bytes([kind]) + a.to_bytes(4, "big") + b.to_bytes(2, "big") for kind, a, b in lines)
    xref = stream(table, b"/Type/XRef/Size 6/W[1 4 2]/Root 2 0 R")
    return made + b"5 0 obj\n" + xref + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % begun


HEAVY: dict[str, Callable[[], bytes]] = {
    "pdf_of_thirty_pages": lambda: small_pdf("page", pages=30),
    "pdf_hundred_thousand_pages": lambda: small_pdf("page", pages=100_000),
    "pdf_hundred_thousand_times_one_page": lambda: _tree(b"3 0 R " * 100_000, b"100000"),
    "pdf_says_too_many_pages": lambda: _tree(b"3 0 R", b"100000"),
    "pdf_says_fewer_pages_than_it_has": lambda: _tree(b"3 0 R " * 100_000, b"3"),
    "pdf_says_fewer_than_no_page": lambda: _tree(b"3 0 R", b"-1"),
    "pdf_hides_its_number_of_pages": lambda: _packed_pages(100_000),
    "pdf_packed_objects": lambda: _packed_pages(2),
    "pdf_page_tree_loop": lambda: _tree(b"2 0 R 3 0 R", b"2"),
    "pdf_page_tree_of_itself": lambda: _tree(b"2 0 R", b"1"),
    "pdf_deep_page_tree": lambda: _deep_tree(3000),
    "pdf_no_page": lambda: _tree(b"", b"0"),
    "pdf_huge_page": lambda: box(b"0 0 1000000000 1000000000"),
    "pdf_largest_page": lambda: box(b"0 0 14400 14400"),
    "pdf_negative_page": lambda: box(b"612 792 0 0"),
    "pdf_page_without_area": lambda: box(b"0 0 0 0"),
    "pdf_page_of_no_numbers": lambda: box(b"/a (b) null []"),
    "pdf_page_of_infinite_numbers": lambda: box(b"0 0 1e999 99999999999999999999999999999999999999999"),
    "pdf_thin_page": lambda: box(b"0 0 0.01 100000"),
    "pdf_user_unit": lambda: pdf(page=b"/UserUnit 75000"),
    "pdf_deep_lists": lambda: pdf(catalogue=b"/X" + b"[" * 50_000 + b"]" * 50_000),
    "pdf_deep_dictionaries": lambda: pdf(catalogue=b"/X" + b"<</A" * 50_000 + b" 1" + b">>" * 50_000),
    "pdf_deep_content": lambda: pdf(content=b"[" * 200_000),
    "pdf_deep_states": lambda: pdf(content=b"q " * 500_000),
    "pdf_form_in_itself": lambda: drawing(b"/XObject<</F 5 0 R>>", b"/F Do", stream(b"/F Do", b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<</F 5 0 R>>>>")),
    "pdf_forms_doubling": lambda: _doubling(24),
    "pdf_pattern_in_itself": lambda: drawing(b"/Pattern<</P 5 0 R>>", b"/Pattern cs /P scn 0 0 612 792 re f", stream(b"/Pattern cs /P scn 0 0 9 9 re f", b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 1/YStep 1/Resources<</Pattern<</P 5 0 R>>>>")),
    "pdf_tiny_tiles": lambda: drawing(b"/Pattern<</P 5 0 R>>", b"/Pattern cs /P scn 0 0 612 792 re f", stream(b"0 0 1 1 re f", b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep .001/YStep .001/Resources<<>>")),
    "pdf_font_in_itself": lambda: drawing(b"/Font<</F 5 0 R>>", b"BT /F 9 Tf (aaa) Tj ET", b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[9]/Resources<</Font<</F 5 0 R>>>>>>", stream(b"BT /F 9 Tf (a) Tj ET")),
    "pdf_font_of_junk": lambda: drawing(b"/Font<</F 5 0 R>>", b"BT /F 9 Tf (abc) Tj ET", b"<</Type/Font/Subtype/TrueType/BaseFont/X/FirstChar 97/LastChar 99/Widths[9 9 9]/FontDescriptor<</Type/FontDescriptor/FontName/X/Flags 4/FontFile2 6 0 R>>>>", stream(b"\x00\x01\x00\x00\xff\xff" + b"junk" * 50)),
    "pdf_font_of_the_machine": lambda: drawing(b"/Font<</F<</Type/Font/Subtype/TrueType/BaseFont/Comic-Unheard-Of>>>>", b"BT /F 24 Tf 72 700 Td (Words) Tj ET"),
    "pdf_contents_bomb": lambda: pdf(page=b"/Contents 5 0 R", content=b"", more=(stream(zeros(400), b"/Filter/FlateDecode"),)),
    "pdf_bomb_in_bomb": lambda: drawing(b"/XObject<</F 5 0 R>>", b"/F Do", _flat(zeros(300), b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]").replace(b"/Filter[/FlateDecode ]", b"/Filter[/FlateDecode/FlateDecode]")),
    "pdf_filters_a_hundred_times": lambda: drawing(b"/XObject<</F 5 0 R>>", b"/F Do", _flat(b"0 0 9 9 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]", 100)),
    "pdf_picture_bomb": lambda: _picture(b"/Width 50000/Height 50000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode", zeros(50)),
    "pdf_picture_of_largest_size": lambda: _picture(b"/Width 2147483647/Height 2147483647/ColorSpace/DeviceRGB/BitsPerComponent 16/Filter/FlateDecode", zeros(1)),
    "pdf_picture_of_negative_size": lambda: _picture(b"/Width -9/Height -9/ColorSpace/DeviceGray/BitsPerComponent 8"),
    "pdf_picture_predictor": lambda: _picture(b"/Width 99/Height 99/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 9999>>", zeros(1)),
    "pdf_jbig2_junk": lambda: _picture(b"/Width 999/Height 999/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/JBIG2Decode"),
    "pdf_jpeg2000_junk": lambda: _picture(b"/Width 9/Height 9/Filter/JPXDecode", b"\xff\x4f\xff\x51\x00\x2f" + b"\xff" * 99),
    "pdf_ccitt_junk": lambda: _picture(b"/Width 9999/Height 9999/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 9999/Rows 9999>>"),
    "pdf_lzw_junk": lambda: _picture(b"/Width 99/Height 99/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/LZWDecode"),
    "pdf_jpeg_junk": lambda: _picture(b"/Width 99/Height 99/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", b"\xff\xd8\xff\xe0" + b"\xff" * 99),
    "pdf_unknown_filter": lambda: _picture(b"/Width 9/Height 9/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/EvilDecode"),
    "pdf_colour_space_in_itself": lambda: drawing(b"/ColorSpace<</C 5 0 R>>", b"/C cs 1 sc 0 0 99 99 re f", b"[/Indexed 5 0 R 255 <00>]"),
    "pdf_function_in_itself": lambda: drawing(b"/Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 9 9]/Function 5 0 R>>>>", b"/S sh", b"<</FunctionType 3/Domain[0 1]/Functions[5 0 R 5 0 R]/Bounds[.5]/Encode[0 1 0 1]>>"),
    "pdf_mesh_of_junk": lambda: drawing(b"/Shading<</S 5 0 R>>", b"/S sh", stream(bytes(range(256)) * 40, b"/ShadingType 7/ColorSpace/DeviceRGB/BitsPerCoordinate 8/BitsPerComponent 8/BitsPerFlag 8/Decode[0 999 0 999 0 1 0 1 0 1]")),
    "pdf_million_lines": lambda: pdf(content=b"0 0 m " + b"9 9 l 600 700 l " * 300_000 + b"S"),
    "pdf_dashes_without_end": lambda: pdf(content=b"[.0001 .0001] 0 d 0 0 m 612 792 l S " * 50),
    "pdf_million_words": lambda: drawing(b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>", b"BT /F 300 Tf (WWWWWWWW) Tj ET " * 200_000),
    "pdf_transparent_layers": lambda: drawing(b"/ExtGState<</G<</ca .5/BM/Luminosity>>>>/XObject<</F 5 0 R>>", b"/G gs /F Do " * 20_000, stream(b"0 0 612 792 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Group<</S/Transparency/I true/K true>>")),
}  # fmt: skip


def _doubling(levels: int) -> bytes:
    head = b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]"
    more = [
        stream(b"/F Do /F Do", head + b"/Resources<</XObject<</F %d 0 R>>>>" % (6 + level)) for level in range(levels)
    ]
    return drawing(b"/XObject<</F 5 0 R>>", b"/F Do", *more, stream(b"0 0 9 9 re f", head))
