"""One round at the vault process: a fresh safe-conduct, brought to a stage, and everything that may be done to it.

An act is plain data, so that a thread or another process can perform it. Its ledger entry and both proofs that it may
need (from the head before the round, and from the head that another act of the round has shown meanwhile) are made
before the start: in the race itself nothing is done but the act.
"""

import random
from dataclasses import dataclass, field
from typing import Any

from tests.vaultd.story import Story, answer, conduct_body

from safeconduct.core.base.errors import SafeconductError
from safeconduct.vaultd.heads import StaleHeadError
from safeconduct.vaultd.operations import call
from safeconduct.vaultd.vault import Vault

CATEGORIES = ["subscriber"]
STAGES = ("signing", "leasing", "reading", "releasing")
AUTHORISE, RELEASE, REVOKE = (f"government_requests.{kind}" for kind in ("authorise", "release", "revoke"))


@dataclass
class Act:
    """What one racer does: an operation with its proofs, or an answer at the approve origin."""

    name: str
    op: str
    payload: dict[str, Any]
    proofs: list[dict[str, Any]] = field(default_factory=list)
    entry: int | None = None


def perform(vault: Vault, act: Act) -> Any:
    """Do it as a client of the vault process does: once more with the newer proof if the log has grown."""
    if act.op in ("approve", "decline"):
        return _at_the_origin(vault, act)
    if not act.proofs:
        return call(vault, act.op, act.payload)
    try:
        return call(vault, act.op, {**act.payload, "proof": act.proofs[0]})
    except StaleHeadError:
        return call(vault, act.op, {**act.payload, "proof": act.proofs[1]})


def _at_the_origin(vault: Vault, act: Act) -> dict[str, Any]:
    opened, face, said = vault.opened, vault.configuration.faces["approve"], act.payload
    body = opened.consents.body(said["digest"])
    held = str(opened.consents.role_for(body, said["person"]))
    opened.consents.require_open(body.digest, said["person"])
    role = held if act.op == "approve" else "decline"
    answered = opened.ceremonies.answer(
        face=face,
        person=said["person"],
        roles=frozenset({role}),
        digest=body.digest,
        assertion=said["assertion"],
    )
    if act.op == "decline":
        opened.consents.decline(body, answered.person, "Not this.")
    else:
        opened.consents.approve(body, answered, assertion=said["assertion"], domain=face.host)
    return {"person": answered.person}


