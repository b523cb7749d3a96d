"""Asking as of a day: dates, signatures, limits, contradictions, editions."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.rulebook.book import (
    ASK_COUNSEL,
    SIGNED,
    ContradictionError,
    EditionError,
    NoSuchProvisionError,
    Rulebook,
    keep_edition,
    load,
    open_edition,
)
from safeconduct.core.rulebook.provisions import Provision, ProvisionError
from safeconduct.core.rulebook.questions import CATEGORIES, UnknownQuestionError, kind_of
from safeconduct.core.rulebook.sign_offs import (
    DemonstrationSignOffError,
    SignOffError,
    SignOffs,
    read_sign_offs,
)

GOOD: dict[str, Any] = {
    "id": "us.test.1",
    "title": "A test",
    "citation": "1 Test 1",
    "source": "https://law.example/1",
    "says": "Ten days.",
    "valid_from": date(2020, 1, 1),
    "review_by": date(2026, 12, 31),
    "answers": {"reply_days": 10},
}
some_sets = st.lists(st.sets(st.sampled_from(CATEGORIES)), max_size=3)
days = st.dates(date(2019, 1, 1), date(2028, 12, 31))


def provision(**changes: Any) -> Provision:
    return Provision.from_table({**GOOD, **changes})


def signed(book: Rulebook, day: date = date(2020, 1, 1)) -> SignOffs:
    return SignOffs(demonstration=False).signing(book.provisions.values(), name="A. Counsel", day=day)


@given(days, days, days, days)
def test_signed_needs_force_review_and_a_signature_by_that_day(
    start: date, review: date, signing: date, asked: date
) -> None:
    if review < start:
        return
    book = Rulebook.of([provision(valid_from=start, review_by=review)])
    answer = book.ask("reply_days", as_of=asked, overlay=signed(book, signing))
    assert (answer.status == SIGNED) == (start <= asked <= review and signing <= asked)
    assert (answer.value == 10) == (start <= asked)
    assert bool(answer.why) == (answer.status == ASK_COUNSEL)


@given(
    st.lists(st.sets(st.sampled_from(CATEGORIES)), max_size=3),
    st.lists(st.sets(st.sampled_from(CATEGORIES)), max_size=3),
)
def test_limits_only_ever_narrow(grants: list[set[str]], limits: list[set[str]]) -> None:
    question = "obtainable(subpoena)"
    granting = [provision(id=f"us.g.{i}", answers={question: sorted(one)}) for i, one in enumerate(grants)]
    limiting = [provision(id=f"us.l.{i}", answers={}, limits={question: sorted(one)}) for i, one in enumerate(limits)]
    free = Rulebook.of(granting).ask(question, as_of=date(2026, 1, 1), overlay=None).value
    held = Rulebook.of([*granting, *limiting]).ask(question, as_of=date(2026, 1, 1), overlay=None).value
    if not grants:
        assert free is held is None
    else:
        assert set(held) == set.union(*grants).intersection(*limits)
        assert set(held) <= set(free)


def test_one_unsigned_provision_among_several_is_enough_to_ask_counsel() -> None:
    first = provision(id="us.a.1", answers={"disclosure_grounds": ["domestic"]})
    second = provision(id="us.a.2", answers={"disclosure_grounds": ["emergency"]})
    answer = Rulebook.of([first, second]).ask(
        "disclosure_grounds", as_of=date(2026, 1, 1), overlay=signed(Rulebook.of([first]))
    )
    assert answer.status == ASK_COUNSEL
    assert "us.a.2" in answer.why
    assert answer.value == ["domestic", "emergency"]


@pytest.mark.parametrize("member", ["title", "citation", "source", "says", "values", "answers", "review_by"])
def test_any_change_of_the_text_undoes_the_signature(member: str) -> None:
    book = Rulebook.of([provision()])
    changed = {
        "source": "https://law.example/2",
        "values": {"n": 1},
        "answers": {"reply_days": 11},
        "review_by": date(2027, 1, 1),
    }
    other = Rulebook.of([provision(**{member: changed.get(member, "Changed")})])
    assert other.edition != book.edition
    assert book.ask("reply_days", as_of=date(2026, 1, 1), overlay=signed(book)).status == SIGNED
    assert other.ask("reply_days", as_of=date(2026, 1, 1), overlay=signed(book)).status == ASK_COUNSEL


def test_a_changed_law_answers_each_day_with_its_own_text() -> None:
    change = date(2026, 4, 1)
    old = provision(id="us.t.1", valid_until=change)
    new = provision(id="us.t.1-2026", valid_from=change, answers={"reply_days": 7})
    book = Rulebook.of([old, new])
    for day, value in ((change - timedelta(days=1), 10), (change, 7)):
        answer = book.ask("reply_days", as_of=day, overlay=signed(book, date(2026, 1, 1)))
        assert answer.value == value
    with pytest.raises(ContradictionError):
        Rulebook.of([provision(id="us.t.1"), new])


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "Two Words"},
        {"title": " "},
        {"citation": 3},
        {"source": "http://law.example"},
        {"source": "a book"},
        {"valid_from": "2020-01-01"},
        {"review_by": date(2019, 1, 1)},
        {"valid_until": date(2020, 1, 1)},
        {"answers": {"nonsense": 1}},
        {"answers": {"obtainable(fax)": []}},
        {"answers": {"reply_days": "ten"}},
        {"answers": {"reply_days": True}},
        {"answers": {"reply_days": -1}},
        {"answers": {"obtainable(subpoena)": ["everything"]}},
        {"answers": {"obtainable(subpoena)": ["payment", "payment"]}},
        {"answers": {"emergency_call_back": 1}},
        {"answers": {"foreign_route": ["mlat"]}},
        {"answers": {"nsl_option(3)": 250}},
        {"answers": []},
        {"limits": {"reply_days": 3}},
        {"values": {"rate": 0.5}},
        {"values": {"day": date(2026, 1, 1)}},
        {"reviewer": "A. Counsel"},
    ],
)
def test_a_provision_that_cannot_be_used_is_named(changes: dict[str, Any]) -> None:
    with pytest.raises(ProvisionError) as caught:
        provision(**changes)
    assert changes.get("id", "us.test.1") in str(caught.value)
    assert caught.value.code == "SC-RULEBOOK-PROVISION"


def test_folders_that_hold_no_provisions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProvisionError):
        load(tmp_path)
    (tmp_path / "law").mkdir()
    for text in ("[[provision", "x = 1", "provision = 1", "provision = [1]"):
        (tmp_path / "law" / "a.toml").write_text(text)
        with pytest.raises(ProvisionError):
            load(tmp_path)
    with pytest.raises(ProvisionError, match="twice"):
        Rulebook.of([provision(), provision()])


@pytest.mark.parametrize("question", ["", "reply_days()", "quash_days(subpoena)", "obtainable", "obtainable(fax)", "x"])
def test_questions_outside_the_list_raise(question: str) -> None:
    with pytest.raises(UnknownQuestionError):
        kind_of(question)
    with pytest.raises(UnknownQuestionError):
        load().ask(question, as_of=date(2026, 1, 1), overlay=None)


def test_an_edition_is_kept_by_its_digest_and_replays(tmp_path: Path) -> None:
    book = load()
    path = keep_edition(book, tmp_path)
    again = open_edition(tmp_path, book.edition)
    assert again == book
    overlay = signed(book, date(2026, 1, 2))
    day = date(2026, 3, 1)
    assert again.ask("preservation_days", as_of=day, overlay=overlay) == book.ask(
        "preservation_days", as_of=day, overlay=overlay
    )
    before = path.stat().st_mtime_ns
    keep_edition(book, tmp_path)
    assert path.stat().st_mtime_ns == before
    for damage in (path.read_bytes().replace(b'"preservation_days":90', b'"preservation_days":91'), b"{}", b"x"):
        path.write_bytes(damage)
        with pytest.raises(EditionError):
            open_edition(tmp_path, book.edition)
    with pytest.raises(EditionError):
        open_edition(tmp_path, "0" * 64)
    with pytest.raises(NoSuchProvisionError):
        book.provision("us.none")


def test_an_overlay_survives_its_file(tmp_path: Path) -> None:
    book = load()
    path = tmp_path / "sign-offs.toml"
    assert read_sign_offs(path, demonstration=False) == SignOffs(demonstration=False)
    name, day = 'Zoë "Q" \\ Ünal', date(2026, 1, 2)
    found = SignOffs(demonstration=False).signing(book.provisions.values(), name=name, day=day)
    path.write_text(found.text, "utf-8")
    assert read_sign_offs(path, demonstration=False) == found
    again = found.signing([book.provision("us.sca.2703-f")], name=name, day=day)
    assert len(again.entries) == len(found.entries)
    with pytest.raises(SignOffError):
        found.signing([], name=" ", day=date(2026, 1, 2))


def test_a_demonstration_overlay_is_refused_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "sign-offs.toml"
    book = load()
    found = SignOffs(demonstration=True).signing(book.provisions.values(), name="R. Fictitious", day=date(2026, 1, 2))
    path.write_text(found.text, "utf-8")
    with pytest.raises(DemonstrationSignOffError):
        read_sign_offs(path, demonstration=False)
    answer = book.ask("reply_days", as_of=date(2026, 3, 1), overlay=read_sign_offs(path, demonstration=True))
    assert answer.demonstration
    path.write_text(found.text.replace("demonstration = true", 'demonstration = "no"'), "utf-8")
    with pytest.raises(DemonstrationSignOffError):
        read_sign_offs(path, demonstration=False)


@pytest.mark.parametrize(
    "text",
    [
        "version = 2\ndemonstration = false\n",
        "version = 1\n",
        "[[",
        "version = 1\ndemonstration = false\nsign_off = 1\n",
        "version = 1\ndemonstration = false\n[[sign_off]]\nprovision = 'a'\n",
        "version = 1\ndemonstration = false\n[[sign_off]]\nprovision = 'a'\ndigest = 'b'\nname = 'c'\ndate = 'd'\n",
        "version = 1\ndemonstration = false\nmore = 1\n",
    ],
)
def test_a_damaged_overlay_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sign-offs.toml"
    path.write_text(text)
    with pytest.raises(SignOffError):
        read_sign_offs(path, demonstration=False)
