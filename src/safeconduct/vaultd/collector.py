"""Collection: the one place where records are opened for somebody outside, under a lease, exactly to the scope.

Order: the ledger entry, every gate, the lease over pinned segments, rows of our store and of the company's own, the
second filter, the package in memory, the seal. A crash at any point is resumed by the same journey; no other journey
ever gets the lease. A damaged segment stops nothing else: the receipt, the answer and the sheet of the release name it.
"""

import json
from dataclasses import dataclass
from typing import Any

from safeconduct.core.base.canonical import JsonValue, canonical_json
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.base.errors import DamagedError
from safeconduct.core.base.periods import instant_text, parse_instant
from safeconduct.core.conduct.bodies import ReleaseBody, SafeConductBody, parse
from safeconduct.core.conduct.categories import Category
from safeconduct.core.tlog.entry_proofs import ProvenEntry
from safeconduct.vaultd.authority import Authority
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.connectors.sources import Sources, joined
from safeconduct.vaultd.consents import Consents
from safeconduct.vaultd.entries import Entries
from safeconduct.vaultd.keys import KeyRing
from safeconduct.vaultd.leases import Leases
from safeconduct.vaultd.objects import Objects
from safeconduct.vaultd.packing import Packed, pack
from safeconduct.vaultd.records import Found, Pinned, Records
from safeconduct.vaultd.store import Store


def package_object(digest: str) -> str:
    """Return the object id of the sealed package of a safe-conduct."""
    return f"package-{digest[:40]}"


def receipt_object(digest: str) -> str:
    """Return the object id of the sealed completeness receipt of a safe-conduct."""
    return f"receipt-{digest[:40]}"


@dataclass(frozen=True, kw_only=True)
class Collector:
    """Everything a collection needs."""

    configuration: Configuration
    store: Store
    clock: Clock
    ring: KeyRing
    entries: Entries
    objects: Objects
    records: Records
    consents: Consents
    authority: Authority
    leases: Leases
    sources: Sources

    def collect(self, *, digest: str, journey: str, proof: JsonValue) -> dict[str, Any]:
        """Collect under a safe-conduct and answer digests and counts; the same journey gets the same answer."""
        body = self._body(digest)
        entry = self.entries.admit(
            proof,
            op="collect",
            act=f"{digest}/{journey}",
            kind="government_requests.authorise",
            subject=body.matter,
            facts={"digest": digest, "journey": journey},
        )
        if (before := self.entries.answered_once("collect", f"{digest}/{journey}")) is not None:
            return before
        with self.store.writing():
            # One transaction, so that no decline or revocation comes between the gates and the lease.
            self.authority.require(body)
            segments = self.records.pinned(body.matter)
            _, segments = self.leases.take(digest=digest, journey=journey, expires=body.expires, segments=segments)
        found: dict[Category, Found] = {}
        for category in sorted(body.scope.categories):
            self.consents.require_standing(digest)
            found[category] = self._found(body, journey, category, segments)
        packed = self._pack(body, found, journey, entry)
        return self._keep(body, journey, entry, packed)

    def _found(self, body: SafeConductBody, journey: str, category: Category, segments: list[Pinned]) -> Found:
        own = self.records.find(scope=body.scope, category=category, segments=segments)
        answer = self.sources.find(digest=body.digest, journey=journey, category=category)
        copies = [one for one in segments if one.matter]
        kept = self.records.find(scope=body.scope, category=category, segments=copies) if copies else None
        preserved = frozenset(kept.rows["record_id"].to_pylist()) if kept is not None else frozenset[str]()
        return joined(own, answer, preserved=preserved)

    def unreadable(self, digest: str) -> tuple[tuple[str, int], ...]:
        """Return the damaged segments that a safe-conduct's sealed receipt names, each with its rows at most."""
        if not self.objects.has(receipt_object(digest)):
            return ()
        lines = json.loads(self.objects.open(receipt_object(digest)))["lines"]
        told = sorted((one["segment"], one["rows"]) for line in lines for one in line["unreadable"])
        return tuple(dict(told).items())

    def _body(self, digest: str) -> SafeConductBody:
        body = self.consents.body(digest, SafeConductBody.KIND)
        if not isinstance(body, SafeConductBody):
            raise DamagedError("The object is not a safe-conduct.")
        return body

    def _pack(self, body: SafeConductBody, found: dict[Category, Found], journey: str, entry: ProvenEntry) -> Packed:
        # A retry must give the same bytes, so the package is dated by the lease and not by the retry.
        begun = self.store.one("SELECT at FROM lease WHERE digest = ?", (body.digest,))
        person = entry.opening["actor"]["person"]
        return pack(
            configuration=self.configuration,
            body=body,
            found=found,
            journey=journey,
            reference=entry.opening["facts"].get("reference"),
            supplements=entry.opening["facts"].get("supplements"),
            prepared_by=self.authority.name_of(person),
            prepared_at=parse_instant(begun["at"]) if begun is not None else self.clock.now(),
        )

    def _keep(self, body: SafeConductBody, journey: str, entry: ProvenEntry, packed: Packed) -> dict[str, Any]:
        package, owner = packed.package, f"matter/{body.matter}"
        with self.store.writing():
            if (before := self.entries.answered_once("collect", f"{body.digest}/{journey}")) is not None:
                return before
            self.consents.require_standing(body.digest)
            data = package.zip_bytes
            self.objects.put(kind="package", owner=owner, data=data, object_id=package_object(body.digest))
            receipt = self.objects.put(
                kind="receipt",
                owner=owner,
                data=canonical_json(packed.receipt.as_json()),
                object_id=receipt_object(body.digest),
            )
            release = self._release_body(body, journey, entry, packed)
            self.consents.propose(release, matter=body.matter, parent=body.digest)
            self.leases.move(body.digest, "leased", "collected")
            answer = {
                "manifest_root": package.manifest_root,
                "release_digest": release.digest,
                "counts": package.counts,
                "parts": package.parts,
                "bytes": package.size,
                "receipt": receipt,
                "receipt_digest": packed.receipt.digest,
                "unreadable": list(packed.unreadable),
            }
            return self.entries.finish(entry, answer)

    def _release_body(self, body: SafeConductBody, journey: str, entry: ProvenEntry, packed: Packed) -> ReleaseBody:
        value = {
            "version": 1,
            "kind": "release",
            "id": journey,
            "requested_by": body.requested_by,
            "prepared_by": entry.opening["actor"]["person"],
            "safe_conduct": body.digest,
            "journey": journey,
            "manifest_root": packed.package.manifest_root,
            "holders": [holder.as_json() for holder in body.holders],
            "counts": packed.package.counts,
            "bytes": packed.package.size,
            "expires": instant_text(body.expires),
        }
        made = parse("release", json.loads(canonical_json(value)))
        if not isinstance(made, ReleaseBody):
            raise DamagedError("The object is not a release.")
        return made
