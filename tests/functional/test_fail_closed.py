"""When a part is gone nothing happens: nothing is read, nothing changes, nothing leaves; when it is back, it works."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from tests.functional.closing import (
    CLOSED,
    FORGETFUL,
    PARTS,
    REFUSED,
    WAYS,
    Act,
    Closing,
    bring_back,
    code_of,
    copy,
    database_file,
    failing_append,
    standing,
)
from tests.functional.founded import SEED, Founded, founded

from safeconduct.cli.demonstration import scenes
from safeconduct.cli.demonstration.half_year import BY_KEY
from safeconduct.cli.demonstration.papers import LegalPaper, make_paper
from safeconduct.cli.demonstration.told import Told
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import journeys
from safeconduct.rooms.government_requests.models import Journey, Matter
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.ledger import steps as ledger_steps
from safeconduct.rooms.people import actions as people
from safeconduct.rooms.people import queries as people_queries
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.site import clock

STALE = {"SC-NO-SUCH-ENTRY", "SC-PROOF", "SC-STALE-HEAD", "SC-LEDGER-DAMAGED"}


@pytest.fixture(scope="module")
def story(template_database: Path, django_db_blocker: Any) -> Iterator[Founded]:
    with django_db_blocker.unblock(), founded(template=template_database) as made:
        yield made


@pytest.fixture(scope="module")
def closing(story: Founded) -> Closing:
    """Take one subpoena through the house; at every step the ledger is closed first."""
    stage, plan, tries = story.stage, BY_KEY["invoice_subpoena"], Closing(story)
    stage.at(plan.received)
    told, legal = tries.attempt("receive", lambda: scenes.receive(stage, plan))
    scenes.begin_review(stage, told, legal)
    tries.attempt("open_case", lambda: stage.open_case("aline", told.matter))
    grant = scenes.find(stage, told, legal)
    customers = tries.attempt("forecast", lambda: scenes.forecast(stage, told, grant))
    tries.attempt("finding", lambda: scenes.find(stage, told, legal))
    scenes.propose(stage, told, legal)
    stage.sign(told.digests["scope"], "ravi", "ines")
    aline, mara, ravi = (stage.actor(key) for key in ("aline", "mara", "ravi"))
    whose = {"now": stage.now, "matter": told.matter}
    written = [
        actions.draft_notice(
            actor=aline, **whose, customer=customer, to=stage.customer(customer), agency="United States Attorney"
        )
        for customer in customers
    ]
    for one in written:
        stage.sign(one.digest, "ravi")
    tries.attempt("release_notice", lambda: actions.release_notice(actor=ravi, **whose))
    tries.attempt("authorise", lambda: actions.authorise(actor=aline, **whose))
    collected = tries.attempt("collect", lambda: actions.collect(actor=aline, **whose))
    actions.propose_release(actor=aline, **whose)
    scenes.customer_first(ravi, now=stage.now, matter=told.matter)
    stage.sign(collected.release_digest, "mara")
    tries.attempt("release", lambda: actions.release(actor=mara, **whose))
    return tries


ACTS = ("receive", "open_case", "finding", "forecast", "authorise", "collect", "release", "release_notice")


@pytest.mark.parametrize("act", ACTS)
def test_with_the_ledger_closed_an_act_does_not_happen_and_with_it_open_it_does(closing: Closing, act: str) -> None:
    tried = closing.acts[act]
    assert set(tried.closed) == set(WAYS)
    assert tried.closed["append"] == CLOSED
    assert tried.closed["read_only"] in (CLOSED, REFUSED)
    assert tried.changed == []
    assert tried.control == "done"


@dataclass
class Proposed:
    """A matter whose scope waits for signatures, and what is needed to propose another."""

    told: Told
    legal: LegalPaper
    customers: list[str]


@pytest.fixture(scope="module")
def proposed(story: Founded, closing: Closing) -> Proposed:
    assert closing.acts
    stage, plan = story.stage, BY_KEY["toy_subpoena"]
    stage.at(plan.received)
    told, legal = scenes.receive(stage, plan)
    scenes.begin_review(stage, told, legal)
    scenes.find(stage, told, legal)
    return Proposed(told, legal, scenes.propose(stage, told, legal))


def state_of(told: Told) -> str:
    return str(Matter.objects.get(pk=told.matter).state)


def authorise(story: Founded, told: Told, *, by: str) -> Act:
    actor = story.stage.actor(by)
    return lambda: actions.authorise(actor=actor, now=story.stage.now, matter=told.matter)


def test_a_changed_scope_voids_its_approvals(story: Founded, proposed: Proposed) -> None:
    stage, told = story.stage, proposed.told
    stage.sign(told.digests["scope"], "ravi", "ines")
    old = told.digests["scope"]
    assert vault_queries.approvals(digest=old).state == "approved"
    scenes.propose(stage, told, proposed.legal)
    assert told.digests["scope"] != old
    assert vault_queries.approvals(digest=old).state == "revoked"
    assert vault_queries.approvals(digest=told.digests["scope"]).approvals == ()
    assert code_of(authorise(story, told, by="aline")) == "SC-NOT-APPROVED"
    assert code_of(lambda: stage.sign(old, "ines")) == "SC-DEMO-SIGNATURE"


def test_one_person_who_approves_twice_counts_once(story: Founded, proposed: Proposed) -> None:
    stage, told = story.stage, proposed.told
    stage.sign(told.digests["scope"], "ravi")
    code_of(lambda: stage.sign(told.digests["scope"], "ravi"))
    found = vault_queries.approvals(digest=told.digests["scope"])
    assert (len(found.approvals), found.state) == (1, "open")
    assert code_of(authorise(story, told, by="aline")) == "SC-NOT-APPROVED"
    assert state_of(told) == "scope_proposed"
    stage.sign(told.digests["scope"], "ines")
    assert code_of(authorise(story, told, by="mara")) == "done", "control: two persons are enough"


def test_control_without_the_look_at_the_ledger_the_vault_would_have_read(
    story: Founded, proposed: Proposed, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, told = story.stage, proposed.told
    assert state_of(told) == "authorised"
    collect = partial(actions.collect, actor=stage.actor("mara"), now=stage.now, matter=told.matter)
    before = standing(story, without=FORGETFUL)["vault"]
    with failing_append():
        assert code_of(collect) == CLOSED
        assert standing(story, without=FORGETFUL)["vault"] == before
        monkeypatch.setattr(ledger_steps, "require_open", lambda **_: None)
        assert code_of(collect) == CLOSED
        assert standing(story, without=FORGETFUL)["vault"] != before
    monkeypatch.undo()
    assert collect().state == "collected", "the same journey is taken up again"


def test_whoever_prepared_a_package_cannot_release_it_through_any_account(story: Founded, proposed: Proposed) -> None:
    stage, told = story.stage, proposed.told
    mara = stage.actor("mara")
    row = Matter.objects.get(pk=told.matter)
    assert (row.state, row.prepared_by) == ("collected", mara.person)
    actions.propose_release(actor=mara, now=stage.now, matter=told.matter)
    opened = people.open_account(actor=stage.actor("sefa"), now=stage.now, person=mara.person)
    second = people_queries.actor_for(account=opened.id, now=stage.now)
    assert second.person == mara.person
    assert second.account != mara.account
    outbox = sorted(path.name for path in story.configuration.outbox.iterdir())
    assert code_of(lambda: stage.sign(row.release_digest, "mara")) == "SC-DEMO-SIGNATURE"
    for actor in (mara, second):
        release = partial(actions.release, actor=actor, now=stage.now, matter=told.matter)
        assert code_of(release) == "SC-NOT-APPROVED"
    assert sorted(path.name for path in story.configuration.outbox.iterdir()) == outbox


WORDS = "The subpoena names the account, and page two says which days are meant; nothing else is asked."


@pytest.fixture
def desk(story: Founded, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Sign Aline Tarn in at the desk, at the story's own time."""
    monkeypatch.setattr(clock, "now", lambda: story.stage.now)
    client = Client(headers={"host": "testserver"})
    done = client.post("/sign-in/demonstration", {"account": story.stage.accounts["aline"]}, secure=True)
    assert done.status_code == 302
    return client


