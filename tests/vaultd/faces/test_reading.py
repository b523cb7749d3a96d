"""The reading of a paper on the open origin: who sees it, what is drawn, and that nothing is confirmed by itself."""

import json
import re

import pytest
from tests.small_pdf import small_pdf
from tests.vaultd.faces.test_change_person import Face, face_of, play
from tests.vaultd.rendering.test_extracting import page_of
from tests.vaultd.story import MATTER, Story, sealed

from safeconduct.vaultd.faces.reading_findings import relied_on
from safeconduct.vaultd.objects import UnknownObjectError
from safeconduct.vaultd.operations import OperationError, call

WORDS = (
    b"BT /F 14 Tf 60 720 Td (Dated: March 3, 2026) Tj 0 -30 Td (Case No. 26-GJ-114) Tj 0 -30 Td "
    b"(number +14135550105 and x@example.org) Tj 0 -30 Td (Respond by 04/05/2026) Tj "
    b"1 1 1 rg 0 -30 Td (number +14135550199) Tj ET"
)


@pytest.fixture
def reader(ready: Story) -> Face:
    play(ready)
    ready.grant()
    face = face_of(ready, "open")
    face.enter("aline")
    return face


def tick(page: str, said: str) -> str:
    """Return the value of the box to tick beside ``said``."""
    found = re.search(
        rf'value="(\d+)" id="tick-\d+">\s*<label[^>]*><b>[^<]*</b> <span class="value">{re.escape(said)}<', page
    )
    assert found is not None, said
    return found[1]


def test_boxes_stand_over_the_picture_and_nothing_is_ticked(ready: Story, reader: Face) -> None:
    paper = sealed(ready, "paper", page_of(WORDS))
    status, page = reader.ask(f"/reading/{paper}")
    assert status == "200"
    assert page.count('type="checkbox"') == page.count('class="mark"') > 5
    assert "checked" not in page
    assert "<script>" not in page
    assert " style=" not in page
    assert f'<image href="/reading/{paper}/page/1"' in page
    assert tick(page, "2026-03-03") != tick(page, "+14135550105")
    # Both readings of a day in figures stand side by side.
    assert tick(page, "2026-04-05") != tick(page, "2026-05-04")
    assert page.count("Nothing can be seen in the picture") == 1
    assert re.search(r"\+14135550199</span>(?:(?!</li>).)*Nothing can be seen", page, re.DOTALL)
    status, _ = reader.ask(f"/reading/{paper}/page/1")
    assert (status, reader.headers["Content-Type"]) == ("200", "image/jpeg")
    for wrong in ("/page/2", "/page/0", "/page/x", "/nothing"):
        assert reader.ask(f"/reading/{paper}{wrong}")[0] == "404", wrong


def test_what_is_ticked_is_sealed_with_who_ticked_it(ready: Story, reader: Face) -> None:
    paper, desk = sealed(ready, "paper", page_of(WORDS)), ready.configuration.faces["desk"].origin
    page = reader.ask(f"/reading/{paper}")[1]
    chosen = tick(page, "2026-03-03")
    sent = {"tick": chosen, "page": "1", "return": f"{desk}/matters/1/reading"}
    assert reader.ask(f"/reading/{paper}", sent)[0] == "303"
    found = re.fullmatch(rf"{desk}/matters/1/reading\?confirmation=(\w+)", reader.headers["Location"])
    assert found is not None
    kept = json.loads(ready.vault.opened.objects.open(found[1]))
    assert (kept["by"], kept["matter"], kept["paper"]) == ("aline", MATTER, paper)
    assert [(one["field"], one["value"], one["page"], one["words"]) for one in kept["fields"]] == [
        ("issued", "2026-03-03", 1, "March 3, 2026")
    ]
    assert ready.vault.opened.objects.find(found[1]).owner == f"matter/{MATTER}"
    elsewhere = reader.ask(f"/reading/{paper}", sent | {"return": "https://evil.example/"})
    assert (elsewhere[0], "SC-RETURN" in elsewhere[1]) == ("400", True)


@pytest.mark.parametrize("ticked", ["", "999", "-1", "1e2", "abc"])
def test_nothing_that_was_not_proposed_is_confirmed(ready: Story, reader: Face, ticked: str) -> None:
    paper = sealed(ready, "paper", page_of(WORDS))
    status, page = reader.ask(f"/reading/{paper}", {"tick": ticked, "page": "1"})
    assert (status, 'role="alert"' in page) == ("400", True)
    assert ready.vault.opened.objects.of_owner(kind="confirmation", owner=f"matter/{MATTER}") == []


