"""The smallest PDF that is whole: what suites upload as a paper, since the gate takes nothing less."""


def joined(parts: list[bytes], *, head: bytes = b"%PDF-1.7\n", trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects, the first of which is the catalogue; ``trailer`` adds entries to its trailer."""
    made, places = bytearray(head), []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    begun = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    made += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, begun)
    return bytes(made)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object's text."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), entries, data)


def small_pdf(words: str = "", *, pages: int = 1) -> bytes:
    """Return a PDF with ``pages`` pages, each with ``words`` (plain ASCII) and its number."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * place) for place in range(pages))
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number in range(1, pages + 1):
        drawn = f"BT /F 18 Tf 72 700 Td ({words} {number}) Tj ET".encode("ascii")
        parts += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % (4 + 2 * number - 1),
            stream(drawn),
        ]
    return joined(parts)
