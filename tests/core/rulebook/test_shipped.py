"""What is shipped: sound, cited, in our own words, signed by nobody, and complete for what the program asks."""

import re
from datetime import date
from pathlib import Path

import pytest

from safeconduct.core.conduct.categories import CEILING, Category, Process
from safeconduct.core.rulebook import SignOffs, load
from safeconduct.core.rulebook.book import ASK_COUNSEL, SIGNED
from safeconduct.core.rulebook.location import shipped
from safeconduct.core.rulebook.questions import CATEGORIES, PROCESSES, all_questions

BOOK = load()
DAY = date(2026, 9, 1)
"""After the day on which Regulation (EU) 2023/1543 begins to apply, and before any review is due."""
SIGNED_ALL = SignOffs(demonstration=True).signing(BOOK.provisions.values(), name="R. Fictitious", day=date(2026, 1, 2))


def categories(process: str) -> set[str]:
    return set(BOOK.ask(f"obtainable({process})", as_of=DAY, overlay=SIGNED_ALL).value)


def test_its_words_are_those_of_the_safe_conduct() -> None:
    assert set(PROCESSES) == set(Process)
    assert set(CATEGORIES) == set(Category)


@pytest.mark.parametrize("process", sorted(Process))
def test_what_a_process_reaches_is_exactly_its_ceiling(process: Process) -> None:
    assert categories(process) == CEILING[process]


def test_contents_need_a_warrant_or_an_emergency() -> None:
    with_content = {process for process in PROCESSES if "message_content" in categories(process)}
    assert with_content == {"search_warrant", "emergency_request"}


def test_numbers_of_the_law() -> None:
    def value(question: str) -> object:
        answer = BOOK.ask(question, as_of=DAY, overlay=SIGNED_ALL)
        assert answer.status == SIGNED, answer.why
        assert answer.citations
        return answer.value

    assert value("preservation_days") == 90
    assert value("preservation_renewals") == 1
    assert value("quash_days") == 14
    assert value("nsl_government_application_days") == 30
    assert value("silence_issuer") == "court"
    assert value("location_matters") is False
    assert value("disclosure_grounds") == ["domestic"]
    assert value("foreign_route") == "mlat"
    assert value("nsl_options") == ["1", "2", "3", "4"]
    assert [value(f"nsl_option({number})")["band"] for number in "1234"] == [1000, 500, 250, 100]  # type: ignore[index]  # tables


@pytest.mark.parametrize("question", all_questions())
def test_nothing_is_signed_as_shipped(question: str) -> None:
    assert BOOK.ask(question, as_of=DAY, overlay=None).status == ASK_COUNSEL
    assert BOOK.ask(question, as_of=DAY, overlay=SignOffs(demonstration=False)).status == ASK_COUNSEL


def test_no_provision_names_a_reviewer_and_each_can_be_looked_up() -> None:
    text = "".join(file.read_text("utf-8") for file in shipped().rglob("*.toml"))
    assert not re.search(r"reviewed_by|reviewer|signed_by|counsel *=", text)
    for one in BOOK.provisions.values():
        assert one.source.startswith("https://") or one.id.startswith("policy.")
        assert len(one.says) < 420


def test_no_run_of_words_is_copied_from_the_sources(pytestconfig: pytest.Config) -> None:
    """A sentence of the Code that is easily copied must not stand in ours; the control is that it would be found."""
    famous = (
        "shall take all necessary steps to preserve records",
        "in good faith, believes that an emergency involving danger",
        "for such period as the court deems appropriate",
        "specific and articulable facts showing that there are reasonable grounds",
    )
    ours = " ".join(one.says for one in BOOK.provisions.values())
    assert not any(words in ours for words in famous)
    assert Path(pytestconfig.rootpath, "rulebook", "README.md").exists()
