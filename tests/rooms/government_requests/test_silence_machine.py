"""Prohibitions over three matters that name one number: a machine with its own model of what may be told, and when."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.rooms.government_requests.apart import apart
from tests.rooms.government_requests.papers import paper
from tests.rooms.government_requests.world import CUSTOMER, NOW, World
from tests.small_pdf import small_pdf
from tests.soaking import SOAKING, count, report, seed

from safeconduct.core.base.errors import SafeconductError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload, silence_letters
from safeconduct.rooms.government_requests.actions import notice as notice_actions
from safeconduct.rooms.government_requests.models import Prohibition
from safeconduct.rooms.government_requests.queries.books import alterations
from safeconduct.rooms.government_requests.rules.paper import Selector
from safeconduct.rooms.government_requests.rules.silence import Source, Term, Terms

MATTERS = 3
CHOSEN = st.integers(0, MATTERS - 1)
ORDER = Upload(name="o.pdf", data=small_pdf("an order"), pages=1, role="nondisclosure_order")
FIRST_HOURS = 5
"""The zone's days end at five in the morning, UTC, in winter and at four in summer."""


class Silences(RuleBasedStateMachine):
    """The machine; every run brings three matters of its own that name one number, and no other's."""

    world: ClassVar[World]
    seen: ClassVar[dict[str, int]]
    born: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.model: dict[str, dict[str, Any]] = {}
        self.cleared: dict[int, set[str]] = {place: set() for place in range(MATTERS)}
        self.told: set[int] = set()
        self.matters: list[str] = []

    def count(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1

    @initialize()
    def begin(self) -> None:
        type(self).born += 1
        number = f"+1202{5550000 + type(self).born:07d}"
        self.world.now = self.now
        for place in range(MATTERS):
            other = Selector(kind="phone", value=f"+4420{8_000_000 + 10 * type(self).born + place}")
            self.matters.append(
                self.world.receive(paper(selectors=(Selector(kind="phone", value=number), other)), cleared=frozenset())
            )

    def _standing(self, place: int) -> dict[str, dict[str, Any]]:
        return {
            name: one
            for name, one in self.model.items()
            if one["place"] == place and one["state"] in ("in_force", "with_counsel")
        }

    def _all(self, who: str) -> Any:
        return getattr(self.world, who)

    @rule(place=CHOSEN, source=st.sampled_from(list(Source)), days=st.one_of(st.none(), st.integers(1, 40)))
    def prohibit(self, place: int, source: Source, days: int | None) -> None:
        if source is Source.REQUEST:
            days = None
        until = None if days is None else self.now.date() + timedelta(days=days)
        terms = Terms(source=source, term=Term.INDEFINITE if days is None else Term.FIXED, until=until)
        before = set(Prohibition.objects.values_list("pk", flat=True))
        people = frozenset({self._all("analyst").person, self._all("colleague").person, self._all("counsel").person})
        actions.prohibit_notice(
            actor=self._all("analyst"), now=self.now, matter=self.matters[place], terms=terms, cleared=people
        )
        (name,) = set(Prohibition.objects.values_list("pk", flat=True)) - before
        states = {Source.COURT_ORDER: "in_force", Source.STATUTE: "in_force", Source.REQUEST: "not_binding"}
        state = states.get(source, "with_counsel")
        self.model[name] = {"place": place, "until": until, "state": state, "warned": None}
        self.count(state)

    @rule(place=CHOSEN, days=st.integers(-3, 30))
    def extend(self, place: int, days: int) -> None:
        for name, one in self._standing(place).items():
            later = (one["until"] or self.now.date()) + timedelta(days=days)
            allowed = one["until"] is not None and days > 0
            if self._does(
                "extended",
                allowed,
                lambda name=name, later=later: actions.extend_prohibition(
                    actor=self._all("analyst"),
                    now=self.now,
                    matter=self.matters[place],
                    prohibition=name,
                    until=later,
                    order=ORDER,
                ),
            ):
                one["until"] = later

    def _does(self, what: str, allowed: bool, act: Any) -> bool:  # noqa: FBT001 - a check by place
        try:
            act()
        except SafeconductError:
            assert not allowed, f"{what}: refused, and the model allows it"
            self.count(f"{what} refused")
            return False
        assert allowed, f"{what}: done, and the model refuses it"
        self.count(what)
        return True

    @rule(place=CHOSEN, binds=st.booleans())
    def determine(self, place: int, *, binds: bool) -> None:
        for name, one in self._standing(place).items():
            if self._does(
                "determined",
                one["state"] == "with_counsel",
                lambda name=name: actions.determine_prohibition(
                    actor=self._all("counsel"),
                    now=self.now,
                    matter=self.matters[place],
                    prohibition=name,
                    binds=binds,
                    reason="So it is.",
                ),
            ):
                one["state"] = "in_force" if binds else "not_binding"

    @rule(place=CHOSEN)
    def lift(self, place: int) -> None:
        for name, one in list(self._standing(place).items())[:1]:
            actions.lift_prohibition(
                actor=self._all("counsel"), now=self.now, matter=self.matters[place], prohibition=name
            )
            one["state"] = "lifted"
            self.count("lifted")

    @rule(place=CHOSEN)
    def end(self, place: int) -> None:
        standing = self._standing(place)
        over = all(one["until"] is not None and self.now >= self._end(one) for one in standing.values())
        if self._does(
            "ended",
            bool(standing) and over,
            lambda: actions.end_silence(actor=self._all("analyst"), now=self.now, matter=self.matters[place]),
        ):
            for one in standing.values():
                one["state"] = "ended"

    @rule(place=CHOSEN, days=st.integers(1, 40))
    def outlive(self, place: int, days: int) -> None:
        """Forbid, wait for the end and record it in one go, so that this happens often enough."""
        self.prohibit(place, Source.COURT_ORDER, days)
        last = max(one["until"] for one in self._standing(place).values() if one["until"])
        self.wait((last - self.now.date()).days + 2)
        self.end(place)

    @staticmethod
    def _end(one: dict[str, Any]) -> datetime:
        day = one["until"] + timedelta(days=1)
        hours = FIRST_HOURS if (day.month, day.day) > (11, 1) or (day.month, day.day) <= (3, 8) else FIRST_HOURS - 1
        return datetime.combine(day, datetime.min.time(), tzinfo=NOW.tzinfo) + timedelta(hours=hours)

    @rule(place=CHOSEN)
    def warn(self, place: int) -> None:
        for name, one in self.model.items():
            mine = one["place"] == place and one["until"] is not None
            if mine and one["state"] in ("in_force", "with_counsel", "ended"):
                written = actions.warn_agency(
                    actor=self._all("analyst"),
                    now=self.now,
                    matter=self.matters[place],
                    prohibition=name,
                    to=self.world.party,
                )
                self.world.vault.approved.add(written.digest)
                actions.issue_letter(actor=self._all("analyst"), now=self.now, letter=written.letter)
                one["warned"] = self.now
                self.count("warned")

    @rule(place=CHOSEN)
    def clear(self, place: int) -> None:
        actions.clear_notice(actor=self._all("counsel"), now=self.now, matter=self.matters[place])
        self.cleared[place] |= self._elsewhere(place)

    def _elsewhere(self, place: int) -> set[str]:
        return {name for other in range(MATTERS) if other != place for name in self._standing(other)}

    @rule(place=CHOSEN)
    def tell(self, place: int) -> None:
        if place in self.told:
            return
        mine = [one for one in self.model.values() if one["place"] == place]
        ran_out = [one for one in mine if one["state"] == "ended"]
        warned = all(one["warned"] and self.now >= one["warned"] + timedelta(days=7) for one in ran_out)
        free = not self._standing(place) and not self._elsewhere(place) - self.cleared[place]
        if self._does("told", free and warned, lambda: self._tell(place)):
            self.told.add(place)

    def _tell(self, place: int) -> None:
        who: dict[str, Any] = {"now": self.now, "matter": self.matters[place]}
        written = actions.draft_notice(
            actor=self._all("analyst"), **who, customer=CUSTOMER, to=self.world.party, agency="Calder"
        )
        self.world.vault.approved.add(written.digest)
        actions.release_notice(actor=self._all("colleague"), **who)

    @rule(days=st.integers(1, 15))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def rows_follow_the_model(self) -> None:
        for place, matter in enumerate(self.matters):
            row, standing = self.world.row(matter), self._standing(place)
            judged = [one["until"] if one["state"] == "in_force" else None for one in standing.values()]
            ends = [self._end(one) if until else None for one, until in zip(standing.values(), judged, strict=True)]
            assert row.silenced is bool(standing)
            if standing:
                known = [end for end in ends if end is not None]
                assert row.silence_until == (max(known) if len(known) == len(ends) else None)
                assert row.notice_state == ("released" if place in self.told else "prohibited")
            kept = dict(Prohibition.objects.filter(matter=matter).values_list("pk", "state"))
            assert kept == {name: one["state"] for name, one in self.model.items() if one["place"] == place}

    def teardown(self) -> None:
        assert not {one.matter for one in alterations()} & set(self.matters)


def run(world: World, *, examples: int) -> dict[str, int]:
    Silences.world, Silences.seen = world, {}
    chosen = settings(
        max_examples=examples,
        stateful_step_count=20,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(hypothesis_seed(seed("silence"))(apart(Silences)), settings=chosen)
    return Silences.seen


def test_what_may_be_told_and_when(world: World) -> None:
    seen = run(world, examples=count(5, 400))
    report("silence", **seen)
    assert sum(seen.values()) > 0
    if SOAKING:
        few = ("in_force", "with_counsel", "not_binding", "lifted", "told", "told refused", "determined", "ended")
        assert min(seen.get(one, 0) for one in few) > 10


def _by_hand(world: World) -> dict[str, int]:
    Silences.world, Silences.seen = world, {}
    machine = Silences()
    machine.begin()
    machine.prohibit(0, Source.COURT_ORDER, 2)
    machine.tell(0)
    machine.tell(1)
    machine.extend(0, 3)
    machine.extend(0, -1)
    machine.clear(2)
    machine.tell(2)
    machine.wait(10)
    machine.end(0)
    machine.tell(0)
    machine.warn(0)
    machine.wait(8)
    machine.tell(0)
    machine.prohibit(1, Source.FOREIGN_LAW, None)
    machine.determine(1, binds=False)
    machine.tell(1)
    machine.rows_follow_the_model()
    machine.teardown()
    return Silences.seen


def test_every_outcome_once(world: World) -> None:
    seen = _by_hand(world)
    assert seen["told"] == 3
    assert seen["told refused"] == 3
    assert {"extended", "extended refused", "determined", "ended", "warned"} <= set(seen)


def test_control_a_release_that_looks_nowhere_else_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice_actions, "elsewhere", lambda _row: frozenset())
    with pytest.raises(AssertionError, match="told: done"):
        _by_hand(world)


def test_control_a_release_without_warning_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice_actions, "warnings", lambda _row: ())
    with pytest.raises(AssertionError, match="told: done"):
        _by_hand(world)


