"""Rules of silence: a request is no prohibition, the unsigned is held, the longest counts, warnings have days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from tests.rooms.government_requests.papers import OF_KIND, SILENCE, paper

from safeconduct.rooms.government_requests.rules import silence
from safeconduct.rooms.government_requests.rules.law import Ruling
from safeconduct.rooms.government_requests.rules.silence import (
    AskCounselError,
    EndingEvent,
    NotWarnedError,
    ProhibitionError,
    Source,
    Term,
    Terms,
)
from safeconduct.rooms.government_requests.rules.words import Issuer, Process

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)


def ruling(value: object, status: str = "signed") -> Ruling:
    return Ruling(value=value, provision="x.y", citation="X", status=status)


@pytest.mark.parametrize("sound", [True, False])
def test_a_request_is_no_prohibition_whatever_else_is_said(*, sound: bool) -> None:
    for binds in (None, ruling(value=True), ruling(value=True, status="ask_counsel")):
        assert silence.first_event(source=Source.REQUEST, sound=sound, binds=binds) == "dismiss"


def test_only_a_signed_yes_about_a_paper_in_order_binds() -> None:
    told = {}
    for source, sound, value, status in product(
        set(Source) - {Source.REQUEST}, (True, False), (True, False, None), ("signed", "ask_counsel")
    ):
        told[source, sound, value, status] = silence.first_event(
            source=source, sound=sound, binds=ruling(value=value, status=status)
        )
    binding = {key for key, event in told.items() if event == "bind"}
    assert {key[1:] for key in binding} == {(True, True, "signed")}
    assert all(event == "hold" for key, event in told.items() if key[3] != "signed" or not key[1])


def test_what_comes_with_a_paper() -> None:
    assert silence.terms_of(paper()) is None
    asked = silence.terms_of(paper(asks_silence=True))
    assert asked is not None
    assert asked.source is Source.REQUEST
    ordered = silence.terms_of(paper(silence=SILENCE))
    assert ordered == Terms(until=SILENCE.until)
    letter = silence.terms_of(paper(**OF_KIND[Process.NATIONAL_SECURITY_LETTER]))
    assert letter is not None
    assert (letter.source, letter.term) == (Source.STATUTE, Term.INDEFINITE)
    abroad = silence.terms_of(paper(silence=SILENCE, country="GB"))
    assert abroad is not None
    assert abroad.source is Source.FOREIGN_LAW
    by_police = silence.terms_of(paper(silence=replace(SILENCE, issuer=Issuer.POLICE)))
    assert by_police is not None
    assert not by_police.sound


@pytest.mark.parametrize(
    "terms",
    [
        Terms(until=None),
        Terms(term=Term.INDEFINITE, until=date(2026, 9, 1)),
        Terms(term=Term.EVENT),
        Terms(term=Term.EVENT, event=EndingEvent.CHARGES_FILED, until=date(2026, 9, 1)),
        Terms(term=Term.FIXED, until=date(2026, 9, 1), event=EndingEvent.CHARGES_FILED),
        Terms(source=Source.REQUEST, until=date(2026, 9, 1)),
    ],
)
def test_a_term_has_exactly_what_belongs_to_it(terms: Terms) -> None:
    with pytest.raises(ProhibitionError):
        terms.check()


def test_the_longest_counts_and_one_without_end_has_none() -> None:
    assert silence.together([]) == (False, None)
    assert silence.together([NOW, NOW + timedelta(1)]) == (True, NOW + timedelta(1))
    assert silence.together([NOW, None]) == (True, None)


def test_an_extension_never_shortens() -> None:
    silence.check_extension(before=NOW, after=NOW + timedelta(1))
    for before in (None, NOW + timedelta(1), NOW + timedelta(2)):
        with pytest.raises(ProhibitionError):
            silence.check_extension(before=before, after=NOW + timedelta(1))


def test_a_warning_has_its_days_and_an_unsigned_number_is_counsel_s() -> None:
    days = ruling(7)
    silence.check_warned(warned=[NOW], days=days, now=NOW + timedelta(days=7))
    for warned, now in (([NOW], NOW + timedelta(days=7, seconds=-1)), ([NOW, None], NOW + timedelta(days=30))):
        with pytest.raises(NotWarnedError):
            silence.check_warned(warned=warned, days=days, now=now)
    with pytest.raises(AskCounselError):
        silence.check_warned(warned=[NOW], days=ruling(7, "ask_counsel"), now=NOW + timedelta(days=30))


def test_what_stands_elsewhere_is_not_named() -> None:
    silence.check_elsewhere(standing=frozenset({"a"}), cleared=frozenset({"a", "b"}))
    with pytest.raises(AskCounselError) as refused:
        silence.check_elsewhere(standing=frozenset({"a"}), cleared=frozenset())
    said = str(refused.value).lower()
    assert not [word for word in ("prohibit", "silence", "order", "matter", "gag", "court") if word in said]


def test_without_a_number_the_review_is_due_at_once() -> None:
    assert silence.next_review(now=NOW, days=ruling(None, "ask_counsel")) == NOW
    assert silence.next_review(now=NOW, days=ruling(180)) == NOW + timedelta(days=180)
