"""Two thousand hostile names through every page, letter, export, header, archive and log: they stay names.

They are given as names of persons, agencies and customers, of courts and of uploaded files. No element or attribute is
added to a page, no raw control or direction mark is drawn, no header is split, no path is left, and no log line holds
one. No mail is sent by this program, so none is looked at. The control: without the one place that writes unseen
characters out, and without escaping, the same look finds them.
"""

import io
import json
import logging
import random
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.conf import settings as live
from django.test import Client
from django.urls import clear_url_caches
from tests.functional.attacks.pages import visit
from tests.museum.names.corpus import FULL, RAW, SEEDS, batches, names, shape
from tests.rooms.government_requests.papers import paper
from tests.rooms.government_requests.world import GRANT, NOW, FakeVault
from tests.rooms.people.world import AGENCY, COLLEAGUE, OFFICER, account, session_of, settle
from tests.small_pdf import small_pdf
from tests.soaking import count, report, seed
from tests.vaultd.story import Story, begin, call_rows, conduct_body, holder_body, subscriber_rows

from safeconduct.core.base.canonical import canonical_json, parse_canonical
from safeconduct.core.base.configuration import Demonstration
from safeconduct.core.base.errors import BadInputError, DamagedError, SafeconductError
from safeconduct.core.base.periods import instant_text
from safeconduct.core.base.visible import visible
from safeconduct.core.conduct.body import BodyError
from safeconduct.core.packages.build import Package
from safeconduct.core.rulebook.book import load
from safeconduct.core.rulebook.letter_templates import load_letters
from safeconduct.core.rulebook.sign_offs import SignOffs
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.rules.letters import LetterText
from safeconduct.rooms.government_requests.steps.typeset import Party, typeset
from safeconduct.rooms.people.rules import Role
from safeconduct.rooms.vault import steps as vault_steps
from safeconduct.rooms.vault import wire
from safeconduct.site import clock, middleware
from safeconduct.vaultd.collector import package_object

MARK = "Ordinary Name"
PAGES = ("", "/scope", "/approvals", "/package", "/letters", "/notice", "/history")
PORTAL = ("", "/package", "/acknowledgement", "/withdraw")
SAFE_MEMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")


def wanted() -> list[str]:
    """Return the run's names: in the suite every seed once, under soak all two thousand."""
    return names(count(len(SEEDS), FULL), random.Random(seed("names")))  # noqa: S311 - repeatable tests


def storable(name: str) -> bool:
    """Return whether a name can be sealed at all; half of a pair is refused, as the last test shows."""
    return not any("\ud800" <= one <= "\udfff" for one in name)


class NamingVault(FakeVault):
    """A vault whose directory and case file hold whatever names a batch brings."""

    now: list[str]
    case_file: str

    def _directory_names(self, payload: dict[str, Any]) -> dict[str, Any]:
        found = payload["objects"]
        return {"names": {one: self.now[place % len(self.now)] for place, one in enumerate(found)}}

    def call(self, op: str, payload: dict[str, Any]) -> dict[str, Any]:
        # The wire is JSON: a lone surrogate comes and goes as an escape.
        answer: dict[str, Any] = json.loads(json.dumps(super().call(op, payload)))
        return answer

    def name(self, batch: list[str]) -> None:
        """Give these names to everybody, to the court and to the uploads."""
        self.now = batch
        told = json.loads(self.objects[self.case_file])
        for place, one in enumerate(told["files"]):
            one["name"] = batch[place % len(batch)]
        told["paper"]["issuer_name"] = batch[0]
        self.objects[self.case_file] = json.dumps(told).encode()


def stand_on_stage(settings: Any, folder: Path) -> None:
    """Make the suite's instance a demonstration whose counsel has signed the law."""
    overlay = folder / "sign-offs.toml"
    texts = [*load().provisions.values(), *load_letters().versions]
    signed = SignOffs(demonstration=True).signing(texts, name="Counsel", day=NOW.date())
    overlay.write_text(signed.text, "utf-8")
    stage = Demonstration(now=instant_text(NOW), seed=1, visitor=folder)
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, overlay=overlay, demonstration=stage)


