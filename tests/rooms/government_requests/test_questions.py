"""The portal asks one question a page: nothing is lost on the way, and nothing is kept before it is sent."""

import re
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.rooms.government_requests.test_pages import ask, own_addresses
from tests.rooms.government_requests.test_sending_again import TYPED, fields, form, posted
from tests.rooms.government_requests.world import World
from tests.small_pdf import small_pdf

from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests.forms.questions import ATTACH, ATTACHED, CHECK, PLACES, QUESTIONS, carried
from safeconduct.rooms.government_requests.models import Matter
from safeconduct.rooms.government_requests.views import sending

__all__ = ["own_addresses"]
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def sent_along(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page):
        found.setdefault(name, []).append(unescape(value))
    found.pop("csrfmiddlewaretoken", None)
    return found


def whole(world: World) -> dict[str, Any]:
    return {**TYPED, "entity": next(iter(world.settings.SAFECONDUCT.entities)), "signed": "on", "names_entity": "on"}


def typed_on(world: World, place: str) -> dict[str, Any]:
    """Return what an officer types on one page: the parts of a day have names of their own."""
    one = next(one for one in QUESTIONS if one.id == place)
    parts = {f"{name}{end}" for name in one.fields for end in ("", "_day", "_month", "_year")}
    return {name: value for name, value in whole(world).items() if name in parts}


def rows() -> dict[str, int]:
    return {
        str(one._meta.label): one.objects.count()
        for one in apps.get_models()
        if one._meta.app_label == "government_requests"
    }


def walk(world: World, until: str) -> tuple[Any, dict[str, list[str]]]:
    page = ask(world, world.officer, sending.send)
    for place in PLACES[: PLACES.index(until)]:
        along = sent_along(fields(page))
        assert along["at"] == [place]
        typed = typed_on(world, place) if place != CHECK else {}
        page = ask(world, world.officer, sending.ask_next, post={**along, **typed, "go": "next"})
        assert page.status_code == 200, (place, fields(page))
    return page, sent_along(fields(page))


def test_every_field_stands_on_one_page() -> None:
    told = [name for one in QUESTIONS for name in one.fields] + list(ATTACHED)
    assert sorted(told) == sorted(form().fields)


def test_a_paper_is_sent_page_by_page_and_nothing_is_kept_before(world: World) -> None:
    before = rows()
    _, along = walk(world, ATTACH)
    assert along["at"] == [ATTACH]
    assert rows() == before
    typed = {"file": SimpleUploadedFile("paper.pdf", small_pdf("A paper", pages=2), "application/pdf"), "pages": "2"}
    sent = ask(world, world.officer, sending.send, post={**along, **typed})
    assert sent.status_code == 302, fields(sent)
    made = Matter.objects.latest("received_at")
    assert (made.process, made.channel, made.officer) == ("subpoena", "portal", world.officer.person)


def test_going_back_keeps_what_was_typed_even_where_it_is_wrong(world: World) -> None:
    _, along = walk(world, "dates")
    back = ask(world, world.officer, sending.ask_next, post={**along, "dated_day": "77", "go": "back"})
    assert "Where is the authority?" in fields(back)
    assert sent_along(fields(back))["dated_day"] == ["77"]
    again = ask(
        world, world.officer, sending.ask_next, post={**sent_along(fields(back)), "country": "US", "go": "next"}
    )
    assert 'value="77"' in fields(again)
    wrong = ask(world, world.officer, sending.ask_next, post={**sent_along(fields(again)), "dated_day": "77"})
    assert wrong.status_code == 400
    assert "Error:" in fields(wrong)
    assert "Type a day that exists" in fields(wrong)


def test_all_answers_are_shown_and_each_can_be_changed(world: World) -> None:
    page, along = walk(world, CHECK)
    for words in ("Subpoena", "9 March 2026", "Grand Jury of Calder County", "+1 202 555 0142", "Attach the paper"):
        assert words in fields(page)
    changing = ask(world, world.officer, sending.ask_next, post={**along, "go": "issuer"})
    along = sent_along(fields(changing)) | {"issuer": ["grand_jury"], "issuer_name": ["Grand Jury of Dale"]}
    back = ask(world, world.officer, sending.ask_next, post={**along, "governmental": "on", "go": "next"})
    assert "Check your answers" in fields(back)
    assert "Grand Jury of Dale" in fields(back)
    # What is missing is named, and the way on leads to it.
    along = sent_along(fields(back))
    along.pop("issuer_name")
    short = ask(world, world.officer, sending.ask_next, post={**along, "go": "next"})
    assert short.status_code == 400
    assert "Who signed it?" in fields(short)


def test_the_paper_is_refused_on_its_own_page(world: World) -> None:
    _, along = walk(world, ATTACH)
    bad = SimpleUploadedFile("paper.pdf", b"MZ not a paper", "application/pdf")
    refused = ask(world, world.officer, sending.send, post={**along, "file": bad, "pages": "2"})
    assert refused.status_code == 400
    assert sent_along(fields(refused))["issuer_name"] == ["Grand Jury of Calder County"]
    assert "Attach the paper" in fields(refused)
    missing = ask(world, world.officer, sending.send, post={"process": "subpoena"})
    assert "Which company is it for?" in fields(missing) or "Who signed it?" in fields(missing)


def test_a_page_that_is_none_and_a_stranger_are_refused(world: World) -> None:
    assert ask(world, world.officer, sending.ask_next, post={"at": "nowhere"}).status_code == 400
    for view in (sending.ask_next, sending.send):
        with pytest.raises(NotPermittedError):
            ask(world, world.actor("7", frozenset()), view, post={"at": "kind"})


def test_the_control_an_answer_that_is_not_carried_is_missed() -> None:
    along = dict(carried(form(), posted(TYPED), shown=("process",)))
    assert "issuer_name" in along
    assert "process" not in along
