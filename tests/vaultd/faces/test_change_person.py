"""Who is offered one click, how a person leaves, and what a signer reads next: the same handlers without a socket."""

import io
import json
import re
from dataclasses import dataclass, field, replace
from html import unescape
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from tests.vaultd.story import MATTER, ROLES, Story, conduct_body, sealed

from safeconduct.core.base.canonical import JsonValue
from safeconduct.vaultd.faces.approve import Approve
from safeconduct.vaultd.faces.ceremony import Ceremony
from safeconduct.vaultd.faces.http import FaceApp
from safeconduct.vaultd.faces.open import Open
from safeconduct.vaultd.vault import Vault

NAMES = {"zoe": "Zoe", "officer-1": "Deputy L. Marrow", "officer-2": "Agent N. Hale"}


def play(story: Story) -> None:
    """Write the demonstration's key file: the roster, a security engineer, two officers."""
    keys = story.passkeys["aline"]
    people = {one: (ROLES.get(one) or (["security_engineer"] if one == "zoe" else ["officer"])) for one in PEOPLE}
    told = {
        person: {
            "name": NAMES.get(person, f"{person.title()} Tester"),
            "roles": roles,
            **{face: story.passkeys.get(person, keys)[face].to_json() for face in ("approve", "open")},
        }
        for person, roles in people.items()
    }
    folder = story.configuration.root / "visitor"
    folder.mkdir()
    (folder / "passkeys.json").write_text(json.dumps(told), "utf-8")


PEOPLE = [*reversed(ROLES), "zoe", "officer-1", "officer-2"]