@pytest.fixture
def pages(
    story_database: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> tuple[NamingVault, list[tuple[Client, str]]]:
    """A desk and a portal around one matter with eight uploads; every page of both that shows a name."""
    assert story_database.exists()
    stand_on_stage(settings, tmp_path)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    vault = NamingVault()
    vault.now = [MARK]
    monkeypatch.setattr(wire, "call", vault.call)
    settle(roles=frozenset({Role.COUNSEL, Role.ANALYST, Role.SECURITY_ENGINEER}), until=NOW + timedelta(days=400))
    entity = next(iter(settings.SAFECONDUCT.entities.values()))
    from safeconduct.rooms.people import queries as people  # noqa: PLC0415 - the same

    mine, officers = account(COLLEAGUE), account(OFFICER)
    uploads = tuple(
        actions.Upload(
            name="paper.pdf", data=small_pdf("the words", pages=1), pages=1, role="process" if not one else "attachment"
        )
        for one in range(8)
    )
    received = actions.receive(
        actor=people.actor_for(account=mine, now=NOW), now=NOW, paper=paper(), uploads=uploads, served_entity=entity,
        organisation=AGENCY, officer=OFFICER, channel="desk", transcript=("A paper.",),
    )  # fmt: skip
    matter = received.matter
    vault.case_file = Matter.objects.get(pk=matter).case_file
    actions.take(actor=people.actor_for(account=mine, now=NOW), now=NOW, matter=matter)

    def browser(face: str, who: str) -> Client:
        settings.FACE, settings.ROOT_URLCONF = face, f"safeconduct.site.urls_{face}"
        clear_url_caches()
        client = Client(headers={"host": "testserver"})
        session = client.session
        session.update({**session_of(who, NOW), f"grant:{matter}": GRANT})
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
        return client

    desk = browser("desk", mine)
    found = [(desk, f"/matters/{matter}{one}") for one in PAGES]
    found += [(desk, one) for one in ("/", "/queue.csv", "/queue.json", "/enter", "/alarms", "/?show=all")]
    portal = browser("portal", officers)
    found += [(portal, f"/requests/{matter}{one}") for one in PORTAL] + [(portal, "/")]

    def at(client: Client) -> None:
        # Set on what the fixture wrapped: wrapped again at each request, settings would nest without end.
        face = "desk" if client is desk else "portal"
        if face == live.FACE:
            return
        live.FACE = face
        live.ROOT_URLCONF = f"safeconduct.site.urls_{live.FACE}"
        clear_url_caches()

    vault.at = at  # type: ignore[attr-defined] # which face answers
    return vault, found


def get(vault: Any, client: Client, path: str) -> Any:
    vault.at(client)
    answer = client.get(path, secure=True)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer


def faults(answer: Any, plain: list[tuple[str, ...]] | None) -> list[str]:
    """Return what is wrong with an answer."""
    found = [f"header {name}" for name, value in answer.items() if RAW.search(value) or "\n" in value or "\r" in value]
    text = answer.content.decode("utf-8")
    found += [f"raw U+{ord(one):04X}" for one in RAW.findall(text)]
    if plain is not None and answer["Content-Type"].startswith("text/html") and shape(text) != plain:
        found += [f"another shape: {one}" for one in difference(plain, shape(text))]
    return found


def difference(plain: list[tuple[str, ...]], found: list[tuple[str, ...]]) -> list[str]:
    counted = Counter(found)
    counted.subtract(Counter(plain))
    return [f"{part} {number:+}" for part, number in counted.items() if number] or ["the order"]


def test_every_page_of_desk_and_portal_draws_names_and_nothing_else(
    pages: tuple[NamingVault, list[tuple[Client, str]]], caplog: pytest.LogCaptureFixture
) -> None:
    vault, addresses = pages
    vault.name([MARK])
    plain, shown = {}, 0
    for place in addresses:
        answer = get(vault, *place)
        plain[place] = shape(answer.content.decode())
        shown += MARK in answer.content.decode()
    assert shown >= 6
    found, drawn = [one for one in wanted() if storable(one)], 0
    with caplog.at_level(logging.DEBUG):
        for batch in batches(found, 48):
            vault.name(batch)
            for place in addresses:
                assert faults(get(vault, *place), plain[place]) == [], (place[1], batch)
                drawn += 1
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "window.ran" not in said
    report("names on pages", names=len(found), pages=drawn)


def test_the_look_can_fail(
    pages: tuple[NamingVault, list[tuple[Client, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, addresses = pages
    client, path = addresses[0]
    vault.name([MARK])
    plain = shape(get(vault, client, path).content.decode())
    monkeypatch.setattr(middleware, "_show_what_is_unseen", lambda _response: None)
    vault.name([SEEDS["direction: override"]])
    assert "raw U+202E" in faults(get(vault, client, path), plain)
    assert shape(f"<p>{SEEDS['script: 0']}</p>") != shape(f"<p>{MARK}</p>")


def test_a_name_in_an_export_is_no_formula_and_no_second_row(
    pages: tuple[NamingVault, list[tuple[Client, str]]],
) -> None:
    import csv  # noqa: PLC0415 - beside its one use

    vault, addresses = pages
    desk = addresses[0][0]
    for name in [one for one in SEEDS.values() if storable(one)][:: count(12, 1)]:
        vault.name([name])
        rows = list(csv.reader(io.StringIO(get(vault, desk, "/queue.csv").content.decode(), newline="")))
        assert len(rows) == 2
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in rows[1])
        assert json.loads(get(vault, desk, "/queue.json").content)["matters"]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    made = begin(tmp_path_factory.mktemp("names") / "instance")
    made.enrol_officer()
    made.import_rows("calls", call_rows())
    made.import_rows("subscribers", subscriber_rows())
    yield made
    made.vault.close()


def sheet(page: Any, digest: str) -> tuple[list[tuple[str, ...]], str]:
    status, content = page.ask(f"/a/{digest}")
    assert status == 200
    assert not any("\n" in value or RAW.search(value) for _, value in page.headers)
    text = content.decode("utf-8")
    return shape(text), text


def test_a_sheet_draws_a_name_or_the_vault_refuses_it(story: Story) -> None:
    """A consent with a character that cannot be seen is refused; any other name is drawn as it is."""
    page = visit(story, "approve")
    page.sign_in("ravi", story.passkeys["ravi"]["approve"])
    plain, drawn, refused = None, 0, 0
    for number, name in enumerate([MARK, *wanted()]):
        body = holder_body(story, id=f"{number:032x}", person_name=name, organisation_name=name)
        try:
            digest = story.call("propose", kind="holder", body=body)["digest"]
        except (BodyError, DamagedError):
            refused += 1
            continue
        found, text = sheet(page, digest)
        plain = plain or found
        assert found == plain, name
        assert not RAW.search(text), name
        drawn += 1
    assert drawn > len(SEEDS) // 3
    assert refused > 20
    report("names on sheets", drawn=drawn, refused=refused)


def test_a_package_holds_no_member_with_a_path_and_no_file_leaves_its_folder(story: Story) -> None:
    """Names of customers, papers and, in a forged entry, of the reference: the bag's members are ours."""
    tried = 0
    for number, name in enumerate(list(SEEDS.values())[:: count(12, 1)]):
        body = conduct_body(story, id=f"{number:032x}")
        body["scope"] = [body["scope"][0] | {"customer_name": name}]
        body["papers"] = [body["papers"][0] | {"name": name}]
        try:
            digest = story.call("propose", kind="safe-conduct", body=body)["digest"]
        except SafeconductError:
            continue
        for person in ("ravi", "ines"):
            story.sign(digest, person)
        journey = f"{number:032x}"
        facts = {"digest": digest, "journey": journey, "reference": name}
        made = story.act("collect", "government_requests.authorise", facts=facts, digest=digest, journey=journey)
        content = story.vault.opened.objects.open(package_object(digest))
        bag = Package.from_zip(content)
        with zipfile.ZipFile(io.BytesIO(bag.zip_bytes)) as archive:
            assert all(SAFE_MEMBER.fullmatch(one) for one in archive.namelist()), archive.namelist()
        assert SAFE_MEMBER.fullmatch(bag.folder)
        assert made["release_digest"]
        tried += 1
    assert tried > 3


def test_a_letter_prints_names_and_nothing_unseen() -> None:
    from safeconduct.site.instance import test_configuration  # noqa: PLC0415 - beside its one use

    place = test_configuration()
    row = Matter(reference="AAAA-BBBB-CCCC", served_entity="northwind-us", zone="America/New_York", received_at=NOW)
    printed = 0
    for name in list(SEEDS.values())[:: count(25, 1)]:
        to = Party(
            organisation="a", organisation_name=name, person="b", person_name=name, recipient="r", key_fingerprint="f"
        )
        text = LetterText(subject="Subject", paragraphs=(f"From {name}.",), quotes=((name, name),), closing=())
        with pypdfium2.PdfDocument(typeset(text=text, row=row, to=to, company=place, now=NOW, case_number=name)) as pdf:
            said = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
        assert not RAW.search(said.replace("\r\n", "\n").replace("\ufffe", "")), name
        printed += 1
    report("names in letters", letters=printed)


def test_every_name_is_written_out_once_and_keeps_its_writing() -> None:
    for name in names(FULL, random.Random(seed("visible"))):  # noqa: S311 - repeatable tests
        shown = visible(name)
        assert not RAW.search(shown)
        assert visible(shown) == shown
        assert parse_canonical(canonical_json(shown)) == shown
    assert visible(SEEDS["likeness: persian"]) == SEEDS["likeness: persian"]
    assert visible(SEEDS["likeness: family"]) == SEEDS["likeness: family"]
    assert visible("invoice\u202efdp.exe") == "invoice[U+202E]fdp.exe"
    assert len(SEEDS) >= 200


def test_half_a_character_is_sealed_nowhere() -> None:
    halves = [name for name in SEEDS.values() if not storable(name)]
    assert len(halves) >= 4
    for name in halves:
        with pytest.raises(BadInputError):
            vault_steps.put_name(name=name)
        with pytest.raises(DamagedError):
            canonical_json({"name": name})
