"""Links between matters, and what papers say of earlier ones: never an end that is not there for whoever looks."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests import soaking
from tests.rooms.government_requests.papers import paper
from tests.rooms.government_requests.world import GRANT, NOW, World

from safeconduct.core.base.periods import Window
from safeconduct.rooms.government_requests.actions.links import UnknownLinkError, link_matters, unlink_matters
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.models.link import MatterLink, StatedReference
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError
from safeconduct.rooms.government_requests.queries.links import links_of, periods_beside, reasons_of, stated
from safeconduct.rooms.government_requests.rules.links import (
    LinkError,
    LinkKind,
    LinkReasonError,
    compared,
    plain_number,
    references_in,
)
from safeconduct.rooms.ledger import queries as ledger

WHY = "Both name the same account."


def _link(world: World, one: str, other: str, kind: LinkKind = LinkKind.DUPLICATE, reason: str = WHY) -> str:
    return link_matters(actor=world.analyst, now=NOW, matter=one, other=other, kind=kind, reason=reason).link


def _silence(matter: str) -> None:
    Matter.objects.filter(pk=matter).update(silenced=True)


def test_a_link_is_made_seen_from_both_ends_and_ended(world: World) -> None:
    one, other = world.receive(), world.receive()
    link = _link(world, one, Matter.objects.get(pk=other).reference.lower(), LinkKind.SUPPLEMENT)
    here, there = (links_of(actor=world.stranger, matter=name, now=NOW) for name in (one, other))
    assert [(line.row.id, line.says) for line in here] == [(other, "Asks for more than the other")]
    assert [(line.row.id, line.says) for line in there] == [(one, "Is asked for more by the other")]
    assert reasons_of(here, {one: GRANT}) == {here[0].reason: WHY}
    assert reasons_of(here, {}) == {}
    unlink_matters(actor=world.counsel, now=NOW, matter=other, link=link, reason="Another account.")
    assert links_of(actor=world.analyst, matter=one, now=NOW) == ()
    kinds = [line.kind for line in ledger.history(subject=link)]
    assert kinds == ["government_requests.link_matters", "government_requests.unlink_matters"]
    for name in (one, other):
        assert not [line for line in ledger.history(subject=name) if "link" in line.kind], "neither matter tells"
    with pytest.raises(UnknownLinkError):
        unlink_matters(actor=world.analyst, now=NOW, matter=one, link=link, reason="Again.")
    assert _link(world, other, one), "a pair that was parted can be linked again"


def test_what_cannot_be_linked(world: World) -> None:
    one, other = world.receive(), world.receive()
    with pytest.raises(LinkError):
        _link(world, one, one)
    with pytest.raises(LinkReasonError):
        _link(world, one, other, reason="  ")
    with pytest.raises(UnknownMatterError):
        _link(world, one, "XXXX-XXXX-XXXX")
    _link(world, one, other)
    with pytest.raises(LinkError):
        _link(world, other, one)
    with pytest.raises(LinkReasonError):
        unlink_matters(actor=world.analyst, now=NOW, matter=one, link=MatterLink.objects.get().pk, reason="")
    with pytest.raises(IntegrityError), transaction.atomic():
        MatterLink.objects.update(state="other")
    MatterLink.objects.update(state="ended")
    with pytest.raises(IntegrityError), transaction.atomic():
        MatterLink.objects.update(state="standing")


def test_a_silenced_end_is_absent_in_both_directions(world: World) -> None:
    one, other = world.receive(), world.receive()
    link = _link(world, one, other)
    _silence(other)
    assert links_of(actor=world.stranger, matter=one, now=NOW) == ()
    with pytest.raises(UnknownMatterError):
        links_of(actor=world.stranger, matter=other, now=NOW)
    with pytest.raises(UnknownLinkError):
        unlink_matters(actor=world.stranger, now=NOW, matter=one, link=link, reason="It is gone.")
    with pytest.raises(UnknownMatterError):
        link_matters(
            actor=world.stranger, now=NOW, matter=one, other=other, kind=LinkKind.CHALLENGE, reason="It was there."
        )
    cleared = replace(world.stranger, clearances=frozenset({other}))
    assert len(links_of(actor=cleared, matter=one, now=NOW)) == 1


def test_an_earlier_reference_and_the_same_number_are_found_within_clearance(world: World) -> None:
    first = world.receive(paper(case_number="GJ 2026/114"))
    reference = Matter.objects.get(pk=first).reference
    words = (f"We refer to your file {reference} and ask for more.",)
    second = world.receive(paper(case_number="gj-2026-114"), transcript=words)
    said = stated(actor=world.stranger, matter=second, now=NOW)
    assert [row.id for row in said.named_here] == [row.id for row in said.same_number] == [first]
    assert [row.id for row in stated(actor=world.stranger, matter=first, now=NOW).named_there] == [second]
    _silence(first)
    said = stated(actor=world.stranger, matter=second, now=NOW)
    assert (said.named_here, said.named_there, said.same_number) == ((), (), ())
    assert StatedReference.objects.filter(value="GJ 2026/114").count() == 0, "the number is kept as a keyed index"


def test_periods_are_compared_where_both_papers_are_open(world: World) -> None:
    one, other = world.receive(), world.receive()
    both = {one: GRANT, other: GRANT}
    found = periods_beside(actor=world.analyst, matter=one, others=(other,), grants=both)
    assert found[other] is not None
    assert found[other].words == "The same period"
    assert periods_beside(actor=world.analyst, matter=one, others=(other,), grants={one: GRANT}) == {}
    assert periods_beside(actor=world.analyst, matter=one, others=(other,), grants={other: GRANT}) == {}


START = datetime(2026, 1, 1, tzinfo=UTC)


def _days(first: int, last: int) -> Window:
    return Window(START + timedelta(days=first), START + timedelta(days=last))


@pytest.mark.parametrize(
    ("own", "other", "words"),
    [
        ((0, 10), (0, 10), "The same period"),
        ((0, 10), (10, 20), "No day in common"),
        ((0, 10), (2, 4), "Lies within this one's"),
        ((2, 4), (0, 10), "Holds this one's"),
        ((0, 10), (9, 20), "1 day in common"),
        ((5, 20), (0, 8), "3 days in common"),
    ],
)
def test_how_two_periods_lie(own: tuple[int, int], other: tuple[int, int], words: str) -> None:
    bars = compared(_days(*own), _days(*other))
    assert bars is not None
    assert bars.words == words
    for begins, width in (bars.own, bars.other, *([bars.shared] if bars.shared else [])):
        assert 0 <= begins <= begins + width <= bars.width + 0.02
    assert (bars.shared is None) is (words == "No day in common")
    assert compared(None, _days(*other)) is None


def test_what_a_paper_states() -> None:
    texts = ["Your reference abcd-efgh-2345, and ABCD-EFGH-2345 again; not X-ABCD-EFGH-2345.", "Own: 2222-3333-4444"]
    assert references_in(texts, own="2222-3333-4444") == ("ABCD-EFGH-2345",)
    assert plain_number("GJ 2026/114 ") == plain_number("gj-2026-114") == "gj2026114"
    assert plain_number(" - ") == ""


class Pairs(RuleBasedStateMachine):
    """Three matters, linked and parted in any order; the model knows which pairs stand."""

    world: ClassVar[World]
    matters: ClassVar[list[str]]
    counted: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        self.stands: dict[frozenset[str], str] = {
            frozenset({one.one_id, one.other_id}): one.pk for one in MatterLink.objects.filter(state="standing")
        }

    @rule(one=st.integers(0, 2), other=st.integers(0, 2), kind=st.sampled_from(LinkKind))
    def link(self, one: int, other: int, kind: LinkKind) -> None:
        here, there = self.matters[one], self.matters[other]
        pair = frozenset({here, there})
        if one == other or pair in self.stands:
            with pytest.raises(LinkError):
                _link(self.world, here, there, kind)
            self.counted["refused"] += 1
        else:
            self.stands[pair] = _link(self.world, here, there, kind)
            self.counted["linked"] += 1

    @rule(one=st.integers(0, 2), other=st.integers(0, 2))
    def part(self, one: int, other: int) -> None:
        here, there = self.matters[one], self.matters[other]
        link = self.stands.pop(frozenset({here, there}), "")
        if link:
            unlink_matters(actor=self.world.counsel, now=NOW, matter=there, link=link, reason="It was a mistake.")
            self.counted["parted"] += 1
        else:
            with pytest.raises(UnknownLinkError):
                unlink_matters(actor=self.world.counsel, now=NOW, matter=here, link="0" * 32, reason="None.")

    @invariant()
    def as_the_model_says(self) -> None:
        stands = getattr(self, "stands", None)
        for here in self.matters if stands is not None else ():
            seen = {line.row.id for line in links_of(actor=self.world.analyst, matter=here, now=NOW)}
            assert seen == {other for pair in stands or {} for other in pair - {here} if here in pair}


def test_any_order_of_linking_and_parting(world: World) -> None:
    Pairs.world, Pairs.matters, Pairs.counted = world, [world.receive() for _ in range(3)], Counter()
    chosen = settings(
        max_examples=soaking.count(8, 200),
        stateful_step_count=12,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    hypothesis_seed(soaking.seed("links"))(Pairs)
    run_state_machine_as_test(Pairs, settings=chosen)
    soaking.report("links", **Pairs.counted)
    assert Pairs.counted["linked"] > 0
    assert Pairs.counted["refused"] > 0
