"""Suspensions, calls, restorations and registrations in any order, by anybody, against a model of who may act.

After every step: an officer may act exactly if neither they nor their agency is suspended, every suspension was told to
the vault process under its own entry, and nothing was restored or let in by one person. The control plays the same
steps against a model that forgets one rule, and must be told apart.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests import soaking
from tests.rooms.people.world import AGENCY, COLLEAGUE, OFFICER
from tests.rooms.senders.ground import SECOND, THIRD, Ground

from safeconduct.core.base.errors import ConflictError, NotPermittedError
from safeconduct.rooms.people import queries as people
from safeconduct.rooms.people import steps
from safeconduct.rooms.senders import actions
from safeconduct.rooms.senders.models import Allowance, Registration, Standing

STAFF = st.sampled_from([COLLEAGUE, SECOND, THIRD])
SORTS = {"officer": OFFICER, "organisation": AGENCY}
SORT = st.sampled_from(sorted(SORTS))
FIGURES = {"steps": 0, "suspended": 0, "restored": 0, "refused": 0, "let_in": 0}


class Standings(RuleBasedStateMachine):
    """The machine over one ground; ``forgetful`` lets the model restore without a second person."""

    ground: Ground
    number: str
    forgetful = False

    def __init__(self) -> None:
        super().__init__()
        self.state = dict.fromkeys(SORTS, "good")
        self.asked = dict.fromkeys(SORTS, "")
        self.called: dict[str, str] = {}
        self.told = 0
        Standing.objects.all().delete()
        Registration.objects.all().delete()
        Allowance.objects.all().delete()
        self.ground.told.clear()
        for sort, subject in SORTS.items():
            self.free(sort, subject)

    @staticmethod
    def free(sort: str, subject: str) -> None:
        if sort == "officer":
            steps.restore_person(person=subject)
        else:
            steps.restore_organisation(organisation=subject)

    def tried(self, act: Any, *, expected: bool) -> bool:
        FIGURES["steps"] += 1
        try:
            act()
        except (ConflictError, NotPermittedError):
            FIGURES["refused"] += 1
            assert not expected
            return False
        assert expected
        return True

    @rule(who=STAFF, sort=SORT)
    def suspend(self, who: str, sort: str) -> None:
        allowed = self.state[sort] != "suspended"
        given = {"sort": sort, "subject": SORTS[sort], "reason": "account_taken"}
        if self.tried(
            lambda: actions.suspend(actor=self.ground.actor(who), now=self.ground.now, **given), expected=allowed
        ):
            self.state[sort], self.asked[sort] = "suspended", ""
            self.told += 1
            FIGURES["suspended"] += 1

    @rule(who=STAFF, sort=SORT)
    def ask(self, who: str, sort: str) -> None:
        given = {"standing": self.standing(sort), "number": self.number}
        allowed = self.state[sort] == "suspended"
        if self.tried(
            lambda: actions.ask_restore(actor=self.ground.actor(who), now=self.ground.now, **given), expected=allowed
        ):
            self.state[sort], self.asked[sort] = "restoring", who

    @rule(who=STAFF, sort=SORT)
    def restore(self, who: str, sort: str) -> None:
        allowed = self.state[sort] == "restoring" and (self.forgetful or self.asked[sort] != who)
        standing = self.standing(sort)
        if self.tried(
            lambda: actions.restore(actor=self.ground.actor(who), now=self.ground.now, standing=standing),
            expected=allowed,
        ):
            self.state[sort] = "good"
            FIGURES["restored"] += 1

    @rule()
    def register(self) -> None:
        if len(self.called) < 3:
            row = self.ground.registered(address=f"place {Registration.objects.count()}-{FIGURES['steps']}")
            self.called[row] = "received"

    @rule(who=STAFF, place=st.integers(0, 2))
    def call(self, who: str, place: int) -> None:
        if self.called:
            row = self.pick(place, self.called, lambda told: told == "received")
            allowed = self.called[row] == "received"
            given = {"registration": row, "number": self.number, "reached": True}
            if self.tried(
                lambda: actions.record_call(actor=self.ground.actor(who), now=self.ground.now, **given),
                expected=allowed,
            ):
                self.called[row] = who

    @rule(who=STAFF, place=st.integers(0, 2))
    def confirm(self, who: str, place: int) -> None:
        if self.called:
            row = self.pick(place, self.called, lambda told: len(told) == len(COLLEAGUE))
            by = self.called[row]
            allowed = by in {COLLEAGUE, SECOND, THIRD} - {who} and self.state["organisation"] == "good"
            if self.tried(
                lambda: actions.confirm_call(actor=self.ground.actor(who), now=self.ground.now, registration=row),
                expected=allowed,
            ):
                self.called[row] = "called_back"
                FIGURES["let_in"] += 1

    @rule(first=STAFF, second=STAFF, sort=SORT)
    def go_round(self, first: str, second: str, sort: str) -> None:
        """Suspend, ask and restore in one go, so that this happens often enough."""
        self.suspend(first, sort)
        self.ask(first, sort)
        self.restore(second, sort)

    @rule(first=STAFF, second=STAFF)
    def let_in(self, first: str, second: str) -> None:
        """Register, call and confirm in one go."""
        self.register()
        self.call(first, 1)
        self.confirm(second, 1)

    @staticmethod
    def pick(place: int, called: dict[str, str], fits: Callable[[str], bool]) -> str:
        """Return mostly a row that the act fits, sometimes any."""
        rows = sorted(called, key=lambda one: not fits(called[one]))
        return rows[0] if place else rows[-1]

    def standing(self, sort: str) -> str:
        return Standing.objects.filter(sort=sort).values_list("id", flat=True).first() or "0" * 32

    @invariant()
    def the_officer_may_act_exactly_if_nobody_is_suspended(self) -> None:
        stands = set(self.state.values()) == {"good"}
        try:
            self.ground.actor(OFFICER)
        except people.NoStandingError:
            assert not stands
        else:
            assert stands
        assert people.officer_stands(person=OFFICER, organisation=AGENCY) is stands

    @invariant()
    def every_suspension_was_told_once(self) -> None:
        assert len(self.ground.told) == self.told

    @invariant()
    def two_people_stand_behind_everything_that_opens(self) -> None:
        for row in Standing.objects.filter(state="good"):
            assert not row.asked_by or row.restored_by not in ("", row.asked_by)
        for row in Registration.objects.filter(state__in=["called_back", "enrolled"]):
            assert row.called_by
            assert row.confirmed_by not in ("", row.called_by)


def play(ground: Ground, *, forgetful: bool, examples: int) -> None:
    sizes = settings(
        max_examples=examples,
        stateful_step_count=40,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    about = {"ground": ground, "number": ground.number(), "forgetful": forgetful}
    played = hypothesis_seed(soaking.seed("standing"))(type("Played", (Standings,), about))
    run_state_machine_as_test(played, settings=sizes)


def test_standing_holds_in_every_order(ground: Ground) -> None:
    play(ground, forgetful=False, examples=soaking.count(20, 400))
    soaking.report("standing", **FIGURES)
    assert all(FIGURES.values()), FIGURES


def test_control_a_model_without_the_second_person_is_told_apart(ground: Ground) -> None:
    with pytest.raises(AssertionError):
        play(ground, forgetful=True, examples=200)
