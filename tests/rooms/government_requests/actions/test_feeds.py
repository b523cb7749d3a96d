"""The calendar feed: moments and random references, for whoever holds the address, of what its person may see now."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from tests.rooms.government_requests.papers import SILENCE, paper
from tests.rooms.government_requests.world import World

from safeconduct.core.base.actors import Actor
from safeconduct.core.base.errors import NotPermittedError
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import CalendarFeed, Matter
from safeconduct.rooms.government_requests.queries.feeds import UnknownFeedError, feed_text, own_feed
from safeconduct.rooms.ledger import queries as ledger
from safeconduct.rooms.people import queries as people

OPEN = paper(reply_by=None)


@pytest.fixture
def reads(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, Actor]:
    """Who stands behind each account now; a test changes it."""
    who = {one.account: one for one in (world.analyst, world.colleague, world.stranger)}

    def actor_for(*, account: str, now: Any) -> Actor:  # noqa: ARG001 - the same names as the real one
        if account not in who:
            raise people.NoStandingError
        return who[account]

    monkeypatch.setattr(people, "actor_for", actor_for)
    return who


def summaries(world: World, token: str) -> list[str]:
    read = icalendar.Calendar.from_ical(feed_text(token=token, now=world.now))
    return [str(one["SUMMARY"]) for one in read.walk("VEVENT")]


@pytest.mark.usefixtures("reads")
def test_it_carries_moments_and_references_and_nothing_else(world: World) -> None:
    matter = world.receive(OPEN)
    row = Matter.objects.get(pk=matter)
    token = actions.open_feed(actor=world.stranger, now=world.now).token
    text = feed_text(token=token, now=world.now).decode()
    read = icalendar.Calendar.from_ical(text)
    events = read.walk("VEVENT")
    assert {one["DTSTART"].dt for one in events} == {row.answer_due_at, row.preserved_until}
    assert {str(one["SUMMARY"]) for one in events} == {row.reference}
    assert {name for one in events for name in one} == {"UID", "DTSTAMP", "DTSTART", "SUMMARY"}
    for secret in (matter, row.organisation, row.process, row.case_file, world.stranger.person, token):
        assert secret not in text
    assert feed_text(token=token, now=world.now).decode() == text


def test_a_silenced_matter_is_not_there_for_whoever_is_not_cleared(world: World, reads: dict[str, Actor]) -> None:
    tokens = {
        who: actions.open_feed(actor=getattr(world, who), now=world.now).token for who in ("colleague", "stranger")
    }
    before = feed_text(token=tokens["stranger"], now=world.now)
    secret = world.receive(replace(OPEN, silence=SILENCE))
    reads[world.colleague.account] = world.colleague
    assert feed_text(token=tokens["stranger"], now=world.now) == before
    # The control: the same feed shows it to whoever is cleared, and ceases when the clearance does.
    reference = Matter.objects.get(pk=secret).reference
    assert set(summaries(world, tokens["colleague"])) == {reference}
    reads[world.colleague.account] = replace(world.colleague, clearances=frozenset())
    assert summaries(world, tokens["colleague"]) == []


def test_an_address_ends_when_it_is_revoked_replaced_or_its_persons_right_ends(
    world: World, reads: dict[str, Actor]
) -> None:
    world.receive(OPEN)
    first = actions.open_feed(actor=world.analyst, now=world.now).token
    assert summaries(world, first)
    second = actions.open_feed(actor=world.analyst, now=world.now + timedelta(hours=1)).token
    assert first != second
    for gone in (first, "", "x", second + "x"):
        with pytest.raises(UnknownFeedError):
            feed_text(token=gone, now=world.now)
    assert own_feed(actor=world.analyst) is not None
    account = reads.pop(world.analyst.account)
    with pytest.raises(people.NoStandingError):
        feed_text(token=second, now=world.now)
    reads[account.account] = replace(account, permissions=frozenset())
    with pytest.raises(NotPermittedError):
        feed_text(token=second, now=world.now)
    reads[account.account] = account
    actions.revoke_feed(actor=world.analyst, now=world.now)
    with pytest.raises(UnknownFeedError):
        feed_text(token=second, now=world.now)
    assert own_feed(actor=world.analyst) is None
    assert actions.revoke_feed(actor=world.analyst, now=world.now) == ""
    kinds = [line.kind for line in ledger.history(subject=world.analyst.person)]
    assert kinds == ["government_requests.open_feed"] * 2 + ["government_requests.revoke_feed"]


def test_neither_the_rows_nor_the_entries_hold_the_token(world: World) -> None:
    token = actions.open_feed(actor=world.analyst, now=world.now).token
    assert len(token) == 43
    assert token not in str(CalendarFeed.objects.values())
    assert token not in str([line.facts for line in ledger.history(subject=world.analyst.person)])
    with pytest.raises(NotPermittedError):
        actions.open_feed(actor=world.officer, now=world.now)
