"""The executor grant: named page keys of a scope, for one enrolled executor, for hours; signed, then sealed to it.

1. It comes from a safe-conduct and reaches no further: the same customers, categories, selectors and windows.
2. It holds a key for each customer, table and segment, and which pages; no key of a customer, an index or a directory.
3. The issuer's key signs its digest; a grant that another key signed, or that was changed, is not read.
4. It is over at its instant, at the latest when the safe-conduct is.
DESIGN: internal grants, *executor*. Format: docs/formats/executor-grant.md.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Self

import numpy as np
import zstandard

from safeconduct.core.base.canonical import JsonValue, canonical_json, parse_canonical, sha256_hex
from safeconduct.core.base.errors import BadInputError, DamagedError
from safeconduct.core.base.periods import parse_instant
from safeconduct.core.conduct.grants import Grant, GrantError
from safeconduct.core.conduct.scope import Scope
from safeconduct.core.sealing.recipients import decrypt_age, encrypt_age, fingerprint, recipient_of
from safeconduct.core.segments.granted import GrantedPages, GrantedSegment
from safeconduct.core.segments.layout import Place
from safeconduct.core.tlog.notes import NoteError, Signer, Verifier, open_note, sign_note

EXECUTOR_LASTS = timedelta(hours=4)
"""No executor keeps keys for longer than this under one grant."""
FIRST_LINE = "safeconduct/v1/executor-grant"
MOST_BYTES = 512 * 1024 * 1024
_PLACES = (("numbers", "<u4"), ("offsets", "<u8"), ("lengths", "<u4"), ("rows", "<u2"))


class ExecutorGrantError(DamagedError):
    """The executor grant is damaged, not signed by the issuer, or not for this executor."""

    code = "SC-EXECUTOR-GRANT"
    cure = "Ask for a fresh grant; nothing was opened with this one."


@dataclass(frozen=True, kw_only=True)
class ExecutorGrant(Grant):
    """Named page keys of a safe-conduct's scope.

    Attributes:
        safe_conduct: digest of what people signed.
        journey: whose lease it works under.
        executor: the executor's name in the configuration; ``holder`` is the fingerprint of its key.
        scope: exactly which rows may be read.
        segments: which pages those lie in, with their keys.
    """

    KIND: ClassVar[str] = "executor"

    safe_conduct: str
    journey: str
    executor: str
    holder: str
    scope: Scope
    segments: tuple[GrantedSegment, ...]

    def __post_init__(self) -> None:
        """Refuse a grant that outlasts what an executor may have."""
        if self.expires - self.starts > EXECUTOR_LASTS:
            raise GrantError("An executor holds keys for four hours at most.")

    @property
    def keys(self) -> int:
        """Return how many page keys it names."""
        return sum(len(segment.held) for segment in self.segments)

    def _more(self) -> dict[str, JsonValue]:
        return {
            "safe_conduct": self.safe_conduct,
            "journey": self.journey,
            "executor": self.executor,
            "holder": self.holder,
            "scope": self.scope.as_json(),
            "segments": [_segment_json(one) for one in self.segments],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Return the grant that ``as_json`` wrote; raises ``ExecutorGrantError``."""
        try:
            if (value["version"], value["kind"]) != (1, cls.KIND):
                raise ExecutorGrantError("It is of another kind or version.")
            return cls(
                id=value["id"],
                matter=value["matter"],
                starts=parse_instant(value["starts"]),
                expires=parse_instant(value["expires"]),
                safe_conduct=value["safe_conduct"],
                journey=value["journey"],
                executor=value["executor"],
                holder=value["holder"],
                scope=Scope.from_json(value["scope"]),
                segments=tuple(_segment(one) for one in value["segments"]),
            )
        except (KeyError, TypeError, ValueError, BadInputError) as error:
            raise ExecutorGrantError("A member is missing or wrong.") from error


def _segment_json(one: GrantedSegment) -> dict[str, JsonValue]:
    return {
        "folder": one.folder,
        "table": one.place.table,
        "segment": one.place.segment,
        "salt": one.place.salt.hex(),
        "schema": one.schema,
        "dictionary": one.dictionary,
        "packed": one.packed,
        "month": one.month,
        "held": [_pages_json(pages) for pages in one.held],
    }


def _pages_json(pages: GrantedPages) -> dict[str, JsonValue]:
    places = b"".join(getattr(pages, name).astype(form).tobytes() for name, form in _PLACES)
    return {
        "customer": pages.customer,
        "key": _text(pages.key),
        "count": len(pages.numbers),
        "pages": _text(places),
    }


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _segment(value: dict[str, Any]) -> GrantedSegment:
    place = Place(table=value["table"], segment=value["segment"], salt=bytes.fromhex(value["salt"]))
    return GrantedSegment(
        folder=value["folder"],
        place=place,
        schema=int(value["schema"]),
        dictionary=int(value["dictionary"]),
        packed=bool(value["packed"]),
        month=value["month"],
        held=tuple(_pages(one) for one in value["held"]),
    )


def _pages(value: dict[str, Any]) -> GrantedPages:
    count, data = int(value["count"]), base64.b64decode(value["pages"], validate=True)
    arrays, start = {}, 0
    for name, form in _PLACES:
        arrays[name] = np.frombuffer(data, form, count, start).astype(np.int64)
        start += count * np.dtype(form).itemsize
    if start != len(data):
        raise ExecutorGrantError("The list of pages does not have its length.")
    return GrantedPages(customer=value["customer"], key=base64.b64decode(value["key"], validate=True), **arrays)


def seal_grant(grant: ExecutorGrant, *, recipient: str, issuer: Signer) -> bytes:
    """Return the signed grant as an age file for the one executor it is for; raises ``ExecutorGrantError``."""
    if fingerprint(recipient) != grant.holder:
        raise ExecutorGrantError("It is for another executor.")
    body = canonical_json(grant.as_json())
    note = sign_note(f"{FIRST_LINE}\n{sha256_hex(body)}\n", issuer)
    packed = zstandard.ZstdCompressor(level=1).compress(body)
    return encrypt_age(canonical_json({"note": note, "grant": _text(packed)}), [recipient])


def open_grant(data: bytes, *, identity: str, issuer: Verifier) -> ExecutorGrant:
    """Return the grant in an age file; raises ``ExecutorGrantError``, and ``SealError`` for another's identity."""
    clear = decrypt_age(data, identity)
    try:
        told = parse_canonical(clear)
        packed = base64.b64decode(told["grant"], validate=True)
        body = zstandard.ZstdDecompressor().decompress(packed, max_output_size=MOST_BYTES)
        note = open_note(told["note"], [issuer])
    except (KeyError, TypeError, binascii.Error, zstandard.ZstdError, NoteError, DamagedError) as error:
        raise ExecutorGrantError("The issuer's signature is not on it.") from error
    if note.text != f"{FIRST_LINE}\n{sha256_hex(body)}\n":
        raise ExecutorGrantError("The signature is over another grant.")
    grant = ExecutorGrant.from_json(parse_canonical(body))
    if grant.holder != fingerprint(recipient_of(identity)):
        raise ExecutorGrantError("It is for another executor.")
    return grant
