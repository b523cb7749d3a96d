"""Every address of the approve and open origins, every method, every person, objects in every state."""

import io
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from tests import soaking
from tests.routes.origins import ADDRESSES, METHODS, NO_ADDRESS, PEOPLE, Address, named_in_source
from tests.vaultd.story import MATTER, Story, begin, call_rows, conduct_body, officer_keys, subscriber_rows

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.sealing.recipients import fingerprint
from safeconduct.vaultd.faces import http
from safeconduct.vaultd.faces.approve import Approve
from safeconduct.vaultd.faces.http import FaceApp
from safeconduct.vaultd.faces.open import Open

OTHER_MATTER = "9" * 32
SECRET = b"words that nobody else may read"


def seal(story: Story, kind: str, matter: str, data: bytes = SECRET) -> str:
    return str(story.call("seal", kind=kind, owner={"matter": matter}, data=b64encode(data).decode())["object"])


def letter(story: Story) -> str:
    """Issue a letter to the officer and return its sealed object."""
    name, recipient = seal(story, "letter", MATTER), officer_keys()[1]
    body = {
        "version": 1, "kind": "letter", "id": "7" * 32, "requested_by": "aline", "matter": MATTER,
        "letter_kind": "refusal", "object": name, "sha256": sha256_hex(SECRET), "subject": "Your request",
        "summary": "One line.", "silence": None,
        "to": {"organisation_name": "Calder County", "person_name": "Deputy", "recipient": recipient,
               "key_fingerprint": fingerprint(recipient)},
    }  # fmt: skip
    digest = story.call("propose", kind="letter", body=body)["digest"]
    story.sign(digest, "ravi")
    facts = {"digest": digest}
    story.act("issue_letter", "government_requests.issue_letter", facts=facts, digest=digest)
    return name


def propose(story: Story, number: str, **changes: Any) -> str:
    return str(
        story.call("propose", kind="safe-conduct", body=conduct_body(story, id=number * 32, **changes))["digest"]
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Story, dict[str, str]]]:
    """A real vault with an object in every state."""
    made = begin(tmp_path_factory.mktemp("v") / "i")
    made.enrol_officer()
    made.import_rows("calls", call_rows())
    made.import_rows("subscribers", subscriber_rows())
    silence = {"until": "2026-12-06T05:00:00Z", "persons": ["ravi", "ines"]}
    approved = made.approved()
    release = made.collect(approved)["release_digest"]
    made.sign(release, "mara")
    made.release(release)
    revoked = propose(made, "3")
    made.act("revoke", "government_requests.revoke", facts={"digest": revoked}, digest=revoked)
    fill = {
        "open": propose(made, "4"), "approved": approved, "revoked": revoked, "unknown": "0" * 64,
        "matter": MATTER, "nothing": "0" * 32, "release": release,
        "paper": seal(made, "paper", MATTER), "transcript": seal(made, "transcript", MATTER),
        "case_file": seal(made, "case_file", MATTER, b"{}"),
        "other": seal(made, "transcript", OTHER_MATTER), "letter": letter(made),
        "back": quote(f"{made.configuration.faces['desk'].origin}/matters/{MATTER}", safe=""),
    }  # fmt: skip
    made.grant()
    ground = {**conduct_body(made)["ground"], "matter": OTHER_MATTER}
    fill["silenced"] = propose(made, "5", silence=silence, ground=ground)
    yield made, fill
    made.vault.close()


class Origins:
    """The two real applications, with a session for everybody."""

    def __init__(self, story: Story) -> None:
        faces = story.configuration.faces
        self.pages = {"approve": Approve(story.vault, faces["approve"]), "open": Open(story.vault, faces["open"])}
        self.apps = {
            name: FaceApp(faces[name], one.ceremony.handler(one.routes), one.ceremony.failed)
            for name, one in self.pages.items()
        }
        self.origins = {name: faces[name].origin for name in self.pages}

    def ask(self, face: str, method: str, address: str, person: str, origin: str = "") -> tuple[int, bytes]:
        """Return status and body as a browser of ``person`` gets them."""
        path, _, query = address.partition("?")
        body = b"reason=Because." if method not in ("GET", "HEAD") else b""
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query,
            "HTTP_COOKIE": self._cookie(face, person),
            "HTTP_HOST": self.origins[face].removeprefix("https://"), "HTTP_ORIGIN": origin or self.origins[face],
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }  # fmt: skip
        said: list[str] = []
        answer = b"".join(self.apps[face](environ, lambda status, _headers, *_more: said.append(status)))
        return int(said[0][:3]), answer

    def _cookie(self, face: str, person: str) -> str:
        sessions = self.pages[face].ceremony.sessions
        if person == "anybody":
            return ""
        if person == "forged":
            return f"{sessions.cookie}=AAAA"
        return sessions.begin(person)[1].partition(";")[0]


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of refusals are the point; their log lines are not."""
    monkeypatch.setattr(http, "log", lambda **_told: None)


def judged(origins: Origins, fill: dict[str, str], addresses: list[Address]) -> tuple[list[str], Counter[str]]:
    """Ask everything and return what was answered wrongly."""
    wrong, counted = [], Counter[str]()
    for one in addresses:
        address = one.at.format(**fill)
        for person in PEOPLE:
            for method in METHODS:
                expected = one.answers.get(method, {}).get(person, 404)
                status, body = origins.ask(one.face, method, address, person)
                counted["cells"] += 1
                counted["answered"] += expected < 400
                if status != expected:
                    wrong.append(f"{one.face} {method} {one.at} as {person}: {status} in place of {expected}")
                if SECRET in body and expected != 200:
                    wrong.append(f"{one.face} {method} {one.at} as {person}: holds the sealed words")
            # A form of another page is refused whatever it asks for.
            status, _ = origins.ask(one.face, "POST", address, person, origin="https://elsewhere.example")
            counted["cells"] += 1
            if status != 403:
                wrong.append(f"{one.face} {one.at} as {person}: {status} to a form of another page")
    return wrong, counted


def test_every_address_of_the_source_is_in_the_table_and_the_other_way_round() -> None:
    found = named_in_source()
    assert {one.named for one in ADDRESSES} == found - NO_ADDRESS
    assert len(found) > 8


def test_every_cell_of_the_two_origins(story: tuple[Story, dict[str, str]]) -> None:
    made, fill = story
    wrong, counted = judged(Origins(made), fill, ADDRESSES)
    soaking.report("origins", wrong=len(wrong), **counted)
    assert not wrong, "\n".join(wrong[:40])
    assert counted["cells"] > 2_500
    assert counted["answered"] > 400


def test_an_origin_that_forgets_to_ask_who_reads_is_reported(
    story: tuple[Story, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, fill = story
    monkeypatch.setattr(Open, "_reader", lambda *_told: True)
    wrong, _ = judged(Origins(made), fill, [one for one in ADDRESSES if one.at.startswith("/object")])
    assert any("{other} as dov: holds the sealed words" in line for line in wrong)
