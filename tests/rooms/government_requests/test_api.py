"""The interface for agencies' systems: every documented answer is reached, and every answer reached is documented."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from tests import soaking
from tests.rooms.government_requests.world import NOW, World
from tests.routes.ground import AGENCY_A, FOUNDER, PEOPLE, Company
from tests.routes.prepared import face
from tests.small_pdf import small_pdf

from safeconduct.core.base.actors import Actor
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.actions import api as api_actions
from safeconduct.rooms.government_requests.models import ApiSubmission, ApiToken, Matter
from safeconduct.rooms.government_requests.queries import api as queries
from safeconduct.rooms.government_requests.rules.api import (
    MOST_CALLS,
    TokenDaysError,
    TokenError,
    TooManyCallsError,
    TooManyTokensError,
    digest_of,
    seconds_left,
)
from safeconduct.rooms.government_requests.steps.rates import spend_call
from safeconduct.rooms.people import actions as people
from safeconduct.rooms.people import queries as people_queries
from safeconduct.rooms.people.models import Membership, Organisation, Person
from safeconduct.site import clock

BASE = "/api/v1"
WRONG = "x"
PAPER = {
    "served_entity": "",
    "process": "search_warrant",
    "pages": 1,
    "issuer": "court",
    "issuer_name": "Superior Court of Calder County",
    "country": "US",
    "governmental": True,
    "signed": True,
    "judge_named": True,
    "dated": "2026-03-09",
    "selectors": [{"kind": "phone", "value": "+12025550143"}],
    "items": [{"page": 1, "words": "The name of the subscriber.", "categories": ["subscriber"]}],
    "first": "2026-02-01",
    "last": "2026-02-28",
}


class System:
    """An agency's system with a token, and everything that it was answered."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.client = Client()
        self.reached: set[tuple[str, str, int]] = set()
        self.token = actions.create_api_token(actor=self.officer(), now=NOW, days=30).text

    def officer(self, name: str = "officer") -> Actor:
        return people_queries.actor_for(account=self.company.accounts[name], now=NOW)

    def ask(self, method: str, path: str, pattern: str = "", *, token: str | None = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token if token is None else token}", **more.pop("headers", {})}
        call = getattr(self.client, method)
        answer: HttpResponse = call(f"{BASE}{path}", secure=True, headers=headers, **more)
        self.reached.add((method, pattern or path, answer.status_code))
        if answer.status_code >= 400:
            told = answer.json()
            assert answer["Content-Type"] == "application/problem+json"
            assert set(told) == {"type", "title", "status", "detail", "code"}
            assert told["status"] == answer.status_code
            assert told["code"].startswith("SC-")
        return answer

    def submit(self, *, key: str = "k" * 8, token: str | None = None, data: bytes = b"", **changes: Any) -> Any:
        entity = next(iter(self.company.settings.SAFECONDUCT.entities))
        facts = {**PAPER, "served_entity": entity, **changes}
        form = {"paper": json.dumps(facts), "file": self.file(data)}
        return self.ask("post", "/requests", data=form, headers={"Idempotency-Key": key}, token=token)

    @staticmethod
    def file(data: bytes = b"") -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 - once

        return SimpleUploadedFile("paper.pdf", data or small_pdf("p", pages=1), content_type="application/pdf")

    def say(self, path: str, pattern: str, body: dict[str, Any], **more: Any) -> Any:
        return self.ask("post", path, pattern, data=json.dumps(body), content_type="application/json", **more)


