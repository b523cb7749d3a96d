"""A plain PDF of a few typed lines, as office programs make it: what a seeded fake's paper lies in.

1. Nothing in the file may tell the program that made it: its producer is one that papers from outside bear as well.
"""

LINES_OF_A_PAGE = 44
SIZE, LEADING, LEFT, TOP = 11, 15, 72, 730


def _text(line: str) -> bytes:
    escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return escaped.encode("cp1252", "replace")


def _page(lines: list[str]) -> bytes:
    drawn = b"".join(b"(%s) Tj T*\n" % _text(line) for line in lines)
    return b"BT /F1 %d Tf %d TL %d %d Td\n%sET" % (SIZE, LEADING, LEFT, TOP, drawn)


def typed_pdf(*, lines: tuple[str, ...], producer: str, made: str) -> bytes:
    """Return the file; ``made`` is its instant as PDF writes it, such as ``D:20260701093000Z``."""
    pages = [list(lines[at : at + LINES_OF_A_PAGE]) for at in range(0, max(len(lines), 1), LINES_OF_A_PAGE)]
    kids = b" ".join(b"%d 0 R" % (5 + 2 * place) for place in range(len(pages)))
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>",
        b"<</Producer(%s)/CreationDate(%s)/ModDate(%s)>>" % (_text(producer), _text(made), _text(made)),
    ]
    for place, page in enumerate(pages):
        drawn = _page(page)
        parts += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % (6 + 2 * place),
            b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        ]
    return _joined(parts)


def _joined(parts: list[bytes]) -> bytes:
    made, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    begun, size = len(made), len(parts) + 1
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    made += b"trailer<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, begun)
    return bytes(made)
