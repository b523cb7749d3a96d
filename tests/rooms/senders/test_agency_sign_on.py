"""Officers sign in through their agency's provider over real TLS: bound after the call alone, and with less to do."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from tests.rooms.people.identity_provider import CLIENT, IdentityProvider, running
from tests.rooms.people.world import AGENCY as HARROW
from tests.rooms.people.world import COMPANY, FOUNDER, NOW
from tests.rooms.senders.ground import Ground

from safeconduct.core.base.sign_on import AgencyProvider
from safeconduct.core.base.sign_on import IdentityProvider as Place
from safeconduct.core.conduct import id_token
from safeconduct.rooms.people import actions as people
from safeconduct.rooms.people import queries as people_queries
from safeconduct.rooms.people.models import Account, Alarm, SignIn
from safeconduct.rooms.people.rules import AGENCY, held_at, session_stands
from safeconduct.rooms.senders import actions
from safeconduct.rooms.senders.actions import agency_sign_on
from safeconduct.rooms.senders.models import AgencyIdentity, Registration
from safeconduct.rooms.senders.rules.agency_sign_on import PROVEN_LASTS

MAIL = "t.orr@harrow.example"
DOOR, OTHER_DOOR = "harrow-county-sheriff", "ventnor-police-force"
OTHER_AGENCY = "7" * 32


class Portal:
    """A portal that knows two agencies' providers, and a browser's way through it."""

    def __init__(self, ground: Ground, doors: dict[str, IdentityProvider]) -> None:
        self.ground, self.doors = ground, doors
        self.browser = Client(headers={"host": "testserver"})

    @property
    def provider(self) -> IdentityProvider:
        return self.doors[DOOR]

    def begin(self, *, door: str = DOOR, path: str = "sign-in/agency", browser: Client | None = None) -> str:
        """Return where the browser comes back to, once the officer signed in at the agency's provider."""
        answer = (browser or self.browser).get(f"/{path}/{door}", secure=True)
        assert answer.status_code == 302
        back = self.doors[door].authorize(answer["Location"])
        assert back.startswith("https://portal.")
        assert urlsplit(back).path == f"/sign-in/agency/{door}/return"
        return urlsplit(back).path + "?" + urlsplit(back).query

    def enter(self, door: str = DOOR) -> Any:
        return self.browser.get(self.begin(door=door), secure=True)

    def called(self) -> dict[str, str]:
        """Return reference and code of an officer of the agency who was called back."""
        number, registration = self.ground.number(), self.ground.registered()
        self.ground.face("portal")
        told = self.ground.called_back(registration, number).code
        return {"reference": Registration.objects.get(pk=registration).reference, "code": told}

    def prove(self, door: str = DOOR) -> Any:
        return self.browser.get(self.begin(door=door, path="register/finish/agency"), secure=True)

    def finish(self, typed: dict[str, str]) -> Any:
        return self.browser.post("/register/finish/agency", typed, secure=True)

    def bound(self) -> AgencyIdentity:
        typed = self.called()
        assert self.prove().status_code == 302
        assert self.finish(typed).status_code == 302
        return AgencyIdentity.objects.get(state="bound")

    def inside(self) -> bool:
        return self.browser.get("/sessions", secure=True).status_code == 200


@pytest.fixture
def portal(ground: Ground, tmp_path: Path) -> Iterator[Portal]:
    people.enrol_organisation(
        actor=FOUNDER, now=NOW, organisation=OTHER_AGENCY, name_object=COMPANY, country="US", governmental=True
    )
    ground.face("portal")
    with ExitStack() as stack:
        doors, places = {}, {}
        for door, agency, domain in (
            (DOOR, HARROW, "harrow.example"),
            (OTHER_DOOR, OTHER_AGENCY, "ventnor.example"),
        ):
            folder = tmp_path / door
            folder.mkdir()
            provider = stack.enter_context(running(folder, now=ground.now.timestamp))
            provider.subject, provider.mail, provider.scope = "t.orr", MAIL, "openid email"
            place = Place(
                name=door,
                issuer=provider.issuer,
                client_id=CLIENT,
                secret_file=folder / "secret",
                ca=folder / "ca.pem",
            )
            doors[door] = provider
            places[door] = AgencyProvider(door=door, agency=agency, mail_domain=domain, place=place)
        ground.settings.SAFECONDUCT = replace(ground.settings.SAFECONDUCT, agency_providers=places)
        yield Portal(ground, doors)


def codes() -> list[str]:
    return sorted(Alarm.objects.values_list("code", flat=True))


