"""The pages draw with and without case papers, and a silenced matter is nowhere for whoever is not cleared."""

from typing import Any

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, path
from tests.rooms.government_requests.papers import OF_KIND, SILENCE, paper
from tests.rooms.government_requests.world import GRANT, World

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.clocks import Clocks
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests import actions, urls
from safeconduct.rooms.government_requests.queries import parties
from safeconduct.rooms.government_requests.rules.words import Process
from safeconduct.rooms.government_requests.views import acts, intake, matter, officer, queue, sending
from safeconduct.rooms.people.urls import desk as sign_in

urlpatterns = [
    *urls.desk,
    *sign_in,
    *(path(f"portal/{one.pattern}", one.callback, name=one.name) for one in urls.portal if isinstance(one, URLPattern)),
]

PAGES = (
    matter.review,
    matter.scope,
    matter.approvals,
    matter.package,
    matter.letters,
    matter.notice,
    matter.history,
)
OFFICER_PAGES = (officer.request_page, officer.acknowledgement, officer.package, officer.withdraw)


@pytest.fixture(autouse=True)
def own_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


def ask(world: World, actor: Actor, view: Any, *, post: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
    factory = RequestFactory(headers={"host": "desk.safeconduct.localhost"})
    query = more.pop("query", {})
    request = factory.post("/x", post) if post is not None else factory.get("/x", query)
    request.session = SessionStore()  # type: ignore[assignment] # a session as the middleware gives it
    request.session.update(more.pop("session", {}))
    request.actor, request.now = actor, world.now  # type: ignore[attr-defined] # as the site's middleware does
    request.clocks = Clocks.of(world.now)  # type: ignore[attr-defined] # the same
    response: HttpResponse = view(request, **more)
    response.session = request.session  # type: ignore[attr-defined] # for the tests below
    return response


@pytest.mark.parametrize("reached", ["receive", "reviewed", "proposed", "authorised", "collected", "released"])
def test_every_page_of_a_matter_draws(world: World, reached: str) -> None:
    name = getattr(world, reached)()
    for view in PAGES:
        for session in ({}, {f"grant:{name}": GRANT}):
            page = ask(world, world.analyst, view, matter=name, session=session)
            assert page.status_code == 200
            assert world.row(name).reference.encode() in page.content


def test_words_show_only_with_a_grant(world: World) -> None:
    name = world.receive(transcript=("The name of the subscriber of +1 (202) 555-0143.",))
    actions.take(actor=world.analyst, now=world.now, matter=name)
    without = ask(world, world.analyst, matter.review, matter=name).content
    assert b"555-0143" not in without
    assert b"Open the case papers" in without
    came_back = ask(world, world.analyst, matter.review, matter=name, query={"grant": GRANT})
    assert came_back.status_code == 302
    kept = dict(came_back.session.items())  # type: ignore[attr-defined] # set by ask
    assert b"555-0143" in ask(world, world.analyst, matter.review, matter=name, session=kept).content


def test_the_queue_sorts_and_groups(world: World) -> None:
    world.receive()
    world.receive(paper(**OF_KIND[Process.EMERGENCY_REQUEST]))
    world.receive(paper(**OF_KIND[Process.PRESERVATION_REQUEST]))
    page = ask(world, world.analyst, queue.queue_page).content.decode()
    assert page.index("Emergency") < page.index("Search warrant") < page.index("Preservation letter")
    assert "60 minutes left" in page or "Today" in page
    assert ask(world, world.analyst, queue.queue_csv).content.count(b"\r\n") == 4


def test_a_silenced_matter_is_absent_for_the_stranger(world: World) -> None:
    open_one = world.receive()
    before = {view: ask(world, world.stranger, view).content for view in (queue.queue_json, queue.queue_csv)}
    hidden = world.receive(paper(silence=SILENCE))
    assert hidden in ask(world, world.analyst, queue.queue_page).content.decode()
    for view, content in before.items():
        assert ask(world, world.stranger, view).content == content
    page = ask(world, world.stranger, queue.queue_page).content.decode()
    assert hidden not in page
    assert 'All open</span> <span class="count">1<' in page
    refusals = set()
    for view in PAGES:
        for name in (hidden, world.row(hidden).reference, "0" * 32):
            with pytest.raises(NotPermittedError) as refused:
                ask(world, world.stranger, view, matter=name)
            refusals.add(str(refused.value))
    assert len(refusals) == 1
    found = ask(world, world.stranger, queue.find_matter, post={"words": "+1 (202) 555-0143"})
    assert found.status_code == 302
    assert open_one in found["Location"]


def test_the_officer_sees_the_same_with_and_without_silence(world: World) -> None:
    plain, silenced = world.receive(), world.receive(paper(silence=SILENCE))
    for view in OFFICER_PAGES:
        pages = []
        for name in (plain, silenced):
            text = ask(world, world.officer, view, matter=name).content.decode()
            pages.append(text.replace(name, "ID").replace(world.row(name).reference, "REF"))
        first, second = ([line for line in page.splitlines() if "csrf" not in line] for page in pages)
        assert first == second
        assert "ilence" not in pages[1]


def test_another_agency_sees_nothing(world: World) -> None:
    name = world.receive()
    other = world.actor("6", frozenset(world.officer.permissions), organisation="f" * 32)  # type: ignore[arg-type] # plain words
    with pytest.raises(NotPermittedError):
        ask(world, other, officer.request_page, matter=name)
    assert name not in ask(world, other, officer.request_list).content.decode()
    assert name in ask(world, world.officer, officer.request_list).content.decode()


def test_acts_answer_with_the_next_page(world: World) -> None:
    name = world.receive()
    assert ask(world, world.analyst, acts.plain_act, post={}, matter=name, act="take").status_code == 302
    asked = ask(world, world.analyst, acts.worded_act, post={"words": "Which days?"}, matter=name, act="ask")
    assert asked.status_code == 302
    assert world.row(name).state == "question_sent"
    page = ask(world, world.officer, officer.request_page, matter=name).content.decode()
    assert "Waiting for you since" in page
    assert ask(world, world.officer, officer.answer, post={"words": "These."}, matter=name).status_code == 302
    with pytest.raises(Http404):
        ask(world, world.analyst, acts.plain_act, post={}, matter=name, act="delete")


def test_intake_forms_draw_and_refuse_what_is_missing(world: World) -> None:
    assert ask(world, world.analyst, intake.enter_paper).status_code == 200
    bad = ask(world, world.officer, sending.send, post={"process": "subpoena"})
    assert bad.status_code == 400
    assert b"There is a problem" in bad.content


def test_a_key_is_typed_once_and_then_known(world: World) -> None:
    name = world.receive()
    actions.take(actor=world.analyst, now=world.now, matter=name)
    with pytest.raises(parties.NoKeyError):
        ask(world, world.analyst, acts.worded_act, post={}, matter=name, act="acknowledge")
    typed = {"recipient": world.party.recipient}
    assert ask(world, world.analyst, acts.worded_act, post=typed, matter=name, act="acknowledge").status_code == 302
    assert ask(world, world.analyst, acts.worded_act, post={}, matter=name, act="acknowledge").status_code == 302
    body = next(iter(world.vault.bodies.values()))
    assert body["to"]["key_fingerprint"] == world.party.key_fingerprint


def test_the_whole_way_by_forms(world: World) -> None:
    name = world.reviewed()
    session = {f"grant:{name}": GRANT}

    def do(act: str, **typed: str) -> None:
        done = ask(world, world.analyst, acts.worded_act, post=typed, matter=name, act=act, session=session)
        assert done.status_code == 302

    do("forecast")
    do("propose", days="30", recipient=world.party.recipient)
    world.vault.approved.add(world.row(name).scope_digest)
    for act in ("authorise", "collect", "propose-release"):
        assert ask(world, world.analyst, acts.plain_act, post={}, matter=name, act=act).status_code == 302
    world.vault.approved.add(world.row(name).release_digest)
    world.waived(name)
    assert ask(world, world.colleague, acts.plain_act, post={}, matter=name, act="release").status_code == 302
    do("draft-notice", recipient=world.party.recipient)
    world.vault.approved |= set(world.vault.bodies)
    assert ask(world, world.colleague, acts.plain_act, post={}, matter=name, act="release-notice").status_code == 302
    assert ask(world, world.officer, officer.delivered, post={}, matter=name).status_code == 302
    assert ask(world, world.analyst, acts.plain_act, post={}, matter=name, act="close").status_code == 302
    assert world.row(name).state == "closed"