@pytest.fixture(scope="module")
def reading(story: Founded, proposed: Proposed) -> Told:
    """A matter in review, for whoever types."""
    assert proposed.customers
    stage, plan = story.stage, BY_KEY["ticket_subpoena"]
    stage.at(plan.received)
    told, legal = scenes.receive(stage, plan)
    scenes.begin_review(stage, told, legal)
    told.digests["grant"] = stage.open_case("aline", told.matter)
    return told


def show_grant(desk: Client, told: Told, grant: str) -> None:
    """Let the desk's session hold this grant, as after the vault's own page led back."""
    session = desk.session
    session[f"grant:{told.matter}"] = grant
    session.save()


def typed(desk: Client, told: Told) -> Any:
    """Send the form of a finding on words that stand in the paper."""
    relied = make_paper(told.plan.values(SEED)).findings[0]
    form = {"outcome": "met", "reason": WORDS, "words": relied.words, "page": str(relied.page)}
    return desk.post(f"/matters/{told.matter}/act/finding/valid", form, secure=True)


def gives_back(page: Any, code: str) -> bool:
    """Return whether a page of refusal names the code and holds every word that was typed, to be sent again."""
    text = page.content.decode()
    again = WORDS in text and 'name="outcome" value="met"' in text and "Send it again" in text
    return page.status_code == 503 and code in text and again


