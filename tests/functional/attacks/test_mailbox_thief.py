"""Control of a mailbox alone leads to no byte of a package, by any strategy or any sequence of them."""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, clear_url_caches, get_resolver
from tests.functional.attacks.thief import (
    SECRET,
    STRATEGIES,
    Strategy,
    Thief,
    alarms,
    fetched_by_the_officer,
    passkey,
    release_to_the_officer,
)
from tests.functional.fortress import Fortress, fortress
from tests.rooms.people.world import NOW, OFFICER, account, settle
from tests.soaking import count, report, seed

from safeconduct.site import clock

SOURCE = Path(__file__).resolve().parents[3] / "src" / "safeconduct"
SENDING = re.compile(r"(?m)^\s*(?:from|import) (?:smtplib|aiosmtplib|sendmail|django\.core(?:\.mail| import mail))\b")
READING = re.compile(r"(?m)^\s*(?:from|import) (?:email|imaplib|poplib|mailbox)\b")
READERS = {
    "rooms/government_requests/steps/mail_places.py",  # takes in what agencies mail to the company's own mailbox
    "rooms/government_requests/steps/history_files.py",  # the dates of an archive that an operator takes over
    "rooms/government_requests/rules/fake_papers.py",  # writes a seeded fake as a mail; it reads none
}
"""The files that read mail: it comes in, and nothing that a mailbox holds opens anything."""
PORTAL_NAMES = {
    "register": "a stranger asks to be called back at a number of our directory, never at one of theirs",
    "registered": "says what happens next, and the reference, which opens nothing without the call's code",
    "finish_registration": "takes the code that two colleagues read out on the telephone; no mail holds it",
    "finish_with_code": "takes the same code of the call, and shows the key of one-time codes once",
    "confirm_code": "takes a code of the officer's app, in the browser that was shown the key; no mail holds it",
    "finish_by_agency": "leads to the agency's own provider; what that says needs the call's code to open anything",
    "finish_with_agency": "takes the same code of the call, after the provider has named the officer",
    "gov_api_tokens": "needs a session by passkey; a token is shown there once",
    "gov_revoke_api_token": "the same, and ends a token",
}
"""Addresses whose names sound like a mailbox's confirmation, and why none of them is one."""


@pytest.fixture(scope="module")
def web() -> Iterator[Fortress]:
    with fortress() as made:
        release_to_the_officer(made)
        yield made


@pytest.fixture
def thief(web: Fortress, story_database: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Thief:
    assert story_database.exists()
    settings.FACE, settings.ROOT_URLCONF = "portal", "safeconduct.site.urls_portal"
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-portal", "__Host-portal-csrf"
    settings.SAFECONDUCT = replace(settings.SAFECONDUCT, demonstration=None)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    clear_url_caches()
    settle()
    host = settings.SAFECONDUCT.faces["portal"].host
    officer = passkey(host)
    account(OFFICER, officer)
    own = {"portal": passkey(host), "open": passkey(web.story.configuration.faces["open"].host)}
    return Thief(web, Client(headers={"host": "testserver"}), own, officer)


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda one: one.__name__)
def test_the_strategy_gets_nothing_and_is_seen(thief: Thief, strategy: Strategy) -> None:
    thief.old = fetched_by_the_officer(thief)["sent"]
    before = alarms(thief)
    thief.web.seen.clear()
    status, code = strategy(thief)
    assert status != 200, code
    after = alarms(thief)
    where = STRATEGIES[strategy]
    if where:
        assert after[where] > before[where]
    assert not any(
        SECRET.search(text) for text in [*thief.web.seen, *(one.decode("latin-1") for one in thief.came_back)]
    )


def test_twenty_and_more_were_tried_and_the_officer_gets_the_package(thief: Thief) -> None:
    assert len(STRATEGIES) >= 20
    control = fetched_by_the_officer(thief)
    assert (control["status"], control["code"]) == (200, "")
    report("mailbox thief", strategies=len(STRATEGIES), visible=sum(map(bool, STRATEGIES.values())), bytes_left=0)


def test_no_sequence_of_them_gets_anything(thief: Thief) -> None:
    chance, rounds = random.Random(seed("mailbox thief")), count(20, 1500)  # noqa: S311 - repeatable tests
    thief.old = fetched_by_the_officer(thief)["sent"]
    thief.web.seen.clear()
    for _ in range(rounds):
        assert chance.choice(list(STRATEGIES))(thief)[0] != 200
        thief.web.seen[:] = [text for text in thief.web.seen if SECRET.search(text)]
        thief.came_back[:] = [text for text in thief.came_back if SECRET.search(text.decode("latin-1"))]
    assert thief.web.seen == []
    assert thief.came_back == []
    report("mailbox thief, sequences", strategies=rounds, bytes_left=0)


def test_no_code_sends_mail_and_two_named_files_read_it() -> None:
    texts = {str(path.relative_to(SOURCE)): path.read_text("utf-8") for path in SOURCE.rglob("*.py")}
    assert len(texts) > 100
    assert [name for name, text in texts.items() if SENDING.search(text)] == []
    assert {name for name, text in texts.items() if READING.search(text)} == READERS
    # The controls: what would be found.
    assert SENDING.search("from django.core.mail import send_mail")
    assert SENDING.search("from django.core import mail")
    assert READING.search("    import imaplib")


def test_keys_are_written_in_two_places_only() -> None:
    """A sign-in key by a colleague with the right to enrol, or by the officer with the code of a call that two made.

    An officer's keys in the vault by two signatures.
    """
    writers = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "LoginKey.objects.bulk_create" in path.read_text("utf-8")
        or "LoginKey.objects.create" in path.read_text("utf-8")
    }
    assert writers == {"rooms/people/actions/__init__.py", "rooms/people/steps.py"}
    entering = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "enter_account(" in path.read_text("utf-8") and path.name != "steps.py"
    }
    assert entering == {"rooms/senders/actions/registering.py"}
    holders = {
        str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if "INTO holder" in path.read_text("utf-8")
    }
    assert holders == {"vaultd/roster.py"}


def test_the_portal_has_no_address_for_what_a_mailbox_could_confirm() -> None:
    def named(patterns: list[Any]) -> Iterator[str]:
        for one in patterns:
            if isinstance(one, URLResolver):
                yield from named(one.url_patterns)
            else:
                yield str(one.name)

    names = set(named(get_resolver("safeconduct.site.urls_portal").url_patterns))
    assert {"gov_requests", "openapi", "submit"} <= names
    forbidden = ("reset", "register", "recover", "mail", "confirm", "token", "link")
    assert {name for name in names if any(word in name for word in (*forbidden, "finish"))} == set(PORTAL_NAMES)
    assert os.environ.get("SAFECONDUCT_CONFIG") is None
