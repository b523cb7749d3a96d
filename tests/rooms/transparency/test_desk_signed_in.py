"""The same pages behind the real middleware: signed in, with the form's token, on real tables."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.rooms.people.world import COLLEAGUE, NOW, account, settle

from safeconduct.core.base.configuration import Demonstration
from safeconduct.core.base.periods import HalfYear, instant_text
from safeconduct.rooms.people.rules import Role
from safeconduct.rooms.transparency import queries
from safeconduct.site import clock

pytestmark = pytest.mark.usefixtures("story_database")
BUILD = "/reports/half-year/2025-H2/build"


@pytest.fixture(autouse=True)
def _desk(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    def now() -> datetime:
        return NOW

    monkeypatch.setattr(clock, "now", now)
    told = Demonstration(now=instant_text(NOW), seed=1, visitor=Path("visitor"))
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, demonstration=told)


def enter(role: Role) -> Client:
    settle(roles=frozenset({role}))
    client = Client(enforce_csrf_checks=True, headers={"host": "testserver"})
    client.get("/sign-in", secure=True)
    given = {"account": account(COLLEAGUE), "csrfmiddlewaretoken": token(client, "/sign-in")}
    assert client.post("/sign-in/demonstration", given, secure=True, headers=SAME).status_code == 302
    return client


SAME = {"host": "testserver", "referer": "https://testserver/"}


def token(client: Client, address: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(address, secure=True).content.decode())
    assert found is not None, address
    return found[1]


def test_counsel_finds_the_page_in_the_navigation_and_builds_with_the_forms_token() -> None:
    client = enter(Role.COUNSEL)
    assert client.get("/", secure=True).content.decode().count(">Reports</a>") == 1
    assert '<a href="/reports">Reports</a>' in client.get("/", secure=True).content.decode()
    page = client.get("/reports", secure=True)
    assert (page.status_code, b'href="/reports" aria-current="page"' in page.content) == (200, True)
    assert client.post(BUILD, {}, secure=True, headers=SAME).status_code == 403
    assert queries.reports() == ()
    done = client.post(BUILD, {"csrfmiddlewaretoken": token(client, BUILD)}, secure=True, headers=SAME)
    assert done.status_code == 302
    assert queries.latest(period=HalfYear(2025, 2)).state == "built"
    read = client.get(str(done["Location"]), secure=True)
    assert (read.status_code, b"Data left in no case." in read.content) == (200, True)
    assert b"<script" not in read.content
    assert b"style=" not in read.content


def test_an_analyst_gets_the_page_of_what_does_not_exist() -> None:
    client = enter(Role.ANALYST)
    assert client.get("/reports", secure=True).status_code == 200
    given = {"csrfmiddlewaretoken": token(client, "/reports")}
    unknown = client.get("/no-such-page", secure=True)
    for address in (BUILD, f"/reports/version/{'0' * 32}"):
        assert client.get(address, secure=True).status_code == unknown.status_code == 404
    assert client.post(BUILD, given, secure=True, headers=SAME).status_code == 404
    assert queries.reports() == ()