@pytest.mark.parametrize("part", PARTS)
def test_the_desk_says_which_part_is_away_and_loses_nothing_typed(
    story: Founded, desk: Client, reading: Told, part: str
) -> None:
    without, code = PARTS[part]
    show_grant(desk, reading, reading.digests["grant"])
    before = ledger.head()
    with without(story):
        assert gives_back(typed(desk, reading), code)
    assert ledger.head() == before
    back = typed(desk, reading)
    assert (back.status_code, back["Location"]) == (302, f"/matters/{reading.matter}"), "control"
    assert ledger.head().size == before.size + 1


def test_with_the_papers_closed_nothing_typed_is_lost(desk: Client, reading: Told) -> None:
    show_grant(desk, reading, "")
    page = typed(desk, reading)
    assert page.status_code == 409
    assert "SC-PAPERS-CLOSED" in page.content.decode()
    assert WORDS in page.content.decode()


@pytest.mark.parametrize("part", ["vault sealed", "vault process gone"])
def test_without_the_vault_nothing_is_counted_and_the_intent_waits(story: Founded, reading: Told, part: str) -> None:
    stage = story.stage
    grant = stage.open_case("aline", reading.matter)
    without, code = PARTS[part]
    count = partial(actions.forecast, actor=stage.actor("aline"), now=stage.now, matter=reading.matter, grant=grant)
    with without(story):
        assert code_of(count) == code
    (waiting,) = Journey.objects.filter(matter=reading.matter, act="forecast", done_at=None, facts__grant=grant)
    assert journeys.finish(actor=stage.actor("aline"), now=stage.now, journey=waiting.pk, randomness=os.urandom)
    assert sum(map(len, count().counts.values())) > 0, "control"


def test_an_older_copy_of_the_web_database_moves_nothing(story: Founded, reading: Told, tmp_path: Path) -> None:
    stage, live = story.stage, database_file(story)
    grant = stage.open_case("aline", reading.matter)
    count = partial(actions.forecast, actor=stage.actor("aline"), now=stage.now, matter=reading.matter, grant=grant)
    older, newer = tmp_path / "older", tmp_path / "newer"
    copy(live, older)
    count()
    count()
    copy(live, newer)
    head = vault_queries.status()["heads"]["private"]
    bring_back(older, live)
    first = code_of(count)
    while ledger.head().size <= head["size"]:
        with transaction.atomic(durable=True):
            actor, kind = stage.actor("aline"), "people.enrol"
            ledger_steps.record(actor=actor, now=stage.now, kind=kind, subject=reading.matter, facts={})
    second = code_of(count)
    assert vault_queries.status()["heads"]["private"] == head
    bring_back(newer, live)
    assert {first, second} <= STALE
    assert sum(map(len, count().counts.values())) > 0, "control"
