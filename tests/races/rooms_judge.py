"""What must hold in the rooms after every round: rows, ledger and vault process tell one story."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.races.course import Step
from tests.races.house import House
from tests.races.judge import Judge
from tests.races.stage import lawful

from safeconduct.core.base.actors import system_actor
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.rooms.government_requests.actions.journeys import STOPPED, finish
from safeconduct.rooms.government_requests.models import Consent, Journey, Matter
from safeconduct.rooms.government_requests.rules.lifecycles import MATTER
from safeconduct.rooms.ledger.models import Opening

ENTRY_OF = {
    "collect": "authorise", "release": "release", "revoke": "revoke", "open_case": "open_case", "forecast": "forecast",
    "preserve": "preserve",
}  # fmt: skip
"""The entry that begins each journey."""
EVENT_OF = {
    "take": "take", "propose_scope": "propose_scope", "reopen": "reopen", "authorise": "authorise",
    "produce": "collect", "withdraw": "withdraw", "mark_delivered": "deliver",
}  # fmt: skip
"""The step of the lifecycle that each entry stands for; a release steps when its journey is done."""
AFTERWARDS = {"produce": "collect", "release": "release", "revoke": "propose_scope"}


def entries(matter: str) -> list[tuple[str, dict[str, Any]]]:
    """Return kind and facts of every entry about a matter, in the order of the ledger."""
    rows = Opening.objects.filter(subject=matter).order_by("entry__index").values_list("kind", "body")
    return [(kind.removeprefix("government_requests."), json.loads(body)["facts"]) for kind, body in rows]


def settle(house: House) -> None:
    """Take up what is open, as the worker does: a refusal waits for the next round."""
    for journey in Journey.objects.filter(done_at__isnull=True).exclude(act="collect").values_list("pk", flat=True):
        try:
            finish(actor=system_actor(permissions=frozenset()), now=house.now, journey=journey, randomness=_never)
        except SafeconductError:
            continue


def _never(_count: int) -> bytes:
    raise AssertionError("taking up a journey draws no randomness")


class RoomsJudge:
    """One matter, after a round; ``before`` are the kinds of entries that it had."""

    def __init__(self, house: House, matter: str, before: Counter[str], steps: list[Step], answers: list[Any]) -> None:
        self.house, self.before, self.steps, self.answers = house, before, steps, answers
        self.row = Matter.objects.get(pk=matter)
        self.entries = entries(matter)
        self.kinds = Counter(kind for kind, _ in self.entries)
        self.journeys = list(Journey.objects.filter(matter=self.row))
        self.scopes = list(Consent.objects.filter(matter=self.row, kind="safe-conduct"))
        self.vault = Judge(house.story, matter, "rooms", [], [])

    def violations(self) -> list[str]:
        checks = (self._faults, self._recorded, self._journeys, self._course, self._agreed)
        return [*(one for check in checks for one in check()), *self.vault.violations()]

    def _faults(self) -> Iterator[str]:
        for step, said in zip(self.steps, self.answers, strict=True):
            if isinstance(said, Exception) and not lawful(said):
                yield f"fault: {step.name}: {type(said).__name__}: {said}"

    def _recorded(self) -> Iterator[str]:
        """Hold the entries of this round against the acts: none missing, none without an act, none twice."""
        tried, done = Counter[str](), Counter[str]()
        for step, said in zip(self.steps, self.answers, strict=True):
            tried[step.name] += 1
            done[step.name] += not isinstance(said, Exception)
        for kind, number in (self.kinds - self.before).items():
            act = AFTERWARDS.get(kind, kind)
            if kind == "revoke":
                continue
            if number > tried[act]:
                yield f"{number} entries {kind} for {tried[act]} tries"
            if kind in ("produce", "release") and number > 1:
                yield f"{number} entries {kind} in one round"
        for name in ("authorise", "propose_scope", "reopen", "withdraw", "propose_release", "mark_delivered"):
            if done[name] > (self.kinds - self.before)[name]:
                yield f"{name} was done {done[name]} times and recorded {(self.kinds - self.before)[name]} times"

    def _journeys(self) -> Iterator[str]:
        said = {(kind, facts.get("digest")) for kind, facts in self.entries}
        begun = Counter(ENTRY_OF[one.act] for one in self.journeys)
        for kind in ENTRY_OF.values():
            if begun[kind] != self.kinds[kind]:
                yield f"{begun[kind]} journeys for {self.kinds[kind]} entries {kind}"
        for one in self.journeys:
            if one.digest and (ENTRY_OF[one.act], one.digest) not in said:
                yield f"a journey {one.act} without its entry"
        per_digest = Counter((one.act, one.digest) for one in self.journeys if one.act in ("collect", "release"))
        if any(number > 1 for number in per_digest.values()):
            yield "two journeys of one kind for one digest"
        collected = sum(one.act == "collect" and one.done_at is not None for one in self.journeys)
        if collected != self.kinds["produce"]:
            yield f"{collected} collections done and {self.kinds['produce']} recorded"
        if len(self.scopes) != self.kinds["propose_scope"]:
            yield f"{len(self.scopes)} scopes for {self.kinds['propose_scope']} entries"

    def _course(self) -> Iterator[str]:
        """Walk the matter's life by its entries alone; it must be possible, and end where the row stands."""
        released = any(one.act == "release" and one.done_at and STOPPED not in one.result for one in self.journeys)
        state, under = "received", ""
        try:
            for kind, facts in self.entries:
                if kind == "mark_delivered" and released and state == "collected":
                    state = MATTER.next_state(state, "release")
                if kind == "authorise":
                    under = facts["journey"]
                late = kind == "produce" and (state != "authorised" or facts["journey"] != under)
                if kind in EVENT_OF and not late:
                    state = MATTER.next_state(state, EVENT_OF[kind])
            if released and state == "collected":
                state = MATTER.next_state(state, "release")
        except TransitionError:
            yield f"the ledger tells an impossible course, at {kind} in {state}"
            return
        if state != self.row.state:
            yield f"the ledger says {state}, the row {self.row.state}"

    def _agreed(self) -> Iterator[str]:
        """Hold the row against the vault process: what left, what was revoked, what was approved."""
        leases = self.house.story.vault.opened.collector.leases
        left = {one.digest for one in self.scopes if leases.state(one.digest) == "released"}
        here = {self.row.scope_digest} if self.row.state in ("released", "delivered") else set()
        if left != here:
            yield f"the vault process released {len(left)}, the row is {self.row.state}"
        for one in self.scopes:
            found = self.house.story.vault.store.one("SELECT revoked_at FROM consent WHERE digest = ?", (one.digest,))
            if found is None or (one.revoked_at is not None and found["revoked_at"] is None):
                yield "revoked in the rooms, standing at the vault process"
        for one in self.journeys:
            if one.act == "collect" and one.done_at is not None:
                body = self.house.story.vault.opened.consents.body(one.result["release_digest"]).as_json()
                if (body["manifest_root"], body["safe_conduct"]) != (one.result["manifest_root"], one.digest):
                    yield "the collected package is not the one on record"
