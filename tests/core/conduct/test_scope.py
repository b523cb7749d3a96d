from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from safeconduct.core.base.periods import Window
from safeconduct.core.conduct.categories import EVERYTHING, SPANS, TABLE_OF, Category
from safeconduct.core.conduct.scope import Scope, ScopeItem, Selector, SelectorKind, WideningError
from safeconduct.core.conduct.shapes import BodyError

START = datetime(2026, 1, 1, tzinfo=UTC)
NUMBERS = ["+12025550101", "+12025550102", "+12025550103"]
CUSTOMERS = ["c1", "c2"]


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


windows = st.tuples(st.integers(0, 8), st.integers(1, 8)).map(lambda w: Window(at(w[0]), at(w[0] + w[1])))
phones = st.sampled_from(NUMBERS).map(lambda number: Selector(SelectorKind.PHONE, number))
emails = st.sampled_from(["a@x.example", "b@x.example"]).map(lambda value: Selector(SelectorKind.EMAIL, value))


@st.composite
def items(draw: st.DrawFn) -> ScopeItem:
    customer = draw(st.sampled_from(CUSTOMERS))
    account = st.just(Selector(SelectorKind.ACCOUNT, customer))
    return ScopeItem(
        customer=customer,
        selectors=tuple(draw(st.lists(st.one_of(phones, emails, account), min_size=1, max_size=3, unique=True))),
        categories=draw(st.frozensets(st.sampled_from([*Category]), min_size=1)),
        window=draw(windows),
    )


scopes = st.lists(items(), max_size=3).map(lambda found: Scope(tuple(found)))
nonempty = st.lists(items(), min_size=1, max_size=3).map(lambda found: Scope(tuple(dict.fromkeys(found))))


@st.composite
def rows(draw: st.DrawFn) -> tuple[Category, dict[str, object]]:
    category = draw(st.sampled_from([*Category]))
    row: dict[str, object] = {"customer": draw(st.sampled_from(CUSTOMERS))}
    if category in SPANS:
        start = draw(st.integers(0, 16))
        row |= {
            "number": draw(st.sampled_from(NUMBERS)),
            "email": draw(st.sampled_from(["a@x.example", "b@x.example", None])),
            "started_at": at(start),
            "ended_at": draw(st.one_of(st.none(), st.integers(0, 9).map(lambda more: at(start + more)))),
        }
    else:
        row |= {
            "own_number": draw(st.sampled_from(NUMBERS)),
            "other_number": draw(st.sampled_from([*NUMBERS, None])),
            "at": at(draw(st.integers(0, 17))),
        }
    return category, row


@given(scopes, scopes, rows())
def test_an_intersection_holds_only_what_both_hold(one: Scope, two: Scope, found: tuple[Category, dict]) -> None:
    category, row = found
    if one.intersect(two).holds(category=category, row=row):
        assert one.holds(category=category, row=row)
        assert two.holds(category=category, row=row)


@given(scopes, scopes, rows())
def test_what_is_covered_is_held(one: Scope, two: Scope, found: tuple[Category, dict]) -> None:
    category, row = found
    if one.covers(two) and two.holds(category=category, row=row):
        assert one.holds(category=category, row=row)


@given(scopes, scopes)
def test_both_cover_their_intersection(one: Scope, two: Scope) -> None:
    both = one.intersect(two)
    assert one.covers(both)
    assert two.covers(both)


@given(scopes, scopes, rows())
def test_narrowing_never_widens(one: Scope, two: Scope, found: tuple[Category, dict]) -> None:
    category, row = found
    try:
        narrowed = one.narrow(two)
    except WideningError:
        assert not one.covers(two)
        return
    if narrowed.holds(category=category, row=row):
        assert one.holds(category=category, row=row)


@given(scopes)
def test_a_scope_covers_itself_and_meets_itself(one: Scope) -> None:
    assert one.covers(one)
    assert one.intersect(one).covers(one)


@given(nonempty)
def test_a_scope_survives_its_json(one: Scope) -> None:
    assert Scope.from_json(one.as_json()) == one


