"""Alarms: every refusal that an honest caller would not meet is kept, counted, and never forgotten.

1. A refusal by a gate raises one: not permitted, damaged, or one of ``SUSPECT``. What ordinary work meets is listed in
   ``ORDINARY`` with the reason.
2. A row is one hour of one code at one gate by one caller about one thing, with a count: a flood cannot fill the table.
   Beyond ``MOST_SUBJECTS`` things in that hour the rest counts together; beyond ``MOST_COUNTED`` nothing is written.
3. A row holds codes, gates, ids and counts, nothing that a caller typed. Triggers refuse to delete it or set it back.
4. Where only an address that anybody can make up was refused, the row names no matter: whether there is one, and
   whether it is silenced, must not show in an alarm.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from safeconduct.core.base.errors import DamagedError, NotPermittedError, SafeconductError
from safeconduct.core.base.periods import instant_text
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.store import Row, Store

ORDINARY: Mapping[str, str] = MappingProxyType(
    {
        "SC-SIGN-IN": "whoever opens a link before signing in meets it",
        "SC-RULEBOOK-DEMONSTRATION": "it is said while an instance is set up, before anybody calls",
    }
)
"""Refusals by a gate that are no alarm, and why."""

SUSPECT = frozenset(
    {
        "SC-USED-ENTRY", "SC-LEASE-TAKEN", "SC-OBJECT-EXISTS", "SC-CREDENTIAL-TAKEN", "SC-APPLIED", "SC-CLOCK",
        "SC-CALL", "SC-RETURN", "SC-CONSENT-BODY", "SC-CUSTODIAN",
    }
)  # fmt: skip
"""Refusals of another kind that only a broken or hostile caller meets."""

UNKNOWN_THING = frozenset({"SC-UNKNOWN-OBJECT", "SC-UNKNOWN-CONSENT", "SC-NO-PAGE"})
"""Refusals that are the same for what is not there and what is not the caller's."""

STALE_HEAD, SIGNS_HEAD = "SC-STALE-HEAD", "sign_head"
MOST_SUBJECTS = 20
MOST_COUNTED = 10_000
MOST_LISTED = 500
MATTERS = (
    "SELECT matter FROM consent WHERE digest = ?",
    "SELECT matter FROM case_grant WHERE id = ?",
    "SELECT substr(owner, 8) AS matter FROM object WHERE id = ? AND owner LIKE 'matter/%'",
)
PLAIN_ID = re.compile(r"(?:package-|receipt-)?[0-9a-f]{32,64}")


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One row.

    Attributes:
        id: number in order of first appearance.
        gate: the operation of the socket, or the face and the first part of the address.
        caller: ``uid-<number>``, a person's id, or ``stranger``.
        subject, matter: what it was about, where that is known and may be said; else empty.
        at, last: the first and the newest time.
    """

    id: int
    code: str
    gate: str
    caller: str
    subject: str
    matter: str
    at: str
    last: str
    count: int

    def as_json(self) -> dict[str, Any]:
        """Return the form of the wire."""
        return asdict(self)


def is_alarming(error: SafeconductError, gate: str) -> bool:
    """Return whether a refusal at ``gate`` is one that an honest caller would not meet (rule 1)."""
    if error.code in ORDINARY:
        return False
    if error.code == STALE_HEAD:
        # A proof that grew old while it travelled is ordinary; a shorter log handed in for signature is not.
        return gate == SIGNS_HEAD
    return isinstance(error, NotPermittedError | DamagedError) or error.code in SUSPECT


class Alarms:
    """The vault process's own record of refusals. It needs no key, so it also works while the vault is sealed."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        """Keep the store and the clock."""
        self._store = store
        self._clock = clock

    def refused(self, error: SafeconductError, *, gate: str, caller: str, subject: str = "", matter: str = "") -> None:
        """Raise an alarm for a refusal, if it is one; call it after the refused act's transaction has ended."""
        if not is_alarming(error, gate):
            return
        if error.code in UNKNOWN_THING or not PLAIN_ID.fullmatch(subject):
            subject = ""
        if error.code in UNKNOWN_THING or not PLAIN_ID.fullmatch(matter):
            matter = ""
        with self._store.writing():
            about = matter or (self._matter_of(subject) if subject else "")
            self._count(error.code, gate, caller, subject or about, about)

    def _matter_of(self, subject: str) -> str:
        for statement in MATTERS:
            row = self._store.one(statement, (subject,))
            if row is not None:
                return str(row["matter"])
        return ""

    def _count(self, code: str, gate: str, caller: str, subject: str, matter: str) -> None:
        now = self._clock.now()
        hour, instant = f"{now:%Y-%m-%dT%H}", instant_text(now)
        key = (hour, code, gate, caller)
        known = self._row(key, subject)
        if known is None and subject and self._subjects(key) >= MOST_SUBJECTS:
            subject = matter = ""
            known = self._row(key, subject)
        if known is None:
            self._store.run(
                "INSERT INTO alarm (hour, code, gate, caller, subject, matter, at, last, count) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
                (*key, subject, matter, instant, instant),
            )
        elif known["count"] < MOST_COUNTED:
            self._store.run("UPDATE alarm SET count = count + 1, last = ? WHERE id = ?", (instant, known["id"]))

    def _row(self, key: tuple[str, ...], subject: str) -> Row | None:
        statement = "SELECT * FROM alarm WHERE hour = ? AND code = ? AND gate = ? AND caller = ? AND subject = ?"
        return self._store.one(statement, (*key, subject))

    def _subjects(self, key: tuple[str, ...]) -> int:
        statement = "SELECT count(*) AS n FROM alarm WHERE hour = ? AND code = ? AND gate = ? AND caller = ?"
        row = self._store.one(statement, key)
        return 0 if row is None else int(row["n"])

    def since(self, *, after: int) -> list[Alarm]:
        """Return the alarms with a number above ``after``, oldest first, at most ``MOST_LISTED``."""
        rows = self._store.all("SELECT * FROM alarm WHERE id > ? ORDER BY id LIMIT ?", (after, MOST_LISTED))
        return [Alarm(**{name: row[name] for name in Alarm.__dataclass_fields__}) for row in rows]

    def newest(self) -> int:
        """Return the number of the newest alarm; 0 before the first."""
        row = self._store.one("SELECT coalesce(max(id), 0) AS newest FROM alarm")
        return 0 if row is None else int(row["newest"])
