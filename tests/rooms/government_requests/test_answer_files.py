"""An answer to our question carries files: through the gate, sealed, in the matter's correspondence, and as CSV."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.rooms.government_requests.test_pages import ask, own_addresses
from tests.rooms.government_requests.world import World
from tests.small_pdf import small_pdf

from safeconduct.core.uploads.errors import TooManyFilesError, UploadRefusedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.models import Contact
from safeconduct.rooms.government_requests.queries.books import require_unaltered
from safeconduct.rooms.government_requests.rules.contacts import MOST_FILES
from safeconduct.rooms.government_requests.views import correspondence, officer, retention

__all__ = ["own_addresses"]


def asked(world: World) -> str:
    name = world.receive()
    actions.take(actor=world.analyst, now=world.now, matter=name)
    actions.ask_officer(actor=world.analyst, now=world.now, matter=name, question="Which period?")
    return name


def a_pdf(words: str = "An affidavit") -> SimpleUploadedFile:
    return SimpleUploadedFile("affidavit.pdf", small_pdf(words, pages=1), "application/pdf")


def test_files_lie_beside_the_answer(world: World) -> None:
    name = asked(world)
    post: dict[str, Any] = {"words": "As attached.", "file_1": a_pdf(), "file_3": a_pdf("A second one")}
    assert ask(world, world.officer, officer.answer, post=post, matter=name).status_code == 302
    assert world.row(name).state == "in_review"
    kept = Contact.objects.filter(matter_id=name)
    assert [(one.channel, one.direction, one.by) for one in kept] == [("portal", "incoming", world.officer.person)] * 2
    assert len({one.document for one in kept}) == 2
    require_unaltered(now=world.now)
    told = ask(world, world.analyst, correspondence.log_csv, matter=name).content.decode()
    assert told.count("file with an answer") == 2
    assert told.startswith("what,direction,channel,at")
    page = ask(world, world.analyst, correspondence.log, matter=name).content.decode()
    assert all(f"/object/{one.document}" in page for one in kept)


def test_what_the_gate_refuses_answers_nothing(world: World) -> None:
    name = asked(world)
    bad = SimpleUploadedFile("affidavit.pdf", b"MZ", "application/pdf")
    page = ask(world, world.officer, officer.answer, post={"words": "As attached.", "file_1": bad}, matter=name)
    assert page.status_code == 400
    assert "As attached." in page.content.decode()
    assert world.row(name).state == "question_sent"
    whole = Upload(name="a.pdf", data=small_pdf("x", pages=1), pages=1, role="attachment")
    many = (whole,) * (MOST_FILES + 1)
    broken = (Upload(name="a.pdf", data=b"MZ", pages=1, role="attachment"),)
    for files, refusal in ((many, TooManyFilesError), (broken, UploadRefusedError)):
        with pytest.raises(refusal):
            actions.answer_question(actor=world.officer, now=world.now, matter=name, answer="So.", uploads=files)
    assert world.row(name).state == "question_sent"
    assert not Contact.objects.exists()


def test_kept_files_are_listed_as_csv(world: World) -> None:
    assert ask(world, world.analyst, retention.files_csv).content.startswith(b"reference,closed_at,over_at")
    name = world.receive()
    actions.take(actor=world.analyst, now=world.now, matter=name)
    words, later = "A suit is announced.", world.now + timedelta(days=90)
    actions.keep_for_litigation(actor=world.counsel, now=world.now, matter=name, words=words, review_at=later)
    told = ask(world, world.analyst, retention.files_csv).content.decode().splitlines()
    assert [line.split(",")[0] for line in told[1:]] == [world.row(name).reference]