def test_the_database_refuses_a_state_past_the_program(world: World) -> None:
    matter = world.receive(paper(asks_silence=True))
    asked = Prohibition.objects.get(matter=matter)
    assert asked.state == "not_binding"
    assert not world.row(matter).silenced
    actions.prohibit_notice(
        actor=world.analyst, now=world.now, matter=matter, until=world.now.date(), cleared=frozenset()
    )
    ordered = Prohibition.objects.get(matter=matter, source=Source.COURT_ORDER)
    wrong: list[tuple[str, dict[str, Any]]] = [
        (asked.pk, {"state": "in_force", "ended_at": None}),
        (ordered.pk, {"state": "not_binding", "ended_at": world.now}),
        (ordered.pk, {"until": None}),
        (ordered.pk, {"term": Term.INDEFINITE, "until": None}),
        (ordered.pk, {"state": "ended"}),
    ]
    for name, changes in wrong:
        with pytest.raises(DatabaseError), transaction.atomic():
            Prohibition.objects.filter(pk=name).update(**changes)
    Prohibition.objects.filter(pk=ordered.pk).update(until=world.now + timedelta(days=9))
    assert {one.part for one in alterations()} == {"its prohibitions"}


def test_counsel_clears_only_what_counsel_may_see(world: World) -> None:
    hidden, seen = world.receive(), world.receive()
    actions.prohibit_notice(
        actor=world.analyst, now=world.now, matter=hidden, until=world.now.date(), cleared=frozenset()
    )
    with pytest.raises(silence_letters.AskCounselError):
        actions.clear_notice(actor=world.counsel, now=world.now, matter=seen)
