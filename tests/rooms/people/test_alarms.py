"""Alarms of the faces: counted, entered once, seen by those who answer them, and never about a silenced matter."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches
from django.utils.html import escape
from tests.rooms.people.world import COLLEAGUE, NOW, account, settle

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.configuration import Demonstration
from safeconduct.core.base.errors import BadInputError, ConflictError, DamagedError, NotPermittedError
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.people import actions, queries, steps
from safeconduct.rooms.people.models import Alarm
from safeconduct.rooms.people.rules import AT_LEAST, REASONS, SIGN_IN_STALE, Permission, Role
from safeconduct.rooms.vault import actions as vault_actions
from safeconduct.rooms.vault import queries as vault_queries
from safeconduct.site import clock, working
from safeconduct.site.errors import alarm as raise_from_page

pytestmark = pytest.mark.usefixtures("story_database")
SILENCED = "5" * 32
RIGHTS = frozenset({str(Permission.ALARM_READ), str(Permission.ALARM_ACKNOWLEDGE)})
COUNSEL = Actor(person=COLLEAGUE, account="c", organisation="a", permissions=RIGHTS)
CLEARED = replace(COUNSEL, person="9" * 32, clearances=frozenset({SILENCED}))


def refuse(times: int = 1, **more: Any) -> None:
    facts = {"now": NOW, "source": "desk", "code": "SC-CSRF", "gate": "gov_do", "caller": COLLEAGUE} | more
    for _ in range(times):
        actions.raise_alarm(**facts)


def told(number: int, **more: Any) -> dict[str, Any]:
    facts = {"code": "SC-QUORUM", "gate": "collect", "caller": "uid-1", "matter": "", "count": 1}
    return {"id": number, "at": instant_text(NOW), "last": instant_text(NOW), **facts, **more}


def entered() -> list[tuple[str, Any]]:
    rows = Alarm.objects.values_list("id", flat=True)
    return [(line.kind, line.facts.get("count")) for row in rows for line in ledger.history(subject=row)]


def test_refusals_of_one_hour_are_one_alarm_and_one_entry_and_its_final_count_a_second() -> None:
    refuse(3)
    assert actions.enter_alarms(now=NOW) == 1
    refuse(4)
    assert actions.enter_alarms(now=NOW) == 0
    assert actions.enter_alarms(now=NOW + timedelta(hours=1)) == 1
    assert actions.enter_alarms(now=NOW + timedelta(hours=2)) == 0
    assert entered() == [("people.raise_alarm", 3), ("people.raise_alarm", 7)]


def test_what_everybody_meets_is_an_alarm_in_number_only() -> None:
    refuse(AT_LEAST[SIGN_IN_STALE] - 1, code=SIGN_IN_STALE)
    assert queries.waiting_alarms(actor=COUNSEL) == actions.enter_alarms(now=NOW) == 0
    refuse(code=SIGN_IN_STALE)
    assert queries.waiting_alarms(actor=COUNSEL) == actions.enter_alarms(now=NOW) == 1


def test_an_alarm_about_a_silenced_matter_is_seen_by_the_cleared_only() -> None:
    steps.keep_vault_alarm(told=told(1, matter=SILENCED))
    steps.keep_vault_alarm(told=told(2))
    steps.clear(person=CLEARED.person, matter=SILENCED)
    assert [one.id for one in queries.alarms(actor=COUNSEL).alarms] == ["vault-2"]
    assert queries.alarms(actor=COUNSEL).total == queries.waiting_alarms(actor=COUNSEL) == 1
    assert {one.id for one in queries.alarms(actor=CLEARED).alarms} == {"vault-1", "vault-2"}
    with pytest.raises(queries.UnknownAlarmError) as hidden:
        actions.acknowledge_alarm(actor=COUNSEL, now=NOW, alarm="vault-1", reason="mistake")
    with pytest.raises(queries.UnknownAlarmError) as absent:
        actions.acknowledge_alarm(actor=COUNSEL, now=NOW, alarm="vault-3", reason="mistake")
    assert str(hidden.value) == str(absent.value)


def test_an_alarm_is_answered_once_with_a_listed_reason_and_an_entry() -> None:
    refuse()
    alarm = Alarm.objects.get().pk
    with pytest.raises(BadInputError):
        actions.acknowledge_alarm(actor=COUNSEL, now=NOW, alarm=alarm, reason="because")
    actions.acknowledge_alarm(actor=COUNSEL, now=NOW, alarm=alarm, reason="our_test")
    with pytest.raises(ConflictError):
        actions.acknowledge_alarm(actor=COUNSEL, now=NOW, alarm=alarm, reason="mistake")
    assert entered() == [("people.acknowledge_alarm", 1)]
    assert queries.waiting_alarms(actor=COUNSEL) == 0
    assert queries.alarms(actor=COUNSEL, everything=True).alarms[0].reason == REASONS["our_test"]


def test_nobody_sees_or_answers_one_without_the_right() -> None:
    refuse()
    nobody = replace(COUNSEL, permissions=frozenset())
    with pytest.raises(NotPermittedError):
        queries.alarms(actor=nobody)
    with pytest.raises(NotPermittedError):
        actions.acknowledge_alarm(actor=nobody, now=NOW, alarm=Alarm.objects.get().pk, reason="mistake")
    assert queries.waiting_alarms(actor=nobody) == 0


def test_what_somebody_deletes_of_the_vaults_alarms_is_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [told(one) for one in (1, 2, 3)]
    monkeypatch.setattr(vault_queries, "alarms", lambda after: ([one for one in kept if one["id"] > after], 3))
    later = NOW + timedelta(hours=2)
    assert vault_actions.fetch_alarms(now=later) == 3
    assert queries.next_vault_alarm(now=later) == 3
    Alarm.objects.filter(id="vault-2").delete()
    assert vault_actions.fetch_alarms(now=later) == 1
    assert Alarm.objects.count() == 3
    steps.keep_vault_alarm(told=told(9))
    with pytest.raises(DamagedError, match="never raised"):
        vault_actions.fetch_alarms(now=later)


def test_a_task_that_finds_the_ledger_damaged_raises_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(**_: Any) -> None:
        raise ledger.LedgerDamagedError

    monkeypatch.setattr(working, "tasks", lambda: (("logs", damaged),))
    assert working.work_once(now=NOW) == {"logs": "SC-LEDGER-DAMAGED"}
    assert [(one.source, one.code, one.gate) for one in Alarm.objects.all()] == [
        ("worker", "SC-LEDGER-DAMAGED", "logs")
    ]


@pytest.fixture
def desk(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A security engineer at the desk of a demonstration."""
    settings.FACE, settings.ROOT_URLCONF = "desk", "safeconduct.site.urls_desk"
    stage = Demonstration(now=instant_text(NOW), seed=1, visitor=Path("visitor"))
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, demonstration=stage)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    clear_url_caches()
    settle(roles=frozenset({Role.SECURITY_ENGINEER}))
    client = Client(headers={"host": "testserver"})
    assert client.post("/sign-in/demonstration", {"account": account(COLLEAGUE)}, secure=True).status_code == 302
    return client


