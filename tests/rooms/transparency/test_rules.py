"""The room's pure rules: words, drawings, mapping, lifecycle."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import safeconduct.rooms.transparency
from safeconduct.core.base.periods import HalfYear
from safeconduct.core.tally.counting import Counted, CountingError, NationalSecurityError, Outcome, Told, tally
from safeconduct.rooms.transparency.rules import charts, wording
from safeconduct.rooms.transparency.rules.countries import country_name
from safeconduct.rooms.transparency.rules.half_years import Next, half_year_before, half_year_of, next_for, shown
from safeconduct.rooms.transparency.rules.lifecycles import REPORT
from safeconduct.rooms.transparency.rules.mapping import counted
from safeconduct.rooms.transparency.rules.wording import Past

rows = st.lists(
    st.tuples(st.just("Row"), st.lists(st.integers(0, 5000), min_size=3, max_size=3)), min_size=1, max_size=9
)


@dataclass(frozen=True)
class Matter:
    process: str = "subpoena"
    country: str = "US"
    outcome: str = "disclosed_as_asked"
    notice: str = "before"
    narrowed: bool = False
    received_at: datetime = datetime(2026, 3, 1, tzinfo=UTC)


@given(rows)
def test_bars_share_one_scale_start_at_zero_and_never_overlap(found: list[tuple[str, list[int]]]) -> None:
    drawn = charts.lying(name="x", title="X", words=("a", "b", "c"), rows=found)
    for (_, numbers), bar in zip(found, drawn.bars, strict=True):
        shown = [number for number in numbers if number]
        assert bar.total == sum(numbers)
        assert len(bar.segments) == len(shown)
        edge = float(charts.LABEL)
        for number, part in zip(shown, bar.segments, strict=True):
            assert part.x == pytest.approx(edge, abs=0.1)
            assert part.number in ("", str(number))
            edge = part.x + part.width + charts.GAP
        assert edge <= charts.WIDTH - charts.TAIL + 1
    most = max(sum(numbers) for _, numbers in found) or 1
    scale = (charts.WIDTH - charts.LABEL - charts.TAIL - 3 * charts.GAP) / most
    for (_, numbers), bar in zip(found, drawn.bars, strict=True):
        widths = [number * scale for number in numbers if number]
        assert [part.width for part in bar.segments] == pytest.approx(widths, abs=0.01)


@given(st.lists(st.integers(0, 3000), min_size=4, max_size=4))
def test_the_bar_of_parts_fills_its_width(numbers: list[int]) -> None:
    drawn = charts.band_of_parts(name="x", title="X", words=("a", "b", "c", "d"), numbers=numbers)
    assert [bar.total for bar in drawn.bars] == [number for number in numbers if number]
    assert all(part.x >= 0 and part.x + part.width <= drawn.width for bar in drawn.bars for part in bar.segments)


def test_words_follow_the_numbers() -> None:
    left = Counted(process="subpoena", country="US", outcome=Outcome.AS_ASKED, told=Told.BEFORE)
    gone = Counted(process="foreign_request", country="DE", outcome=Outcome.REDIRECTED, told=Told.NONE_DUE)
    h1 = HalfYear(2026, 1)
    assert wording.headline(tally(h1, []))[1] == "Data left in no case."
    assert wording.headline(tally(h1, [left])) == (
        "Governments asked us for customers\u2019 data once.",
        "Data left in 1 case.",
    )
    assert "No paper from outside the United States" in wording.by_country(
        tally(h1, [left, gone]), home="US", home_name=country_name("US")
    )
    assert wording.over_time([Past(HalfYear(2025, 2), 10, 8), Past(h1, 12, 6)]) == (
        "More requests, a smaller share answered with data"
    )
    assert wording.over_time([Past(h1, 1, 1)]) == "This is the first half-year we report"
    assert country_name("US", heading=True) == "United States"
    assert country_name("ZZ") == "ZZ"


@pytest.mark.parametrize(
    ("matter", "outcome", "told"),
    [
        (Matter(), Outcome.AS_ASKED, Told.BEFORE),
        (Matter(outcome="produced"), Outcome.AS_ASKED, Told.BEFORE),
        (Matter(outcome="produced", narrowed=True), Outcome.NARROWED, Told.BEFORE),
        (Matter(outcome="produced_in_part", notice="excepted"), Outcome.NARROWED, Told.EXCEPTION),
        (Matter(outcome="open", notice="due"), Outcome.PENDING, Told.NONE_DUE),
        (Matter(outcome="refused", notice="released"), Outcome.REFUSED, Told.NONE_DUE),
    ],
)
def test_what_a_matter_counts_as(matter: Matter, outcome: Outcome, told: Told) -> None:
    found = counted(matter)
    assert (found.outcome, found.told) == (outcome, told)


def test_nothing_is_guessed() -> None:
    for bad in (Matter(outcome="vanished"), Matter(notice="released"), Matter(notice="due")):
        with pytest.raises(CountingError):
            counted(bad)
    with pytest.raises(NationalSecurityError):
        counted(Matter(process="national_security_letter"))


def test_the_diagram_in_the_readme_is_that_of_the_table() -> None:
    readme = Path(safeconduct.rooms.transparency.__file__).with_name("README.md").read_text("utf-8")
    assert REPORT.mermaid() in readme


days = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


@given(days)
def test_every_day_lies_in_its_half_year_and_half_years_follow_each_other(now: datetime) -> None:
    here = half_year_of(now.date())
    assert here.window.holds(now)
    assert half_year_before(here).window.end == here.window.start


@given(days, st.lists(st.builds(HalfYear, st.integers(2018, 2041), st.sampled_from((1, 2))), max_size=4))
def test_every_known_half_year_that_has_begun_is_shown_once(now: datetime, known: list[HalfYear]) -> None:
    found = shown(now=now, known=known)
    assert found[0] == half_year_of(now.date())
    assert len(found) >= 2
    assert list(found) == sorted(set(found), key=str, reverse=True)
    assert {period for period in known if period.window.start <= now} <= set(found)


@pytest.mark.parametrize(
    ("over", "states", "expected"),
    [
        (False, set(), Next.WAIT),
        (True, set(), Next.BUILD),
        (True, {"discarded"}, Next.BUILD),
        (True, {"built", "discarded"}, Next.READ),
        (True, {"publishing", "published"}, Next.FINISH),
        (True, {"published", "superseded"}, Next.RESTATE),
        (True, {"built", "published"}, Next.READ),
    ],
)
def test_what_comes_next_for_a_half_year(over: bool, states: set[str], expected: Next) -> None:  # noqa: FBT001 - a test's parameter
    assert next_for(over=over, states=states) is expected
