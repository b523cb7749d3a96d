"""People see their own sessions, end each of them, and nobody else's; a suspension ends them all for good."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches
from tests.rooms.people.world import AGENCY, COLLEAGUE, FOUNDER, NOW, OFFICER, account, session_of, settle

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.people import actions, queries, steps
from safeconduct.rooms.people.models import SignIn
from safeconduct.site import clock


@pytest.fixture
def desk(story_database: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    assert story_database.exists()
    settings.FACE, settings.ROOT_URLCONF = "desk", "safeconduct.site.urls_desk"
    monkeypatch.setattr(clock, "now", lambda: NOW)
    clear_url_caches()
    settle()
    mine = account(COLLEAGUE)

    def browser() -> Client:
        client = Client(headers={"host": "testserver"})
        session = client.session
        session.update(session_of(mine))
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
        return client

    return browser


def signed_in(client: Client) -> bool:
    return client.get("/sessions", secure=True).status_code == 200


def test_a_person_sees_each_session_and_ends_the_one_they_choose(desk: Any) -> None:
    here, there = desk(), desk()
    page = here.get("/sessions", secure=True).content.decode()
    assert page.count("End this session") == 2
    assert page.count("This session</span>") == 1
    other = there.session["sign_in"]
    assert here.post(f"/sessions/{other}/end", secure=True).status_code == 302
    assert signed_in(here)
    assert not signed_in(there)
    assert here.post(f"/sessions/{other}/end", secure=True).status_code == 404
    assert [one.kind for one in ledger.history(subject=COLLEAGUE)].count("people.end_sign_in") == 1


def test_signing_out_ends_the_session_for_a_copied_cookie_too(desk: Any, settings: Any) -> None:
    client = desk()
    kept = dict(client.session.items())
    client.post("/sign-out", secure=True)
    copied = client.session
    copied.update(kept)
    copied.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(copied.session_key)
    assert not signed_in(client)


def test_a_session_without_a_sign_in_or_with_somebody_elses_is_none(desk: Any) -> None:
    theirs = actions.sign_in_demonstration(now=NOW, account=account(OFFICER), face="portal", demonstration=True)
    for wrong in ("", theirs.sign_in):
        client = desk()
        session = client.session
        session["sign_in"] = wrong
        session.save()
        assert not signed_in(client)


@pytest.mark.usefixtures("story_database")
def test_nobody_ends_somebody_elses_session() -> None:
    settle()
    mine, theirs = account(COLLEAGUE), account(OFFICER)
    actor = queries.actor_for(account=mine, now=NOW)
    other = session_of(theirs)["sign_in"]
    with pytest.raises(NotPermittedError):
        actions.end_sign_in(actor=actor, now=NOW, sign_in=other)
    assert queries.assurance_of(sign_in=other, account=theirs)
    assert not queries.assurance_of(sign_in=other, account=mine)


@pytest.mark.usefixtures("story_database")
def test_sessions_that_have_run_out_are_not_listed() -> None:
    settle()
    mine = account(COLLEAGUE)
    session_of(mine)
    actor = queries.actor_for(account=mine, now=NOW)
    assert len(queries.sign_ins(actor=actor, now=NOW, here="")) == 1
    assert queries.sign_ins(actor=actor, now=NOW + timedelta(minutes=30), here="") == ()


@pytest.mark.usefixtures("story_database")
def test_a_suspended_organisation_ends_its_officers_sessions_for_good() -> None:
    settle()
    mine, theirs = account(COLLEAGUE), account(OFFICER)
    sessions = {one: session_of(one)["sign_in"] for one in (mine, theirs)}
    steps.hold_organisation(organisation=AGENCY, now=NOW)
    with pytest.raises(queries.NoStandingError):
        queries.actor_for(account=theirs, now=NOW)
    assert [one.person for one in queries.everybody(now=NOW, officers=True)] == []
    steps.restore_organisation(organisation=AGENCY)
    assert queries.actor_for(account=theirs, now=NOW).person == OFFICER
    assert not queries.assurance_of(sign_in=sessions[theirs], account=theirs)
    assert queries.assurance_of(sign_in=sessions[mine], account=mine)
    actions.suspend(actor=FOUNDER, now=NOW, person=COLLEAGUE)
    assert SignIn.objects.filter(ended_at__isnull=True).count() == 0