def test_the_page_is_empty_then_lists_then_takes_an_answer(desk: Client) -> None:
    page = desk.get("/alarms", secure=True)
    assert "No alarm waits" in page.content.decode()
    assert "Alarms (" not in page.content.decode()
    refuse(2)
    refuse(code="SC-ODD", caller="stranger")
    page = desk.get("/alarms", secure=True).content.decode()
    assert "Alarms (2)" in page
    assert "A form did not come from our page" in page
    assert "SC-ODD" in page
    alarm = Alarm.objects.get(code="SC-CSRF").pk
    assert desk.post(f"/alarms/{alarm}/acknowledge", {"reason": "x"}, secure=True).status_code == 400
    assert desk.post(f"/alarms/{alarm}/acknowledge", {"reason": "mistake"}, secure=True)["Location"] == "/alarms"
    page = desk.get("/alarms?view=all", secure=True).content.decode()
    assert "Alarms (1)" in page
    assert escape(REASONS["mistake"]) in page
    assert desk.get("/alarms.json", secure=True).json()["waiting"] == 1


def test_a_long_list_has_pages(desk: Client) -> None:
    for number in range(120):
        refuse(code=f"SC-{number}")
    first, last = (desk.get(f"/alarms?page={page}", secure=True).content.decode() for page in (1, 99))
    assert "Page 1 of 3" in first
    assert "Page 3 of 3" in last
    assert first.count("<tr id=") == 50
    assert last.count("<tr id=") == 20


def test_an_analyst_has_no_such_page(desk: Client) -> None:
    assert desk.get("/alarms", secure=True).status_code == 200
    analyst = "7" * 32
    founder = Actor(person="e" * 32, account="f", organisation="a", permissions=frozenset(Permission))
    actions.enrol_person(
        actor=founder, now=NOW, person=analyst, name_object=analyst, organisation="a" * 32,
        roles=frozenset({Role.ANALYST}), until=NOW + timedelta(days=9),
    )  # fmt: skip
    other = Client(headers={"host": "testserver"})
    assert other.post("/sign-in/demonstration", {"account": account(analyst)}, secure=True).status_code == 302
    assert other.get("/alarms", secure=True).status_code == 404
    assert "Alarms" not in other.get("/nothing", secure=True).content.decode()
    # The attempt itself is one.
    assert Alarm.objects.filter(code="SC-NOT-PERMITTED", gate="alarms", caller=analyst).exists()


def test_a_database_that_cannot_count_leaves_the_refusal_standing(rf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        from django.db import OperationalError  # noqa: PLC0415 - only here

        raise OperationalError

    monkeypatch.setattr(actions, "raise_alarm", broken)
    request = rf.get("/")
    request.resolver_match = None
    raise_from_page(request, "SC-CSRF")
    assert Alarm.objects.count() == 0