class Round:
    """A fresh matter with its two scopes, its two journeys, and the acts that race for them."""

    def __init__(self, story: Story, rng: random.Random, stage: str) -> None:
        self.story, self.rng, self.stage = story, rng, stage
        self.matter = f"{rng.getrandbits(128):032x}"
        self.journeys = tuple(f"{rng.getrandbits(128):032x}" for _ in range(2))
        self.altered = self._body(row_ceiling=rng.randrange(10, 600))
        self.scope = self._propose(self._body(row_ceiling=600))
        self.release = ""
        self.acts: list[Act] = []
        self._made: dict[str, int] = {}
        for reached in STAGES[: STAGES.index(stage)]:
            getattr(self, f"_after_{reached}")()

    def _body(self, row_ceiling: int) -> dict[str, Any]:
        body = conduct_body(self.story)
        (item,) = body["scope"]
        return body | {
            "id": f"{self.rng.getrandbits(128):032x}",
            "ground": body["ground"] | {"matter": self.matter},
            "scope": [item | {"categories": CATEGORIES}],
            "limits": body["limits"] | {"row_ceiling": row_ceiling},
        }

    def _propose(self, body: dict[str, Any]) -> str:
        return str(self.story.call("propose", kind="safe-conduct", body=body)["digest"])

    def _after_signing(self) -> None:
        for person in ("ravi", "ines"):
            self.story.sign(self.scope, person)

    def _after_leasing(self) -> None:
        facts = {"digest": self.scope, "journey": self.journeys[0]}
        self.entered("collect", AUTHORISE, facts, facts)
        (act,) = self.ready()
        self.release = perform(self.story.vault, act)["release_digest"]

    def _after_reading(self) -> None:
        self.story.sign(self.release, "mara")

    def entered(self, op: str, kind: str, facts: dict[str, Any], payload: dict[str, Any], name: str = "") -> None:
        """Add an act that a new ledger entry allows."""
        entry = self.story.log.record(kind, self.matter, **facts)
        self.acts.append(Act(name or op, op, payload, entry=entry))

    def signed(self, op: str, digest: str, person: str, name: str = "") -> None:
        """Add an answer at the approve origin, made beforehand by the person's passkey."""
        face = self.story.configuration.faces["approve"]
        consents = self.story.vault.opened.consents
        role = str(consents.role_for(consents.body(digest), person)) if op == "approve" else "decline"
        offer = self.story.offer(person, role, digest)
        said = answer(self.story.passkeys[person]["approve"], offer, face.origin)
        payload = {"digest": digest, "person": person, "assertion": said}
        self.acts.append(Act(name or f"{op} {person}", op, payload))

    def ready(self) -> list[Act]:
        """Return the acts so far with their proofs, and begin a new list."""
        since = self.story.vault.opened.heads.last("private").size
        size = len(self.story.log.openings)
        for act in self.acts:
            if act.entry is not None:
                act.proofs = [self.story.log.proof(act.entry, one) for one in (since, size)]
        acts, self.acts = self.acts, []
        return acts

    def racers(self, *, calm: bool = False) -> list[Act]:
        """Return two to eight acts of this stage, in the order of the seed; if ``calm`` only those of ``MUST``."""
        pool = [*POOLS[self.stage]]
        self.rng.shuffle(pool)
        chosen = [*MUST[self.stage], *pool][: 2 if calm else self.rng.randrange(2, 9)]
        if calm and self.stage == "reading":
            chosen.append("revoke")
        self.rng.shuffle(chosen)
        for name in chosen:
            getattr(self, name)()
        acts = self.ready()
        self.rng.shuffle(acts)
        return acts[:8]

    # What may be done, by the people of the contract.

    def first_approver(self) -> None:
        self.signed("approve", self.scope, "ravi")

    def second_approver(self) -> None:
        self.signed("approve", self.scope, "ines")

    def third_approver(self) -> None:
        self.signed("approve", self.scope, "petra")

    def replayed_approval(self) -> None:
        """The same answer of the first approver, twice in the same round, and once for the altered scope."""
        self.signed("approve", self.scope, "ravi", name="replay")
        again = self.acts[-1]
        self.acts.append(Act("replay", "approve", again.payload))
        self.acts.append(Act("replay elsewhere", "approve", {**again.payload, "digest": self._propose(self.altered)}))

    def alter(self) -> None:
        """The requester changes the scope: a new object, and the revocation of the old one."""
        self.acts.append(Act("alter", "propose", {"kind": "safe-conduct", "body": self.altered}))
        self.revoke()

    def revoke(self) -> None:
        self.entered("revoke", REVOKE, {"digest": self.scope}, {"digest": self.scope})

    def revoke_release(self) -> None:
        self.entered("revoke", REVOKE, {"digest": self.release}, {"digest": self.release}, name="revoke release")

    def decline(self) -> None:
        self.signed("decline", self.scope, "petra")

    def decline_release(self) -> None:
        self.signed("decline", self.release, "noor", name="decline release")

    def lease(self) -> None:
        facts = {"digest": self.scope, "journey": self.journeys[0]}
        self.entered("collect", AUTHORISE, facts, facts)

    def lease_elsewhere(self) -> None:
        facts = {"digest": self.scope, "journey": self.journeys[1]}
        self.entered("collect", AUTHORISE, facts, facts, name="collect, other journey")

    def lease_altered(self) -> None:
        """A journey tries to work under the altered scope, which nobody has signed."""
        facts = {"digest": self._propose(self.altered), "journey": self.journeys[1]}
        self.entered("collect", AUTHORISE, facts, facts, name="collect altered")

    def second_reader(self) -> None:
        self.signed("approve", self.release, "mara")

    def other_reader(self) -> None:
        self.signed("approve", self.release, "noor")

    def let_go(self) -> None:
        facts = {"digest": self.release, "journey": self.journeys[0]}
        self.entered("release", RELEASE, facts, facts)

    def let_go_elsewhere(self) -> None:
        facts = {"digest": self.release, "journey": self.journeys[1]}
        self.entered("release", RELEASE, facts, facts, name="release, other journey")

    def let_go_of_another(self) -> None:
        """Somebody releases the digest of the scope, as if it were that of a release."""
        facts = {"digest": self.scope, "journey": self.journeys[0]}
        self.entered("release", RELEASE, facts, facts, name="release, other digest")

    def let_go_again(self) -> None:
        """The very same call, entry and all, as a replayed request."""
        self.let_go()
        again = self.acts[-1]
        self.acts.append(Act("release, replayed", again.op, again.payload, entry=again.entry))


POOLS: dict[str, tuple[str, ...]] = {
    "signing": (
        "third_approver", "replayed_approval", "alter", "revoke", "decline", "lease", "lease_elsewhere",
        "lease_altered",
    ),
    "leasing": ("third_approver", "alter", "revoke", "decline", "lease_altered", "lease", "lease_elsewhere"),
    "reading": (
        "second_reader", "other_reader", "let_go_elsewhere", "let_go_of_another", "revoke", "revoke_release",
        "decline", "decline_release", "lease", "let_go",
    ),
    "releasing": (
        "let_go_elsewhere", "let_go_of_another", "revoke", "revoke_release", "decline", "decline_release", "lease",
        "let_go_again", "other_reader",
    ),
}  # fmt: skip
MUST: dict[str, tuple[str, ...]] = {
    "signing": ("first_approver", "second_approver"),
    "leasing": ("lease", "lease_elsewhere"),
    "reading": ("second_reader", "let_go"),
    "releasing": ("let_go", "let_go"),
}
"""Who always races at a stage: the two approvers, two journeys, the reader and a release, two releases."""


EXPECTED = frozenset({
    "SC-QUORUM", "SC-REVOKED", "SC-DECLINED", "SC-LEASE-TAKEN", "SC-UNKNOWN-CONSENT", "SC-NONCE", "SC-ALREADY-SIGNED",
    "SC-STALE-HEAD", "SC-VAULT-BUSY",
    # What the rooms add.
    "SC-NOT-APPROVED", "SC-STALE-SCOPE", "SC-NO-SUCH-STEP", "SC-CONFLICT", "SC-STOPPED", "SC-RELEASING",
    "SC-GATE", "SC-CUSTOMER-FIRST", "SC-WAITING-REASON",
})  # fmt: skip
"""The refusals that a race may end in. A damaged seal, a failed proof or a lost key is none of them."""


def lawful(error: object) -> bool:
    """Return whether an answer is a refusal that a race may end in; anything else is a fault."""
    return isinstance(error, SafeconductError) and getattr(error, "vault_code", error.code) in EXPECTED
