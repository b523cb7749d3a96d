"""The five findings on one page: no outcome is chosen beforehand, all are recorded or none, each with its entry."""

import re
from html import unescape
from typing import Any

import pytest
from tests.rooms.government_requests.papers import OF_KIND, paper
from tests.rooms.government_requests.test_pages import ask
from tests.rooms.government_requests.world import GRANT, World

from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions.findings import FindingError, TwiceError
from safeconduct.rooms.government_requests.models import FindingRecord
from safeconduct.rooms.government_requests.rules.next_steps import WordsMissingError
from safeconduct.rooms.government_requests.rules.proposing import OwnReasonError
from safeconduct.rooms.government_requests.rules.words import FindingKind, FindingOutcome, Process
from safeconduct.rooms.government_requests.views import findings
from safeconduct.rooms.ledger import queries as ledger

URLCONF = "tests.rooms.government_requests.test_pages"
ITEM = "The name of the subscriber."
OWN = "I read it."


@pytest.fixture(autouse=True)
def own_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = URLCONF


def in_review(world: World, **changes: Any) -> str:
    matter = world.receive(paper(**changes))
    actions.take(actor=world.analyst, now=world.now, matter=matter)
    actions.open_case(actor=world.analyst, now=world.now, matter=matter, grant=GRANT)
    return matter


def show(world: World, matter: str) -> str:
    return ask(
        world, world.analyst, findings.findings, matter=matter, session={f"grant:{matter}": GRANT}
    ).content.decode()


def send(world: World, matter: str, post: dict[str, str]) -> Any:
    return ask(world, world.analyst, findings.record, matter=matter, post=post, session={f"grant:{matter}": GRANT})


def answered(
    outcome: str = "met", *, reason: str = OWN, kinds: tuple[FindingKind, ...] = tuple(FindingKind)
) -> dict[str, str]:
    one = {"outcome": outcome, "words": ITEM, "page": "2", "reason": reason}
    return {f"{kind}-{name}": value for kind in kinds for name, value in one.items()}


def facts(matter: str) -> list[dict[str, Any]]:
    lines = ledger.history(subject=matter)
    return [line.facts for line in lines if line.kind == "government_requests.record_finding"]


def reason_of(page: str, kind: FindingKind) -> str:
    found = re.search(rf'<textarea[^>]*name="{kind}-reason"[^>]*>([^<]*)<', page)
    assert found
    return unescape(found[1])


def test_no_outcome_is_chosen_and_reasons_stand_where_all_checks_are_met(world: World) -> None:
    matter = in_review(world)
    page = show(world, matter)
    assert page.count('type="radio"') == 15
    assert " checked" not in page
    shown = world.row(matter).checks
    unmet = set(shown.exclude(outcome="met").values_list("kind", flat=True))
    for kind in FindingKind:
        says = list(shown.filter(kind=kind).values_list("says", flat=True))
        assert reason_of(page, kind) == ("" if kind in unmet else " ".join(says))
    assert re.search(rf'name="particularized-words"[^>]*>{re.escape(ITEM)}<', page)


def test_all_five_are_recorded_at_once_and_what_it_reaches_is_counted(world: World) -> None:
    matter = in_review(world)
    done = send(world, matter, answered())
    assert (done.status_code, done.headers["Location"]) == (302, f"/matters/{matter}/scope")
    assert [(one["finding"], one["outcome"], one["proposed"]) for one in facts(matter)] == [
        (str(kind), "met", False) for kind in FindingKind
    ]
    assert world.kinds(matter)[-1] == "forecast"
    assert "No question is open here" in show(world, matter)


def test_a_kept_reason_is_marked_and_a_departure_needs_an_own_one(world: World) -> None:
    matter = in_review(world)
    kind = FindingKind.PARTICULARIZED
    proposed = reason_of(show(world, matter), kind)
    assert proposed
    refused = send(world, matter, answered("not_met", reason=proposed, kinds=(kind,)))
    assert refused.status_code == 400
    assert b"Say in your own words why you find otherwise." in refused.content
    assert not FindingRecord.objects.filter(matter=matter).exists()
    assert send(world, matter, answered(reason=proposed, kinds=(kind,))).status_code == 302
    (told,) = facts(matter)
    sealed = world.sealed_json(told["reason"])
    assert (told["proposed"], sealed["proposed"], sealed["reason"]) == (True, True, proposed)


def test_one_wrong_answer_records_none_and_keeps_what_was_typed(world: World) -> None:
    matter = in_review(world)
    post = answered() | {"limited-words": "Nowhere in it.", "valid-reason": "Kept as typed."}
    refused = send(world, matter, post)
    page = refused.content.decode()
    assert refused.status_code == 400
    assert "Limited: They do not stand on page 2 of the transcript." in page
    assert "Nowhere in it." in page
    assert "Kept as typed." in page
    assert page.count(" checked") == 5
    assert not FindingRecord.objects.filter(matter=matter).exists()


