"""The words that a finding relies on stand in the paper, on the page it names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.rooms.government_requests.rules.next_steps import WordsMissingError, require_words

PAGES = ("In the matter of:\n  an application", "Items sought:\n1. the subscriber's\n   name and address")


def test_words_over_a_line_s_end_stand() -> None:
    require_words(words="the subscriber's name and address", page=2, pages=PAGES)


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("all records", 2),
        ("the subscriber's name", 1),
        ("an application", 0),
        ("an application", 3),
        (" \n ", 1),
        ("", 1),
    ],
)
def test_invented_words_another_page_and_no_words_do_not(words: str, page: int) -> None:
    with pytest.raises(WordsMissingError):
        require_words(words=words, page=page, pages=PAGES)


def test_nothing_stands_in_a_paper_that_nobody_typed() -> None:
    with pytest.raises(WordsMissingError):
        require_words(words="an application", page=1, pages=())


@given(st.lists(st.text("abc ", min_size=1, max_size=9), min_size=1, max_size=6), st.data())
def test_every_run_of_words_of_a_page_stands_on_it(words: list[str], data: st.DataObject) -> None:
    page = "\n".join(words)
    spoken = page.split()
    if not spoken:
        return
    start = data.draw(st.integers(0, len(spoken) - 1))
    end = data.draw(st.integers(start + 1, len(spoken)))
    require_words(words=" ".join(spoken[start:end]), page=1, pages=(page,))
