"""Rules of the ledger.

1. An entry's kind is ``room.verb``; its subject is an id or a name of a fixed thing, never of a person.
   (GDPR Art. 5(1)(c): what is not needed is not written; DESIGN §5: no personal datum in clear.)
2. A fact is an id, a digest, a count, a state, a date or a list of those: no blanks, no e-mail address, no telephone
   number. (The same.)
3. A slot of the public log closes when its time is over, and every slot closes, with entries or without.
   (50 U.S.C. 1874, 18 U.S.C. 2705(b): the log's growth must not tell how many requests there were.)
4. An entry goes into the first slot that ends after it was queued; what finds no room waits for the next slot.
5. A readable entry may be erased together with its salt; the tree keeps the leaf. (GDPR Art. 17.)
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.core.base.periods import instant_text, to_utc

PRIVATE, PUBLIC = "private", "public"
LOGS = (PRIVATE, PUBLIC)
SLOT_HEIGHT = 6
"""A slot holds up to 64 entries; the height never changes within a log."""

ENTRY = Lifecycle(name="ledger entry", initial="readable", table={("readable", "erase"): "erased"})
PUBLIC_ENTRY = Lifecycle(name="public entry", initial="waiting", table={("waiting", "place"): "placed"})

KIND = re.compile(r"[a-z][a-z_]{0,30}\.[a-z][a-z_]{0,30}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
PLAIN = re.compile(r"[A-Za-z0-9_.:/+=-]{0,200}")
TELEPHONE = re.compile(r"\+[0-9]{6,}|[0-9]{3}-[0-9]{3}-[0-9]{4}")
MAX_DEPTH = 4
NONCE_BYTES = 8


class FactError(BadInputError):
    """An entry of the ledger holds only ids, digests, counts, dates and states."""

    code = "SC-LEDGER-FACT"
    cure = "Record a digest or an id in its place."


def check_kind(kind: str) -> None:
    """Raise ``FactError`` unless ``kind`` is ``room.verb``."""
    if not KIND.fullmatch(kind):
        raise FactError("A kind is written room.verb.")


def check_subject(subject: str) -> None:
    """Raise ``FactError`` unless ``subject`` is an id or a plain name."""
    if not subject:
        raise FactError("An entry has a subject.")
    _check_value("subject", subject, 0)


def check_facts(facts: Mapping[str, Any]) -> None:
    """Raise ``FactError`` that names the first fact which could hold a personal datum."""
    _check_value("facts", facts, 0)


def _check_value(name: str, value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise FactError(f"{name} is nested too deeply.")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not (NAME.fullmatch(key) or re.fullmatch(r"[0-9a-f]{32}", key)):
                raise FactError(f"{name} has a member that is not a plain name or id.")
            _check_value(key, inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check_value(name, inner, depth + 1)
    elif isinstance(value, str):
        if not PLAIN.fullmatch(value) or TELEPHONE.fullmatch(value):
            raise FactError(f"{name} is free text, an address or a number of a person.")
    elif value is not None and not isinstance(value, bool | int):
        raise FactError(f"{name} is not a value of JSON that the ledger takes.")


def slots_due(*, first: datetime, closed: int, now: datetime, hours: int) -> list[datetime]:
    """Return the starts of the slots that are over and not yet closed; ``first`` is the start of slot 0."""
    span = timedelta(hours=hours)
    over = (to_utc(now) - to_utc(first)) // span
    return [to_utc(first) + number * span for number in range(closed, over)]


def public_entry_id(*, nonce: bytes, commitment: bytes, at: datetime) -> str:
    """Return the id of a public entry: a nonce and a hash over all that its row says, so that each vouches for it."""
    said = b"\n".join((b"safeconduct/v1/public-entry", nonce, commitment, instant_text(at).encode()))
    return (nonce + sha256(said).digest()[:NONCE_BYTES]).hex()