def test_after_the_call_the_agencys_sign_on_opens_the_account_with_less_to_do(portal: Portal) -> None:
    binding = portal.bound()
    assert portal.ground.kinds(binding.pk) == ["senders.bind_agency_identity"]
    answer = portal.enter()
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert SignIn.objects.get(account_id=binding.account).assurance == AGENCY
    assert portal.inside()
    assert "agency" in portal.browser.get("/sessions", secure=True).content.decode()
    assert codes() == []
    assert portal.browser.get("/colleagues", secure=True).status_code == 404
    assert portal.browser.post("/tokens", {"days": "30"}, secure=True).status_code == 404
    officer = people_queries.actor_for(account=binding.account, now=portal.ground.now)
    held = held_at(permissions=officer.permissions, assurance=AGENCY)
    assert held == {"government_requests.matter.receive"} < officer.permissions


@pytest.mark.parametrize(("minutes", "idle", "stands"), [(9, 9, True), (10, 10, False), (59, 1, True), (60, 1, False)])
def test_its_session_is_as_short_as_that_of_one_time_codes(minutes: int, idle: int, *, stands: bool) -> None:
    now = NOW + timedelta(minutes=minutes)
    assert session_stands(began=NOW, last=now - timedelta(minutes=idle), now=now, assurance=AGENCY) is stands


def test_signing_on_makes_no_account_and_no_binding(portal: Portal) -> None:
    portal.called()
    before = Account.objects.count()
    assert portal.enter().status_code == 403
    assert portal.prove().status_code == 302
    assert portal.finish({"reference": "SC-NONE", "code": "AAAA-BBBB-CCCC"}).status_code == 400
    assert (Account.objects.count(), AgencyIdentity.objects.count()) == (before, 0)
    assert codes() == ["SC-AGENCY-SIGN-ON"]
    assert not portal.inside()


def test_the_code_alone_finishes_nothing_here(portal: Portal) -> None:
    typed = portal.called()
    assert portal.finish(typed).status_code == 400
    assert "Begin at the link" in portal.browser.get("/register/finish/agency", secure=True).content.decode()
    assert portal.prove().status_code == 302
    portal.ground.now += PROVEN_LASTS
    assert portal.finish(typed).status_code == 400
    assert AgencyIdentity.objects.count() == 0


def change(where: str, name: str, value: object) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    def bend(header: dict[str, Any], claims: dict[str, Any]) -> None:
        (header if where == "header" else claims)[name] = value

    return bend


BENT = [
    ("claims", "iss", "https://localhost"),
    ("claims", "aud", "other"),
    ("claims", "aud", [CLIENT, "other"]),
    ("claims", "nonce", "0" * 64),
    ("claims", "exp", 1),
    ("claims", "sub", ""),
    ("header", "alg", "none"),
]


@pytest.mark.parametrize(("where", "name", "value"), BENT)
def test_a_bent_token_opens_nothing_and_finishes_nothing(portal: Portal, where: str, name: str, value: object) -> None:
    portal.bound()
    portal.provider.bend = change(where, name, value)
    assert portal.enter().status_code == 403
    assert portal.prove().status_code == 403
    assert not portal.inside()
    assert codes() == ["SC-ID-TOKEN"]


