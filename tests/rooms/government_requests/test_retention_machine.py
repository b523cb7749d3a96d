"""Files of closed matters: a machine with its own model of what keeps each, and the day on which it may go."""

import re
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.rooms.government_requests.apart import apart
from tests.rooms.government_requests.world import NOW, World
from tests.soaking import SOAKING, count, report, seed

from safeconduct.core.base.actors import system_actor
from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.rulebook import SignOffs, load
from safeconduct.core.rulebook.letter_templates import load_letters
from safeconduct.core.rulebook.location import shipped
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import retention as retention_actions
from safeconduct.rooms.government_requests.actions.preserve import PreservationError
from safeconduct.rooms.government_requests.models import BlindIndex, CaseErasure
from safeconduct.rooms.government_requests.queries.books import alterations
from safeconduct.rooms.government_requests.queries.retention import cases_over
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.rules.supplement import SupplementReason
from safeconduct.rooms.government_requests.rules.words import NoticeException
from safeconduct.rooms.ledger import queries as ledger

DAYS = 400
MATTERS = 2
CHOSEN = st.integers(0, MATTERS - 1)
WORKER = system_actor(permissions=frozenset({Permission.ERASE.value}))


def lasting(folder: Path, *, signed: bool = True) -> Any:
    """Return the instance under a rulebook whose reviews lie far ahead, with a shorter term."""
    book = folder / ("rulebook" if signed else "unsigned")
    shutil.copytree(shipped(), book)
    for path in book.rglob("*.toml"):
        text = re.sub(r"(?m)^review_by = .*$", "review_by = 2099-01-01", path.read_text("utf-8"))
        path.write_text(text.replace("retention_days = 1095", f"retention_days = {DAYS}"), "utf-8")
    overlay = folder / f"{book.name}.toml"
    texts = [*load(book).provisions.values(), *load_letters(book).versions] if signed else []
    made = SignOffs(demonstration=True).signing(texts, name="Ravi Hask-Lowe", day=date(2026, 1, 2))
    overlay.write_text(made.text, "utf-8")
    return replace(django_settings.SAFECONDUCT, rulebook=book, overlay=overlay)


