"""Header fields: split, unfolded, their encoded words read, their parameters taken apart. Every step is linear."""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, a2b_qp
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from safeconduct.core.mail.errors import (
    DuplicateHeaderError,
    HeaderCountError,
    HeaderSyntaxError,
    HeaderTooLargeError,
)
from safeconduct.core.mail.limits import MailLimits

END = re.compile(rb"\r?\n\r?\n")
NAME = re.compile(rb"[!-9;-~]{1,80}")
ONCE = frozenset(
    {
        "from", "sender", "reply-to", "to", "cc", "date", "subject", "message-id", "in-reply-to", "references",
        "mime-version", "content-type", "content-transfer-encoding", "content-disposition",
    }
)  # fmt: skip
"""Fields that RFC 5322 (3.6) and RFC 2045 allow once. Of two, one program reads the first and another the last."""
ENCODED = re.compile(r"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?([^?\s]{0,2000})\?=")
BETWEEN = re.compile(r"(?<=\?=)\s+(?==\?)")
PARAMETER = re.compile(r";\s*([A-Za-z0-9!#$&.+^_`|~%-]{1,60}(?:\*\d{0,3}\*?)?)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^\s;\"]*)")
CONTINUED = re.compile(r"(?P<name>[^*]+)\*(?P<place>\d{0,3})(?P<coded>\*?)")
MOST_PARAMETERS = 60
CHARSETS = frozenset(
    {
        "utf-8", "utf8", "us-ascii", "ascii", "koi8-r", "koi8-u", "shift_jis", "euc-jp", "iso-2022-jp", "gb2312", "gbk",
        "gb18030", "big5", "euc-kr",
        *(f"iso-8859-{number}" for number in range(1, 17) if number != 12),  # noqa: PLR2004 - there is no part 12
        *(f"windows-125{number}" for number in range(9)),
    }
)  # fmt: skip
"""Encodings that we read: each gives one text for one run of bytes. UTF-7 and Python's own codecs are none of them."""
UNKNOWN_CHARSET, BROKEN_TEXT, ENCODED_BREAK = "charset", "broken_text", "encoded_line_break"


@dataclass
class Head:
    """The header fields of a mail or a part, in order, with notes of what was odd."""

    fields: list[tuple[str, str]]
    notes: set[str] = field(default_factory=set)

    def all(self, name: str) -> list[str]:
        """Return every value of a field, top first."""
        return [value for one, value in self.fields if one == name]

    def one(self, name: str) -> str:
        """Return a field's value, or an empty text."""
        return next(iter(self.all(name)), "")


def split_head(data: bytes, limits: MailLimits) -> tuple[Head, bytes]:
    """Return the head and what follows it; raises an error that is a ``MailUnreadableError``."""
    if data[:1] == b"\n" or data[:2] == b"\r\n":
        return Head([]), data.lstrip(b"\r").removeprefix(b"\n")
    found = END.search(data, 0, limits.header_bytes + 4)
    if found is None and len(data) > limits.header_bytes:
        raise HeaderTooLargeError
    block, body = (data, b"") if found is None else (data[: found.start()], data[found.end() :])
    return _fields(block, limits), body


def _fields(block: bytes, limits: MailLimits) -> Head:
    lines = [line.removesuffix(b"\r") for line in block.removesuffix(b"\n").split(b"\n")]
    if any(b"\r" in line or b"\0" in line for line in lines):
        raise HeaderSyntaxError("A line holds a character that no header field has.")
    gathered: list[tuple[str, list[bytes]]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and gathered:
            gathered[-1][1].append(line)
            continue
        name, colon, value = line.partition(b":")
        if not colon or not NAME.fullmatch(name.rstrip(b" \t")):
            raise HeaderSyntaxError("A line is no header field.")
        gathered.append((name.rstrip(b" \t").decode("ascii").lower(), [value]))
        if len(gathered) > limits.fields:
            raise HeaderCountError
    names = [name for name, _ in gathered if name in ONCE]
    if len(names) != len(set(names)):
        raise DuplicateHeaderError
    head = Head([])
    head.fields = [(name, _text(b"".join(parts), head.notes).strip()) for name, parts in gathered]
    return head


def _text(value: bytes, notes: set[str]) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        notes.add(BROKEN_TEXT)
        return value.decode("latin-1")


def decode_text(data: bytes, charset: str, notes: set[str]) -> str:
    """Return ``data`` as text; an encoding that we do not read leaves a note and question marks."""
    known = charset.strip().lower() or "utf-8"
    if known not in CHARSETS:
        notes.add(UNKNOWN_CHARSET)
        known = "ascii"
    try:
        return data.decode(known)
    except (UnicodeDecodeError, LookupError, ValueError):
        notes.add(BROKEN_TEXT)
        return data.decode("utf-8" if known == "ascii" else known, "replace")


def decode_words(value: str, notes: set[str]) -> str:
    """Return a header field with its encoded words read (RFC 2047), on one line whatever they hide."""
    said = ENCODED.sub(lambda found: _word(found, notes), BETWEEN.sub("", value))
    if "\n" in said or "\r" in said:
        notes.add(ENCODED_BREAK)
    return re.sub(r"[\r\n]+", " ", said)


def _word(found: re.Match[str], notes: set[str]) -> str:
    charset, way, text = found.groups()
    try:
        raw = text.encode("ascii")
        data = a2b_qp(raw, header=True) if way in "qQ" else a2b_base64(raw, strict_mode=True)
    except (Base64Error, ValueError):
        notes.add(BROKEN_TEXT)
        return found[0]
    return decode_text(data, charset, notes)


def parameters(value: str, notes: set[str]) -> tuple[str, dict[str, str]]:
    """Return a structured field's first word in small letters and its parameters (RFC 2045, RFC 2231).

    A parameter given twice is a note, and only its first value counts.
    """
    word, _, _ = value.partition(";")
    given: dict[str, str] = {}
    pieces: dict[str, dict[int, str]] = {}
    for count, found in enumerate(PARAMETER.finditer(value, len(word))):
        if count >= MOST_PARAMETERS:
            notes.add("parameters")
            break
        _take(found[1].lower(), _unquoted(found[2]), given, pieces, notes)
    for name, listed in pieces.items():
        joined = "".join(listed[place] for place in sorted(listed))
        if name in given and given[name] != joined:
            notes.add("two_values")
        given.setdefault(name, joined)
    return word.strip().lower(), given


def _take(name: str, value: str, given: dict[str, str], pieces: dict[str, dict[int, str]], notes: set[str]) -> None:
    split = CONTINUED.fullmatch(name)
    if split is None:
        if name in given:
            notes.add("two_values")
        given.setdefault(name, decode_words(value, notes))
        return
    place = int(split["place"] or 0)
    if split["coded"] or not split["place"]:
        value = _percent(value, notes, first=place == 0)
    listed = pieces.setdefault(split["name"], {})
    if place in listed:
        notes.add("two_values")
    listed.setdefault(place, re.sub(r"[\r\n]+", " ", value))


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _percent(value: str, notes: set[str], *, first: bool) -> str:
    charset = "utf-8"
    if first and value.count("'") >= 2:  # noqa: PLR2004 - RFC 2231: charset, language, value
        charset, _, value = value.split("'", 2)
    return decode_text(unquote_to_bytes(value), charset, notes)
