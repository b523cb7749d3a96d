"""Outside counsel: one matter each, until its end by the clock or at once; beside a model, in random histories."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests import soaking
from tests.rooms.government_requests.papers import OF_KIND, SILENCE, paper
from tests.rooms.government_requests.world import GRANT, NOW, World

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.clocks import Clocks
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions.advice import seal_advice
from safeconduct.rooms.government_requests.queries import books, due, mandates
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError, visible
from safeconduct.rooms.government_requests.queries.advice import advice_of
from safeconduct.rooms.government_requests.rules.mandates import MandateError, MandateSilencedError, warn_from
from safeconduct.rooms.government_requests.rules.words import Process
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people import steps as people_steps
from safeconduct.rooms.people.models import Account, Mandate, Membership, Organisation, Person
from safeconduct.rooms.people.rules import PERMISSIONS, Permission, Role, permissions_of

FIRM = "d" * 32
P = Permission
COUNSEL = ("8" * 32, "9" * 32)
ENDS = NOW + timedelta(days=365)


@pytest.fixture
def firm(world: World) -> World:
    organisation = Organisation.objects.create(id=FIRM, name_object="2" * 32, country="US", governmental=False)
    for person in COUNSEL:
        row = Person.objects.create(id=person, name_object=person, organisation=organisation)
        Account.objects.create(id=person[::-1], person=row, opened_at=NOW)
        Membership.objects.create(person=row, role=str(Role.OUTSIDE_COUNSEL), starts=NOW, ends=ENDS)
    return world


def asks(person: str, now: datetime) -> Actor:
    return people.actor_for(account=person[::-1], now=now)


def give(world: World, matter: str, days: int = 30, person: str = COUNSEL[0], **more: Any) -> str:
    facts = {"actor": world.counsel, "now": world.now, "until": world.now + timedelta(days=days), **more}
    return actions.give_mandate(matter=matter, person=person, **facts).mandate


def seen(person: str, now: datetime) -> set[str]:
    return set(visible(asks(person, now)).values_list("pk", flat=True))


def test_a_mandate_opens_one_matter_until_its_instant(firm: World) -> None:
    one, other = firm.receive(), firm.receive()
    assert seen(COUNSEL[0], NOW) == set()
    give(firm, one)
    assert seen(COUNSEL[0], NOW) == {one}
    assert seen(COUNSEL[1], NOW) == set()
    last = NOW + timedelta(days=30)
    assert seen(COUNSEL[0], last - timedelta(microseconds=1)) == {one}
    assert seen(COUNSEL[0], last) == set()
    with pytest.raises(UnknownMatterError):
        actions.comment(actor=asks(COUNSEL[0], NOW), now=NOW, matter=other, words="Too wide.")


def test_it_ends_at_once_and_the_vault_process_is_told(firm: World) -> None:
    matter = firm.receive()
    mandate = give(firm, matter)
    actions.end_mandate(actor=firm.analyst, now=NOW, mandate=mandate)
    assert seen(COUNSEL[0], NOW) == set()
    assert [one["person"] for one in firm.vault.ops("give_mandate")] == [COUNSEL[0]]
    assert [one["mandate"] for one in firm.vault.ops("end_mandate")] == [mandate]
    assert books.alterations() == ()


def test_it_ends_at_the_desk_also_while_the_vault_process_is_away(firm: World) -> None:
    matter = firm.receive()
    mandate = give(firm, matter)
    firm.vault.down.add("end_mandate")
    with pytest.raises(Exception, match="does not answer"):
        actions.end_mandate(actor=firm.analyst, now=NOW, mandate=mandate)
    assert seen(COUNSEL[0], NOW) == set()
    assert due.open_journeys(before=NOW + timedelta(days=1))


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_an_end_that_is_past_or_after_the_role_is_refused(firm: World, days: int) -> None:
    with pytest.raises(MandateError):
        give(firm, firm.receive(), days)


def test_only_counsel_gives_and_only_to_outside_counsel(firm: World) -> None:
    matter = firm.receive()
    with pytest.raises(NotPermittedError):
        give(firm, matter, actor=firm.analyst)
    with pytest.raises(MandateError):
        give(firm, matter, person=firm.analyst.person)
    give(firm, matter)
    with pytest.raises(NotPermittedError):
        give(firm, matter, actor=asks(COUNSEL[0], NOW))


def test_a_silenced_matter_needs_the_orders_list_too(firm: World) -> None:
    asked = paper(**OF_KIND[Process.SEARCH_WARRANT], silence=SILENCE)
    listed = frozenset({firm.colleague.person, firm.counsel.person, COUNSEL[0]})
    matter = firm.receive(asked, cleared=listed)
    with pytest.raises(MandateSilencedError):
        give(firm, matter, person=COUNSEL[1])
    assert seen(COUNSEL[0], NOW) == set()
    give(firm, matter)
    assert seen(COUNSEL[0], NOW) == {matter}
    people_steps.withdraw_clearance(person=COUNSEL[0], matter=matter)
    assert seen(COUNSEL[0], NOW) == set()


def test_who_is_not_cleared_can_neither_give_nor_end(firm: World) -> None:
    asked = paper(**OF_KIND[Process.SEARCH_WARRANT], silence=SILENCE)
    matter = firm.receive(asked, cleared=frozenset({firm.counsel.person, COUNSEL[0]}))
    mandate = give(firm, matter)
    uncleared = replace(firm.counsel, clearances=frozenset())
    with pytest.raises(UnknownMatterError):
        give(firm, matter, actor=uncleared)
    with pytest.raises(UnknownMatterError):
        actions.end_mandate(actor=uncleared, now=NOW, mandate=mandate)


def test_advice_and_comments_go_both_ways(firm: World) -> None:
    matter = firm.receive()
    give(firm, matter)
    theirs = asks(COUNSEL[0], NOW)
    seal_advice(actor=theirs, now=NOW, matter=matter, words="Object to item two.")
    actions.comment(actor=theirs, now=NOW, matter=matter, words="Which days?")
    actions.comment(actor=firm.analyst, now=NOW, matter=matter, words="The first week.")
    assert advice_of(actor=firm.counsel, matter=matter, grant=GRANT) == ("Object to item two.",)
    assert advice_of(actor=theirs, matter=matter, grant=GRANT) == ("Object to item two.",)
    told = mandates.comments_of(actor=theirs, matter=matter, grant=GRANT)
    assert {one.words for one in told} == {"Which days?", "The first week."}
    assert books.alterations() == ()


def test_outside_counsel_signs_decides_and_releases_nothing() -> None:
    held = PERMISSIONS[Role.OUTSIDE_COUNSEL]
    assert held == {P.MANDATE_USE, P.CASE_OPEN, P.ADVICE_SHARE, P.COMMENT_WRITE}
    assert permissions_of(roles=frozenset({Role.OUTSIDE_COUNSEL, Role.COUNSEL})) == {str(one) for one in held}


def test_the_desk_is_warned_a_week_before(firm: World) -> None:
    matter = firm.receive()
    mandate = give(firm, matter, 30)
    early, late = NOW + timedelta(days=22), NOW + timedelta(days=23)
    rung = [[kind for one, kind, _ in due.alarms_to_raise(clocks=_all_at(at)) if one == matter] for at in (early, late)]
    assert ["mandate_ends" in kinds for kinds in rung] == [False, True]
    actions.end_mandate(actor=firm.counsel, now=NOW, mandate=mandate)
    assert "mandate_ends" not in [kind for _, kind, _ in due.alarms_to_raise(clocks=_all_at(late))]
    assert warn_from(starts=NOW, ends=NOW + timedelta(days=2)) == NOW


def _all_at(at: datetime) -> Clocks:
    return Clocks(wall=at, boot=at)


def test_rows_and_entries_are_held_against_each_other(firm: World) -> None:
    matter = firm.receive()
    give(firm, matter)
    Mandate.objects.update(ends=ENDS)
    assert {str(one.part) for one in books.alterations()} == {"its outside counsel"}


def test_the_database_itself_takes_no_mandate_back_to_life(firm: World) -> None:
    mandate = give(firm, firm.receive())
    actions.end_mandate(actor=firm.counsel, now=NOW, mandate=mandate)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE people_mandate SET state = 'given', ended_at = NULL")


class Histories(RuleBasedStateMachine):
    """Mandates are given, ended and outlived; who sees what is asked of a model that knows only ends."""

    world: ClassVar[World]
    reached: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        Mandate.objects.all().delete()
        self.now = NOW
        self.matters = [self.world.receive() for _ in range(2)]
        self.ends: dict[tuple[str, str], datetime] = {}
        self.ids: dict[tuple[str, str], str] = {}

    @rule(person=st.sampled_from(COUNSEL), which=st.integers(0, 1), days=st.integers(1, 20))
    def give(self, person: str, which: int, days: int) -> None:
        key, until = (person, self.matters[which]), self.now + timedelta(days=days)
        self.reached["again"] += key in self.ends
        made = actions.give_mandate(actor=self.world.counsel, now=self.now, matter=key[1], person=person, until=until)
        self.ends[key], self.ids[key] = until, made.mandate
        self.reached["given"] += 1

    @precondition(lambda self: self.ends)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        key = list(self.ends)[data.draw(st.integers(0, 999)) % len(self.ends)]
        actions.end_mandate(actor=self.world.analyst, now=self.now, mandate=self.ids.pop(key))
        del self.ends[key]
        self.reached["ended"] += 1

    @rule(days=st.integers(5, 30))
    def wait(self, days: int) -> None:
        before = {key for key, until in self.ends.items() if self.now < until}
        self.now += timedelta(days=days)
        self.reached["lapsed"] += sum(self.ends[key] <= self.now for key in before)

    @invariant()
    def who_sees_what(self) -> None:
        for person in COUNSEL:
            model = {matter for (who, matter), until in self.ends.items() if who == person and self.now < until}
            if self.now < ENDS:
                assert seen(person, self.now) == model

    def teardown(self) -> None:
        parts = {one.part for one in books.alterations() if one.matter in getattr(self, "matters", ())}
        assert parts == set()


def test_random_histories_of_mandates(firm: World) -> None:
    Histories.world, Histories.reached = firm, Counter()
    chosen = settings(
        max_examples=soaking.count(16, 400),
        stateful_step_count=16,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    seed(soaking.seed("mandates"))(Histories)
    run_state_machine_as_test(Histories, settings=chosen)
    soaking.report("mandates", **Histories.reached)
    assert min(Histories.reached[one] for one in ("given", "ended", "lapsed", "again")) > 0


def test_control_a_desk_that_forgets_the_end_is_noticed(firm: World, monkeypatch: pytest.MonkeyPatch) -> None:
    held = people.mandates_of
    monkeypatch.setattr(people, "mandates_of", lambda *, person, now: held(person=person, now=now - timedelta(days=2)))
    Histories.world, Histories.reached = firm, Counter()
    chosen = settings(max_examples=30, database=None, deadline=None, phases=(Phase.generate,))
    seed(soaking.seed("mandates"))(Histories)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Histories, settings=settings(chosen, suppress_health_check=list(HealthCheck)))