def broken_intersection(one: Scope, two: Scope) -> Scope:
    """Intersect, then put back one side's window: the mistake that the property tests exist for."""
    parts = [(mine, mine.intersect(theirs)) for mine in one.items for theirs in two.items]
    return Scope(tuple(replace(part, window=mine.window) for mine, part in parts if part is not None))


def test_the_property_tests_would_catch_a_scope_that_widens() -> None:
    """Negative control: the same property, on a broken intersection, finds a row that one side does not hold."""
    one_customer = items().filter(lambda item: item.customer == "c1").map(lambda item: Scope((item,)))

    def leaks(drawn: tuple[Scope, Scope, tuple[Category, dict]]) -> bool:
        one, two, (category, row) = drawn
        held = broken_intersection(one, two).holds(category=category, row=row)
        return held and not two.holds(category=category, row=row)

    quick = settings(max_examples=20_000, database=None, phases=[Phase.generate], derandomize=True)
    find(st.tuples(one_customer, one_customer, rows()), leaks, settings=quick)


def test_joined_windows_cover_and_a_gap_does_not() -> None:
    base = {
        "customer": "c1",
        "customer_name": "",
        "selectors": [{"kind": "account", "value": "c1"}],
        "categories": ["call_detail"],
    }

    def scope(*spans: tuple[int, int]) -> Scope:
        return Scope.from_json([{**base, "window": Window(at(a), at(b)).as_json()} for a, b in spans])

    assert scope((0, 2), (2, 4)).covers(scope((1, 3)))
    assert not scope((0, 2), (3, 4)).covers(scope((1, 4)))


@pytest.mark.parametrize(("hour", "held"), [(-1, False), (0, True), (9, True), (10, False)])
def test_a_window_is_half_open(hour: int, held: bool) -> None:  # noqa: FBT001 - a table of cases
    item = ScopeItem(
        customer="c1",
        selectors=(Selector(SelectorKind.PHONE, NUMBERS[0]),),
        categories=EVERYTHING,
        window=Window(at(0), at(10)),
    )
    row = {"customer": "c1", "other_number": NUMBERS[0], "at": at(hour)}
    assert Scope((item,)).holds(category=Category.MESSAGE_CONTENT, row=row) is held


@pytest.mark.parametrize(
    ("start", "end", "held"),
    [(-5, 0, False), (-5, 1, True), (-5, None, True), (9, None, True), (10, None, False)],
)
def test_a_span_is_held_if_it_touches_the_window(start: int, end: int | None, held: bool) -> None:  # noqa: FBT001 - a table of cases
    item = ScopeItem(
        customer="c1",
        selectors=(Selector(SelectorKind.EMAIL, "a@x.example"),),
        categories=EVERYTHING,
        window=Window(at(0), at(10)),
    )
    row = {
        "customer": "c1",
        "email": "a@x.example",
        "started_at": at(start),
        "ended_at": None if end is None else at(end),
    }
    assert Scope((item,)).holds(category="subscribers", row=row) is held


@pytest.mark.parametrize(
    "selector",
    [
        {"kind": "phone", "value": "12025550143"},
        {"kind": "phone", "value": "+02025550143"},
        {"kind": "phone", "value": "+1202555014x"},
        {"kind": "phone", "value": "+1202555014345678"},
        {"kind": "phone", "value": "+١٢٠٢٥٥٥٠١٤٣"},
        {"kind": "email", "value": "A@x.example"},
        {"kind": "email", "value": "a@b@c.example"},
        {"kind": "account", "value": "another"},
        {"kind": "name", "value": "Lee"},
        {"kind": "phone"},
        {"kind": "phone", "value": "+12025550143", "or": "+12025550144"},
        "+12025550143",
    ],
)
def test_a_selector_that_is_not_exact_is_refused(selector: object) -> None:
    item = {
        "customer": "c1",
        "customer_name": "",
        "selectors": [selector],
        "categories": ["call_detail"],
        "window": {"from": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"},
    }
    with pytest.raises(BodyError):
        Scope.from_json([item])


def test_every_category_has_one_table() -> None:
    assert set(TABLE_OF) == set(Category)
    assert len(set(TABLE_OF.values())) == len(Category)
