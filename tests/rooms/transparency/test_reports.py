"""A half-year from countable facts to a public folder that an outsider counts again."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from tests.rooms.transparency.conftest import ACTOR, COMPANY, MATTERS, NOW, Matter, World

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import ConflictError, NotPermittedError, UnavailableError
from safeconduct.core.base.lifecycle import TransitionError
from safeconduct.core.base.periods import HalfYear
from safeconduct.core.tally.bands import BandError, BandStatement
from safeconduct.core.tally.counting import CountingError, NationalSecurityError
from safeconduct.core.tally.published import check_report
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.transparency import actions, queries
from safeconduct.rooms.transparency.actions.building import PeriodNotOverError, WhyNeededError
from safeconduct.rooms.transparency.models import Report

H1 = HalfYear(2026, 1)


def built(**more: object) -> actions.Built:
    return actions.build(**{"actor": ACTOR, "now": NOW, "period": H1, **more})  # type: ignore[arg-type]  # a test's shorthand


def published(band: str = "") -> actions.Published:
    return actions.publish(actor=ACTOR, now=NOW, report=built().report, band=band)


def faults(folder: Path, world: World) -> list[str]:
    return [part.name for part in check_report(folder, world.signer.verifier) if part.error is not None]


class Page(HTMLParser):
    """Collects links and the numbers in table cells."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert "style" not in dict(attrs)
        self.links += [value for name, value in attrs if name in ("href", "src") and value]


def test_a_half_year_is_published_and_counts_again(world: World) -> None:
    done = published()
    assert faults(done.folder, world) == []
    data = json.loads((done.folder / "report.json").read_text())
    assert data["tables"]["by-process"]["total"] == {
        "received": 9,
        "disclosed_as_asked": 4,
        "disclosed_narrowed": 1,
        "none_held": 1,
        "refused": 1,
        "redirected": 2,
        "withdrawn": 0,
        "pending": 0,
    }
    assert data["tables"]["notices"]["total"] == {"before": 2, "after": 2, "prohibited": 1, "exception": 0, "all": 5}
    assert data["tables"]["preservation"]["total"] == {"received": 1}
    assert data["national_security"] is None
    page = (done.folder / "index.html").read_text()
    assert "data 9 times. Data left in 5 cases." in page
    assert "No paper from outside the United States got data from us directly" in page
    assert world.signed[0].splitlines()[1] == f"{COMPANY}, 2026-H1, version 1"


@pytest.mark.usefixtures("world")
def test_the_entry_carries_the_digest_of_what_is_signed_and_no_fact_that_points_at_a_matter() -> None:
    done = published()
    lines = ledger.history(subject=done.report)
    assert [line.kind for line in lines] == ["transparency.build", "transparency.publish", "transparency.publish_done"]
    assert set(lines[1].facts) == {"text_sha256", "period", "root", "version"}
    assert queries.published()[0].public_entry


def test_pages_have_no_script_no_style_attribute_and_no_dead_link(world: World) -> None:
    published()
    pages = sorted(world.here.public.rglob("*.html"))
    assert len(pages) >= 8
    for page in pages:
        found = Page()
        found.feed(page.read_text())
        assert not found.tags & {"script", "style", "iframe", "form"}
        for link in found.links:
            path = link.partition("#")[0]
            if path and not path.startswith(("https:", "/")) and path not in ("trust.json", "log/checkpoint"):
                target = (page.parent / path).resolve()
                assert target.exists() or "static" in path, (page.name, link)


@pytest.mark.usefixtures("world")
def test_every_chart_draws_the_numbers_of_its_table() -> None:
    text = (published().folder / "index.html").read_text()
    drawings = re.findall(r'<svg class="chart" .*?</svg>', text, re.DOTALL)
    assert len(drawings) == 8
    for drawing in drawings[:2]:
        totals = [int(value) for value in re.findall(r'class="total" [^>]*>(\d+)<', drawing)]
        assert totals == [3, 1, 2, 1, 2, 0, 0]


def test_any_changed_added_or_missing_file_is_named(world: World) -> None:
    folder = published().folder
    for name in sorted(file.name for file in folder.iterdir()):
        body = (folder / name).read_bytes()
        (folder / name).write_bytes(body[:-2] + bytes([body[-2] ^ 1]) + body[-1:])
        assert faults(folder, world) == [name]
        (folder / name).unlink()
        assert faults(folder, world) == [name]
        (folder / name).write_bytes(body)
    (folder / "more.csv").write_text("x")
    assert faults(folder, world) == ["more.csv"]


def test_a_crash_before_the_signature_resumes_with_the_same_text(world: World) -> None:
    world.failure = UnavailableError("The vault is closed.")
    with pytest.raises(UnavailableError):
        published()
    assert not (world.here.public / "reports").exists()
    row = queries.latest(period=H1)
    assert row.state == "publishing"
    done = actions.resume(actor=ACTOR, now=NOW, report=row.id)
    assert faults(done.folder, world) == []
    again = actions.resume(actor=ACTOR, now=NOW, report=row.id)
    assert again.root == done.root
    assert len(world.signed) == 1


def test_a_restatement_says_why_and_the_old_version_stays(world: World) -> None:
    first = published()
    with pytest.raises(WhyNeededError):
        built()
    world.matters = MATTERS[1:]
    why = "One subpoena was entered twice."
    second = actions.publish(actor=ACTOR, now=NOW, report=built(why=why).report)
    assert [row.state for row in queries.published()] == ["published", "superseded"]
    assert faults(first.folder, world) == faults(second.folder, world) == []
    assert why in (second.folder / "index.html").read_text()
    with pytest.raises(TransitionError):
        actions.publish(actor=ACTOR, now=NOW, report=first.report)


