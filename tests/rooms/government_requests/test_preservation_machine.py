"""Copies of several papers over one number: a machine with a model of who makes one, for how long, and its end."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.rooms.government_requests.apart import apart
from tests.rooms.government_requests.papers import OF_KIND, paper
from tests.rooms.government_requests.world import NOW, World
from tests.soaking import SOAKING, count, report, seed

from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.government_requests import actions, tasks
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.queries.books import alterations
from safeconduct.rooms.government_requests.rules.paper import Selector
from safeconduct.rooms.government_requests.rules.words import Process

# Written from the statutes, not read from the rulebook: days, renewals, days of a renewal, what receipt does.
TERMS: dict[Process, tuple[int, int, int, str]] = {
    Process.PRESERVATION_REQUEST: (90, 1, 90, "verified"),
    Process.SUBPOENA: (90, 1, 90, "verified"),
    Process.SEARCH_WARRANT: (90, 1, 90, "verified"),
    Process.CIVIL_SUBPOENA: (90, 1, 90, "counsel"),
    Process.EMERGENCY_REQUEST: (90, 1, 90, "counsel"),
    Process.CYBERTIPLINE_REPORT: (365, 0, 0, "on_receipt"),
    Process.DATA_SUBJECT_REQUEST: (90, 1, 90, "none"),
}
ALONE = frozenset({Process.PRESERVATION_REQUEST, Process.CYBERTIPLINE_REPORT})
LAST = 5


class Copies(RuleBasedStateMachine):
    """The machine; every run brings papers of its own over one number."""

    world: ClassVar[World]
    seen: ClassVar[dict[str, int]]
    born: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.model: dict[str, dict[str, Any]] = {}

    def tally(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1

    @initialize(first=st.sampled_from(list(TERMS)), second=st.sampled_from(list(TERMS)))
    def begin(self, first: Process | None = None, second: Process | None = None) -> None:
        type(self).born += 1
        for one in (first, second):
            if one is not None:
                self.receive(process=one, verified=one is first)

    @rule(process=st.sampled_from(list(TERMS)), verified=st.booleans())
    def receive(self, *, process: Process, verified: bool) -> None:
        if len(self.model) >= LAST:
            return
        number = Selector(kind="phone", value=f"+1202{5550000 + self.born:07d}")
        served = paper(**{**OF_KIND[process], "selectors": (number,)})
        self.world.now = self.now
        one = self.world.receive(served, **({} if verified else {"officer": ""}))
        days, renewals, longer, rule_of = TERMS[process]
        copied = rule_of == "on_receipt" or (rule_of == "verified" and verified)
        self.model[one] = {
            "process": process, "rule": rule_of, "verified": verified, "left": renewals, "longer": longer,
            "until": self._until(days) if copied else None, "days": days, "ended": False, "called": False,
            "live": not (copied and process in ALONE),
        }  # fmt: skip
        self.tally("copied on receipt" if copied else "none on receipt")

    def _until(self, days: int) -> datetime:
        # The zone is New York's; the copy lasts through the last day there.
        return self.now.date() + timedelta(days=days + 1)  # type: ignore[return-value] # a day, compared as one

    def _pick(self, place: int) -> str | None:
        return list(self.model)[place % len(self.model)] if self.model else None

    @rule(place=st.integers(0, LAST), who=st.sampled_from(["analyst", "counsel"]))
    def preserve(self, place: int, who: str) -> None:
        if (matter := self._pick(place)) is None:
            return
        told = self.model[matter]
        standing = told["until"] is not None and not told["ended"]
        may = who == "counsel" or told["rule"] == "on_receipt" or (
            told["rule"] == "verified" and (told["verified"] or told["called"])
        )  # fmt: skip
        try:
            actions.preserve(actor=getattr(self.world, who), now=self.now, matter=matter)
        except SafeconductError:
            assert standing or not may
            self.tally("copy refused")
            return
        assert may
        assert not standing
        told.update(until=self._until(told["days"]), ended=False)
        told["live"] = told["live"] and told["process"] not in ALONE
        self.tally("copied by " + who)

    @rule(place=st.integers(0, LAST))
    def call_back(self, place: int) -> None:
        if (matter := self._pick(place)) is None:
            return
        told = self.model[matter]
        may = told["process"] is Process.EMERGENCY_REQUEST or not told["verified"]
        self.world.now = self.now
        try:
            self.world.call_back(matter)
        except SafeconductError:
            assert not may
            return
        assert may
        told["called"] = True
        self.tally("called back")

    @rule(place=st.integers(0, LAST))
    def renew(self, place: int) -> None:
        if (matter := self._pick(place)) is None:
            return
        told = self.model[matter]
        may = told["until"] is not None and not told["ended"] and told["left"] > 0
        try:
            actions.renew_preservation(actor=self.world.analyst, now=self.now, matter=matter)
        except SafeconductError:
            assert not may
            self.tally("renewal refused")
            return
        assert may
        told.update(left=told["left"] - 1, until=self._until(told["longer"]))
        self.tally("renewed")

    @rule(place=st.integers(0, LAST))
    def withdraw(self, place: int) -> None:
        if (matter := self._pick(place)) is None or not self.model[matter]["live"]:
            return
        actions.withdraw(actor=self.world.officer, now=self.now, matter=matter)
        self.model[matter]["live"] = False
        self.tally("withdrawn")

    @rule(days=st.integers(1, 120))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        held = {one for one in self.model if self._waits(one)}
        done = set(tasks.due(now=self.now))
        for matter, told in self.model.items():
            if told["until"] is None or told["ended"] or self.now.date() < told["until"]:
                assert f"copy:{matter}" not in done
                continue
            if self.now.date() == told["until"]:
                # The zone's day ends some hours after this one's: either answer is right on this very day.
                told["ended"] = f"copy:{matter}" in done
                continue
            over = not told["live"] and matter not in held
            assert (f"copy:{matter}" in done) is over, (matter, told)
            told["ended"] = over
            self.tally("ended" if over else "kept for pending process")

    def _waits(self, matter: str) -> bool:
        """Return whether process without a copy of its own is pending over the same number."""
        others = (one for name, one in self.model.items() if name != matter)
        return any(
            one["live"] and one["process"] not in ALONE and (one["until"] is None or one["ended"]) for one in others
        )

    @invariant()
    def the_rows_say_what_the_model_says(self) -> None:
        for matter, told in self.model.items():
            row = Matter.objects.get(pk=matter)
            assert (row.preserved_at is not None) is (told["until"] is not None)
            assert (row.preservation_ended_at is not None) is told["ended"]
            assert row.preservation_renewals <= TERMS[told["process"]][1]
            if told["until"] is not None:
                assert row.preserved_until is not None
                assert row.preserved_until.date() == told["until"]
                assert (self.world.vault.ops("preserve") or [None])[0] is not None
        assert alterations() == ()


def play(world: World, examples: int, number: int) -> dict[str, int]:
    """Run the machine over ``world`` and return what happened how often."""
    Copies.world, Copies.seen = world, {}
    copies = hypothesis_seed(number)(apart(Copies))
    run_state_machine_as_test(  # type: ignore[no-untyped-call] # hypothesis gives it no types
        copies,
        settings=settings(
            max_examples=examples,
            stateful_step_count=count(10, 40),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink] if SOAKING else [Phase.generate],
        ),
    )
    return Copies.seen


def test_copies_are_made_renewed_and_ended_by_the_instruments_own_rule(world: World) -> None:
    found = play(world, count(4, 300), seed("preservation"))
    report("preservation", **found)
    assert sum(found.values()) > 0
    if SOAKING:
        few = ("copied on receipt", "none on receipt", "ended", "copy refused", "renewed", "kept for pending process")
        assert min(found.get(one, 0) for one in few) > 10


def pending(world: World) -> dict[str, int]:
    """Let a letter's copy run out while a subpoena over the same number, of an unverified sender, is in hand."""
    Copies.world, Copies.seen = world, {}
    machine = Copies()
    machine.begin()
    machine.receive(process=Process.PRESERVATION_REQUEST, verified=True)
    machine.receive(process=Process.SUBPOENA, verified=False)
    machine.time_passes(days=100)
    machine.withdraw(place=1)
    machine.time_passes(days=1)
    machine.the_rows_say_what_the_model_says()
    return Copies.seen


def test_a_copy_stays_while_process_is_pending_and_ends_with_it(world: World) -> None:
    found = pending(world)
    assert (found["kept for pending process"], found["ended"]) == (1, 1)


def test_a_copy_made_again_after_its_end_ends_again(world: World) -> None:
    Copies.world, Copies.seen = world, {}
    machine = Copies()
    machine.begin()
    machine.receive(process=Process.SUBPOENA, verified=True)
    machine.withdraw(place=0)
    machine.time_passes(days=100)
    machine.preserve(place=0, who="counsel")
    machine.the_rows_say_what_the_model_says()
    machine.time_passes(days=50)
    machine.preserve(place=0, who="counsel")
    machine.time_passes(days=60)
    machine.the_rows_say_what_the_model_says()
    assert Copies.seen == {
        "copied on receipt": 1, "withdrawn": 1, "ended": 2, "copied by counsel": 1, "copy refused": 1,
    }  # fmt: skip


def test_a_copy_that_ends_under_pending_process_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the look at pending process the model disagrees."""
    acts = import_module("safeconduct.rooms.government_requests.actions.preserve")
    monkeypatch.setattr(acts, "process_pending", lambda **_given: False)
    with pytest.raises(AssertionError):
        pending(world)
