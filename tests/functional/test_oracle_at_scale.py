"""Answers out of one, ten and fifty million rows are those of DuckDB over the same rows in clear.

A sample of a few thousand rows in the suite; ``make soak`` takes the sizes themselves, of which the days are written
once: about two gigabytes and some minutes for fifty million.
"""

import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests import soaking

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

from records_archive import EVER, Archive, Days
from records_data import BEGIN, CUSTOMERS, PLANTED, Generator, number
from records_search import same

ROWS = 1_000_000 if soaking.SOAKING else 4_000
SIZES = (1, 10, 50) if soaking.SOAKING else (1, 3)
FIRST = datetime.fromtimestamp(BEGIN / 1000, UTC)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Days:
    return Days(Generator(), tmp_path_factory.mktemp("scale") / "days", days=SIZES[-1], rows=ROWS)


def asked(rng: random.Random, generator: Generator) -> list[tuple[str, str]]:
    """Return customers, the large ones more often, each with a number of theirs or one of anybody."""
    ranks = [min(int(CUSTOMERS ** rng.random()) - 1, CUSTOMERS - 1) for _ in range(5)]
    owned = [int(generator._first_own[rank]) + rng.randrange(int(generator._own[rank])) for rank in ranks]
    chosen = [rng.choice([one, one, *PLANTED.values()]) for one in owned]
    return [(generator.customers[rank].as_py(), number(one)) for rank, one in zip(ranks, chosen, strict=True)]


@pytest.mark.parametrize("size", SIZES)
def test_every_answer_out_of_so_many_days_is_the_oracle_s(days: Days, size: int) -> None:
    seed = soaking.seed(f"scale, {size}")
    rng = random.Random(seed)  # noqa: S311 - made-up questions
    archive = Archive(days, size)
    questions, answered = soaking.count(6, 150), 0
    for _ in range(questions):
        archive.items = asked(rng, days.generator)
        start = FIRST + timedelta(milliseconds=rng.randrange(size * 86_400_000))
        lasts = rng.choice([timedelta(milliseconds=1), timedelta(hours=1), timedelta(days=1), timedelta(days=20)])
        window = rng.choice([EVER, EVER, (start, start + lasts)])
        answered += same(archive.ours(window), archive.peers(window))
    for index in PLANTED.values():
        answered += same(archive.scattered(number(index)), archive.peers_scattered(number(index)))
    soaking.report("scale", rows=archive.rows, questions=questions, scopes=5 * questions, answered=answered)
    assert answered > 0


def test_an_answer_of_another_customer_is_noticed(days: Days) -> None:
    archive = Archive(days, 2)
    archive.items = [(days.generator.customers[0].as_py(), number(int(days.generator._first_own[0])))]
    found = archive.ours(EVER)
    assert found.num_rows > 0
    archive.items = [(days.generator.customers[1].as_py(), number(int(days.generator._first_own[1])))]
    with pytest.raises(AssertionError):
        same(found, archive.peers(EVER))
