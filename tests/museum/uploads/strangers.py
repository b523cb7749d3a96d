"""Files of kinds that we never take, and good files under wrong names."""

from collections.abc import Callable

from tests.museum.uploads.broken_pdfs import HTML, PLAIN, an_archive
from tests.museum.uploads.pictures import saved

_TEST_VIRUS = (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")
"""In two parts, so that no scanner takes this very file for one."""
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
XML = b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"

STRANGERS: dict[str, Callable[[], tuple[bytes, str]]] = {
    "empty": lambda: (b"", "paper.pdf"),
    "one_byte": lambda: (b"%", "paper.pdf"),
    "one_null": lambda: (b"\x00", "paper.pdf"),
    "nulls": lambda: (bytes(10_000), "paper.pdf"),
    "too_large": lambda: (PLAIN + b" " * 2**25, "paper.pdf"),
    "text": lambda: (b"To whom it may concern", "paper.txt"),
    "text_called_pdf": lambda: (b"To whom it may concern", "paper.pdf"),
    "text_in_two_bytes": lambda: ("To whom it may concern".encode("utf-16"), "paper.txt"),
    "pdf_in_two_bytes": lambda: (PLAIN.decode("latin-1").encode("utf-16"), "paper.pdf"),
    "test_virus": lambda: (b"".join(_TEST_VIRUS), "paper.pdf"),
    "program_for_linux": lambda: (b"\x7fELF\x02\x01\x01" + bytes(99), "paper.pdf"),
    "program_for_windows": lambda: (b"MZ\x90\x00" + bytes(99), "paper.pdf"),
    "program_for_windows_by_name": lambda: (b"MZ\x90\x00" + bytes(99), "paper.exe"),
    "program_for_mac": lambda: (b"\xcf\xfa\xed\xfe" + bytes(99), "paper.pdf"),
    "java_class": lambda: (b"\xca\xfe\xba\xbe" + bytes(99), "paper.pdf"),
    "web_assembly": lambda: (b"\x00asm\x01\x00\x00\x00", "paper.pdf"),
    "shell_script": lambda: (b"#!/bin/sh\nid\n", "paper.pdf"),
    "windows_link": lambda: (b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(99), "paper.pdf"),
    "web_page": lambda: (HTML, "paper.html"),
    "web_page_called_pdf": lambda: (HTML, "paper.pdf"),
    "drawing_with_script": lambda: (SVG, "paper.svg"),
    "drawing_with_script_called_png": lambda: (SVG, "paper.png"),
    "xml_with_entities": lambda: (XML, "paper.xml"),
    "rich_text": lambda: (b"{\\rtf1{\\object\\objocx}}", "paper.rtf"),
    "old_office_document": lambda: (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "paper.doc"),
    "mail": lambda: (b"From: a@example.org\r\nSubject: x\r\n\r\n", "paper.eml"),
    "postscript": lambda: (b"%!PS-Adobe-3.0\n(/etc/passwd)(r)file\n", "paper.ps"),
    "gif": lambda: (b"GIF89a" + bytes(99), "paper.gif"),
    "gif_and_archive": lambda: (b"GIF89a" + bytes(99) + an_archive(), "paper.gif"),
    "jpeg_and_archive_called_jar": lambda: (saved("JPEG") + an_archive(), "paper.jar"),
    "web_picture": lambda: (saved("WEBP"), "paper.webp"),
    "windows_picture": lambda: (saved("BMP"), "paper.bmp"),
    "jpeg_two_thousand": lambda: (b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(99), "paper.jp2"),
    "fax_in_djvu": lambda: (b"AT&TFORM" + bytes(99), "paper.djvu"),
    "film": lambda: (b"\x00\x00\x00\x18ftypmp42" + bytes(99), "paper.mp4"),
    "seven_zip": lambda: (b"7z\xbc\xaf\x27\x1c" + bytes(99), "paper.7z"),
    "rar": lambda: (b"Rar!\x1a\x07\x01\x00" + bytes(99), "paper.rar"),
    "gzip": lambda: (b"\x1f\x8b\x08\x00" + bytes(99), "paper.pdf.gz"),
    "xz": lambda: (b"\xfd7zXZ\x00" + bytes(99), "paper.xz"),
    "cabinet": lambda: (b"MSCF" + bytes(99), "paper.cab"),
    "pdf_called_program": lambda: (PLAIN, "paper.pdf.exe"),
    "pdf_called_page": lambda: (PLAIN, "paper.html"),
    "pdf_called_png": lambda: (PLAIN, "paper.png"),
    "pdf_without_ending": lambda: (PLAIN, "paper"),
    "pdf_ending_only": lambda: (PLAIN, ".pdf"),
    "pdf_ending_in_capitals": lambda: (PLAIN, "PAPER.PDF"),
    "pdf_ending_twice": lambda: (PLAIN, "paper.exe.pdf"),
    "png_called_pdf": lambda: (saved("PNG"), "paper.pdf"),
    "png_called_jpeg": lambda: (saved("PNG"), "paper.jpg"),
    "jpeg_called_png": lambda: (saved("JPEG"), "paper.png"),
    "archive_called_pdf": lambda: (an_archive(), "paper.pdf"),
    "end_of_archive_only": lambda: (b"PK\x05\x06" + bytes(18), "paper.zip"),
}
