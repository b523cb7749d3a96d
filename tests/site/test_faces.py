"""Every address of each face, for strangers and for each role; the frame, the headers, the sessions."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, clear_url_caches, get_resolver
from tests.rooms.people.world import COLLEAGUE, FOUNDER, NOW, OFFICER, account, settle

from safeconduct.core.base.configuration import Demonstration
from safeconduct.core.base.periods import instant_text
from safeconduct.rooms.people import actions
from safeconduct.rooms.people.rules import IDLE_LIMIT, STAFF, Role
from safeconduct.site import clock, middleware
from safeconduct.site.middleware import OPEN_ROUTES

pytestmark = pytest.mark.usefixtures("story_database")
UNKNOWN = "0" * 32
Faces = Callable[[str], None]
BY_TOKEN = {
    "/api/v1/requests",
    f"/api/v1/requests/{UNKNOWN}",
    f"/api/v1/requests/{UNKNOWN}/answer",
    f"/api/v1/requests/{UNKNOWN}/withdraw",
}
"""The interface for agencies' systems: a bearer token counts there, never a session, and a refusal is a problem."""
DOCUMENT = "/api/v1/openapi.json"
"""What the interface takes; it says nothing about anybody, and anybody may read it."""


def addresses(face: str) -> list[tuple[str, str]]:
    """Return every (name, address) of a face, with an unknown id in each place for one."""

    def walk(patterns: list[Any], before: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            elif isinstance(one, URLPattern):
                yield str(one.name), "/" + re.sub(r"<[^>]+>", UNKNOWN, here).lstrip("/")

    return list(walk(get_resolver(f"safeconduct.site.urls_{face}").url_patterns, ""))


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def face(settings: Any) -> Faces:
    def use(name: str) -> None:
        settings.FACE = name
        settings.ROOT_URLCONF = f"safeconduct.site.urls_{name}"
        settings.SAFECONDUCT = replace(
            settings.SAFECONDUCT, demonstration=Demonstration(now=instant_text(NOW), seed=1, visitor=Path("visitor"))
        )
        clear_url_caches()

    return use


def browser(*, checks: bool = False) -> Client:
    return Client(enforce_csrf_checks=checks, headers={"host": "testserver"}, raise_request_exception=True)


def enter(person: str, face_name: str) -> Client:
    client = browser()
    who = account(person)
    done = client.post("/sign-in/demonstration", {"account": who}, secure=True)
    assert done.status_code == 302, (face_name, done.content)
    return client


def refuses_without_a_token(client: Client, address: str) -> None:
    """Ask an address of the interface as this browser: whatever its cookie is worth elsewhere, here it is nothing."""
    answers = [getattr(client, method)(address, secure=True) for method in ("get", "post")]
    taken = [answer for answer in answers if answer.status_code != 405]
    assert taken, address
    for answer in taken:
        assert answer.status_code == 401, address
        assert answer["Content-Type"] == "application/problem+json", address
        assert answer["WWW-Authenticate"] == "Bearer", address


@pytest.mark.parametrize("name", ["desk", "portal"])
def test_the_addresses_of_the_interface_are_these(name: str) -> None:
    found = {address for _, address in addresses(name) if address.startswith("/api/")}
    assert found == ({DOCUMENT} | BY_TOKEN if name == "portal" else set())


@pytest.mark.parametrize("name", ["desk", "portal"])
def test_a_stranger_reaches_the_sign_in_pages_only(face: Faces, name: str) -> None:
    face(name)
    found = addresses(name)
    assert len(found) > 5
    for route, address in found:
        answer = browser().get(address, secure=True)
        if route in OPEN_ROUTES:
            continue
        if address == DOCUMENT:
            assert answer.status_code == 200
            assert browser().post(address, secure=True).status_code == 405
            continue
        if address in BY_TOKEN:
            refuses_without_a_token(browser(), address)
            continue
        assert answer.status_code == 302, address
        assert str(answer["Location"]).startswith("/sign-in"), address
        assert browser().post(address, secure=True).status_code == 404, address


@pytest.mark.parametrize("name", ["desk", "portal"])
def test_every_act_refuses_a_request_without_our_token(face: Faces, name: str) -> None:
    face(name)
    for _, address in addresses(name):
        if address in BY_TOKEN:
            refuses_without_a_token(browser(checks=True), address)
            continue
        assert browser(checks=True).post(address, secure=True).status_code == 403, address


@pytest.mark.parametrize("role", sorted(STAFF))
def test_nobody_learns_whether_a_matter_exists(face: Faces, role: Role) -> None:
    face("desk")
    settle(roles=frozenset({role}))
    client = enter(COLLEAGUE, "desk")
    about_one = [address for route, address in addresses("desk") if UNKNOWN in address and route != "None"]
    assert about_one
    bodies = set()
    for address in about_one:
        answer = client.get(address, secure=True)
        assert answer.status_code in (404, 405), (role, address)
        if answer.status_code == 404:
            bodies.add(re.sub(rb'value="[A-Za-z0-9]{64}"', b"", answer.content))
    assert len(bodies) == 1


def test_an_officer_reaches_nothing_of_another_request(face: Faces) -> None:
    face("portal")
    settle()
    client = enter(OFFICER, "portal")
    for _, address in addresses("portal"):
        if address in BY_TOKEN:
            refuses_without_a_token(client, address)
        elif UNKNOWN in address:
            assert client.get(address, secure=True).status_code in (404, 405), address
            assert client.post(address, secure=True).status_code in (400, 403, 404, 405), address


def test_headers_are_strict_and_only_the_passkey_page_has_a_script(face: Faces) -> None:
    face("desk")
    settle()
    page = browser().get("/sign-in", secure=True)
    policy = page["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    other = enter(COLLEAGUE, "desk").get("/nothing", secure=True)
    assert "script-src" not in other["Content-Security-Policy"]
    for answer in (page, other):
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]
        assert b"<style" not in answer.content
        assert b" style=" not in answer.content


def test_the_cookie_is_bound_to_its_host_and_renewed_at_sign_in(face: Faces) -> None:
    face("desk")
    settle()
    client = browser()
    client.get("/sign-in", secure=True)
    before = client.cookies["__Host-desk"].value
    client.post("/sign-in/demonstration", {"account": account(COLLEAGUE)}, secure=True)
    cookie = client.cookies["__Host-desk"]
    assert cookie.value != before
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")


def test_a_stolen_cookie_is_worth_nothing_after_sign_out_or_an_idle_hour(
    face: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    face("desk")
    settle()
    client = enter(COLLEAGUE, "desk")
    stolen = client.cookies["__Host-desk"].value
    assert client.get("/nothing", secure=True).status_code == 404
    client.post("/sign-out", secure=True)
    thief = browser()
    thief.cookies["__Host-desk"] = stolen
    assert thief.get("/", secure=True)["Location"] == "/sign-in"
    again = enter(COLLEAGUE, "desk")
    monkeypatch.setattr(clock, "now", lambda: NOW + IDLE_LIMIT)
    assert again.get("/", secure=True)["Location"] == "/sign-in"


def test_a_suspended_person_is_out_at_the_next_page(face: Faces) -> None:
    face("desk")
    settle()
    client = enter(COLLEAGUE, "desk")
    actions.suspend(actor=FOUNDER, now=NOW, person=COLLEAGUE)
    assert client.get("/", secure=True).status_code == 302


def test_signing_in_leads_to_no_other_site(face: Faces) -> None:
    face("desk")
    settle()
    for onward in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        done = browser().post("/sign-in/demonstration", {"account": account(COLLEAGUE), "next": onward}, secure=True)
        assert done["Location"] == "/"


def test_the_search_for_open_addresses_can_fail(face: Faces, monkeypatch: pytest.MonkeyPatch) -> None:
    face("desk")
    monkeypatch.setattr(middleware, "OPEN_ROUTES", frozenset(route for route, _ in addresses("desk")))
    address = next(address for route, address in addresses("desk") if route == "gov_enter")
    with pytest.raises(AttributeError):
        browser().get(address, secure=True)


@pytest.mark.parametrize(("role", "landing"), [(Role.SECURITY_ENGINEER, "/reports"), (Role.OFFICER, None)])
def test_a_colleague_who_reads_no_matter_lands_on_the_reports(face: Faces, role: Role, landing: str | None) -> None:
    face("portal" if role is Role.OFFICER else "desk")
    settle(roles=frozenset({role if role in STAFF else Role.ANALYST}))
    person = OFFICER if role is Role.OFFICER else COLLEAGUE
    answer = enter(person, str(role)).get("/", secure=True)
    assert answer.headers.get("Location") == landing
