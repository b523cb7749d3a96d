"""Invoices: only what the law lets be charged, numbered without gaps, never changed; and custodians before a court."""

from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.rooms.government_requests.papers import SILENCE, paper
from tests.rooms.government_requests.world import NOW, World
from tests.soaking import SOAKING, count, report, seed

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.rooms.government_requests import actions, models
from safeconduct.rooms.government_requests.actions import costs as cost_actions
from safeconduct.rooms.government_requests.models import Invoice
from safeconduct.rooms.government_requests.queries import books
from safeconduct.rooms.government_requests.queries.access import UnknownMatterError
from safeconduct.rooms.government_requests.queries.invoices import invoices
from safeconduct.rooms.government_requests.rules import testimony as court
from safeconduct.rooms.government_requests.rules.costs import (
    INVOICE,
    CostError,
    CostItem,
    CostItemError,
    Work,
    require_reimbursed,
)
from safeconduct.rooms.government_requests.rules.words import Category

CONTENT = CostItem(work=Work.SEARCH, category=Category.MESSAGE_CONTENT, minutes=90, cents=18_000)
TOLL = CostItem(work=Work.REPRODUCE, category=Category.CALL_DETAIL, minutes=10, cents=2_000)


def _write(world: World, matter: str, *items: CostItem, **more: Any) -> Any:
    given = {"actor": world.analyst, "now": world.now, "matter": matter, "to": world.party}
    return actions.write_invoice(**(given | {"items": items or (CONTENT,)} | more))


def test_an_invoice_is_a_numbered_letter_that_a_second_person_signs(world: World) -> None:
    first, second = world.released(), world.released()
    written = _write(world, first)
    _write(world, second)
    found = invoices(actor=world.analyst)
    assert [one.number for one in found] == ["northwind-us-00001", "northwind-us-00002"]
    assert [(one.total, one.state, one.sent) for one in found] == [("USD 180.00", "unpaid", False)] * 2
    world.vault.approved.add(written.digest)
    actions.issue_letter(actor=world.analyst, now=world.now, letter=written.letter)
    assert invoices(actor=world.analyst, matter=first)[0].sent
    assert books.alterations() == ()
    Invoice.objects.filter(matter=first).update(cents=1)
    assert [one.part for one in books.alterations()] == ["its invoices"]


def test_toll_records_are_free_unless_a_court_allowed_it(world: World) -> None:
    matter = world.released()
    with pytest.raises(CostError, match="call_detail"):
        _write(world, matter, CONTENT, TOLL)
    _write(world, matter, CONTENT, TOLL, court_allowed=True)
    assert invoices(actor=world.analyst)[0].cents == 20_000


def test_nothing_is_charged_before_an_answer_or_for_nothing(world: World) -> None:
    with pytest.raises(CostError):
        _write(world, world.reviewed())
    matter = world.released()
    for bad in ({"minutes": 0}, {"cents": 0}, {"cents": -1}):
        facts: dict[str, Any] = {"work": Work.SEARCH, "category": Category.MESSAGE_CONTENT, "minutes": 1, "cents": 1}
        with pytest.raises(CostItemError):
            _write(world, matter, CostItem(**(facts | bad)))
    assert not Invoice.objects.exists()


def test_a_silenced_matters_invoice_leaves_no_gap_for_a_stranger(world: World) -> None:
    hidden = world.released(paper(silence=SILENCE))
    _write(world, world.released())
    _write(world, hidden)
    _write(world, world.released())
    assert [one.number[-6:] for one in invoices(actor=world.stranger)] == ["-00001", "-00002"]
    assert any(one.number.endswith("R00001") for one in invoices(actor=world.analyst))
    silent = Invoice.objects.get(series="R")
    with pytest.raises(UnknownMatterError):
        actions.settle_invoice(actor=world.stranger, now=world.now, invoice=silent.pk, event="pay")


