"""The rules as pure functions, and that the page of the room draws its lifecycles from the tables."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.rooms import ledger
from safeconduct.rooms.ledger import rules


def test_the_readme_draws_the_lifecycles_of_the_tables() -> None:
    page = (Path(ledger.__file__).parent / "README.md").read_text("utf-8")
    for lifecycle in (rules.ENTRY, rules.PUBLIC_ENTRY):
        assert lifecycle.mermaid() in page


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_no_telephone_number_is_a_fact_or_a_subject(number: str) -> None:
    with pytest.raises(rules.FactError):
        rules.check_facts({"value": number})
    with pytest.raises(rules.FactError):
        rules.check_subject(number)


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_text_with_a_blank_or_an_at_sign_is_a_fact(left: str, right: str) -> None:
    for between in (" ", "@", "\n", "\t", "\u00a0"):
        with pytest.raises(rules.FactError):
            rules.check_facts({"value": [left + between + right]})


@pytest.mark.parametrize(
    "kind", ["records", "Records.import", "records.import.more", "records.", ".import", "a b.c", ""]
)
def test_a_kind_is_a_room_and_a_verb(kind: str) -> None:
    with pytest.raises(rules.FactError):
        rules.check_kind(kind)
    rules.check_kind("records.import")


def test_ids_digests_dates_counts_and_states_are_facts() -> None:
    rules.check_facts(
        {
            "digest": "0f" * 32,
            "until": "2026-02-01T05:00:00Z",
            "counts": {"subscriber": 3, "call_detail": 0},
            "by": ["a" * 32, "b" * 32],
            "narrowed": True,
            "letter": None,
            "edition": "us.sca/2026-01",
            "empty": "",
        }
    )
    rules.check_subject("a" * 32)
    with pytest.raises(rules.FactError):
        rules.check_subject("")
