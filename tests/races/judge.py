"""What must hold after every round at the vault process, read from its store, its outbox and the ledger."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.races.order import Event, events
from tests.races.stage import RELEASE, REVOKE, Act, lawful
from tests.vaultd.story import Story, officer_keys

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.packages.build import Package
from safeconduct.core.sealing.recipients import decrypt_age

APPROVERS, READERS = frozenset({"ravi", "ines", "petra"}), frozenset({"mara", "noor"})
KINDS = {"collect": "government_requests.authorise", "release": RELEASE, "revoke": REVOKE}


@dataclass
class Tally:
    """What happened in all rounds, so that a harness that raced nothing is noticed."""

    rounds: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def add(self, acts: list[Act], answers: list[Any], found: list[str]) -> None:
        """Count one round."""
        self.rounds += 1
        for act, answer in zip(acts, answers, strict=True):
            if isinstance(answer, Exception):
                self.refused[getattr(answer, "vault_code", getattr(answer, "code", type(answer).__name__))] += 1
            else:
                self.acts[act.name] += 1
        self.violations += found

    def figures(self) -> dict[str, Any]:
        """Return the counts for the report."""
        done = {name.replace(" ", "_").replace(",", ""): number for name, number in sorted(self.acts.items())}
        return {
            "rounds": self.rounds,
            "violations": len(self.violations),
            "refused": self.refused.total(),
            **done,
            **self.refused,
        }


class Judge:
    """One matter at the vault process, after a round; ``acts`` are those that raced for its safe-conducts."""

    def __init__(self, story: Story, matter: str, stage: str, acts: list[Act], answers: list[Any]) -> None:
        self.story, self.matter, self.stage, self.acts, self.answers = story, matter, stage, acts, answers
        self.vault = story.vault
        self.store = self.vault.store
        rows = self.store.all("SELECT digest, kind FROM consent WHERE matter = ?", (matter,))
        self.scopes = [row["digest"] for row in rows if row["kind"] == "safe-conduct"]
        self.releases = [row["digest"] for row in rows if row["kind"] == "release"]
        self.events = events(self.store, [*self.scopes, *self.releases])

    def violations(self) -> list[str]:
        """Return what does not hold, each with the round's stage."""
        checks = (self._faults, self._leases, self._releases, self._answers, self._entries, self._approvals)
        return [f"{self.stage}: {one}" for check in checks for one in check()]

    def _done(self, op: str) -> list[tuple[Act, dict[str, Any]]]:
        pairs = zip(self.acts, self.answers, strict=True)
        return [(act, said) for act, said in pairs if act.op == op and not isinstance(said, Exception)]

    def _of(self, what: str) -> list[Event]:
        return [one for one in self.events if one.what == what]

    def _faults(self) -> Iterator[str]:
        for act, said in zip(self.acts, self.answers, strict=True):
            if isinstance(said, Exception) and not lawful(said):
                yield f"fault: {act.name}: {type(said).__name__}: {said}"

    def _stood(self, digest: str, place: int, people: frozenset[str], quorum: int) -> bool:
        before = [one for one in self.events if one.digest == digest and one.place < place]
        signed = {one.detail for one in before if one.what == "approved"} & people
        return len(signed) >= quorum and not any(one.what in ("declined", "revoked") for one in before)

    def _leases(self) -> Iterator[str]:
        leased = self._of("leased")
        if len(leased) > len({one.digest for one in leased}):
            yield "two leases of one safe-conduct"
        if len({act.payload["digest"] for act, _ in self._done("collect")}) > 1:
            yield "two safe-conducts of one round were leased"
        if any(not self._stood(one.digest, one.place, APPROVERS, 2) for one in leased):
            yield "a lease without a standing quorum"
        for scope in self.scopes:
            moves = [one.detail for one in self._of("moved") if one.digest == scope]
            if moves != ["collected", "released"][: len(moves)]:
                yield f"the lease went {moves}"
        collected = [one for one in self._of("moved") if one.detail == "collected"]
        if len(self.releases) != len(collected):
            yield "collected and release objects disagree"

    def _releases(self) -> Iterator[str]:
        laid = self._of("laid_out")
        packages = [one for one in laid if not one.detail.partition(" ")[0].endswith(".note")]
        if len(packages) > 1:
            yield f"{len(packages)} packages laid out for {len({one.digest for one in packages})} releases"
        if len(laid) != 2 * len(packages):
            yield f"{len(laid)} files laid out"
        if len(packages) != [one.detail for one in self._of("moved")].count("released"):
            yield "released and laid out disagree"
        outbox = self.vault.configuration.outbox
        if missing := [one for one in laid if not (outbox / one.detail.partition(" ")[0]).is_file()]:
            yield f"{len(missing)} files on record are not in the outbox"
            return
        for one in packages:
            yield from self._package(one)
        for one in laid:
            name, _, told = one.detail.partition(" ")
            if sha256_hex((outbox / name).read_bytes()) != told:
                yield "a file of the outbox is not the one on record"

    def _package(self, laid: Event) -> Iterator[str]:
        parent = self.store.one("SELECT parent FROM consent WHERE digest = ?", (laid.digest,))
        assert parent is not None
        if not self._stood(parent["parent"], laid.place, APPROVERS, 2):
            yield "released without a standing quorum of the scope"
        if not self._stood(laid.digest, laid.place, READERS, 1):
            yield "released without a standing second reader"
        body = self.vault.opened.consents.body(laid.digest).as_json()
        sealed = (self.vault.configuration.outbox / laid.detail.partition(" ")[0]).read_bytes()
        root = Package.from_zip(decrypt_age(sealed, officer_keys()[0])).manifest_root
        if root != body["manifest_root"]:
            yield "the released package is not the approved one"

    def _answers(self) -> Iterator[str]:
        for op, what in (("collect", "leased"), ("release", "laid_out")):
            said = [answer for _, answer in self._done(op)]
            if any(one != said[0] for one in said):
                yield f"{op}: two different answers"
            if said and not self._of(what):
                yield f"{op}: answered and did not happen"
            if len({act.payload["journey"] for act, _ in self._done(op)}) > 1:
                yield f"{op}: two journeys"
        if any(act.name == "replay elsewhere" for act, _ in self._done("approve")):
            yield "an approval counted for another scope"

    def _entries(self) -> Iterator[str]:
        log = self.story.log
        for digest in [*self.scopes, *self.releases]:
            rows = self.store.all(
                "SELECT * FROM act WHERE act LIKE ? AND answer_sealed IS NOT NULL AND op != 'revoke'", (f"{digest}%",)
            )
            if len(rows) > 1:
                yield f"{len(rows)} entries for one {rows[0]['op']}"
            for row in rows:
                opening = log.openings[int(row["entry"])][0]
                named = (opening["kind"], opening["subject"], opening["facts"]["digest"])
                if named != (KINDS[row["op"]], self.matter, digest):
                    yield f"{row['op']} under an entry about something else"
        for act, _ in [*self._done("collect"), *self._done("release"), *self._done("revoke")]:
            if self.store.one("SELECT 1 FROM act WHERE entry = ? AND op = ?", (str(act.entry), act.op)) is None:
                yield f"{act.op} happened without its entry"
        answered = {
            digest
            for digest in [*self.scopes, *self.releases]
            if self.store.one(
                "SELECT 1 FROM act WHERE act >= ? AND act < ? AND answer_sealed IS NOT NULL AND op != 'revoke'",
                (digest, digest + "~"),
            )
        }
        happened = {one.digest for one in self._of("moved") if one.detail == "collected"}
        if answered != happened | {one.digest for one in self._of("laid_out")}:
            yield "what happened and what was answered disagree"

    def _approvals(self) -> Iterator[str]:
        raced = {(act.payload["digest"], said["person"]) for act, said in self._done("approve")}
        kept = Counter((one.digest, one.detail) for one in self._of("approved"))
        if any(number > 1 for number in kept.values()) or not raced <= set(kept):
            yield "an approval is missing or kept twice"
        signing = [act.payload["person"] for act, _ in self._done("approve") if act.name != "replay elsewhere"]
        if len(signing) != len(set(signing)):
            yield "one answer of a passkey was taken twice"
