"""Colleagues sign in through a provider over real TLS; everything bent, replayed, foreign or unbound opens nothing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import clear_url_caches
from tests.rooms.people.identity_provider import CLIENT, IdentityProvider, running
from tests.rooms.people.world import COLLEAGUE, FOUNDER, NOW, OFFICER, account, settle

from safeconduct.core.base.errors import ConflictError, NotPermittedError
from safeconduct.core.base.sign_on import IdentityProvider as Place
from safeconduct.core.conduct import id_token
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.people import actions, queries
from safeconduct.rooms.people.models import Alarm, SignIn
from safeconduct.site import clock

RETURN = "/sign-in/provider/return"


class Desk:
    """A desk that knows a provider, and a browser's way through both."""

    def __init__(self, provider: IdentityProvider, mine: str) -> None:
        self.provider, self.mine = provider, mine
        self.browser = Client(headers={"host": "testserver"})

    def begin(self, wanted: str = "/sessions") -> str:
        """Return where the browser comes back to, once the person signed in at the provider."""
        answer = self.browser.get(f"/sign-in/provider?next={wanted}", secure=True)
        assert answer.status_code == 302
        back = self.provider.authorize(answer["Location"])
        assert back.startswith("https://desk.")
        return RETURN + "?" + urlsplit(back).query

    def enter(self) -> Any:
        return self.browser.get(self.begin(), secure=True)

    def inside(self) -> bool:
        return self.browser.get("/sessions", secure=True).status_code == 200


@pytest.fixture
def desk(story_database: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Desk]:
    assert story_database.exists()
    settings.FACE, settings.ROOT_URLCONF = "desk", "safeconduct.site.urls_desk"
    monkeypatch.setattr(clock, "now", lambda: NOW)
    clear_url_caches()
    settle()
    with running(tmp_path, now=NOW.timestamp) as provider:
        place = Place(
            name="Northwind ID",
            issuer=provider.issuer,
            client_id=CLIENT,
            secret_file=tmp_path / "secret",
            ca=tmp_path / "ca.pem",
        )
        settings.SAFECONDUCT = replace(settings.SAFECONDUCT, provider=place)
        mine = account(COLLEAGUE)
        actions.bind_identity(actor=FOUNDER, now=NOW, account=mine, issuer=provider.issuer, subject="mara@example")
        provider.subject = "mara@example"
        yield Desk(provider, mine)


def codes() -> list[str]:
    return sorted(Alarm.objects.values_list("code", flat=True))


@pytest.mark.parametrize("header", [{"alg": "RS256", "kid": "r1"}, {"alg": "ES256", "kid": "e1"}])
def test_a_bound_colleague_comes_in_and_signs_nothing_by_it(desk: Desk, header: dict[str, str]) -> None:
    desk.provider.header = header
    page = desk.browser.get("/sign-in?next=/sessions", secure=True).content.decode()
    assert "Sign in through Northwind ID" in page
    answer = desk.enter()
    assert (answer.status_code, answer["Location"]) == (302, "/sessions")
    assert desk.inside()
    assert SignIn.objects.get().assurance == "provider"
    assert [one.kind for one in ledger.history(subject=COLLEAGUE)][-1] == "people.sign_in"
    assert codes() == []


def change(where: str, name: str, value: object) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    def bend(header: dict[str, Any], claims: dict[str, Any]) -> None:
        part = header if where == "header" else claims
        part.pop(name, None)
        if value is not None:
            part[name] = value

    return bend


AT = int(NOW.timestamp())
BENT = [
    *[("claims", name, None) for name in ("iss", "sub", "aud", "exp", "iat", "nonce")],
    *[("claims", "iss", value) for value in ("https://localhost", "https://other.example", 7)],
    *[("claims", "aud", value) for value in ("other", ["other"], [CLIENT, "other"], [], 7)],
    *[("claims", "nonce", value) for value in ("0" * 64, "", 7, ["x"])],
    *[("claims", "exp", value) for value in (AT, AT - 1, "later", True)],
    *[("claims", "iat", value) for value in (AT - 600, AT + 60, "now", True)],
    *[("claims", "sub", value) for value in ("", "x" * 256, 7, ["mara@example"])],
    ("claims", "azp", "other"),
    *[("header", "alg", value) for value in ("none", "None", "HS256", "RS512", "ES256", None, 7)],
    *[("header", "kid", value) for value in ("e1", "r2", 7, "")],
    ("header", "crit", ["exp"]),
]


@pytest.mark.parametrize(("where", "name", "value"), BENT)
def test_a_bent_token_opens_nothing(desk: Desk, where: str, name: str, value: object) -> None:
    desk.provider.bend = change(where, name, value)
    answer = desk.enter()
    assert answer.status_code == 403
    assert not desk.inside()
    assert codes() == ["SC-ID-TOKEN"]


@pytest.mark.parametrize(
    ("check", "where", "name", "value"),
    [("_require_place", "claims", "aud", "other"), ("_require_time", "claims", "exp", AT - 1)],
)
def test_without_its_check_a_bent_token_comes_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, check: str, where: str, name: str, value: object
) -> None:
    monkeypatch.setattr(id_token, check, lambda *_, **__: None)
    desk.provider.bend = change(where, name, value)
    assert desk.enter().status_code == 302
    assert desk.inside()


