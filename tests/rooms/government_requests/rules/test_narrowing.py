"""What is allowed of what was asked, case by case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.rooms.government_requests.papers import OF_KIND, facts, law, paper

from safeconduct.core.base.periods import Window
from safeconduct.rooms.government_requests.rules.narrowing import Asked, LeftOut, ceiling_for, narrow, plain_asked
from safeconduct.rooms.government_requests.rules.paper import Item, Selector
from safeconduct.rooms.government_requests.rules.words import Category, Process

PHONE = Selector(kind="phone", value="+12025550143")
EMAIL = Selector(kind="email", value="a@b.example")
NAME = Selector(kind="name", value="Marrow")
SUBSCRIBER, CALLS, CONTENT = Category.SUBSCRIBER, Category.CALL_DETAIL, Category.MESSAGE_CONTENT
TOMORROW = datetime(2026, 3, 11, 4, tzinfo=UTC)
"""The first instant after the day of service, 10 March 2026 in New York."""
TICK = timedelta(microseconds=1)
SWEEPING = Item(number=2, page=1, words="Any and all other data.")
READ = replace(SWEEPING, words="Everything about the calls.", categories=(CALLS,))


def item(*categories: Category, words: str = "Named records.") -> Item:
    return Item(number=1, page=1, words=words, categories=categories)


def window(start: datetime, end: datetime) -> Window:
    return Window(start, end)


def test_a_paper_within_its_reach_is_allowed_as_it_stands() -> None:
    served = paper(items=(item(SUBSCRIBER, CONTENT), item(CALLS)), selectors=(PHONE, EMAIL))
    found = narrow(facts(served))
    assert found.allowed == Asked(
        selectors=(PHONE, EMAIL), categories=(CALLS, CONTENT, SUBSCRIBER), window=served.window
    )
    assert found.asked.selectors == found.allowed.selectors
    assert found.asked.window == served.window
    assert (found.left_out, found.changed) == ((), False)


def test_what_the_process_cannot_reach_is_left_out_by_name() -> None:
    found = narrow(facts(paper(**{**OF_KIND[Process.SUBPOENA], "items": (item(SUBSCRIBER, CONTENT),)})))
    assert found.allowed.categories == (SUBSCRIBER,)
    assert set(found.asked.categories) == {SUBSCRIBER, CONTENT}
    (left,) = found.left_out
    assert left.words == "Message content"
    assert left.why == "This process does not reach it (18 U.S.C. 2703(a))."
    assert found.changed is True


def test_a_catch_all_is_left_out_unless_a_person_read_categories_in_it() -> None:
    found = narrow(facts(paper(items=(item(SUBSCRIBER), SWEEPING))))
    assert [one.words for one in found.left_out] == [SWEEPING.words]
    assert found.allowed.categories == (SUBSCRIBER,)
    read = narrow(facts(paper(items=(item(SUBSCRIBER), READ))))
    assert (read.left_out, read.allowed.categories) == ((), (CALLS, SUBSCRIBER))
    silent = narrow(facts(paper(items=(item(SUBSCRIBER), item(words="The colour of the telephone.")))))
    assert silent.left_out == ()


def test_identifiers_that_nothing_is_found_by_are_left_out() -> None:
    found = narrow(facts(paper(selectors=(NAME, PHONE, Selector(kind="phone", value="202-555-0143")))))
    assert found.allowed.selectors == (PHONE,)
    assert [one.words for one in found.left_out] == ["Marrow", "202-555-0143"]
    assert found.asked.selectors == (NAME, PHONE, Selector(kind="phone", value="202-555-0143"))


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        (window(TOMORROW - timedelta(days=9), TOMORROW), window(TOMORROW - timedelta(days=9), TOMORROW)),
        (window(TOMORROW - timedelta(days=9), TOMORROW + TICK), window(TOMORROW - timedelta(days=9), TOMORROW)),
        (window(TOMORROW - TICK, TOMORROW + timedelta(days=9)), window(TOMORROW - TICK, TOMORROW)),
        (window(TOMORROW, TOMORROW + timedelta(days=9)), None),
        (None, None),
    ],
)
def test_a_period_ends_with_the_day_of_service(asked: Window | None, allowed: Window | None) -> None:
    found = narrow(facts(paper(window=asked)))
    assert (found.asked.window, found.allowed.window) == (asked, allowed)
    assert bool(found.left_out) is (asked != allowed)
    assert all(one.words == "The period after the day of service" for one in found.left_out)


def test_a_period_that_a_person_states_is_allowed_within_the_rules() -> None:
    stated = window(TOMORROW - timedelta(days=3), TOMORROW)
    served = paper(selectors=(NAME, PHONE), items=(item(SUBSCRIBER), item(CONTENT, CALLS)), window=None)
    subpoena = plain_asked(paper=served, law=law(Process.SUBPOENA), window=stated)
    assert subpoena == Asked(selectors=(PHONE,), categories=(CALLS, SUBSCRIBER), window=stated)
    warrant = plain_asked(paper=served, law=law(Process.SEARCH_WARRANT), window=None)
    assert warrant == Asked(selectors=(PHONE,), categories=(CALLS, CONTENT, SUBSCRIBER), window=None)


def test_one_asking_covers_another_only_within_its_period() -> None:
    wide = Asked(selectors=(PHONE, EMAIL), categories=(CALLS,), window=window(TOMORROW - 9 * TICK, TOMORROW))
    inner = replace(wide, selectors=(PHONE,), window=window(TOMORROW - 8 * TICK, TOMORROW - TICK))
    assert wide.covers(inner)
    assert not inner.covers(wide)
    assert not wide.covers(replace(inner, window=window(TOMORROW - 10 * TICK, TOMORROW)))
    assert not wide.covers(replace(inner, window=None))
    unbounded = replace(wide, window=None)
    assert unbounded.covers(wide)
    assert not unbounded.covers(replace(wide, categories=(CALLS, SUBSCRIBER)))
    assert not unbounded.covers(replace(wide, selectors=(NAME,)))


def test_the_sealed_forms_are_these() -> None:
    asked = Asked(selectors=(PHONE,), categories=(CALLS,), window=window(TOMORROW - timedelta(hours=1), TOMORROW))
    assert asked.as_json() == {
        "selectors": [{"kind": "phone", "value": "+12025550143"}],
        "categories": ["call_detail"],
        "window": {"from": "2026-03-11T03:00:00Z", "until": "2026-03-11T04:00:00Z"},
    }
    assert replace(asked, window=None).as_json()["window"] is None
    assert LeftOut(words="All data", why="Unbounded.").as_json() == {"words": "All data", "why": "Unbounded."}


def test_the_ceiling_is_a_quarter_more_to_the_next_hundred() -> None:
    counted = {0: 100, 1: 100, 80: 100, 81: 200, 160: 200, 161: 300, 8_000: 10_000, 8_001: 10_100, 80_000: 100_000}
    assert {count: ceiling_for(count) for count in counted} == counted
