"""A second reader of the record store, written from ``docs/formats/segment.md`` alone: it imports nothing of ours.

It goes by the page's own paragraphs; whatever does not agree is a ``ValueError``.
"""

import hashlib
import hmac
import io
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

INSTANTS, WIDE, PHONES = ("started_at", "ended_at"), ("body",), ("number", "own_number", "other_number")
WORDS = {
    "direction": ["inbound", "outbound", "in", "out"],
    "kind": ["sms", "mms", "rcs", "chat"],
    "status": [
        *("completed", "no answer", "busy", "failed", "canceled", "in progress", "ringing", "queued"),
        *("sent", "delivered", "undelivered", "received", "read", "accepted", "scheduled", "sending"),
    ],
}
TABLES = {
    "subscribers": "record_id number name address email service started_at ended_at",
    "payments": "record_id number means source started_at ended_at",
    "calls": "record_id at own_number other_number direction duration_s status",
    "messages": "record_id at own_number other_number direction kind status",
    "message_contents": "record_id at own_number other_number body",
}
NEVER = 2**63 - 1


@dataclass
class Keys:
    """The three kinds of keys: of each customer, of indexes, of directories."""

    customers: dict[str, bytes]
    index: bytes
    directory: bytes


def canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def derive(key: bytes, salt: bytes, context: dict[str, Any]) -> bytes:
    """``sealed-object.md``: HKDF-SHA-512, by RFC 5869's own two steps."""
    extracted = hmac.new(salt or bytes(64), key, "sha512").digest()
    return hmac.new(extracted, b"safeconduct/v1/derive\n" + canonical(context) + b"\x01", "sha512").digest()[:32]


def opened(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, sealed, bound)
    except InvalidTag as error:
        raise ValueError("a seal does not open") from error


class Blocks:
    """Section 2.2."""

    def __init__(self, path: Path, magic: bytes, key: bytes, use: str, pin: str | None = None) -> None:
        data = path.read_bytes()
        self.salt = data[8:40]
        if data[:8] != magic + b"\x03\x01" or len(data) < 44:
            raise ValueError("no such header")
        length = struct.unpack(">I", data[-4:])[0]
        sealed = data[len(data) - 4 - length : -4]
        if pin is not None and hashlib.sha256(data[:40] + sealed).hexdigest() != pin:
            raise ValueError("not the pinned attempt")
        bound = {"use": use, "table": path.parts[-3], "segment": path.parts[-2], "version": 3}
        secret = derive(key, self.salt, bound)
        root = io.BytesIO(zstandard.decompress(opened(secret, b"\xff" * 12, sealed, b"root")))
        self.facts = json.loads(root.read(struct.unpack(">I", root.read(4))[0]))
        lengths = numbers(root, "I", self.facts["blocks"])
        if 40 + sum(lengths) + length + 4 != len(data):
            raise ValueError("the file is not filled")
        self.root, place = root.read(), 40
        self.blocks = []
        for number, size in enumerate(lengths):
            clear = opened(secret, number.to_bytes(12, "big"), data[place : place + size], b"block")
            self.blocks.append(zstandard.decompress(clear))
            place += size


def numbers(source: io.BytesIO, form: str, count: int) -> list[int]:
    size = struct.calcsize("<" + form)
    return [one for (one,) in struct.iter_unpack("<" + form, source.read(size * count))]


def listing(directory: Blocks, base: int) -> list[dict[str, Any]]:
    """Section 2.3: every customer with the pages."""
    form, found, place, number = ("I" if directory.facts["month"] else "q"), [], 40, 0
    for block in directory.blocks:
        source = io.BytesIO(block)
        customers, pages = struct.unpack("<II", source.read(8))
        names, counts = numbers(source, "H", customers), numbers(source, "I", customers)
        lengths, rows = numbers(source, "I", pages), numbers(source, "H", pages)
        earliest, latest = numbers(source, form, pages), numbers(source, form, pages)
        commitments = [source.read(16) for _ in range(customers)]
        done = 0
        for name, count, commitment in zip(names, counts, commitments, strict=True):
            entry: dict[str, Any] = {"customer": source.read(name).decode(), "commitment": commitment, "pages": []}
            for at in range(done, done + count):
                first = earliest[at] + base
                span = (first, latest[at] + (first if directory.facts["month"] else 0))
                entry["pages"].append(
                    {"number": number, "offset": place, "length": lengths[at], "rows": rows[at], "span": span}
                )
                place, number = place + lengths[at], number + 1
            done += count
            found.append(entry)
        if source.read():
            raise ValueError("a block of the directory is too long")
    if number != directory.facts["pages"] or len(found) != directory.facts["customers"]:
        raise ValueError("the directory does not list what its root says")
    return found


def planes(source: io.BytesIO, width: int, count: int, *, signed: bool = False) -> list[int]:
    """Section 2.1: ``width`` planes of ``count`` bytes."""
    held = [source.read(count) for _ in range(width)]
    return [int.from_bytes(bytes(plane[one] for plane in held), "little", signed=signed) for one in range(count)]


