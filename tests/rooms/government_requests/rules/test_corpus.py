"""Papers with one defect each are flagged with the right code; sound ones are left alone; a slip never refuses."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from tests import soaking
from tests.rooms.government_requests.rules.defects import BASE, DEFECTS, made_of
from tests.rooms.government_requests.rules.instruments import ALL, SERVED, Instrument, sound

from safeconduct.core.base.findings import Finding, Outcome
from safeconduct.core.rulebook import SignOffs, load
from safeconduct.rooms.government_requests.queries import law as asking
from safeconduct.rooms.government_requests.rules import findings
from safeconduct.rooms.government_requests.rules.findings import CHECKS, assess, outcomes_allowed
from safeconduct.rooms.government_requests.rules.findings.facts import Facts
from safeconduct.rooms.government_requests.rules.law import Law
from safeconduct.rooms.government_requests.rules.words import FindingOutcome, Process

OF_EACH_DEFECT = soaking.count(10, 200)
SOUND = soaking.count(240, 6000)
LEAST_BROKEN, LEAST_SOUND, MOST_FALSE = 600, 200, 0.02


@pytest.fixture(scope="module")
def laws() -> dict[Process, Law]:
    """The shipped rulebook's own answers, as signed by a fictitious counsel."""
    with pytest.MonkeyPatch.context() as patch:
        signed = SignOffs(demonstration=True).signing(
            load().provisions.values(), name="R. Fictitious", day=date(2026, 1, 2)
        )
        patch.setattr(asking, "_overlay", lambda: signed)
        return {process: asking.law_for(process=process, as_of=SERVED) for process in Process}


@pytest.fixture(scope="module")
def corpus(laws: dict[Process, Law]) -> list[Instrument]:
    """Every defect often, each on a fresh sound paper of a kind that it can befall; then sound papers alone."""
    dice = random.Random(soaking.seed("corpus of instruments"))  # noqa: S311 - seeded and printed
    found = []
    for defect in DEFECTS:
        for number in range(OF_EACH_DEFECT):
            kind = defect.on[number % len(defect.on)]
            plain = sound(dice, BASE.get(kind, kind), laws[kind])
            facts = defect.breaks(dice, made_of(kind)(dice, plain))
            found.append(
                Instrument(facts=facts, defect=defect.name, code=defect.code, outcome=defect.outcome, also=defect.also)
            )
    found += [Instrument(facts=sound(dice, kind, laws[kind])) for kind in (ALL * SOUND)[:SOUND]]
    return found


def seen(facts: Facts) -> dict[str, Outcome]:
    """Return the checks that are not met."""
    return {
        one.check: one.outcome for checks in assess(facts).values() for one in checks if one.outcome is not Outcome.MET
    }


def missed(corpus: list[Instrument]) -> Counter[str]:
    """Return, by code, how many defects were not seen as what they are."""
    broken = [(one, seen(one.facts)) for one in corpus if one.defect]
    return Counter(one.code for one, found in broken if found.get(one.code) is not one.outcome)


def false_alarms(corpus: list[Instrument]) -> list[tuple[str, str]]:
    """Return the checks that spoke of what is not wrong, on sound papers and beside the one defect of the others."""
    return [
        (one.defect or "sound", code)
        for one in corpus
        for code in seen(one.facts)
        if code != one.code and code not in one.also
    ]


def test_every_defect_is_seen_and_hardly_anything_else(corpus: list[Instrument]) -> None:
    broken = sum(bool(one.defect) for one in corpus)
    assert broken >= LEAST_BROKEN
    assert len(corpus) - broken >= LEAST_SOUND
    assert missed(corpus) == Counter()
    alarms = false_alarms(corpus)
    rate = len(alarms) / len(corpus)
    codes = {one.code for one in corpus if one.defect}
    soaking.report(
        "corpus of instruments",
        broken=broken,
        sound=len(corpus) - broken,
        defects=len(DEFECTS),
        codes=len(codes),
        false_alarms=len(alarms),
        rate=rate,
    )
    assert rate <= MOST_FALSE, Counter(alarms).most_common(9)


def test_sound_papers_can_be_met(corpus: list[Instrument]) -> None:
    for one in corpus:
        if not one.defect:
            for kind, checks in assess(one.facts).items():
                assert FindingOutcome.MET in outcomes_allowed(kind, tuple(check.outcome for check in checks))


def test_a_slip_of_form_asks_and_never_refuses(corpus: list[Instrument]) -> None:
    slips = {defect.name for defect in DEFECTS if defect.slip}
    asked = 0
    for one in corpus:
        if one.defect not in slips:
            continue
        for kind, checks in assess(one.facts).items():
            asked += 1
            assert outcomes_allowed(kind, tuple(check.outcome for check in checks)) == frozenset(FindingOutcome), one
    assert asked >= len(slips) * OF_EACH_DEFECT


def test_control_a_check_taken_out_is_missed(corpus: list[Instrument], monkeypatch: pytest.MonkeyPatch) -> None:
    codes = sorted({one.code for one in corpus if one.defect})
    assert len(codes) >= 40
    for code in codes:
        mine = [one for one in corpus if one.code == code]
        with monkeypatch.context() as patch:
            patch.setattr(findings, "CHECKS", {kind: _without(code, check) for kind, check in CHECKS.items()})
            assert missed(mine) == Counter({code: len(mine)})


def _without(code: str, check: Callable[[Facts], list[Finding]]) -> Callable[[Facts], list[Finding]]:
    return lambda facts: [one for one in check(facts) if one.check != code]


def test_control_an_alarm_about_nothing_is_counted(corpus: list[Instrument]) -> None:
    sound_one = next(one for one in corpus if not one.defect)
    unsigned = replace(sound_one, facts=replace(sound_one.facts, paper=replace(sound_one.facts.paper, signed=False)))
    assert false_alarms([unsigned]) == [("sound", "VALID-1")]