class Files(RuleBasedStateMachine):
    """The machine: two matters of its own in each run."""

    world: ClassVar[World]
    seen: ClassVar[dict[str, int]]

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.matters: list[str] = []
        self.model: list[dict[str, Any]] = []

    def count(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1

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

    @initialize()
    def begin(self) -> None:
        self.world.now = self.now
        for _ in range(MATTERS):
            self.matters.append(self.world.receive())
            self.model.append(
                {"closed": None, "copied": True, "litigation": False, "erased": False, "open": "received"}
            )

    def _who(self, name: str, place: int) -> dict[str, Any]:
        return {"actor": getattr(self.world, name), "now": self.now, "matter": self.matters[place]}

    def _free(self, place: int) -> bool:
        one = self.model[place]
        over = one["closed"] is not None and self.now >= one["closed"] + timedelta(days=DAYS)
        return over and not (one["copied"] or one["litigation"] or one["erased"])

    @rule(place=CHOSEN)
    def close(self, place: int) -> None:
        one = self.model[place]
        if one["closed"] is not None:
            return
        actions.take(**self._who("analyst", place)) if one["open"] == "received" else None
        actions.withdraw(**self._who("analyst", place))
        if one["open"] == "received":
            actions.except_notice(**self._who("counsel", place), exception=NoticeException.NOTHING_DISCLOSED)
        else:
            actions.except_notice(
                **self._who("counsel", place), exception=NoticeException.CUSTOMER_INFORMED_BY_AUTHORITY
            )
        actions.close(**self._who("analyst", place))
        one["closed"] = self.now
        self.count("closed")

    @rule(place=CHOSEN)
    def end_copy(self, place: int) -> None:
        one = self.model[place]
        if one["copied"] and one["closed"] is not None:
            try:
                actions.end_preservation(**self._who("counsel", place))
            except PreservationError:
                # A file taken up again covers the same identifiers: the copy stays for it.
                assert any(other["closed"] is None for other in self.model)
                self.count("copy kept")
            else:
                one["copied"] = False
                self.count("copy ended")

    @rule(place=CHOSEN)
    def litigate(self, place: int) -> None:
        one = self.model[place]
        allowed = not one["litigation"] and not one["erased"]
        ahead = self.now + timedelta(days=90)
        one["litigation"] |= self._does(
            "kept for litigation",
            allowed,
            lambda: actions.keep_for_litigation(**self._who("counsel", place), words="A suit.", review_at=ahead),
        )

    @rule(place=CHOSEN, days=st.integers(-1, 60))
    def review(self, place: int, days: int) -> None:
        at = self.now + timedelta(days=days)
        allowed = self.model[place]["litigation"] and days > 0
        self._does("reviewed", allowed, lambda: actions.review_litigation(**self._who("counsel", place), review_at=at))

    @rule(place=CHOSEN)
    def end_litigation(self, place: int) -> None:
        one = self.model[place]
        act = lambda: actions.end_litigation(**self._who("counsel", place))  # noqa: E731 - one call, put off
        if self._does("litigation ended", one["litigation"], act):
            one["litigation"] = False

    @rule(place=CHOSEN)
    def resume(self, place: int) -> None:
        one = self.model[place]
        allowed = one["closed"] is not None and not one["erased"]
        reason = {"reason": SupplementReason.FOUND_LATER, "words": "More."}
        act = lambda: actions.resume_matter(**self._who("counsel", place), **reason)  # noqa: E731 - one call, put off
        if self._does("resumed", allowed, act):
            one["closed"], one["open"] = None, "in_review"

    @rule(place=CHOSEN)
    def erase(self, place: int) -> None:
        act = lambda: actions.erase_case(actor=WORKER, now=self.now, matter=self.matters[place])  # noqa: E731 - put off
        if self._does("erased", self._free(place), act):
            self.model[place]["erased"] = True

    @rule(days=st.sampled_from([1, 30, 100, DAYS - 1, DAYS]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def the_worker_would_erase_what_is_free_and_nothing_else(self) -> None:
        mine = set(cases_over(now=self.now)) & set(self.matters)
        assert mine == {self.matters[place] for place in range(len(self.matters)) if self._free(place)}
        for place, matter in enumerate(self.matters):
            erased = self.model[place]["erased"]
            assert CaseErasure.objects.filter(matter=matter, done_at__isnull=False).exists() is erased
            assert BlindIndex.objects.filter(matter=matter).exists() is not erased
            if erased:
                kinds = {line.kind for line in ledger.history(subject=matter)}
                assert kinds <= {"government_requests.erase_case", "ledger.erase"}

    def teardown(self) -> None:
        assert not {one.matter for one in alterations()} & set(self.matters)


def run(world: World, *, examples: int) -> dict[str, int]:
    Files.world, Files.seen = world, {}
    chosen = settings(
        max_examples=examples,
        stateful_step_count=20,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(hypothesis_seed(seed("retention"))(apart(Files)), settings=chosen)
    return Files.seen


@pytest.fixture(autouse=True)
def _book(world: World, tmp_path: Path) -> None:
    world.settings.SAFECONDUCT = lasting(tmp_path)


def test_a_file_is_destroyed_when_nothing_keeps_it_and_not_before(world: World) -> None:
    seen = run(world, examples=count(6, 300))
    report("retention", **seen)
    assert sum(seen.values()) > 0
    if SOAKING:
        few = ("closed", "erased", "erased refused", "kept for litigation", "litigation ended", "resumed", "reviewed")
        assert min(seen.get(one, 0) for one in few) > 10


def _by_hand(world: World) -> dict[str, int]:
    Files.world, Files.seen = world, {}
    machine = Files()
    machine.begin()
    machine.erase(0)
    machine.close(0)
    machine.litigate(0)
    machine.wait(DAYS)
    machine.erase(0)
    machine.review(0, 30)
    machine.end_litigation(0)
    machine.erase(0)
    machine.end_copy(0)
    machine.the_worker_would_erase_what_is_free_and_nothing_else()
    machine.erase(0)
    machine.resume(0)
    machine.litigate(0)
    machine.close(1)
    machine.end_copy(1)
    machine.wait(DAYS - 1)
    machine.erase(1)
    machine.resume(1)
    machine.wait(1)
    machine.erase(1)
    machine.the_worker_would_erase_what_is_free_and_nothing_else()
    machine.teardown()
    return Files.seen


def test_every_outcome_once(world: World) -> None:
    seen = _by_hand(world)
    assert (seen["erased"], seen["erased refused"]) == (1, 5)
    assert {"reviewed", "litigation ended", "resumed", "resumed refused", "kept for litigation refused"} <= set(seen)


def test_control_a_gate_that_looks_at_nothing_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention_actions, "require_over", lambda **_given: None)
    with pytest.raises(AssertionError, match="erased: done"):
        _by_hand(world)


def test_without_counsels_signature_nothing_is_ever_destroyed(world: World, tmp_path: Path) -> None:
    Files.world, Files.seen = world, {}
    machine = Files()
    machine.begin()
    machine.close(0)
    machine.end_copy(0)
    machine.wait(DAYS)
    assert cases_over(now=machine.now) == (machine.matters[0],)
    world.settings.SAFECONDUCT = lasting(tmp_path, signed=False)
    assert cases_over(now=machine.now) == ()
    with pytest.raises(SafeconductError, match="counsel"):
        actions.erase_case(actor=WORKER, now=machine.now, matter=machine.matters[0])
    assert isinstance(machine.now, datetime)