@pytest.fixture
def system(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    company = Company(vault=world.vault, settings=world.settings)
    for model in (Membership, Person, Organisation):
        model.objects.all().delete()
    company.found()
    world.settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with face("portal"):
        yield System(company)


def questioned(system: System) -> str:
    matter = str(system.submit(key="question-1").json()["id"])
    company = system.company
    actions.take(actor=company.analyst, now=NOW, matter=matter)
    actions.ask_officer(actor=company.analyst, now=NOW, matter=matter, question="Which days?")
    return matter


ONE, ANSWER, WITHDRAW = "/requests/{matter}", "/requests/{matter}/answer", "/requests/{matter}/withdraw"


def walk(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach every answer once."""
    first = system.submit()
    matter = first.json()["id"]
    assert first.status_code == 201
    again = system.submit()
    assert (again.status_code, again.json()["id"]) == (200, matter)
    assert system.submit(case_number="other").json()["code"] == "SC-API-KEY-USED"
    assert system.submit(key="short").json()["code"] == "SC-API-KEY"
    assert system.submit(key="k" * 9, process="no such").json()["code"] == "SC-API-INPUT"
    assert system.submit(key="k" * 9, served_entity="nobody").status_code == 400
    assert system.submit(key="k" * 9, data=b"MZ" * 90).json()["code"] == "SC-UPLOAD-TYPE"
    assert system.submit(token=WRONG).status_code == 401
    assert system.ask("post", "/requests", data={"a": "b" * 300_000}, token="").status_code == 413
    system.company.vault.down.add("seal")
    assert system.submit(key="k" * 10).status_code == 503
    system.company.vault.down.clear()
    assert system.submit(key="k" * 10).status_code == 201
    assert system.ask("get", "/requests?page=1&size=1", "/requests").json()["pages"] == 2
    assert system.ask("get", "/requests?size=9999", "/requests").json()["code"] == "SC-API-INPUT"
    assert system.ask("get", "/requests", token="").status_code == 401
    assert system.ask("get", f"/requests/{matter}", ONE).json()["state"] == "received"
    assert system.ask("get", "/requests/unknown", ONE).json()["code"] == "SC-API-UNKNOWN"
    assert system.ask("get", f"/requests/{matter}", ONE, token="").status_code == 401
    asked = questioned(system)
    path = f"/requests/{asked}/answer"
    assert system.say(path, ANSWER, {"word": "x"}).status_code == 400
    assert system.say(path, ANSWER, {"words": "x"}, token="").status_code == 401
    assert system.say("/requests/unknown/answer", ANSWER, {"words": "x"}).status_code == 404
    system.company.vault.down.add("seal")
    assert system.say(path, ANSWER, {"words": "February."}).status_code == 503
    system.company.vault.down.clear()
    assert system.say(path, ANSWER, {"words": "February."}).json()["state"] == "review"
    assert system.say(path, ANSWER, {"words": "Again."}).status_code == 409
    path = f"/requests/{matter}/withdraw"
    assert system.ask("post", path, WITHDRAW, token="").status_code == 401
    assert system.ask("post", "/requests/unknown/withdraw", WITHDRAW).status_code == 404
    with monkeypatch.context() as patch:
        patch.setattr(actions, "withdraw", _no_database)
        assert system.ask("post", path, WITHDRAW).status_code == 503
    assert system.ask("post", path, WITHDRAW).json()["state"] == "withdrawn"
    assert system.ask("post", path, WITHDRAW).status_code == 409
    too_often(system, matter, asked)


def too_often(system: System, matter: str, asked: str) -> None:
    """Use the token up within the minute: every address answers alike, and says when to ask again."""
    ApiToken.objects.update(window_calls=MOST_CALLS)
    answers = [
        system.submit(key="k" * 40),
        system.ask("get", "/requests"),
        system.ask("get", f"/requests/{matter}", ONE),
        system.say(f"/requests/{asked}/answer", ANSWER, {"words": "x"}),
        system.ask("post", f"/requests/{matter}/withdraw", WITHDRAW),
    ]
    assert {(one.status_code, one.json()["code"], one["Retry-After"]) for one in answers} == {
        (429, "SC-API-RATE", "60")
    }
    assert not ApiSubmission.objects.filter(key=digest_of("k" * 40)).exists()


def _no_database(**_facts: object) -> None:
    raise OperationalError


def documented(system: System) -> set[tuple[str, str, int]]:
    answer = system.client.get(f"{BASE}/openapi.json", secure=True)
    assert answer.status_code == 200
    return {
        (method, path.removeprefix(BASE), int(status))
        for path, methods in answer.json()["paths"].items()
        for method, told in methods.items()
        for status in told["responses"]
    }


def test_every_documented_answer_is_reached_and_every_answer_reached_is_documented(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(system, monkeypatch)
    told = documented(system)
    assert told - system.reached == set()
    assert system.reached - told == set()
    soaking.report("api.answers", documented=len(told), reached=len(system.reached))
    # The control: an answer that nobody wrote down is seen.
    assert (system.reached | {("get", "/requests", 418)}) - told == {("get", "/requests", 418)}


def test_a_tokens_calls_are_counted_by_the_minute(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(MOST_CALLS):
        spend_call(text=system.token, now=NOW)
    with pytest.raises(TooManyCallsError):
        spend_call(text=system.token, now=NOW + timedelta(seconds=59))
    assert system.ask("get", "/requests").status_code == 429
    other = actions.create_api_token(actor=system.officer("other_officer"), now=NOW, days=1).text
    assert system.ask("get", "/requests", token=other).status_code == 200, "each token has a minute of its own"
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=60))
    assert system.ask("get", "/requests").status_code == 200
    assert [seconds_left(NOW + timedelta(seconds=one)) for one in (0, 0.5, 30, 59.999)] == [60, 60, 30, 1]


def test_a_region_of_the_authority_is_taken_in(system: System) -> None:
    found = system.submit(region="TX", country="US")
    assert found.status_code == 201
    assert system.submit(key="k" * 12, region="tx").json()["code"] == "SC-API-INPUT"
    sealed = system.company.vault.objects[Matter.objects.get(pk=found.json()["id"]).case_file]
    assert json.loads(sealed)["paper"]["region"] == "TX"


def test_a_suspension_counts_from_the_next_call(system: System) -> None:
    assert system.ask("get", "/requests").status_code == 200
    people.suspend(actor=FOUNDER, now=NOW, person=PEOPLE["officer"].person)
    answer = system.ask("get", "/requests")
    assert (answer.status_code, answer.json()["code"]) == (401, "SC-API-TOKEN")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert system.submit(key="k" * 20).status_code == 401
    assert not Matter.objects.exists()


def test_a_token_is_kept_as_a_hash_ends_and_is_revoked_by_its_own_officer_only(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ApiToken.objects.get()
    assert system.token not in str(row.__dict__)
    assert row.digest not in system.token
    with pytest.raises(TokenError):
        actions.revoke_api_token(actor=system.officer("other_officer"), now=NOW, token=row.pk)
    for wrong in (system.token[:-1] + ("0" if system.token[-1] != "0" else "1"), f"sct_{'0' * 32}_{'0' * 64}", "x"):
        assert system.ask("get", "/requests", token=wrong).status_code == 401
    late = row.expires_at
    with pytest.raises(TokenError):
        queries.actor_of_token(text=system.token, now=late)
    assert queries.actor_of_token(text=system.token, now=late - timedelta(seconds=1))
    actions.revoke_api_token(actor=system.officer(), now=NOW, token=row.pk)
    assert system.ask("get", "/requests").status_code == 401
    for days in (0, 91):
        with pytest.raises(TokenDaysError):
            actions.create_api_token(actor=system.officer(), now=NOW, days=days)
    monkeypatch.setattr(api_actions, "MOST_LIVING", 0)
    with pytest.raises(TooManyTokensError):
        actions.create_api_token(actor=system.officer(), now=NOW, days=1)


def test_a_token_does_not_fetch_and_another_agency_sees_nothing(system: System) -> None:
    actor = queries.actor_of_token(text=system.token, now=NOW)
    assert not any("package" in one for one in actor.permissions)
    matter = system.submit().json()["id"]
    other = actions.create_api_token(actor=system.officer("other_officer"), now=NOW, days=1).text
    assert system.ask("get", f"/requests/{matter}", ONE, token=other).status_code == 404
    assert system.ask("get", "/requests", token=other).json()["total"] == 0
    # A key is the agency's own: another one may use the same word for another paper.
    assert system.submit(token=other).status_code == 201


def test_a_session_cookie_counts_for_nothing(system: System) -> None:
    system.client.post("/sign-in/demonstration", {"account": system.company.accounts["officer"]}, secure=True)
    assert system.client.get("/", secure=True).status_code == 200
    assert system.client.get(f"{BASE}/requests", secure=True).status_code == 401


def test_a_submission_that_runs_or_broke_off(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    system.submit()
    ApiSubmission.objects.update(matter=None)
    assert system.submit().json()["code"] == "SC-API-RUNNING"
    ApiSubmission.objects.update(begun_at=NOW - timedelta(minutes=6))
    assert system.submit().status_code == 201
    row = ApiSubmission.objects.get()
    assert row.matter is not None
    monkeypatch.setattr(api_actions, "receive", _no_receipt)
    assert system.submit(key="k" * 30).status_code == 503
    assert ApiSubmission.objects.count() == 1


def _no_receipt(**_facts: object) -> None:
    raise OperationalError


def test_a_submission_names_agency_officer_and_channel(system: System) -> None:
    row = Matter.objects.get(pk=system.submit().json()["id"])
    assert (row.organisation, row.officer, row.channel) == (AGENCY_A, PEOPLE["officer"].person, "api")
    assert replace(system.officer(), permissions=frozenset()).person == row.received_by
