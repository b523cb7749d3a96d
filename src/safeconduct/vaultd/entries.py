"""The gate before every act: the ledger entry that allows it is in the log, matches the act, and serves it alone.

1. The opening's kind and subject are those of the act, and each fact that the act names is equal.
2. The entry is in a tree that continues the last head seen (``core.tlog.entry_proofs``).
3. One entry serves one act. The same act again gets the same answer; another act is refused.
"""

import json
from typing import Any

from safeconduct.core.base.canonical import JsonValue, canonical_json
from safeconduct.core.base.errors import ConflictError, NotPermittedError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.tlog.entry_proofs import ProvenEntry, check_entry_proof
from safeconduct.core.tlog.proofs import ProofError
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.heads import Head, Heads, StaleHeadError
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.store import Store

OF_ACT = "SELECT entry, answer_sealed FROM act WHERE op = ? AND act = ? AND answer_sealed IS NOT NULL"


class WrongEntryError(NotPermittedError):
    """The ledger entry is about something else."""

    code = "SC-WRONG-ENTRY"
    cure = "Record the act itself, then show that entry."


class UsedEntryError(ConflictError):
    """This ledger entry already served another act."""

    code = "SC-USED-ENTRY"
    cure = "Record the new act as an entry of its own."


class Entries:
    """Which entry served which act."""

    def __init__(self, *, store: Store, ring: KeyRing, clock: Clock, heads: Heads) -> None:
        """Keep the heads that proofs must continue."""
        self._store = store
        self._ring = ring
        self._clock = clock
        self._heads = heads

    def admit(
        self,
        proof: JsonValue,
        *,
        op: str,
        act: str,
        kind: str,
        subject: str | None,
        facts: dict[str, Any],
    ) -> ProvenEntry:
        """Return the entry that allows ``op`` on ``act``, from now on bound to it; raises if anything differs."""
        with self._store.writing():
            entry = self._prove(proof)
            self._match(entry.opening, kind=kind, subject=subject, facts=facts)
            self._bind(entry.index, op, act)
            self._heads.remember("private", Head(entry.size, entry.root.hex()))
        return entry

    def _prove(self, proof: JsonValue) -> ProvenEntry:
        last = self._heads.last("private")
        try:
            since = proof["consistency"]["from"]
        except (KeyError, TypeError) as error:
            raise ProofError("There is no proof.") from error
        if since != last.size:
            raise StaleHeadError("The log has grown since the proof was made.", last.size)
        return check_entry_proof(proof, since_size=last.size, since_root=bytes.fromhex(last.root))

    def _match(self, opening: dict[str, Any], *, kind: str, subject: str | None, facts: dict[str, Any]) -> None:
        if opening["kind"] != kind:
            raise WrongEntryError("Its kind is not that of the act.")
        if subject is not None and opening["subject"] != subject:
            raise WrongEntryError("Its subject is not that of the act.")
        said = opening["facts"] if isinstance(opening["facts"], dict) else {}
        for name, value in facts.items():
            if name not in said or said[name] != value:
                raise WrongEntryError(f"Its fact {name} is not that of the act.")

    def _bind(self, index: int, op: str, act: str) -> None:
        name = str(index)
        row = self._store.one("SELECT op, act FROM act WHERE entry = ?", (name,))
        if row is None:
            values = (name, op, act, instant_text(self._clock.now()))
            self._store.run("INSERT INTO act VALUES (?, ?, ?, ?, NULL)", values)
        elif (row["op"], row["act"]) != (op, act):
            raise UsedEntryError

    def answered(self, entry: ProvenEntry) -> dict[str, Any] | None:
        """Return what the act answered before under this entry, or None if it did not come to its end."""
        return self._answer("entry = ?", (str(entry.index),))

    def answered_once(self, op: str, act: str) -> dict[str, Any] | None:
        """Return what an act that happens once answered, under whichever entry; None if it has not happened."""
        return self._answer("op = ? AND act = ?", (op, act))

    def _answer(self, where: str, values: tuple[str, ...]) -> dict[str, Any] | None:
        row = self._store.one(
            f"SELECT entry, answer_sealed FROM act WHERE {where} AND answer_sealed IS NOT NULL",  # noqa: S608 - two fixed conditions
            values,
        )
        if row is None:
            return None
        answer: dict[str, Any] = json.loads(self._ring.open_field(f"act/answer/{row['entry']}", row["answer_sealed"]))
        return answer

    def last_answers(self, op: str, acts: list[str]) -> list[dict[str, Any]]:
        """Return what ``op`` answered for each of ``acts``, under every entry that it was done for."""
        rows = [row for act in acts for row in self._store.all(OF_ACT, (op, act))]
        places = [(row, f"act/answer/{row['entry']}") for row in rows]
        return [json.loads(self._ring.open_field(place, row["answer_sealed"])) for row, place in places]

    def finish(self, entry: ProvenEntry, answer: dict[str, Any]) -> dict[str, Any]:
        """Keep the act's answer, so that the same call answers the same; call inside the act's transaction."""
        return self.keep(entry.index, answer)

    def keep(self, index: int, answer: dict[str, Any]) -> dict[str, Any]:
        """Keep the answer of the act that the entry at ``index`` was admitted for."""
        sealed = self._ring.seal_field(f"act/answer/{index}", canonical_json(answer))
        self._store.run("UPDATE act SET answer_sealed = ? WHERE entry = ?", (sealed, str(index)))
        return answer
