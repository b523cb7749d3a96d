"""The desk's pages of reports: build, read, publish; who may, who may not know, and what each refusal says."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from tests.rooms.transparency.conftest import COMPANY, MATTERS, NOW, World

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError, UnavailableError
from safeconduct.core.base.periods import HalfYear
from safeconduct.core.tally.published import check_report
from safeconduct.rooms.people.rules import PERMISSIONS, Permission, Role, permissions_of
from safeconduct.rooms.transparency import actions, queries, views

H1 = HalfYear(2026, 1)
UNKNOWN = "0" * 32


def person(role: Role, letter: str) -> Actor:
    return Actor(
        person=letter * 32,
        account=letter * 32,
        organisation="0" * 32,
        permissions=permissions_of(roles=frozenset({role})),
    )


COUNSEL, ANALYST, ENGINEER = (
    person(Role.COUNSEL, "1"),
    person(Role.ANALYST, "2"),
    person(Role.SECURITY_ENGINEER, "3"),
)


def ask(actor: Actor, view: Any, *, post: dict[str, Any] | None = None, **more: str) -> HttpResponse:
    factory = RequestFactory(headers={"host": "testserver"})
    request = factory.get("/x") if post is None else factory.post("/x", post)
    request.session = SessionStore()  # type: ignore[assignment] # a session as the middleware gives it
    request.actor, request.now = actor, NOW  # type: ignore[attr-defined] # as the site's middleware does
    found: HttpResponse = view(request, **more)
    return found


def page(actor: Actor, view: Any, **more: str) -> str:
    answer = ask(actor, view, **more)
    assert answer.status_code == 200
    return answer.content.decode()


def without_token(text: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", text)


def build(actor: Actor = COUNSEL, why: str = "") -> str:
    """Build the half-year by its form and return the id that the answer leads to."""
    answer = ask(actor, views.build_report, post={"why": why}, period="2026-H1")
    assert answer.status_code == 302, answer.content
    return str(answer["Location"]).rpartition("/")[2]


def publish(report: str, **given: object) -> HttpResponse:
    return ask(COUNSEL, views.publish_report, post=given or {"without": "on"}, report=report)


def test_a_half_year_is_built_read_and_published_by_forms(world: World) -> None:
    listed = page(COUNSEL, views.reports_page)
    assert "Build January to June 2026" in listed
    assert "Under way" in listed
    assert "1 July 2026" in page(COUNSEL, views.build_report, period="2026-H1")
    report = build()
    assert "and publish it" in page(COUNSEL, views.reports_page)
    read = page(COUNSEL, views.report_page, report=report)
    assert "data 9 times. Data left in 5 cases." in read
    assert "Germany" in read
    assert not (world.here.public / "reports").exists()
    assert publish(report).status_code == 302
    folder = world.here.public / "reports" / "2026-H1" / "v1"
    assert [part for part in check_report(folder, world.signer.verifier) if part.error] == []
    for actor in (COUNSEL, ENGINEER, ANALYST):
        assert "/reports/2026-H1/v1/index.html" in page(actor, views.reports_page)
        assert "/reports/2026-H1/v1/report.json" in page(actor, views.report_page, report=report)


@pytest.mark.usefixtures("world")
def test_before_anything_is_built_the_page_says_what_waits_and_for_whom() -> None:
    for actor, offered in ((COUNSEL, True), (ENGINEER, True), (ANALYST, False)):
        listed = page(actor, views.reports_page)
        assert ("Build January to June 2026" in listed) is offered
        assert ("Waits for counsel" in listed) is not offered
        assert ask(actor, views.reports_json).content == b'{"reports": []}'


def test_an_analyst_does_nothing_and_learns_no_unpublished_number(world: World) -> None:
    before = without_token(page(ANALYST, views.reports_page))
    report = build()
    acts = (views.publish_report, views.finish_report, views.discard_report)
    for view in acts:
        with pytest.raises(NotPermittedError):
            ask(ANALYST, view, post={"without": "on"}, report=report)
    for method in (None, {"why": ""}):
        with pytest.raises(NotPermittedError):
            ask(ANALYST, views.build_report, post=method, period="2026-H1")
    for view in (views.report_page, views.report_json):
        for name in (report, UNKNOWN):
            with pytest.raises(Http404):
                ask(ANALYST, view, report=name)
    assert without_token(page(ANALYST, views.reports_page)) == before
    assert ask(ANALYST, views.reports_csv).content.count(b"\r\n") == 1
    assert (world.signed, queries.latest(period=H1).state) == ([], "built")
    # The control: the same requests by counsel are answered.
    assert report in ask(COUNSEL, views.reports_page).content.decode()
    assert json.loads(ask(COUNSEL, views.report_json, report=report).content)["received"] == 9
    assert publish(report).status_code == 302


def test_a_security_engineer_builds_and_cannot_publish(world: World) -> None:
    report = build(ENGINEER)
    read = page(ENGINEER, views.report_page, report=report)
    assert "Counsel publishes." in read
    assert "Publish January" not in read
    with pytest.raises(NotPermittedError):
        ask(ENGINEER, views.publish_report, post={"without": "on"}, report=report)
    assert world.signed == []


def test_what_the_pages_say_of_roles_is_what_the_table_of_roles_says() -> None:
    builds = {role for role, may in PERMISSIONS.items() if Permission.REPORT_BUILD in may}
    publishes = {role for role, may in PERMISSIONS.items() if Permission.REPORT_PUBLISH in may}
    assert (builds, publishes) == ({Role.COUNSEL, Role.SECURITY_ENGINEER}, {Role.COUNSEL})
    assert (actions.BUILD, actions.PUBLISH) == (Permission.REPORT_BUILD, Permission.REPORT_PUBLISH)


def note(text: bytes = b"x") -> SimpleUploadedFile:
    return SimpleUploadedFile("band.note", text)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"without": ""}, "or say that this report has none"),
        ({"without": "on", "band": note()}, "not both"),
        ({"band": note(b"\xff\xfe")}, "This is no text"),
        ({"band": note(b"a" * 20_000)}, "too long"),
        ({"band": note(b"not a note")}, "no signed note"),
    ],
)
def test_a_wrong_band_is_named_above_the_form_and_nothing_is_published(
    world: World, given: dict[str, object], words: str
) -> None:
    report = build()
    answer = publish(report, **given)
    said = answer.content.decode()
    assert answer.status_code == 400
    assert words in said
    assert "There is a problem" in said
    assert "<title>Error: " in said
    assert (world.signed, queries.latest(period=H1).state) == ([], "built")


def test_the_band_is_taken_as_a_file_for_its_own_day_only(enclave: World, monkeypatch: pytest.MonkeyPatch) -> None:
    enclave.matters = ()
    made = actions.state_band(actor=COUNSEL, now=NOW, option="3", company=COMPANY).note
    enclave.matters = MATTERS
    report = build()
    monkeypatch.setattr("tests.rooms.transparency.test_desk.NOW", NOW.replace(day=11))
    late = publish(report, band=note(made.encode()))
    assert (late.status_code, b"another day of publication" in late.content) == (400, True)
    monkeypatch.undo()


def test_the_band_crosses_and_is_published(enclave: World) -> None:
    enclave.matters = ()
    made = actions.state_band(actor=COUNSEL, now=NOW, option="3", company=COMPANY).note
    enclave.matters = MATTERS
    report = build()
    assert publish(report, band=note(made.encode())).status_code == 302
    assert (enclave.here.public / "reports" / "2026-H1" / "v1" / "band.note").read_text("utf-8") == made
    assert "a band, as the enclave signed it" in page(COUNSEL, views.report_page, report=report)


def test_a_closed_vault_leaves_it_begun_and_the_page_finishes_it(world: World) -> None:
    report = build()
    world.failure = UnavailableError("The vault is sealed.")
    answer = publish(report)
    assert (answer.status_code, b"Publishing was begun and entered" in answer.content) == (503, True)
    assert "Publishing not finished" in page(COUNSEL, views.reports_page)
    world.failure = UnavailableError("The vault is sealed.")
    assert ask(COUNSEL, views.finish_report, post={}, report=report).status_code == 503
    assert ask(COUNSEL, views.finish_report, post={}, report=report).status_code == 302
    assert (len(world.signed), queries.latest(period=H1).state) == (1, "published")


def test_without_a_ledger_nothing_is_begun(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(**_facts: object) -> None:
        raise UnavailableError("The ledger cannot be written.")

    report = build()
    monkeypatch.setattr("safeconduct.rooms.ledger.steps.record", closed)
    with pytest.raises(UnavailableError):
        publish(report)
    assert (world.signed, queries.latest(period=H1).state) == ([], "built")


@pytest.mark.usefixtures("world")
def test_only_a_half_year_that_is_over_and_not_yet_built_can_be_built() -> None:
    build()
    for period in ("2026-H2", "2026-H1", "2031-H1", "2026-H3", UNKNOWN):
        with pytest.raises(Http404):
            ask(COUNSEL, views.build_report, period=period)


def test_a_matter_that_cannot_be_counted_is_told_above_the_form(world: World) -> None:
    world.matters = (type(MATTERS[0])("subpoena", "disclosed_as_asked", "none_due"),)
    answer = ask(COUNSEL, views.build_report, post={}, period="2026-H1")
    assert (answer.status_code, b"no notice, prohibition or exception stands" in answer.content) == (400, True)
    assert queries.reports() == ()


def test_a_restatement_is_asked_why_and_both_versions_stay(world: World) -> None:
    first = build()
    publish(first)
    assert "Correct January to June 2026" in page(COUNSEL, views.reports_page)
    empty = ask(COUNSEL, views.build_report, post={"why": " "}, period="2026-H1")
    assert (empty.status_code, b"Say what changed, and why." in empty.content) == (400, True)
    long = ask(COUNSEL, views.build_report, post={"why": "w" * 401}, period="2026-H1")
    assert (long.status_code, b"w" * 401 in long.content) == (400, True)
    world.matters = MATTERS[1:]
    publish(build(why="=A subpoena was entered twice."))
    listed = page(ANALYST, views.reports_page)
    assert "Superseded" in listed
    rows = list(csv.DictReader(io.StringIO(ask(ANALYST, views.reports_csv).content.decode())))
    assert [(row["version"], row["state"], row["received"]) for row in rows] == [
        ("2", "published", "8"),
        ("1", "superseded", "9"),
    ]
    assert rows[0]["why"].startswith("'=")


@pytest.mark.usefixtures("world")
def test_a_version_that_is_put_aside_can_be_built_again_but_not_published() -> None:
    first = build()
    assert ask(COUNSEL, views.discard_report, post={}, report=first).status_code == 302
    assert "Build January to June 2026" in page(COUNSEL, views.reports_page)
    refused = publish(first)
    assert (refused.status_code, b"There is a problem" in refused.content) == (400, True)
    assert "version 2" in page(COUNSEL, views.report_page, report=build())


@pytest.mark.usefixtures("world")
def test_reading_answers_get_and_acting_answers_post_only() -> None:
    report = build()
    for view in (views.publish_report, views.finish_report, views.discard_report):
        assert ask(COUNSEL, view, report=report).status_code == 405
    assert ask(COUNSEL, views.report_page, post={}, report=report).status_code == 405


def test_the_enclave_offers_nothing_to_publish(enclave: World) -> None:
    enclave.matters = ()
    listed = page(COUNSEL, views.reports_page)
    assert "safeconduct report band" in listed
    assert "Build January" not in listed