@pytest.mark.parametrize(
    ("name", "says"), [("words", "Give the words"), ("page", "Give the page"), ("reason", "Say why")]
)
def test_an_answer_without_its_part_is_refused_at_its_field(world: World, name: str, says: str) -> None:
    matter = in_review(world)
    refused = send(world, matter, answered() | {f"specific-{name}": ""})
    assert refused.status_code == 400
    assert refused.content.decode().count(says) == 2
    assert f'href="#specific-{name}"' in refused.content.decode()


def test_nothing_chosen_is_nothing_recorded(world: World) -> None:
    matter = in_review(world)
    post = {name: value for name, value in answered().items() if not name.endswith("-outcome")}
    assert b"Choose an outcome for at least one question." in send(world, matter, post).content
    assert facts(matter) == []


def test_some_may_be_left_open_and_a_finding_not_met_writes_no_scope(world: World) -> None:
    matter = in_review(world)
    done = send(world, matter, answered("not_met", kinds=(FindingKind.VALID,)))
    assert done.headers["Location"] == f"/matters/{matter}"
    assert show(world, matter).count('type="radio"') == 12
    done = send(world, matter, answered(kinds=tuple(FindingKind)[1:]))
    assert done.headers["Location"] == f"/matters/{matter}"
    assert "forecast" not in world.kinds(matter)


def test_a_stop_is_not_answered_as_sound(world: World) -> None:
    matter = in_review(world, signed=False)
    page = show(world, matter)
    assert re.search(r'name="valid-outcome" value="met"[^>]* disabled', page)
    assert reason_of(page, FindingKind.VALID) == ""
    refused = send(world, matter, answered())
    assert b"The checks of valid do not allow met." in refused.content
    assert facts(matter) == []


def test_without_a_grant_no_word_shows(world: World) -> None:
    matter = in_review(world)
    closed = ask(world, world.analyst, findings.findings, matter=matter).content
    assert (b"Open the case papers" in closed, ITEM.encode() in closed) == (True, False)


def test_when_the_count_fails_the_findings_stand(world: World) -> None:
    matter = in_review(world)
    world.vault.down.add("forecast")
    done = send(world, matter, answered())
    assert done.headers["Location"] == f"/matters/{matter}/scope"
    assert len(facts(matter)) == 5


def test_a_question_is_answered_once_in_one_act(world: World) -> None:
    matter = in_review(world)
    kind, met = FindingKind.VALID, FindingOutcome.MET
    one = actions.Found(kind=kind, outcome=met, reason=OWN, words=ITEM, page=2)
    who = {"actor": world.analyst, "now": world.now, "matter": matter, "grant": GRANT}
    for given in ((one, one), ()):
        with pytest.raises(TwiceError):
            actions.record_findings(**who, findings=given)
    with pytest.raises(WordsMissingError):
        actions.record_findings(
            **who, findings=(actions.Found(kind=kind, outcome=met, reason=" ", words=ITEM, page=2),)
        )
    assert facts(matter) == []


def test_a_reason_whose_checks_changed_meanwhile_is_not_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    matter = in_review(world)
    kind = FindingKind.PARTICULARIZED
    proposed = reason_of(show(world, matter), kind)
    sealing = actions.findings.sealing.seal_json

    def meanwhile(**more: Any) -> str:
        world.row(matter).checks.filter(kind=kind).update(says="Another thing is found.")
        return sealing(**more)

    monkeypatch.setattr(actions.findings.sealing, "seal_json", meanwhile)
    found = actions.Found(kind=kind, outcome=FindingOutcome.MET, reason=proposed, words=ITEM, page=2)
    with pytest.raises(FindingError):
        actions.record_findings(actor=world.analyst, now=world.now, matter=matter, findings=(found,), grant=GRANT)
    with pytest.raises(OwnReasonError):
        actions.record_finding(
            actor=world.analyst,
            now=world.now,
            matter=matter,
            kind=kind,
            outcome=FindingOutcome.NOT_MET,
            reason=" ".join(world.row(matter).checks.filter(kind=kind).values_list("says", flat=True)),
            words=ITEM,
            page=2,
            grant=GRANT,
        )


def test_an_emergency_is_called_back_first(world: World) -> None:
    matter = in_review(world, **OF_KIND[Process.EMERGENCY_REQUEST])
    assert "Call back first." in show(world, matter)


def test_two_signatures_lead_to_the_second_reader_in_one_act(world: World) -> None:
    matter = world.proposed()
    world.vault.approved.add(world.row(matter).scope_digest)
    moved = actions.authorise_and_collect(actor=world.analyst, now=world.now, matter=matter)
    assert (moved.state, world.kinds(matter)[-3:]) == ("collected", ["authorise", "produce", "propose_release"])