def test_a_half_year_under_way_is_not_counted_and_nobody_builds_twice(world: World) -> None:
    with pytest.raises(PeriodNotOverError):
        built(now=datetime(2026, 6, 30, 23, 59, tzinfo=UTC))
    first = built()
    with pytest.raises(ConflictError):
        built()
    actions.discard(actor=ACTOR, now=NOW, report=first.report)
    assert built().version == 2
    with pytest.raises(TransitionError):
        actions.publish(actor=ACTOR, now=NOW, report=first.report)
    assert world.signed == []


def test_disclosure_without_notice_prohibition_or_exception_cannot_be_reported(world: World) -> None:
    world.matters = (Matter("subpoena", "disclosed_as_asked", "none_due"),)
    with pytest.raises(CountingError):
        built()
    world.matters = (Matter("subpoena", "disclosed_as_asked", "released"),)
    with pytest.raises(CountingError):
        built()
    assert not Report.objects.exists()


def test_a_national_security_letter_has_no_place_in_this_instance(world: World) -> None:
    world.matters = (*MATTERS, Matter("national_security_letter", "disclosed_as_asked", "prohibited"))
    with pytest.raises(NationalSecurityError):
        built()


def test_permissions_are_asked_for(world: World) -> None:
    nobody = Actor(person="a" * 32, account="b" * 32, organisation="c" * 32)
    report = built().report
    for act in (
        lambda: built(actor=nobody),
        lambda: actions.publish(actor=nobody, now=NOW, report=report),
        lambda: actions.resume(actor=nobody, now=NOW, report=report),
        lambda: actions.state_band(actor=nobody, now=NOW, option="3", company=COMPANY),
    ):
        with pytest.raises(NotPermittedError):
            act()
    assert world.signed == []


def test_the_database_holds_the_lifecycle_by_itself(world: World) -> None:
    report = built().report
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE transparency_report SET state = 'published', entry = 'x' WHERE id = %s", [report])
    assert queries.latest(period=H1).state == "built"
    assert world.signed == []


def band_note(count: int, world: World) -> str:
    received = datetime(2026, 6, 9, 15, tzinfo=UTC)
    world.matters = tuple(
        Matter("national_security_letter", "disclosed_as_asked", "prohibited", received_at=received, selectors=2)
        for _ in range(count)
    )
    return actions.state_band(actor=ACTOR, now=NOW, option="3", company=COMPANY).note


@pytest.mark.parametrize(("count", "band", "selectors"), [(0, "0-249", "0-249"), (130, "0-249", "250-499")])
def test_only_a_band_leaves_the_enclave(enclave: World, count: int, band: str, selectors: str) -> None:
    statement = BandStatement.parse(band_note(count, enclave).rpartition("\n\n")[0] + "\n")
    assert [(name, text) for name, text, _ in statement.bands] == [("all_process", band), ("all_selectors", selectors)]
    assert (statement.bands[0][2].end - statement.bands[0][2].start).days == 180


def test_bands_are_stated_in_the_enclave_only(world: World) -> None:
    with pytest.raises(actions.WrongInstanceError):
        actions.state_band(actor=ACTOR, now=NOW, option="3", company=COMPANY)
    assert world.signed == []


def test_the_report_is_the_same_whatever_the_number_behind_the_band(enclave: World) -> None:
    notes = {band_note(count, enclave) for count in (0, 1, 100)}
    assert len(notes) == 1
    enclave.matters = MATTERS
    done = published(band=notes.pop())
    assert faults(done.folder, enclave) == []
    page = (done.folder / "index.html").read_text()
    assert "0 to 249" in page
    assert "50 U.S.C. 1874(a)(3)" in page


def test_a_band_for_another_day_or_another_form_is_refused(enclave: World) -> None:
    note = band_note(1, enclave)
    enclave.matters = MATTERS
    report = built().report
    for bad in (note.replace("0-249", "3"), note.replace("0-249", "1-250"), note.replace("option 3", "option 4"), "x"):
        with pytest.raises(BandError):
            actions.publish(actor=ACTOR, now=NOW, report=report, band=bad)
    with pytest.raises(BandError):
        actions.publish(actor=ACTOR, now=NOW.replace(day=11), report=report, band=note)
    assert queries.latest(period=H1).state == "built"


def test_each_company_that_is_served_has_a_row_of_its_own(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    irish = Matter("subpoena", "refused", country="IE", served_entity="northwind-ie")
    us = next(iter(world.here.entities.values()))
    entities = {us.id: us, "northwind-ie": replace(us, id="northwind-ie", name="Northwind Ireland", country="IE")}
    world.matters = (*MATTERS, irish)
    monkeypatch.setattr(settings, "SAFECONDUCT", replace(world.here, entities=entities))
    done = published()
    assert faults(done.folder, world) == []
    table = json.loads((done.folder / "report.json").read_text())["tables"]["by-entity"]
    rows = {row["key"]: (row["received"], row["data_left"], row["refused"]) for row in table["rows"]}
    assert rows == {us.id: (9, 5, 1), "northwind-ie": (1, 0, 1)}
    assert table["total"]["received"] == 10
    page = (done.folder / "index.html").read_text()
    assert '<th scope="row">Northwind Ireland</th>' in page
    csv = done.folder / "by-entity.csv"
    csv.write_bytes(csv.read_bytes().replace(b"northwind-ie,1", b"northwind-ie,2"))
    assert "by-entity.csv" in faults(done.folder, world)


def test_one_company_alone_has_no_such_row(world: World) -> None:
    done = published()
    assert faults(done.folder, world) == []
    assert "by-entity" not in json.loads((done.folder / "report.json").read_text())["tables"]
    assert b"entity" not in (done.folder / "counted.jsonl").read_bytes()
    assert not (done.folder / "by-entity.csv").exists()