def test_without_a_grant_or_a_session_it_is_not_there(ready: Story, reader: Face) -> None:
    paper = sealed(ready, "paper", page_of(WORDS))
    assert reader.ask(f"/reading/{paper}")[0] == "200"
    stranger = face_of(ready, "open")
    assert stranger.ask(f"/reading/{paper}")[0] == stranger.ask(f"/reading/{'9' * 32}")[0] == "403"
    stranger.enter("ines")
    known, unknown = stranger.ask(f"/reading/{paper}"), stranger.ask(f"/reading/{'9' * 32}")
    assert known[0] == unknown[0] == "404"
    assert known[1].replace(paper, "9" * 32) == unknown[1]
    assert stranger.ask(f"/reading/{paper}/page/1")[0] == "404"
    assert stranger.ask(f"/reading/{paper}", {"tick": "0"})[0] == "404"
    letter = sealed(ready, "letter", b"%PDF-1.7")
    assert reader.ask(f"/reading/{letter}")[0] == "404"


def test_a_scan_and_a_broken_paper_are_said_to_hold_no_words(ready: Story, reader: Face) -> None:
    scan = sealed(ready, "paper", page_of(b"0 0 1 rg 10 10 500 500 re f"))
    assert "no words that a machine can read" in reader.ask(f"/reading/{scan}")[1]
    broken = sealed(ready, "paper", b"%PDF-1.7 broken")
    status, page = reader.ask(f"/reading/{broken}")
    assert (status, "SC-PAPER-UNREADABLE" in page) == ("422", True)
    assert not ready.vault.opened.objects.has(f"{broken}-reading")


def test_a_reading_is_sealed_once_and_by_nobody_else(ready: Story, reader: Face) -> None:
    paper = sealed(ready, "paper", small_pdf("words", pages=3))
    made = ready.vault.opened.readings.of(paper)
    assert (made.reading.pages, made.reading.read) == (3, 3)
    kept = ready.vault.opened.objects.find(f"{paper}-reading")
    assert (kept.kind, kept.owner) == ("reading", f"matter/{MATTER}")
    assert ready.vault.opened.readings.of(paper) == made
    for kind in ("reading", "confirmation"):
        with pytest.raises(OperationError):
            call(ready.vault, "seal", {"kind": kind, "owner": {"matter": MATTER}, "data": ""})
    with pytest.raises(UnknownObjectError):
        ready.vault.opened.readings.of("0" * 32)
    assert reader.ask(f"/reading/{paper}?page=3")[1].count('aria-current="page"') == 1


def finding(story: Story, question: str, words: str, page: int = 1) -> None:
    value = {"kind": "finding", "finding": question, "reason": "So.", "words": words, "page": page}
    sealed(story, "answer", json.dumps(value).encode())


def test_the_words_of_findings_are_marked_in_the_margin_and_linked_both_ways(ready: Story, reader: Face) -> None:
    paper = sealed(ready, "paper", page_of(WORDS))
    assert "Findings that rely" not in reader.ask(f"/reading/{paper}")[1]
    finding(ready, "valid", "dated: march 3, 2026.")
    finding(ready, "specific", "words that stand nowhere")
    finding(ready, "enforceable", "Case No. 26-GJ-114", page=2)
    page = reader.ask(f"/reading/{paper}")[1]
    assert page.count('class="relied"') == 1
    assert ('href="#relied-box-1"' in page, 'href="#relied-1"' in page) == (True, True)
    assert ('id="relied-3"' in page, 'id="relied-box-3"' in page, 'id="relied-5"' in page) == (True, False, False)
    assert page.count("Not found on the page.") == 1


class Kept:
    """Sealed reasons, oldest first, and an answer that is no finding."""

    made = (("valid", "Case"), ("valid", "Respond by"), ("none of the five", "Case"))

    def of_owner(self, *, kind: str, owner: str) -> list[tuple[str, str]]:
        del kind, owner
        return [(str(place), "2026-03-03T00:00:00Z") for place in range(5)]

    def open(self, object_id: str) -> bytes:
        place = int(object_id)
        if place >= len(self.made):
            return (b"no JSON", b'{"version":1,"words":"We answer."}')[place - len(self.made)]
        finding, words = self.made[place]
        return json.dumps({"kind": "finding", "finding": finding, "words": words, "page": 1}).encode()


def test_the_newest_reason_of_each_question_counts() -> None:
    found = relied_on(Kept(), "matter/1", 1, [])  # type: ignore[arg-type] # what it asks of the sealed objects
    assert [(one.number, one.words) for one in found] == [(1, "Respond by")]