def test_whoever_is_not_bound_is_nobody(desk: Desk) -> None:
    desk.provider.subject = "ravi@example"
    assert desk.enter().status_code == 403
    assert codes() == ["SC-NOT-BOUND"]
    assert not desk.inside()


def test_an_answer_counts_once_and_for_one_browser(desk: Desk) -> None:
    back = desk.begin()
    thief = Client(headers={"host": "testserver"})
    assert thief.get(back, secure=True).status_code == 400
    assert desk.browser.get(back.replace("state=", "state=0"), secure=True).status_code == 400
    assert desk.browser.get(back, secure=True).status_code == 400
    assert desk.enter().status_code == 302
    asked = parse_qs(urlsplit(back).query)
    assert desk.browser.get(back, secure=True).status_code == 400
    assert asked["code"][0] in desk.provider.codes


def test_an_answer_of_another_provider_or_without_a_code_is_refused(desk: Desk) -> None:
    assert desk.browser.get(desk.begin() + "&iss=https://other.example", secure=True).status_code == 403
    assert desk.browser.get(desk.begin() + f"&iss={desk.provider.issuer}", secure=True).status_code == 302
    refused = desk.begin().replace("code=", "error=access_denied&old=")
    assert desk.browser.get(refused, secure=True).status_code == 403


def test_a_stolen_code_is_worth_nothing_without_the_proof(desk: Desk) -> None:
    mine, other = desk.begin(), Desk(desk.provider, desk.mine)
    theirs = other.begin()
    stolen = parse_qs(urlsplit(mine).query)["code"][0]
    own = parse_qs(urlsplit(theirs).query)["code"][0]
    assert other.browser.get(theirs.replace(own, stolen), secure=True).status_code == 503
    assert desk.provider.refused == ["proof"]
    assert not other.inside()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", (200, b"{}")),
        ("/.well-known/openid-configuration", (302, b"")),
        ("/.well-known/openid-configuration", (500, b"{}")),
        ("/token", (302, b"")),
        ("/token", (200, b'{"id_token": 7}')),
        ("/token", (200, b"[" * 100_000)),
        ("/keys", (200, b"[]")),
        ("/keys", (200, b'{"keys": []}' + b" " * (256 * 1024))),
    ],
)
def test_a_provider_that_answers_otherwise_counts_as_away(desk: Desk, path: str, answer: tuple[int, bytes]) -> None:
    began = desk.browser.get("/sign-in/provider", secure=True)
    back = RETURN + "?" + urlsplit(desk.provider.authorize(began["Location"])).query
    desk.provider.pages[path] = answer
    assert desk.browser.get(back, secure=True).status_code == 503
    assert not desk.inside()


def test_a_provider_under_another_name_certificate_or_secret_is_away(desk: Desk, settings: Any, tmp_path: Path) -> None:
    said = json.loads(desk.provider.page("/.well-known/openid-configuration")[1])
    place = settings.SAFECONDUCT.provider
    for page in (said | {"issuer": "https://other.example"}, said | {"token_endpoint": "http://localhost/token"}):
        desk.provider.pages["/.well-known/openid-configuration"] = (200, json.dumps(page).encode())
        assert desk.browser.get("/sign-in/provider", secure=True).status_code == 503
    desk.provider.pages.clear()
    for wrong in (replace(place, ca=None), replace(place, ca=tmp_path / "missing.pem")):
        settings.SAFECONDUCT = replace(settings.SAFECONDUCT, provider=wrong)
        assert desk.browser.get("/sign-in/provider", secure=True).status_code == 503
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, provider=replace(place, secret_file=tmp_path / "none"))
    assert desk.enter().status_code == 503
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, provider=None)
    for address in ("/sign-in/provider", RETURN):
        assert desk.browser.get(address, secure=True).status_code == 404


def test_only_a_colleague_is_bound_once_and_an_end_ends_the_sessions(desk: Desk) -> None:
    issuer = desk.provider.issuer
    with pytest.raises(NotPermittedError):
        actions.bind_identity(actor=FOUNDER, now=NOW, account=account(OFFICER), issuer=issuer, subject="brandt")
    second = account(COLLEAGUE)
    with pytest.raises(ConflictError):
        actions.bind_identity(actor=FOUNDER, now=NOW, account=second, issuer=issuer, subject="mara@example")
    mara = queries.actor_for(account=desk.mine, now=NOW)
    with pytest.raises(NotPermittedError):
        actions.unbind_identity(actor=mara, now=NOW, account=desk.mine)
    assert desk.enter().status_code == 302
    assert desk.inside()
    actions.unbind_identity(actor=FOUNDER, now=NOW, account=desk.mine)
    assert not desk.inside()
    assert desk.enter().status_code == 403
    with pytest.raises(ConflictError):
        actions.unbind_identity(actor=FOUNDER, now=NOW, account=desk.mine)
    with pytest.raises(ConflictError):
        actions.bind_identity(actor=FOUNDER, now=NOW, account=second, issuer=issuer, subject="mara@example")


def test_a_suspended_colleague_stays_out_whatever_the_provider_says(desk: Desk) -> None:
    actions.suspend(actor=FOUNDER, now=NOW, person=COLLEAGUE)
    assert desk.enter().status_code == 403
    assert codes() == ["SC-NO-STANDING"]