@dataclass
class Face:
    """One origin's handler and one visitor's cookie."""

    app: FaceApp
    ceremony: Ceremony
    origin: str
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """Return the status and the page."""
        parts, body = urlsplit(path), urlencode(form or {}).encode()
        environ: dict[str, JsonValue] = {
            "REQUEST_METHOD": "GET" if form is None else "POST",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "HTTP_HOST": self.origin.removeprefix("https://"),
            "HTTP_ORIGIN": self.origin,
            "HTTP_COOKIE": self.cookie,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        said: list[str] = []

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            said.append(status)
            self.headers = dict(headers)
            self.cookie = self.headers.get("Set-Cookie", self.cookie).partition(";")[0]

        page = b"".join(self.app(environ, start)).decode("utf-8", "replace")
        return said[0][:3], page

    def enter(self, person: str) -> None:
        """Sign in with one click."""
        assert self.ask("/sign-in", {"person": person, "demonstration": "1"})[0] == "303"


def face_of(story: Story, name: str) -> Face:
    face = story.configuration.faces[name]
    pages = {"approve": Approve, "open": Open}[name](story.vault, face)
    app = FaceApp(face, pages.ceremony.handler(pages.routes), pages.ceremony.failed)
    return Face(app, pages.ceremony, face.origin)


def offered(page: str) -> list[str]:
    return re.findall(r'name="person" value="[^"]+">([^<]+)</button>', page)


@pytest.fixture
def played(ready: Story) -> Story:
    play(ready)
    return ready


STAFF = ["Aline Tester", "Dov Tester", "Ines Tester", "Mara Tester", "Petra Tester", "Ravi Tester"]


def test_a_grant_is_offered_to_those_who_read_by_name_and_in_words(played: Story) -> None:
    page = face_of(played, "open").ask(f"/case/{MATTER}/grant?return={played.configuration.faces['desk'].origin}/")[1]
    assert offered(page) == STAFF
    assert ">second reader</span>" in page
    assert "second_reader" not in page


def test_an_unknown_matter_and_a_silenced_one_look_alike(played: Story) -> None:
    silence = {"until": "2026-12-06T05:00:00Z", "persons": ["ines"]}
    played.call("propose", kind="safe-conduct", body=conduct_body(played, silence=silence))
    desk, pages = played.configuration.faces["desk"].origin, face_of(played, "open")
    known, unknown = (pages.ask(f"/case/{matter}/grant?return={desk}/")[1] for matter in (MATTER, "9" * 32))
    assert known.replace(MATTER, "9" * 32) == unknown


def test_a_package_is_offered_to_its_listed_officers(played: Story) -> None:
    release = played.collect(played.approved())["release_digest"]
    pages = face_of(played, "open")
    assert offered(pages.ask(f"/package/{release}")[1]) == []
    played.sign(release, "mara")
    played.release(release)
    assert offered(pages.ask(f"/package/{release}")[1]) == ["Deputy L. Marrow"]
    assert offered(pages.ask(f"/sign-in?next=/package/{release}")[1]) == ["Deputy L. Marrow"]
    assert offered(pages.ask(f"/package/{'9' * 64}")[1]) == []


def test_a_paper_is_offered_to_readers_and_the_front_door_to_everybody(played: Story) -> None:
    paper, pages = sealed(played, "paper", b"%PDF-1.7"), face_of(played, "open")
    assert offered(pages.ask(f"/object/{paper}")[1]) == STAFF
    assert offered(pages.ask("/sign-in")[1]) == sorted([*STAFF, *NAMES.values()])


@pytest.mark.parametrize("name", ["approve", "open"])
def test_every_page_of_a_signed_in_person_changes_the_person_for_the_same_address(played: Story, name: str) -> None:
    desk = played.configuration.faces["desk"].origin
    addresses = {
        "approve": ["/", f"/a/{played.approved()}", "/a/" + "9" * 64, "/nowhere?a=b&c=d"],
        "open": ["/", f"/case/{MATTER}/grant?return={quote(desk, '')}%2Fm%2F1%3Fa%3Db", "/nowhere"],
    }
    pages = face_of(played, name)
    for address in addresses[name]:
        assert "Change person" not in pages.ask(address)[1]
        pages.enter("aline")
        page = pages.ask(address)[1]
        control = re.search(r'action="/sign-out"><input type="hidden" name="next" value="([^"]*)">', page)
        assert control is not None, address
        assert "Sign out" not in page
        assert pages.ask("/sign-out", {"next": unescape(control[1])})[0] == "303"
        following = parse_qs(urlsplit(pages.headers["Location"]).query).get("next", ["/"])[0]
        assert following == address
        assert "You are not signed in." in pages.ask(pages.headers["Location"])[1]


def test_leaving_leads_nowhere_else(played: Story) -> None:
    pages = face_of(played, "approve")
    pages.enter("aline")
    pages.ask("/sign-out", {"next": "https://evil.example/"})
    assert pages.headers["Location"] == "/sign-in"


def test_whoever_signs_in_ends_the_session_before(played: Story) -> None:
    pages = face_of(played, "approve")
    pages.enter("aline")
    first = pages.cookie
    pages.enter("ravi")
    pages.cookie = first
    assert "You are not signed in." in pages.ask("/")[1]


def test_a_live_instance_signs_out_and_has_no_list(played: Story) -> None:
    vault: Vault = played.vault
    vault.configuration = replace(vault.configuration, demonstration=None)
    pages = face_of(played, "approve")
    assert offered(pages.ask("/sign-in")[1]) == []
    # A live instance has no click; the session begins as it does after a passkey's answer.
    pages.cookie = pages.ceremony.sessions.begin("aline")[1].partition(";")[0]
    page = pages.ask("/")[1]
    assert "Sign out</button>" in page
    assert "Change person" not in page


def test_after_signing_the_page_says_what_it_still_needs_and_what_happens_next(played: Story) -> None:
    digest = played.call("propose", kind="safe-conduct", body=conduct_body(played))["digest"]
    pages = face_of(played, "approve")
    for person, told in (
        ("ravi", "It still needs one signature, by another person: approver or counsel"),
        ("ines", "collects"),
    ):
        pages.enter(person)
        assert "What signing does" in pages.ask(f"/a/{digest}")[1]
        assert pages.ask(f"/a/{digest}/approve", {"person": person, "demonstration": "1"})[0] == "303"
        assert pages.headers["Location"] == f"/a/{digest}#signed"
        page = pages.ask(f"/a/{digest}")[1]
        assert 'id="signed"' in page
        assert told in page
        assert page.count("Change person") == 2
        assert f'name="next" value="/a/{digest}"' in page
        assert "Sign with your passkey" not in page


def test_a_signed_sheet_says_when_it_was_carried_out(played: Story) -> None:
    digest, pages = played.approved(), face_of(played, "approve")
    release = played.collect(digest)["release_digest"]
    pages.enter("ravi")
    assert "It was carried out." in pages.ask(f"/a/{digest}")[1]
    played.sign(release, "mara")
    pages.enter("mara")
    assert "Its officers are then told" in pages.ask(f"/a/{release}")[1]
    played.release(release)
    assert "It was carried out." in pages.ask(f"/a/{release}")[1]
