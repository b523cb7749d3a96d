"""Sessions cannot be planted, kept, swapped or driven from elsewhere; nothing that was answered is answered again."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, clear_url_caches, get_resolver
from tests.functional.attacks.pages import alarms, visit
from tests.rooms.people.world import COLLEAGUE, DESK, NOW, account, passkey, settle
from tests.soaking import report
from tests.vaultd.story import Story, begin, conduct_body

from safeconduct.core.base.configuration import Demonstration
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.people.models import Alarm
from safeconduct.rooms.people.rules import ABSOLUTE_LIMIT, IDLE_LIMIT
from safeconduct.site import clock

UNSAFE = ("post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    made = begin(tmp_path_factory.mktemp("sessions") / "instance")
    made.enrol_officer()
    yield made
    made.vault.close()


@pytest.fixture
def face(story_database: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    assert story_database.exists()
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def use(name: str, *, demonstration: bool = False) -> None:
        settings.FACE, settings.ROOT_URLCONF = name, f"safeconduct.site.urls_{name}"
        stage = Demonstration(now=instant_text(NOW), seed=1, visitor=Path("visitor")) if demonstration else None
        settings.SAFECONDUCT = replace(settings.SAFECONDUCT, demonstration=stage)
        clear_url_caches()

    return use


def browser(*, checks: bool = False) -> Client:
    return Client(enforce_csrf_checks=checks, headers={"host": "testserver"})


def sign_in(client: Client, key: Any) -> dict[str, Any]:
    """Sign in with a passkey and return what was sent."""
    page = client.get("/sign-in", secure=True).content.decode()
    found = re.search(r'data-challenge="([^"]+)"', page)
    assert found is not None
    said = key.assertion(challenge=urlsafe_b64decode(found[1] + "=="), origin=f"https://{DESK}:8443")
    sent = {"assertion": json.dumps(said)}
    client.post("/sign-in/passkey", sent, secure=True)
    return sent


@pytest.fixture
def signed_in(face: Any, settings: Any) -> tuple[Client, Any]:
    face("desk")
    settle()
    key = passkey(settings.SAFECONDUCT.faces["desk"].host)
    account(COLLEAGUE, key)
    client = browser()
    sign_in(client, key)
    assert client.get("/nothing", secure=True).status_code == 404
    return client, key


def test_a_planted_session_is_not_the_one_that_is_signed_in(face: Any, settings: Any) -> None:
    face("desk")
    settle()
    key = passkey(settings.SAFECONDUCT.faces["desk"].host)
    account(COLLEAGUE, key)
    thief, victim = browser(), browser()
    thief.get("/sign-in", secure=True)
    planted = thief.cookies["__Host-desk"].value
    victim.cookies["__Host-desk"] = planted
    sign_in(victim, key)
    assert victim.cookies["__Host-desk"].value != planted
    assert victim.get("/nothing", secure=True).status_code == 404
    assert thief.get("/nothing", secure=True).status_code in (302, 404)
    assert thief.get("/", secure=True)["Location"] == "/sign-in"


def test_a_session_id_of_somebodys_own_choice_is_refused_and_seen(face: Any) -> None:
    face("desk")
    client = browser()
    client.cookies["__Host-desk"] = "a" * 32
    assert client.get("/", secure=True)["Location"] == "/sign-in"
    assert Alarm.objects.filter(code="SC-SESSION-UNKNOWN", caller="stranger").exists()


def test_a_stolen_cookie_is_refused_after_the_sign_out_and_seen(signed_in: tuple[Client, Any]) -> None:
    client, _ = signed_in
    thief = browser()
    thief.cookies["__Host-desk"] = client.cookies["__Host-desk"].value
    assert thief.get("/nothing", secure=True).status_code == 404
    client.post("/sign-out", secure=True)
    assert thief.get("/", secure=True)["Location"] == "/sign-in"
    assert Alarm.objects.filter(code="SC-SESSION-UNKNOWN").exists()


@pytest.mark.parametrize("beyond", [IDLE_LIMIT, ABSOLUTE_LIMIT], ids=["idle", "absolute"])
def test_a_session_runs_out(signed_in: tuple[Client, Any], beyond: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = signed_in
    step = IDLE_LIMIT if beyond == IDLE_LIMIT else IDLE_LIMIT - timedelta(minutes=1)
    now: datetime = NOW
    while now - NOW < beyond:
        assert client.get("/nothing", secure=True).status_code == 404
        now += step
        monkeypatch.setattr(clock, "now", lambda now=now: now)
    assert client.get("/", secure=True)["Location"] == "/sign-in"


def test_an_answer_is_taken_once(signed_in: tuple[Client, Any]) -> None:
    client, key = signed_in
    again = sign_in(client, key)
    other = browser()
    assert other.post("/sign-in/passkey", again, secure=True).status_code == 400
    other.get("/sign-in", secure=True)
    assert other.post("/sign-in/passkey", again, secure=True).status_code == 403
    assert Alarm.objects.filter(code="SC-PASSKEY", gate="sign_in").exists()


def test_the_demonstrations_click_does_nothing_outside_it(face: Any, story: Story) -> None:
    face("desk", demonstration=True)
    settle()
    mine = account(COLLEAGUE)
    control = browser().post("/sign-in/demonstration", {"account": mine}, secure=True)
    assert control.status_code == 302
    face("desk")
    client = browser()
    assert client.post("/sign-in/demonstration", {"account": mine}, secure=True).status_code == 403
    assert client.get("/", secure=True)["Location"] == "/sign-in"
    page = visit(story, "open")
    assert page.ask("/sign-in", {"person": "officer-1", "demonstration": True})[0] == 403
    assert alarms(story)["SC-NO-VISITOR"] > 0


def routes(name: str) -> list[tuple[str, str]]:
    def walk(patterns: list[Any], before: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            elif isinstance(one, URLPattern):
                yield str(one.name), "/" + re.sub(r"<[^>]+>", "0" * 32, here).lstrip("/")

    return list(walk(get_resolver(f"safeconduct.site.urls_{name}").url_patterns, ""))


BY_TOKEN = {
    "/api/v1/requests",
    f"/api/v1/requests/{'0' * 32}",
    f"/api/v1/requests/{'0' * 32}/answer",
    f"/api/v1/requests/{'0' * 32}/withdraw",
}
"""Where a bearer token counts and no cookie does, so that no page elsewhere can make a browser act."""


@pytest.mark.parametrize("name", ["desk", "portal"])
def test_every_unsafe_request_without_our_token_is_refused_and_seen(face: Any, name: str) -> None:
    face(name)
    found = routes(name)
    assert len(found) > 10
    client = browser(checks=True)
    systems = {address for _, address in found if address in BY_TOKEN}
    assert systems == (BY_TOKEN if name == "portal" else set())
    for route, address in found:
        for method in UNSAFE:
            answer = getattr(client, method)(address, secure=True)
            if address in systems:
                assert answer.status_code in (401, 405), (method, address)
                continue
            assert answer.status_code == 403, (method, address)
        if address in systems:
            continue
        assert Alarm.objects.get(code="SC-CSRF", gate=route, source=name).count >= len(UNSAFE)
    report(f"csrf at the {name}", routes=len(found), requests=len(found) * len(UNSAFE))


ORIGINS = {
    "approve": ("/sign-in", "/sign-out", f"/a/{'0' * 64}/approve", f"/a/{'0' * 64}/decline"),
    "open": ("/sign-in", "/sign-out", f"/case/{'a' * 32}/grant", f"/package/{'0' * 64}"),
}


@pytest.mark.parametrize("at", sorted(ORIGINS))
@pytest.mark.parametrize(
    "said",
    [
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "https://desk.safeconduct.localhost:8443"},
        {"HTTP_HOST": "open.safeconduct.localhost.example"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
    ],
    ids=lambda said: "=".join(next(iter(said.items()))),
)
def test_the_vaults_origins_take_no_form_from_elsewhere(story: Story, at: str, said: dict[str, str]) -> None:
    page, before = visit(story, at), alarms(story).get("SC-ORIGIN", 0)
    for address in ORIGINS[at]:
        status, _ = page.ask(address, {"person": "ravi"}, **said)
        assert status == 403, address
    assert alarms(story)["SC-ORIGIN"] == before + len(ORIGINS[at])


def test_somebody_signed_in_signs_for_nobody_else(story: Story) -> None:
    digest = story.call("propose", kind="safe-conduct", body=conduct_body(story))["digest"]
    page = visit(story, "approve")
    assert page.sign_in("ravi", story.passkeys["ravi"]["approve"]) == 200
    said = page.assertion(f"/a/{digest}/challenge?act=approve&person=ines", story.passkeys["ines"]["approve"])
    status, content = page.ask(f"/a/{digest}/approve", {"person": "ines", "assertion": said})
    assert (status, json.loads(content)["error"]["code"]) == (403, "SC-OTHER-PERSON")
    assert alarms(story)["SC-OTHER-PERSON"] == 1
    # The control: after the way out the same signature of hers is taken.
    page.ask("/sign-out", {})
    said = page.assertion(f"/a/{digest}/challenge?act=approve&person=ines", story.passkeys["ines"]["approve"])
    assert page.ask(f"/a/{digest}/approve", {"person": "ines", "assertion": said})[0] == 200


def test_a_nonce_answers_once_for_one_act_and_ten_minutes(story: Story) -> None:
    digest = story.call("propose", kind="safe-conduct", body=conduct_body(story, id="7" * 32))["digest"]
    page, key = visit(story, "approve"), story.passkeys["ravi"]["approve"]
    said = page.assertion(f"/a/{digest}/challenge?person=ravi", key)
    for act, value in (("decline", {"reason": "No."}), ("approve", {}), ("approve", {})):
        status, content = page.ask(f"/a/{digest}/{act}", {"person": "ravi", "assertion": said, **value})
        assert (status, json.loads(content)["error"]["code"]) == (403, "SC-NONCE")
    late = page.assertion(f"/a/{digest}/challenge?person=ravi", key)
    story.wall[0] += 601
    status, _ = page.ask(f"/a/{digest}/approve", {"person": "ravi", "assertion": late})
    assert status == 403
    assert alarms(story)["SC-NONCE"] >= 4


def test_a_session_at_the_vaults_origins_runs_out_and_is_not_planted(story: Story) -> None:
    page = visit(story, "approve")
    page.cookie = "__Host-safeconduct-approve=planted"
    assert page.sign_in("ravi", story.passkeys["ravi"]["approve"]) == 200
    assert page.cookie != "__Host-safeconduct-approve=planted"
    kept = page.cookie
    assert page.ask("/", HTTP_ACCEPT="application/json")[0] == 200
    story.wall[0] += 30 * 60 + 1
    assert page.ask("/", HTTP_ACCEPT="application/json")[0] == 403
    page.sign_in("ravi", story.passkeys["ravi"]["approve"])
    page.cookie, fresh = kept, page.cookie
    assert page.ask("/", HTTP_ACCEPT="application/json")[0] == 403
    page.cookie = fresh
    for _ in range(17):
        story.wall[0] += 29 * 60
        last = page.ask("/", HTTP_ACCEPT="application/json")[0]
    assert last == 403