def column(name: str, source: io.BytesIO, count: int, base: int) -> list[Any]:
    """Section 2.1, the table of planes: values, or None for what is written out later; of a text its length."""
    if name == "at":
        return [base + one for one in planes(source, 4, count)]
    if name in INSTANTS:
        return [None if one == NEVER else one for one in planes(source, 8, count, signed=True)]
    if name == "duration_s":
        return list(planes(source, 4, count, signed=True))
    if name in PHONES:
        return [f"+{one}" if one else None for one in planes(source, 7, count)]
    if name in WORDS:
        return [WORDS[name][one - 1] if one else None for one in planes(source, 1, count)]
    return list(planes(source, 4 if name in WIDE else 2, count))


def rows_of(table: str, ids: list[str], page: bytes, count: int, base: int) -> list[dict[str, Any]]:
    """Section 2.1, inside the frame."""
    source = io.BytesIO(page)
    names = [name for name in TABLES[table].split() if not (ids and name == "record_id")]
    columns = {name: column(name, source, count, base) for name in names}
    for name in names:
        values = columns[name]
        if name in PHONES or name in WORDS:
            missing = [place for place, one in enumerate(values) if one is None]
            lengths = dict(zip(missing, numbers(source, "H", len(missing)), strict=True))
            columns[name] = [source.read(lengths[n]).decode() if n in lengths else one for n, one in enumerate(values)]
        elif name not in ("at", "duration_s", *INSTANTS):
            columns[name] = [source.read(length).decode() for length in values]
    if source.read():
        raise ValueError("a page is too long")
    columns |= {"record_id": ids} if ids else {}
    return [{name: columns[name][row] for name in columns} for row in range(count)]


def read_segment(
    folder: Path,
    keys: Keys,
    dictionary: bytes,
    *,
    first_of_month: int,
    only: set[str] | None = None,
    pin: str | None = None,
) -> list[dict[str, Any]]:
    """Return every row of a segment, or of some customers."""
    table = folder.parts[-2]
    directory = Blocks(folder / "directory", b"SCDIRY", keys.directory, "segment-directory", pin)
    data = (folder / "pages").read_bytes()
    if data[:40] != b"SCPAGE\x03\x01" + directory.salt:
        raise ValueError("the pages are another attempt's")
    bound = canonical({"use": "segment-page", "table": table, "segment": folder.name, "version": 3})
    prefix = hashlib.sha256(directory.salt + bound).digest()
    opener = zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(dictionary))
    found, end = [], 40
    for entry in listing(directory, first_of_month):
        name = entry["customer"].encode()
        end += sum(page["length"] for page in entry["pages"])
        if entry["customer"] not in keys.customers or (only is not None and entry["customer"] not in only):
            continue
        material = hashlib.sha384(b"\0\0\0\x01" + keys.customers[entry["customer"]] + prefix + name).digest()
        if material[32:] != entry["commitment"]:
            raise ValueError("another key than was committed to")
        for page in entry["pages"]:
            sealed = data[page["offset"] : page["offset"] + page["length"]]
            whole = opened(material[:32], page["number"].to_bytes(12, "big"), sealed, prefix + name)
            apart = 16 * page["rows"] if directory.facts["packed"] else 0
            ids = [whole[at : at + 16].hex() for at in range(0, apart, 16)]
            rows = rows_of(table, ids, opener.decompress(whole[apart:]), page["rows"], first_of_month)
            found += [row | {"customer": entry["customer"]} for row in rows]
    if end != len(data):
        raise ValueError("the file of pages is not filled")
    return found


def token(index_key: bytes, table: str, kind: str, value: str) -> int:
    """Section 2.4."""
    mac = CMAC(AES(derive(index_key, b"", {"use": "segment-token", "table": table, "kind": kind, "version": 1})))
    mac.update(value.encode())
    return int.from_bytes(mac.finalize()[:4], "big")


def read_index(folder: Path, keys: Keys, pin: str | None = None) -> list[tuple[int, str, int]]:
    """Return every posting of a run: token, segment, page of the segment."""
    index = Blocks(folder / "index", b"SCINDX", keys.index, "segment-index", pin)
    firsts = numbers(io.BytesIO(index.root), "I", index.facts["blocks"])
    places = [(segment, page) for segment, _, pages in index.facts["segments"] for page in range(pages)]
    found = []
    for first, block in zip(firsts, index.blocks, strict=True):
        half = len(block) // 2
        deltas, pages = (_planes(part) for part in (block[:half], block[half:]))
        value = first
        for delta, page in zip(deltas, pages, strict=True):
            value += delta
            found.append((value, *places[page]))
    if len(found) != index.facts["postings"]:
        raise ValueError("a posting is missing")
    return found


def _planes(data: bytes) -> list[int]:
    count = len(data) // 4
    return [sum(data[plane * count + one] << (8 * plane) for plane in range(4)) for one in range(count)]
