"""PDFs whose outside is wrong: cut, circular, encrypted, or something else at the same time."""

import io
import zipfile
from collections.abc import Callable

import pikepdf
from tests.museum.uploads.active_pdfs import pdf
from tests.small_pdf import small_pdf, stream

PLAIN = small_pdf("words", pages=2)
HTML = b"<!doctype html><html><script>alert(1)</script></html>"


def saved(**options: object) -> bytes:
    """Return the plain paper as another program saves it."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(PLAIN)) as opened:
        opened.save(made, **options)  # type: ignore[arg-type] # whatever that program takes
    return made.getvalue()


def an_archive() -> bytes:
    """Return a small archive with a program in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo("Evil.class"), b"\xca\xfe\xba\xbe")
    return made.getvalue()


def _update(data: bytes, times: int = 1) -> bytes:
    """Return ``data`` saved in place that often: one more section of tables each time."""
    for _ in range(times):
        before = int(data[data.rindex(b"startxref") + 9 : data.rindex(b"%%EOF")])
        begun = len(data)
        section = b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        data += section % (before, begun)
    return data


def _chain(first: bytes, second: bytes) -> bytes:
    """Return two sections, of which each names a place by the words ``ONE``, ``TWO`` or a number."""
    one = PLAIN.rindex(b"xref\n0")
    head, two = PLAIN[:one], len(PLAIN)
    sections = [
        b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 9/Root 1 0 R/Prev %s>>\n" % word for word in (first, second)
    ]
    two = one + len(sections[0].replace(b"ONE", b"00000000").replace(b"TWO", b"00000000"))
    placed = [one_section.replace(b"ONE", b"%08d" % one).replace(b"TWO", b"%08d" % two) for one_section in sections]
    return head + b"".join(placed) + b"startxref\n%d\n%%%%EOF\n" % two


def _startxref(words: bytes) -> bytes:
    place = PLAIN.rindex(b"startxref")
    return PLAIN[:place] + words


def _behind_first_line(words: bytes) -> bytes:
    return pdf().replace(b"%PDF-1.7\n", b"%PDF-1.7\n%" + words + b"\n", 1)


def _moved(head: bytes, at: int, words: bytes) -> bytes:
    """Return a paper with ``words`` at a fixed place, in a comment that nothing refers to."""
    filled = head + b"%" + bytes([0x20]) * (at - len(head) - 1) + words + b"\n"
    body = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    body += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    begun = len(filled) + len(body)
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return filled + body + table % begun


BROKEN: dict[str, Callable[[], bytes]] = {
    "pdf_linearised": lambda: saved(linearize=True),
    "pdf_object_streams": lambda: saved(object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "pdf_version_two": lambda: saved(min_version="2.0"),
    "pdf_saved_in_place": lambda: _update(PLAIN),
    "pdf_saved_in_place_forty_times": lambda: _update(PLAIN, 40),
    "pdf_saved_in_place_a_thousand_times": lambda: _update(PLAIN, 1000),
    "pdf_blanks_behind_its_end": lambda: PLAIN + b"\n \r\n" * 99,
    "pdf_nulls_behind_its_end": lambda: PLAIN + bytes(500),
    "pdf_far_nulls_behind_its_end": lambda: PLAIN + bytes(50_000),
    "pdf_without_last_newline": lambda: PLAIN[:-1],
    "pdf_cut_at_last_byte": lambda: PLAIN[:-2],
    "pdf_cut_at_a_quarter": lambda: PLAIN[: len(PLAIN) // 4],
    "pdf_cut_in_the_middle": lambda: PLAIN[: len(PLAIN) // 2],
    "pdf_cut_in_its_table": lambda: PLAIN[: PLAIN.rindex(b"xref\n0") + 20],
    "pdf_cut_before_its_trailer": lambda: PLAIN[: PLAIN.rindex(b"trailer")],
    "pdf_first_line_only": lambda: b"%PDF-1.7\n",
    "pdf_first_word_only": lambda: b"%PDF-",
    "pdf_first_line_and_end": lambda: b"%PDF-1.7\n%%EOF\n",
    "pdf_unknown_version": lambda: PLAIN.replace(b"%PDF-1.7", b"%PDF-9.9"),
    "pdf_behind_a_byte_order_mark": lambda: b"\xef\xbb\xbf" + PLAIN,
    "pdf_behind_junk": lambda: b"junk\n" * 9 + PLAIN,
    "pdf_behind_mail_headers": lambda: b"Content-Type: application/pdf\r\n\r\n" + PLAIN,
    "pdf_table_points_outside": lambda: _startxref(b"startxref\n999999999\n%%EOF\n"),
    "pdf_table_points_at_start": lambda: _startxref(b"startxref\n0\n%%EOF\n"),
    "pdf_table_points_at_negative": lambda: _startxref(b"startxref\n-1\n%%EOF\n"),
    "pdf_table_points_at_huge": lambda: _startxref(b"startxref\n99999999999999999999\n%%EOF\n"),
    "pdf_table_points_nowhere": lambda: _startxref(b"%%EOF\n"),
    "pdf_table_points_into_page": lambda: _startxref(b"startxref\n100\n%%EOF\n"),
    "pdf_table_loop_of_one": lambda: _chain(b"TWO", b"TWO"),
    "pdf_table_loop_of_two": lambda: _chain(b"TWO", b"ONE"),
    "pdf_table_before_the_start": lambda: _chain(b"99999999", b"ONE"),
    "pdf_trailer_without_end": lambda: PLAIN.replace(b"startxref", b"startxxxx"),
    "pdf_trailer_of_a_megabyte": lambda: small_pdf().replace(b"/Root 1 0 R>>", b"/Root 1 0 R/X(" + b"a" * 2**20 + b")>>"),
    "pdf_password_to_open": lambda: saved(encryption=pikepdf.Encryption(owner="a", user="b", R=6)),
    "pdf_password_to_print": lambda: saved(encryption=pikepdf.Encryption(owner="a", user="", R=6)),
    "pdf_password_of_old_kind": lambda: saved(encryption=pikepdf.Encryption(owner="a", user="b", R=3, aes=False, metadata=False)),
    "pdf_password_packed_table": lambda: saved(encryption=pikepdf.Encryption(owner="a", user="b", R=6), object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "pdf_then_archive": lambda: PLAIN + an_archive(),
    "pdf_archive_inside": lambda: pdf(more=(stream(an_archive()),)),
    "pdf_then_page": lambda: PLAIN + HTML,
    "pdf_page_in_first_line": lambda: _behind_first_line(HTML),
    "pdf_drawing_in_first_line": lambda: _behind_first_line(b"<svg onload=alert(1)>"),
    "pdf_server_page_in_first_line": lambda: _behind_first_line(b"<?php system('id') ?>"),
    "pdf_then_program": lambda: PLAIN + b"MZ" + bytes(99),
    "pdf_then_picture": lambda: PLAIN + b"GIF89a" + bytes(99),
    "pdf_and_tape_archive": lambda: _moved(b"%PDF-1.7\n", 257, b"ustar"),
    "pdf_and_disk_image": lambda: _moved(b"%PDF-1.7\n", 32769, b"CD001"),
    "pdf_and_x_ray": lambda: _moved(b"%PDF-1.7\n", 128, b"DICM"),
}  # fmt: skip