class Payments(RuleBasedStateMachine):
    """Invoices of one answered matter, settled in any order."""

    world: ClassVar[World]
    matter: ClassVar[str]
    seen: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        self.model = {one.pk: one.state for one in Invoice.objects.all()}

    @rule(minutes=st.integers(1, 600), cents=st.integers(1, 10**6))
    def write(self, minutes: int, cents: int) -> None:
        item = CostItem(work=Work.ASSEMBLE, category=Category.PAYMENT, minutes=minutes, cents=cents)
        _write(self.world, self.matter, item)
        (name,) = set(Invoice.objects.values_list("pk", flat=True)) - set(self.model)
        self.model[name] = "unpaid"
        self.seen["written"] += 1

    @rule(data=st.data(), event=st.sampled_from(["pay", "waive", "cancel", "forge"]))
    def settle(self, data: st.DataObject, event: str) -> None:
        if not self.model:
            return
        # Ids are drawn anew in each run, so that the order of writing decides, not theirs.
        name = list(self.model)[data.draw(st.integers(0, 999)) % len(self.model)]
        allowed = self.model[name] == "unpaid" and event != "forge"
        try:
            actions.settle_invoice(actor=self.world.analyst, now=NOW, invoice=name, event=event)
        except TransitionError:
            assert not allowed
            self.seen["refused"] += 1
        else:
            assert allowed, "settled, and the model refuses it"
            self.model[name] = {"pay": "paid", "waive": "waived", "cancel": "void"}[event]
            self.seen["settled"] += 1

    @invariant()
    def rows_follow_the_model_and_numbers_have_no_gaps(self) -> None:
        rows = list(Invoice.objects.order_by("number"))
        assert {one.pk: one.state for one in rows} == getattr(self, "model", {one.pk: one.state for one in rows})
        assert [one.number for one in rows] == list(range(1, len(rows) + 1))


def _play(world: World) -> Counter[str]:
    Payments.world, Payments.matter, Payments.seen = world, world.released(), Counter()
    chosen = settings(
        max_examples=count(8, 200),
        stateful_step_count=12,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    hypothesis_seed(seed("invoices"))(Payments)
    run_state_machine_as_test(Payments, settings=chosen)
    return Payments.seen


def test_invoices_settle_once_and_their_numbers_have_no_gaps(world: World) -> None:
    seen = _play(world)
    report("invoices", **seen)
    assert seen["written"] > 0
    if SOAKING:
        assert min(seen["settled"], seen["refused"]) > 10
    assert books.alterations() == ()


def test_control_a_lifecycle_that_forgets_is_caught_by_the_database(world: World) -> None:
    _write(world, world.released())
    actions.settle_invoice(actor=world.analyst, now=NOW, invoice=Invoice.objects.get().pk, event="pay")
    assert INVOICE.permitted("paid") == ()
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.update(state="unpaid")


def test_control_without_the_gate_toll_records_would_be_charged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_gate(**given: Any) -> int:
        return require_reimbursed(**(given | {"court_allowed": True}))

    monkeypatch.setattr(cost_actions, "require_reimbursed", open_gate)
    with pytest.raises(BaseException, match="DID NOT RAISE"):
        test_toll_records_are_free_unless_a_court_allowed_it(world)


def test_a_custodian_is_called_declares_and_testifies(world: World) -> None:
    matter = world.released()
    who: dict[str, Any] = {"actor": world.counsel, "now": world.now}
    called = {"matter": matter, "person": world.analyst.person, "words": "Court of Calder, 12-cr-77."}
    with pytest.raises(court.TestimonyError):
        actions.call_custodian(**who, **called, hearing_at=world.now)
    actions.call_custodian(**who, **called, hearing_at=world.now + timedelta(days=20))
    held = models.Testimony.objects.get()
    for event in ("declare", "testify"):
        actions.settle_testimony(**who, testimony=held.pk, event=event)
    with pytest.raises(TransitionError):
        actions.settle_testimony(**who, testimony=held.pk, event="excuse")
    with pytest.raises(SafeconductError):
        actions.settle_testimony(actor=world.analyst, now=world.now, testimony=held.pk, event="declare")
    assert models.Testimony.objects.get().state == "testified"
    assert books.alterations() == ()
    models.Testimony.objects.all().delete()
    assert [one.part for one in books.alterations()] == ["its proceedings"]