@pytest.mark.parametrize(("name", "value"), [("aud", "other"), ("nonce", "0" * 64), ("iss", "https://localhost")])
def test_without_its_check_a_bent_token_comes_in(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    portal.bound()
    monkeypatch.setattr(id_token, "_require_place", lambda *_, **__: None)
    portal.provider.bend = change("claims", name, value)
    assert portal.enter().status_code == 302
    assert portal.inside()


MAILS = [
    ("email", "t.orr@ventnor.example"),
    ("email", "t.orr@sub.harrow.example"),
    ("email", "t.orr@harrow.example.evil.example"),
    ("email", "t.orr@evilharrow.example"),
    ("email", "evil@x@harrow.example"),
    ("email", "@harrow.example"),
    ("email", ""),
    ("email", ["t.orr@harrow.example"]),
    ("email_verified", False),
    ("email_verified", "true"),
]


@pytest.mark.parametrize(("name", "value"), MAILS)
def test_an_address_that_is_not_the_agencys_own_opens_nothing(portal: Portal, name: str, value: object) -> None:
    portal.bound()
    portal.provider.bend = change("claims", name, value)
    assert portal.enter().status_code == 403
    assert portal.prove().status_code == 403
    assert codes() == ["SC-AGENCY-SIGN-ON"]


def test_another_agencys_provider_that_names_this_officer_is_nobody(portal: Portal) -> None:
    typed = portal.called()
    other = portal.doors[OTHER_DOOR]
    assert (other.subject, other.mail) == (portal.provider.subject, MAIL)
    assert portal.prove(OTHER_DOOR).status_code == 403
    other.mail = "t.orr@ventnor.example"
    assert portal.prove(OTHER_DOOR).status_code == 302
    assert portal.finish(typed).status_code == 400
    assert portal.prove().status_code == 302
    assert portal.finish(typed).status_code == 302
    assert portal.enter(OTHER_DOOR).status_code == 403
    assert not portal.inside()
    assert portal.enter().status_code == 302


def test_without_its_checks_another_agencys_provider_would_take_the_account(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = portal.called()
    monkeypatch.setattr(agency_sign_on, "_is_theirs", lambda *_: True)
    portal.doors[OTHER_DOOR].mail = "t.orr@ventnor.example"
    assert portal.prove(OTHER_DOOR).status_code == 302
    finished = portal.finish(typed)
    assert finished.status_code == 400  # the second check, when the account is bound, still holds
    assert AgencyIdentity.objects.count() == 0
    assert Registration.objects.get(reference=typed["reference"]).state == "enrolled"


def test_the_providers_address_is_the_one_that_was_called_about(portal: Portal) -> None:
    typed = portal.called()
    portal.provider.mail = "m.lane@harrow.example"
    assert portal.prove().status_code == 302
    assert portal.finish(typed).status_code == 400
    portal.provider.mail = MAIL.upper()
    assert portal.prove().status_code == 302
    assert portal.finish(typed).status_code == 302


def test_a_colleague_at_the_same_agency_is_not_this_officer(portal: Portal) -> None:
    portal.bound()
    portal.provider.subject = "m.lane"
    assert portal.enter().status_code == 403
    assert codes() == ["SC-AGENCY-SIGN-ON"]


def test_an_answer_counts_once_for_one_browser_at_one_door(portal: Portal) -> None:
    portal.bound()
    back = portal.begin()
    thief = Client(headers={"host": "testserver"})
    assert thief.get(back, secure=True).status_code == 400
    assert portal.browser.get(back.replace("state=", "state=0"), secure=True).status_code == 400
    assert portal.browser.get(back, secure=True).status_code == 400
    assert portal.browser.get(portal.begin().replace(DOOR, OTHER_DOOR), secure=True).status_code == 400
    assert not portal.inside()
    back = portal.begin()
    assert portal.browser.get(back, secure=True).status_code == 302
    assert portal.browser.get(back, secure=True).status_code == 400
    asked = parse_qs(urlsplit(back).query)
    assert asked["code"][0] not in portal.provider.codes
    assert portal.browser.get(portal.begin() + "&iss=https://other.example", secure=True).status_code == 403


@pytest.mark.parametrize("sort", ["officer", "organisation"])
def test_whoever_is_suspended_or_whose_agency_is_stays_out(portal: Portal, sort: str) -> None:
    binding = portal.bound()
    assert portal.enter().status_code == 302
    person = people_queries.actor_for(account=binding.account, now=portal.ground.now).person
    subject = person if sort == "officer" else HARROW
    actions.suspend(
        actor=portal.ground.first, now=portal.ground.now, sort=sort, subject=subject, reason="under_investigation"
    )
    assert not portal.inside()
    assert portal.enter().status_code == 403
    assert codes()[0] == "SC-AGENCY-SIGN-ON"


def test_a_suspended_agencys_provider_binds_nobody(portal: Portal) -> None:
    typed = portal.called()
    actions.suspend(
        actor=portal.ground.first,
        now=portal.ground.now,
        sort="organisation",
        subject=HARROW,
        reason="under_investigation",
    )
    assert portal.prove().status_code == 302
    assert portal.finish(typed).status_code == 400
    assert AgencyIdentity.objects.count() == 0


def test_registering_again_takes_the_place_of_the_first_binding(portal: Portal) -> None:
    first = portal.bound()
    second = portal.bound()
    first.refresh_from_db()
    assert (first.state, second.state) == ("ended", "bound")
    assert portal.enter().status_code == 302
    assert SignIn.objects.filter(account_id=second.account).count() == 1


def test_a_provider_that_was_taken_out_opens_nothing(portal: Portal) -> None:
    portal.bound()
    back = portal.begin()
    settings = portal.ground.settings
    settings.DEBUG = False
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, agency_providers={})
    assert portal.browser.get(back, secure=True).status_code == 404
    assert portal.browser.get(f"/sign-in/agency/{DOOR}", secure=True).status_code == 404


def test_no_page_tells_which_agencies_deal_with_us(portal: Portal) -> None:
    for path in ("/sign-in", "/register", "/register/finish", "/register/finish/agency"):
        shown = portal.browser.get(path, secure=True).content.decode()
        assert "harrow" not in shown
        assert "ventnor" not in shown


def test_a_provider_that_is_away_signs_nobody_in(portal: Portal) -> None:
    portal.bound()
    portal.provider.pages["/.well-known/openid-configuration"] = (500, b"")
    assert portal.browser.get(f"/sign-in/agency/{DOOR}", secure=True).status_code == 503
    assert not portal.inside()
