"""ZIP archives: good ones, and ones that two readers would read in two ways."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import pikepdf
from tests.museum.uploads.broken_pdfs import HTML, PLAIN, saved
from tests.museum.uploads.pictures import png
from tests.museum.uploads.pictures import saved as picture

ZIP64_SAYS = 0xFFFFFFFF


@dataclass(frozen=True)
class File:
    """One file of an archive, and what its two headers say of it."""

    name: bytes = b"paper.pdf"
    data: bytes = PLAIN
    method: int = 8
    flags: int = 0
    mode: int = 0o100644
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    local_method: int | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    offset: int | None = None
    before: bytes = b""
    after: bytes = b""
    comment: bytes = b""
    hidden: bool = False


def _packed(data: bytes) -> bytes:
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


def _own_header(one: File, body: bytes, size: int, crc: int) -> bytes:
    name = one.name if one.local_name is None else one.local_name
    method = one.method if one.local_method is None else one.local_method
    said = size if one.local_size is None else one.local_size
    head = (20, one.flags, method, 0, 33, crc, len(body), said, len(name), len(one.local_extra))
    return struct.pack("<4s5H3L2H", b"PK\x03\x04", *head) + name + one.local_extra


def _line(one: File, body: bytes, size: int, crc: int, place: int) -> bytes:
    lengths = (len(one.name), len(one.extra), len(one.comment))
    head = (788, 20, one.flags, one.method, 0, 33, crc, len(body), size, *lengths, 0, 0, one.mode << 16, place)
    return struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *head) + one.name + one.extra + one.comment


def archive(
    *files: File,
    head: bytes = b"",
    tail: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
    disk: int = 0,
    before_end: bytes = b"",
) -> bytes:
    """Return an archive of these files, as wrong as they say."""
    made, lines, shown = bytearray(head), bytearray(), 0
    for one in files:
        packed = _packed(one.data) if one.method == 8 else one.data
        body = packed if one.packed is None else one.packed
        size = len(one.data) if one.size is None else one.size
        crc = zlib.crc32(one.data) if one.crc is None else one.crc
        made += one.before
        place = len(made) if one.offset is None else one.offset
        made += _own_header(one, body, size, crc) + body + one.after
        if not one.hidden:
            shown += 1
            lines += _line(one, body, size, crc, place)
    said = shown if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", disk, 0, said, said, len(lines), len(made), len(comment))
    return bytes(made + lines + before_end + end + comment + tail)


def _named(name: bytes, flags: int = 0) -> bytes:
    return archive(File(name=name, flags=flags))


def _overlapping() -> bytes:
    """Return two names for one file's bytes, as the archives do that unpack to millions of times their size."""
    return archive(File(name=b"a.pdf"), File(name=b"b.pdf", offset=0))


def _nested(levels: int) -> bytes:
    made = archive(File(data=bytes(2**20), name=b"0.pdf"))
    for level in range(levels):
        made = archive(*(File(name=b"%d-%d.zip" % (level, number), data=made, method=0) for number in range(4)))
    return made


