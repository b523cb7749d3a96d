"""Clocks, narrowing, notice and the sealed form of a paper."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rooms.government_requests.papers import OF_KIND, ZONE, facts, law, paper

from safeconduct.core.base.periods import PeriodError, Window
from safeconduct.rooms.government_requests.rules.deadlines import (
    WEEKENDS_ONLY,
    answer_due,
    preserved_until,
    question_due,
    silence_ends,
)
from safeconduct.rooms.government_requests.rules.letters import Fault, LetterError, refusal
from safeconduct.rooms.government_requests.rules.narrowing import Asked, ceiling_for, narrow
from safeconduct.rooms.government_requests.rules.notice import NoticeTooEarlyError, check_release, notice_owed
from safeconduct.rooms.government_requests.rules.paper import Item, PaperError, Selector, paper_from_json
from safeconduct.rooms.government_requests.rules.words import COMPELLED, Category, Process

SERVED = datetime(2026, 3, 6, 18, tzinfo=UTC)
CATEGORIES = st.lists(st.sampled_from(list(Category)), unique=True, max_size=5)
ITEMS = st.lists(
    st.builds(
        Item,
        number=st.integers(1, 9),
        page=st.integers(1, 9),
        words=st.sampled_from(["The subscriber.", "Any and all data.", "Calls and messages."]),
        categories=CATEGORIES.map(tuple),
    ),
    max_size=4,
)
SELECTORS = st.lists(
    st.builds(
        Selector,
        kind=st.sampled_from(["phone", "email", "name"]),
        value=st.sampled_from(["+12025550143", "x", "a@b.co"]),
    ),
    max_size=4,
)
WINDOWS = st.none() | st.tuples(st.integers(-400, 40), st.integers(1, 500)).map(
    lambda two: Window(SERVED + timedelta(days=two[0]), SERVED + timedelta(days=two[0] + two[1]))
)


@pytest.mark.parametrize(
    ("changes", "rule", "at"),
    [
        ({"reply_by": date(2026, 3, 9)}, "PAPER-DAY", datetime(2026, 3, 9, 21, tzinfo=UTC)),
        ({"reply_by": None, "reply_days": 3}, "PAPER-DAYS", datetime(2026, 3, 9, 21, tzinfo=UTC)),
        ({"reply_by": None}, "RULEBOOK-DAYS", datetime(2026, 3, 20, 21, tzinfo=UTC)),
        ({**OF_KIND[Process.EMERGENCY_REQUEST]}, "EMERGENCY-HOUR", datetime(2026, 3, 6, 19, tzinfo=UTC)),
    ],
)
def test_the_answer_is_due_in_the_papers_zone_across_summer_time(
    changes: dict[str, object], rule: str, at: datetime
) -> None:
    served = paper(**changes)
    due = answer_due(paper=served, served_at=SERVED, law=law(served.process))
    assert (due.rule, due.at) == (rule, at)


def test_a_copy_lasts_whole_days() -> None:
    until = preserved_until(made_at=SERVED, days=90, zone_name=ZONE)
    assert until == datetime(2026, 6, 5, 4, tzinfo=UTC)


def test_silence_ends_after_its_last_day() -> None:
    assert silence_ends(until=date(2026, 12, 6), zone_name=ZONE) == datetime(2026, 12, 7, 5, tzinfo=UTC)


def test_a_question_waits_ten_working_days() -> None:
    assert question_due(asked_at=SERVED, zone_name=ZONE, calendar=WEEKENDS_ONLY) == datetime(
        2026, 3, 20, 21, tzinfo=UTC
    )


@pytest.mark.parametrize("process", list(Process))
def test_which_papers_owe_a_notice(process: Process) -> None:
    unsigned = replace(law(process), must_notify=replace(law(process).must_notify, value=False, status="ask_counsel"))
    kept_owed = process in COMPELLED | {Process.EMERGENCY_REQUEST}
    assert notice_owed(process=process, law=unsigned) is kept_owed


@given(items=ITEMS, selectors=SELECTORS, window=WINDOWS, process=st.sampled_from(list(Process)))
def test_narrowing_never_widens(
    items: list[Item], selectors: list[Selector], window: Window | None, process: Process
) -> None:
    changes = {**OF_KIND[process], "items": tuple(items), "selectors": tuple(selectors), "window": window}
    found = facts(paper(**changes))
    narrowed = narrow(found)
    same_window = narrowed.allowed.window is None and narrowed.asked.window is not None
    bounded = replace(narrowed.asked, window=None) if same_window else narrowed.asked
    assert bounded.covers(narrowed.allowed)
    assert set(narrowed.allowed.categories) <= set(found.law.obtainable.value)
    if narrowed.allowed != narrowed.asked:
        assert narrowed.left_out
    assert all(one.words and one.why for one in narrowed.left_out)


def test_covering_is_strict() -> None:
    wide = narrow(facts(paper())).asked
    assert wide.covers(wide)
    assert not wide.covers(replace(wide, window=None))
    assert not wide.covers(replace(wide, categories=(*wide.categories, Category.MESSAGE_CONTENT)))
    assert not wide.covers(replace(wide, selectors=(Selector(kind="phone", value="+12025550199"),)))
    assert Asked(selectors=(), categories=(), window=None).covers(Asked(selectors=(), categories=(), window=None))


@given(hours=st.integers(0, 24 * 700))
def test_no_notice_leaves_before_silence_ends(hours: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    end = datetime(2026, 12, 7, 5, tzinfo=UTC)
    told = {"process": Process.SEARCH_WARRANT, "state": "delivered", "silenced": True, "silence_until": end}
    if moment < end:
        with pytest.raises(NoticeTooEarlyError):
            check_release(**told, now=moment)  # type: ignore[arg-type] # the four above
    else:
        check_release(**told, now=moment)  # type: ignore[arg-type] # the four above


@given(items=ITEMS, selectors=SELECTORS, window=WINDOWS, process=st.sampled_from(list(Process)))
def test_a_paper_survives_its_sealed_form(
    items: list[Item], selectors: list[Selector], window: Window | None, process: Process
) -> None:
    served = paper(**{**OF_KIND[process], "items": tuple(items), "selectors": tuple(selectors), "window": window})
    assert paper_from_json(served.as_json()) == served


def test_a_damaged_paper_is_refused() -> None:
    value = paper().as_json()
    later = frozenset(
        {"court", "statute", "entity_named", "execute_from", "execute_by", "attachments_named", "attachments_served"}
        | {"first_day", "last_day", "attachment_window", "region"}
    )
    for name in value.keys() - later:
        with pytest.raises(PaperError):
            paper_from_json({key: part for key, part in value.items() if key != name})
    # What an earlier version did not seal is not stated; what is no such fact is refused.
    assert paper_from_json({key: part for key, part in value.items() if key not in later}).execute_by is None
    with pytest.raises(PaperError):
        paper_from_json({**value, "court": "of public opinion"})


def test_a_refusal_without_cure_is_none() -> None:
    with pytest.raises(LetterError):
        refusal(process=Process.SUBPOENA, faults=())
    with pytest.raises(LetterError):
        refusal(process=Process.SUBPOENA, faults=(Fault(words="x", why="y", cure=""),))


def test_a_window_needs_a_zone() -> None:
    with pytest.raises(PeriodError):
        answer_due(paper=paper(zone="Nowhere/Here"), served_at=SERVED, law=law(Process.SUBPOENA))


@pytest.mark.parametrize(("counted", "ceiling"), [(0, 100), (1, 100), (80, 100), (81, 200), (1000, 1300)])
def test_the_ceiling_is_a_quarter_more_than_the_forecast(counted: int, ceiling: int) -> None:
    assert ceiling_for(counted) == ceiling
    assert ceiling >= counted * 1.25
