"""Executor grants: the only keys that ever leave this process, and only page keys, sealed to an enrolled executor.

1. A safe-conduct stands: every gate of a collection is asked again, and the grant works under that journey's lease.
2. The executor is one that the configuration names; a caller names it and brings no key of its own.
3. Keys are derived for exactly the customers, tables and segments of the scope; each is counted, for a matter and day.
4. The entry comes first; the file lies in the outbox only once the act is on record.
5. What a damaged or missing segment would hold is not left out in silence: then there is no grant.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any, Self

from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import BadInputError, DamagedError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.conduct.bodies import SafeConductBody
from safeconduct.core.conduct.categories import CATEGORY_OF
from safeconduct.core.conduct.scope import Scope
from safeconduct.core.executors.grant import EXECUTOR_LASTS, ExecutorGrant, seal_grant
from safeconduct.core.sealing.recipients import fingerprint
from safeconduct.core.segments.errors import CustomerKeyDestroyedError
from safeconduct.core.segments.granted import GrantedPages, GrantedSegment, granted_segment, name_pages
from safeconduct.vaultd import durable
from safeconduct.vaultd.authority import Authority
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.collector import Collector
from safeconduct.vaultd.consents import Consents
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.grants import Meters
from safeconduct.vaultd.keys import KeyRing, RecordKeys
from safeconduct.vaultd.leases import Leases
from safeconduct.vaultd.records import Pinned, Records
from safeconduct.vaultd.store import Store

FILE_MODE = 0o644


class UnknownExecutorError(BadInputError):
    """The configuration names no executor of this name."""

    code = "SC-UNKNOWN-EXECUTOR"
    cure = "Name one of the [[executor]] tables of safeconduct.toml."


@dataclass(frozen=True, kw_only=True)
class Executors:
    """Everything an executor grant needs."""

    configuration: Configuration
    store: Store
    clock: Clock
    ring: KeyRing
    entries: Entries
    records: Records
    consents: Consents
    authority: Authority
    leases: Leases

    @classmethod
    def beside(cls, collector: Collector) -> Self:
        """Return the part that works with all that a collection works with."""
        return cls(**{one.name: getattr(collector, one.name) for one in fields(cls)})

    def give(self, *, digest: str, journey: str, grant: str, executor: str, proof: JsonValue) -> dict[str, Any]:
        """Seal a grant to the executor and answer its file and counts; the same call answers the same."""
        body = self.consents.body(digest, SafeConductBody.KIND)
        if not isinstance(body, SafeConductBody):
            raise DamagedError("The object is not a safe-conduct.")
        recipient = self.configuration.executors.get(executor)
        if recipient is None:
            raise UnknownExecutorError(executor)
        entry = self.entries.admit(
            proof,
            op="grant_executor",
            act=grant,
            kind="government_requests.grant_executor",
            subject=body.matter,
            facts={"digest": digest, "journey": journey, "grant": grant, "executor": executor},
        )
        if (before := self.entries.answered_once("grant_executor", grant)) is not None:
            return self._handed_out(before)
        self.clock.require_agreement()
        with self.store.writing():
            self.authority.require(body)
            segments = self.records.pinned(body.matter)
            _, segments = self.leases.take(digest=digest, journey=journey, expires=body.expires, segments=segments)
        made = self._grant(body, journey, grant, executor, recipient, segments)
        Meters(store=self.store, clock=self.clock).use(body.matter, "executor_keys", made.keys)
        with self.store.writing():
            if (before := self.entries.answered_once("grant_executor", grant)) is not None:
                return self._handed_out(before)
            self.consents.require_standing(digest)
            file = self._lay_out(made, recipient)
            answer = {
                "files": [file],
                "until": instant_text(made.expires),
                "keys": made.keys,
                "segments": len(made.segments),
                "customers": len({one.customer for segment in made.segments for one in segment.held}),
                "pages": sum(len(one.numbers) for segment in made.segments for one in segment.held),
            }
            self.entries.finish(entry, answer)
        return self._handed_out(answer)

    def _grant(
        self, body: SafeConductBody, journey: str, grant: str, executor: str, recipient: str, segments: list[Pinned]
    ) -> ExecutorGrant:
        now = self.clock.now()
        named = [one for one in (self._segment(body.scope, segment) for segment in segments) if one is not None]
        return ExecutorGrant(
            id=grant,
            matter=body.matter,
            starts=now,
            expires=min(now + EXECUTOR_LASTS, body.expires),
            safe_conduct=body.digest,
            journey=journey,
            executor=executor,
            holder=fingerprint(recipient),
            scope=body.scope,
            segments=tuple(named),
        )

    def _segment(self, scope: Scope, one: Pinned) -> GrantedSegment | None:
        items = [item for item in scope.items if CATEGORY_OF[one.table] in item.categories]
        if not items:
            return None
        reader = self.records.reader(one)
        keys = RecordKeys(ring=self.ring, segment=one.id, matter=one.matter or None)
        held: list[GrantedPages] = []
        for customer in sorted({item.customer for item in items}):
            windows = [(item.window.start, item.window.end) for item in items if item.customer == customer]
            # Whose key no longer exists has no rows any more; the vault's own receipt says so.
            with suppress(CustomerKeyDestroyedError):
                pages = name_pages(reader, keys, customer, windows)
                held += [pages] if pages is not None else []
        root = f"preserved/{one.matter}" if one.matter else "segments"
        return granted_segment(reader, f"{root}/{one.table}/{one.id}", held) if held else None

    def _lay_out(self, made: ExecutorGrant, recipient: str) -> dict[str, Any]:
        sealed = seal_grant(made, recipient=recipient, issuer=self.ring.signer("issuer"))
        name, told = f"executor-{made.id}.age", sha256_hex(sealed)
        durable.prepare(self.configuration.outbox / name, sealed, FILE_MODE)
        values = (made.digest, name, told, len(sealed), "", json.dumps([made.holder]))
        self.store.run("INSERT OR REPLACE INTO delivery VALUES (?, ?, ?, ?, ?, ?)", values)
        return {"name": name, "sha256": told, "size": len(sealed)}

    def _handed_out(self, answer: dict[str, Any]) -> dict[str, Any]:
        for one in answer["files"]:
            path = self.configuration.outbox / one["name"]
            if durable.digest_of_prepared(path) == one["sha256"]:
                with suppress(FileNotFoundError):
                    durable.put_in_place(path)
        return answer