def _office(name: str, *more: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for one in ("[Content_Types].xml", name, *more):
            opened.writestr(zipfile.ZipInfo(one), "<x/>")
    return made.getvalue()


def _by_python(method: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened:
        opened.writestr(zipfile.ZipInfo("papers/paper.pdf"), PLAIN, method)
        opened.writestr(zipfile.ZipInfo("papers/page.png"), picture("PNG"), method)
        opened.writestr(zipfile.ZipInfo("papers/"), b"")
    return made.getvalue()


def _described(size: int) -> bytes:
    return struct.pack("<4s3L", b"PK\x07\x08", zlib.crc32(PLAIN), len(_packed(PLAIN)), size)


_ZEROS = bytes(20 * 2**20)
OK = File()
ARCHIVES: dict[str, Callable[[], tuple[bytes, str]]] = {
    name: (lambda make=make: (make(), "papers.zip"))  # type: ignore[misc]
    for name, make in {
        "zip_stored": lambda: _by_python(0),
        "zip_deflated": lambda: _by_python(8),
        "zip_by_hand": lambda: archive(OK),
        "zip_with_trailing_sizes": lambda: archive(replace(OK, flags=8, after=_described(len(PLAIN)))),
        "zip_trailing_sizes_lie": lambda: archive(replace(OK, flags=8, after=_described(9))),
        "zip_name_in_unicode": lambda: _named("Beschluß.pdf".encode(), 0x800),
        "zip_empty": archive,
        "zip_empty_folder": lambda: archive(File(name=b"papers/", data=b"", method=0, mode=0o040755)),
        "zip_folder_with_content": lambda: archive(File(name=b"papers/", mode=0o100644)),
        "zip_of_fifty_files": lambda: archive(*(replace(OK, name=b"%d.pdf" % one) for one in range(50))),
        "zip_of_fifty_one_files": lambda: archive(*(replace(OK, name=b"%d.pdf" % one) for one in range(51))),
        "zip_of_sixty_five_thousand_files": lambda: archive(*(File(name=b"%d.pdf" % one, data=b"", method=0) for one in range(65_000)), count=65_000),
        "zip_says_fewer_files": lambda: archive(OK, replace(OK, name=b"b.pdf"), count=1),
        "zip_says_more_files": lambda: archive(OK, count=9),
        "zip_bomb_of_zeros": lambda: archive(File(data=_ZEROS)),
        "zip_bomb_in_many_files": lambda: archive(*(File(name=b"%d.png" % one, data=png(5000, 5000, pixels=bytes(10**6))) for one in range(40))),
        "zip_four_gigabytes_said": lambda: archive(replace(OK, size=2**32 - 2)),
        "zip_nested_as_forty_two": lambda: _nested(5),
        "zip_archive_inside": lambda: archive(File(name=b"inner.zip", data=archive(OK), method=0)),
        "zip_archive_inside_as_pdf": lambda: archive(File(name=b"inner.pdf", data=archive(OK), method=0)),
        "zip_of_itself": lambda: archive(File(name=b"r/r.zip", data=archive(OK)[:30])),
        "zip_overlapping": _overlapping,
        "zip_overlapping_by_one": lambda: archive(OK, replace(OK, name=b"b.pdf", offset=1)),
        "zip_gap_between_files": lambda: archive(OK, replace(OK, name=b"b.pdf", before=b"junk")),
        "zip_file_not_in_directory": lambda: archive(OK, File(name=b"evil.exe", data=b"MZ", hidden=True)),
        "zip_first_file_not_in_directory": lambda: archive(File(name=b"evil.exe", data=b"MZ", hidden=True), OK),
        "zip_behind_a_page": lambda: archive(OK, head=HTML),
        "zip_behind_a_picture": lambda: archive(OK, head=b"GIF89a\x01\x00"),
        "zip_then_junk": lambda: archive(OK, tail=b"junk"),
        "zip_then_second_archive": lambda: archive(OK) + archive(replace(OK, name=b"b.pdf")),
        "zip_with_comment": lambda: archive(OK, comment=b"hello"),
        "zip_comment_hides_an_end": lambda: archive(OK, comment=b"PK\x05\x06" + bytes(18)),
        "zip_file_with_comment": lambda: archive(replace(OK, comment=b"hello")),
        "zip_junk_before_its_end": lambda: archive(OK, before_end=b"junk"),
        "zip_second_volume": lambda: archive(OK, disk=1),
        "zip_large_kind": lambda: archive(OK, before_end=b"PK\x06\x06" + bytes(52) + b"PK\x06\x07" + bytes(16)),
        "zip_large_kind_said": lambda: archive(replace(OK, size=ZIP64_SAYS)),
        "zip_large_kind_lies": lambda: archive(replace(OK, extra=struct.pack("<HHQ", 1, 8, 10**12))),
        "zip_large_kind_in_own_header": lambda: archive(replace(OK, local_extra=struct.pack("<HHQ", 1, 8, 10**12))),
        "zip_second_name_in_unicode": lambda: archive(replace(OK, extra=struct.pack("<HHBL", 0x7075, 14, 1, 0) + b"../../evil")),
        "zip_extra_breaks_off": lambda: archive(replace(OK, extra=b"\x01\x02\xff\xff")),
        "zip_own_header_has_another_name": lambda: archive(replace(OK, local_name=b"evil0.exe")),
        "zip_own_header_has_another_size": lambda: archive(replace(OK, local_size=1)),
        "zip_own_header_has_another_packing": lambda: archive(replace(OK, local_method=0)),
        "zip_says_smaller": lambda: archive(replace(OK, size=9)),
        "zip_says_larger": lambda: archive(replace(OK, size=len(PLAIN) + 1)),
        "zip_wrong_sum": lambda: archive(replace(OK, crc=1)),
        "zip_packed_junk": lambda: archive(replace(OK, packed=b"\xff" * 99)),
        "zip_packed_with_rest": lambda: archive(replace(OK, packed=_packed(PLAIN) + b"rest")),
        "zip_packed_breaks_off": lambda: archive(replace(OK, packed=_packed(PLAIN)[:-5])),
        "zip_encrypted": lambda: archive(replace(OK, flags=1)),
        "zip_strongly_encrypted": lambda: archive(replace(OK, flags=0x41)),
        "zip_encrypted_by_extra": lambda: archive(replace(OK, extra=struct.pack("<HH", 0x9901, 7) + bytes(7))),
        "zip_masked_headers": lambda: archive(replace(OK, flags=0x2000)),
        "zip_bzip2": lambda: _by_python(12),
        "zip_lzma": lambda: _by_python(14),
        "zip_symbolic_link": lambda: archive(File(data=b"/etc/passwd", method=0, mode=0o120777)),
        "zip_device": lambda: archive(replace(OK, mode=0o020666)),
        "zip_pipe": lambda: archive(replace(OK, mode=0o010644)),
        "zip_name_climbs": lambda: _named(b"../../etc/passwd.pdf"),
        "zip_name_climbs_inside": lambda: _named(b"a/../../b.pdf"),
        "zip_name_climbs_on_windows": lambda: _named(b"..\\..\\b.pdf"),
        "zip_name_from_the_root": lambda: _named(b"/etc/cron.d/b.pdf"),
        "zip_name_on_a_drive": lambda: _named(b"C:/b.pdf"),
        "zip_name_on_a_share": lambda: _named(b"//evil/share/b.pdf"),
        "zip_name_of_a_device": lambda: _named(b"CON.pdf"),
        "zip_name_of_a_port": lambda: _named(b"papers/lpt1.pdf"),
        "zip_name_with_stream": lambda: _named(b"a.txt:b.pdf"),
        "zip_name_with_null": lambda: _named(b"a.exe\x00.pdf"),
        "zip_name_with_line": lambda: _named(b"a\r\nb.pdf"),
        "zip_name_turned_round": lambda: _named("a\u202efdp.exe.pdf".encode(), 0x800),
        "zip_name_not_unicode": lambda: _named(b"\xff\xfe.pdf", 0x800),
        "zip_name_of_old_kind": lambda: _named(b"Beschlu\xe1.pdf"),
        "zip_name_too_long": lambda: _named(b"a" * 300 + b".pdf"),
        "zip_name_of_nothing": lambda: _named(b""),
        "zip_name_ends_in_dot": lambda: _named(b"papers./b.pdf"),
        "zip_name_twice": lambda: archive(OK, OK),
        "zip_name_twice_by_case": lambda: archive(OK, replace(OK, name=b"PAPER.PDF")),
        "zip_file_is_a_program": lambda: archive(File(name=b"a.exe", data=b"MZ" + bytes(99))),
        "zip_file_is_a_program_called_pdf": lambda: archive(File(data=b"MZ" + bytes(99))),
        "zip_file_is_a_page": lambda: archive(File(name=b"a.html", data=HTML)),
        "zip_file_is_encrypted": lambda: archive(File(data=_locked())),
        "zip_file_is_two_kinds": lambda: archive(File(data=PLAIN + HTML)),
        "zip_file_is_empty": lambda: archive(File(data=b"", method=0)),
        "zip_cut": lambda: archive(OK)[:-9],
        "zip_cut_in_directory": lambda: archive(OK)[:-40],
        "zip_first_header_only": lambda: archive(OK)[:30],
        "zip_is_an_office_file": lambda: _office("word/document.xml"),
    }.items()
}  # fmt: skip


def _locked() -> bytes:
    return saved(encryption=pikepdf.Encryption(owner="a", user="b"))


OFFICE: dict[str, Callable[[], tuple[bytes, str]]] = {
    "office_document": lambda: (_office("word/document.xml"), "order.docx"),
    "office_document_with_macros": lambda: (_office("word/document.xml", "word/vbaProject.bin"), "order.docm"),
    "office_sheet_with_macros": lambda: (_office("xl/workbook.xml", "xl/vbaProject.bin"), "order.xlsm"),
    "office_document_called_pdf": lambda: (_office("word/document.xml"), "order.pdf"),
    "office_open_document": lambda: (_office("content.xml"), "order.odt"),
    "java_archive": lambda: (_office("META-INF/MANIFEST.MF"), "order.jar"),
    "android_program": lambda: (_office("AndroidManifest.xml"), "order.apk"),
}
