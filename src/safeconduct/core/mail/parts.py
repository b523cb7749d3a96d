"""The parts of a mail: containers taken apart to a depth, transfer encodings undone, nothing guessed."""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass, field

from safeconduct.core.mail.errors import BoundaryError, PartCountError, PartDepthError, PartEncodingError
from safeconduct.core.mail.headers import Head, parameters, split_head
from safeconduct.core.mail.limits import MailLimits

BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
SPACE = re.compile(rb"[ \t\r\n]+")
PLAIN = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(frozen=True)
class Leaf:
    """One part that holds no parts."""

    kind: str
    charset: str
    name: str
    attached: bool
    data: bytes
    code: str


@dataclass
class Walk:
    """One mail being taken apart: how many parts so far, and what was odd."""

    limits: MailLimits
    notes: set[str] = field(default_factory=set)
    parts: int = 0


def leaves(head: Head, body: bytes, walk: Walk, depth: int = 0) -> Iterator[Leaf]:
    """Yield the leaves of a part in order; raises an error that is a ``MailUnreadableError``."""
    walk.parts += 1
    if walk.parts > walk.limits.parts:
        raise PartCountError
    if depth > walk.limits.depth:
        raise PartDepthError
    walk.notes |= head.notes
    kind, said = parameters(head.one("content-type") or "text/plain", walk.notes)
    if kind.startswith("multipart/"):
        for part in _split(body, said.get("boundary", "")):
            inner, rest = split_head(part, walk.limits)
            yield from leaves(inner, rest, walk, depth + 1)
        return
    if kind == "message/rfc822":
        inner, rest = split_head(_decoded(head, body), walk.limits)
        yield from leaves(inner, rest, walk, depth + 1)
        return
    yield _leaf(kind, said, head, body, walk.notes)


def _leaf(kind: str, said: dict[str, str], head: Head, body: bytes, notes: set[str]) -> Leaf:
    place, more = parameters(head.one("content-disposition"), notes)
    names = [one for one in (more.get("filename", ""), said.get("name", "")) if one]
    if len(set(names)) > 1:
        notes.add("two_names")
    data, code = b"", ""
    try:
        data = _decoded(head, body)
    except PartEncodingError as error:
        code = error.code
    attached = place == "attachment" or bool(names) or not kind.startswith("text/")
    return Leaf(
        kind=kind, charset=said.get("charset", ""), name=(names or [""])[0], attached=attached, data=data, code=code
    )


def _split(body: bytes, boundary: str) -> Iterator[bytes]:
    """Yield what stands between the boundary's lines; raises ``BoundaryError`` unless the last one closes."""
    if not BOUNDARY.fullmatch(boundary):
        raise BoundaryError
    line = re.compile(rb"^--" + re.escape(boundary.encode("ascii")) + rb"(--)?[ \t]*\r?$", re.MULTILINE)
    start = None
    for found in line.finditer(body):
        if start is not None:
            yield _inside(body[start : found.start()])
        if found[1]:
            if start is None:
                raise BoundaryError
            return
        start = found.end() + 1
    raise BoundaryError


def _inside(part: bytes) -> bytes:
    """Return a part without the line break that belongs to the boundary after it."""
    return part.removesuffix(b"\n").removesuffix(b"\r")


def _decoded(head: Head, body: bytes) -> bytes:
    way = head.one("content-transfer-encoding").strip().lower()
    if way in PLAIN:
        return body
    if way == "quoted-printable":
        return a2b_qp(body)
    if way != "base64":
        raise PartEncodingError
    try:
        return a2b_base64(SPACE.sub(b"", body), strict_mode=True)
    except (Base64Error, ValueError) as error:
        raise PartEncodingError from error
