"""Seeded fakes: a machine with its own model of what each comes to, real papers beside them."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from tests.rooms.government_requests.apart import apart
from tests.rooms.government_requests.seeded import Seeded
from tests.rooms.government_requests.world import GRANT, NOW, World
from tests.small_pdf import small_pdf
from tests.soaking import SOAKING, count, report, seed

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.base.periods import Window
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import fakes
from safeconduct.rooms.government_requests.queries.books import alterations
from safeconduct.rooms.government_requests.queries.counting import countable
from safeconduct.rooms.government_requests.rules.fakes import Result

YEAR = Window(NOW - timedelta(days=300), NOW + timedelta(days=300))
WHICH = st.integers(0, 3)


@dataclass
class Told:
    """What the model knows of one paper: whether it is a fake, where it is, and what was done to it."""

    fake: str = ""
    matter: str = ""
    refused: bool = False
    proposed: bool = False
    revealed: bool = False

    @property
    def result(self) -> str:
        if not self.matter:
            return "never_came"
        return "missed" if self.proposed else "caught" if self.refused else "undecided"


class Fakes(RuleBasedStateMachine):
    """The machine: papers real and forged, which nobody in it can tell apart but the model."""

    seeded: ClassVar[Seeded]
    seen: ClassVar[dict[str, int]]

    def __init__(self) -> None:
        super().__init__()
        self.papers: list[Told] = []

    def count(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1

    @initialize()
    def begin(self) -> None:
        self.papers = [Told(matter=self.seeded.hand_in(small_pdf("a real one")))]

    @rule()
    def plan(self) -> None:
        if len(self.papers) < 4:
            self.papers.append(Told(fake=self.seeded.plan()))

    def _at(self, which: int) -> Told:
        return self.papers[which % len(self.papers)]

    @rule(which=WHICH)
    def carry_in(self, which: int) -> None:
        one = self._at(which)
        if one.fake and not one.matter and not one.revealed:
            one.matter = self.seeded.carry_in(one.fake)

    def _who(self, one: Told) -> dict[str, Any]:
        return {"actor": self.seeded.world.analyst, "now": self.seeded.world.now, "matter": one.matter}

    def _waits(self, one: Told) -> bool:
        return bool(one.matter) and self.seeded.world.row(one.matter).state in ("received", "preserved", "in_review")

    @rule(which=WHICH)
    def report_it(self, which: int) -> None:
        one = self._at(which)
        if self._waits(one):
            actions.report_impostor(**self._who(one))
            one.refused = True
            self.count("reported")

    @rule(which=WHICH)
    def believe_it(self, which: int) -> None:
        one, world = self._at(which), self.seeded.world
        if not self._waits(one) or world.row(one.matter).state != "received":
            return
        actions.take(**self._who(one))
        actions.open_case(**self._who(one), grant=GRANT)
        words = "The name of the subscriber."
        actions.type_transcript(**self._who(one), pages=(words, words))
        world.call_back(one.matter) if not world.row(one.matter).officer else None
        world.find(one.matter)
        world.propose(one.matter)
        one.proposed = True
        self.count("believed")

    @rule(which=WHICH)
    def reveal(self, which: int) -> None:
        one = self._at(which)
        try:
            told = self.seeded.reveal(one.fake)
        except SafeconductError:
            assert not one.fake or one.revealed
            self.count("refused")
            return
        assert one.fake
        assert not one.revealed
        assert told == one.result, one
        one.revealed = True
        self.count(told)

    def teardown(self) -> None:
        hidden = [one for one in self.papers if one.fake and not one.revealed]
        if hidden:
            with pytest.raises(SafeconductError, match="SC-FAKES-PENDING"):
                countable(window=YEAR)
            self.count("report waits")
        else:
            assert len(countable(window=YEAR)) == len([one for one in self.papers if not one.fake])
            self.count("counted")
        for one in self.papers:
            if not one.fake:
                assert self.seeded.world.row(one.matter).state != "withdrawn"
        assert alterations() == ()


@pytest.fixture
def seeded(world: World, tmp_path: Path) -> Seeded:
    folder = tmp_path / "drop"
    folder.mkdir()
    Fakes.seeded, Fakes.seen = Seeded(world=world, folder=folder), {}
    return Fakes.seeded


@pytest.mark.usefixtures("seeded")
def test_each_fake_comes_to_what_was_done_and_no_real_paper_does() -> None:
    chosen = settings(
        max_examples=count(5, 300),
        stateful_step_count=15,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(hypothesis_seed(seed("fakes"))(apart(Fakes)), settings=chosen)
    report("fakes", **Fakes.seen)
    assert sum(Fakes.seen.values()) > 0
    if SOAKING:
        few = ("caught", "missed", "undecided", "never_came", "refused", "report waits", "counted")
        assert min(Fakes.seen.get(one, 0) for one in few) > 5


def _by_hand() -> dict[str, int]:
    machine = Fakes()
    machine.begin()
    for _ in range(3):
        machine.plan()
    for which in (1, 2):
        machine.carry_in(which)
    machine.report_it(0)
    machine.report_it(1)
    machine.believe_it(1)
    machine.report_it(2)
    for which in (0, 1, 2, 3, 1):
        machine.reveal(which)
    machine.teardown()
    return Fakes.seen


@pytest.mark.usefixtures("seeded")
def test_every_outcome_by_hand() -> None:
    seen = _by_hand()
    assert (seen["caught"], seen["missed"], seen["never_came"], seen["refused"], seen["counted"]) == (1, 1, 1, 2, 1)


@pytest.mark.usefixtures("seeded")
def test_control_a_judge_that_calls_everything_caught_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fakes, "judged", lambda _course: Result.CAUGHT)
    with pytest.raises(AssertionError):
        _by_hand()
