"""One round in the rooms: what may be done to a matter where it stands now, by several people at once.

A matter is received, reviewed and counted once, by the real actions. From then on each round starts two to eight acts
at a barrier and leaves the matter wherever they left it; the next round begins there.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.races.house import House
from tests.races.stage import Act, perform
from tests.vaultd.story import answer

from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.waiting import waiting_of
from safeconduct.rooms.government_requests.rules.waiting import WaitingReason
from safeconduct.rooms.vault import queries as vault

SELDOM = 0.04
"""How often a round lets the agency withdraw: it ends the matter."""
LONGEST = 40
"""Rounds before a matter that came to no end is left."""
OVER = frozenset({"withdrawn", "delivered", "closed"})


@dataclass(frozen=True)
class Step:
    """One racer's act: its name, and what a thread of its own calls."""

    name: str
    run: Callable[[], Any]


class Course:
    """A matter on its way, and the acts that race for it."""

    def __init__(self, house: House, rng: random.Random) -> None:
        self.house, self.rng = house, rng
        self.matter = house.matter()
        self.grant = house.open(self.matter)
        self.rounds = 0

    @property
    def row(self) -> Matter:
        return Matter.objects.get(pk=self.matter)

    @property
    def over(self) -> bool:
        return self.rounds >= LONGEST or self.row.state in OVER

    def steps(self) -> list[Step]:
        """Return two to eight acts that fit where the matter stands, in the order of the seed."""
        self.rounds += 1
        must, pool = getattr(self, f"_in_{self.row.state}")(self.row)
        if self.rng.random() < SELDOM:
            must.append(self._act("withdraw", "aline"))
        self.rng.shuffle(pool)
        chosen = [one for one in [*must, *pool] if one is not None][: self.rng.randrange(2, 9)]
        self.rng.shuffle(chosen)
        return chosen

    def _act(self, name: str, person: str) -> Step:
        action = getattr(actions, name)
        return Step(name, partial(action, actor=self.house.actor(person), now=self.house.now, matter=self.matter))

    def _waive(self) -> Step:
        """Counsel lets the package leave before the customer's days are over."""
        agreed = WaitingReason.CUSTOMER_AGREED
        facts = {"matter": self.matter, "reason": agreed, "words": "They called and agreed."}
        actor = self.house.actor("petra")
        return Step("waive_waiting", partial(actions.waive_waiting, actor=actor, now=self.house.now, **facts))

    def _alter(self) -> Step:
        return Step("propose_scope", partial(self.house.propose, self.matter, self.grant))

    def _signed(self, op: str, digest: str, person: str) -> Step | None:
        """Return an answer at the approve origin; None where this person can no longer give one."""
        story = self.house.story
        consents, face = story.vault.opened.consents, story.configuration.faces["approve"]
        try:
            body = consents.body(digest)
            consents.require_open(digest, person)
        except SafeconductError:
            return None
        role = str(consents.role_for(body, person)) if op == "approve" else "decline"
        said = answer(story.passkeys[person]["approve"], story.offer(person, role, digest), face.origin)
        act = Act(op, op, {"digest": digest, "person": person, "assertion": said})
        return Step(op, partial(perform, story.vault, act))

    def _in_in_review(self, _row: Matter) -> tuple[list[Step], list[Any]]:
        return [self._alter(), self._alter()], [self._act("reopen", "aline"), self._act("authorise", "dov")]

    def _in_scope_proposed(self, row: Matter) -> tuple[list[Step], list[Any]]:
        state = vault.approvals(digest=row.scope_digest).state
        pool = [
            self._signed("approve", row.scope_digest, "petra"),
            self._signed("decline", row.scope_digest, "petra") if self.rng.random() < 0.3 else None,
            self._alter(),
            self._act("reopen", "dov") if self.rng.random() < 0.5 else None,
            self._act("authorise", "dov"),
            self._act("collect", "dov"),
            self._act("release", "mara"),
        ]
        if state == "approved":
            return [self._act("authorise", "aline"), self._act("authorise", "dov")], pool
        if state != "open":
            return [self._alter(), self._act("authorise", "aline")], pool
        approvals = [self._signed("approve", row.scope_digest, person) for person in ("ravi", "ines")]
        return [*(one for one in approvals if one), self._act("authorise", "aline")], pool

    def _in_authorised(self, row: Matter) -> tuple[list[Step], list[Any]]:
        pool = [
            self._act("reopen", "aline") if self.rng.random() < 0.3 else None,
            self._signed("decline", row.scope_digest, "petra") if self.rng.random() < 0.3 else None,
            self._act("collect", "mara"),
            self._act("authorise", "dov"),
            self._act("propose_release", "aline"),
            self._alter(),
        ]
        return [self._act("collect", "aline"), self._act("collect", "dov")], pool

    def _in_collected(self, row: Matter) -> tuple[list[Step], list[Any]]:
        digest = row.release_digest
        if not waiting_of(row=row, now=self.house.now).may_leave:
            return [self._waive(), self._waive(), self._act("release", "mara")], [self._act("propose_release", "dov")]
        pool = [
            self._act("reopen", "aline") if self.rng.random() < 0.5 else None,
            self._signed("decline", digest, "noor") if self.rng.random() < 0.3 else None,
            self._signed("approve", digest, "noor"),
            self._act("propose_release", "dov"),
            self._act("collect", "aline"),
            self._act("mark_delivered", "aline"),
            self._act("release", "noor"),
            self._alter(),
        ]
        state = vault.approvals(digest=digest).state
        if state in ("declined", "revoked"):
            return [self._act("reopen", "aline"), self._act("release", "mara")], pool
        first = self._signed("approve", digest, "mara") or self._act("release", "noor")
        return [self._act("release", "mara"), first], pool

    def _in_released(self, _row: Matter) -> tuple[list[Step], list[Any]]:
        pool = [self._act(name, "aline") for name in ("reopen", "withdraw", "collect", "authorise")]
        deliver = self._act("mark_delivered", "aline")
        return [deliver, self._act("release", "noor")], [*pool, deliver]
